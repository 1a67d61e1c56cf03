"""After the engine has changed, stored analyses are computed anew with the same faces."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from fusion import TemplateAnalysis
from templates_app import analysis, reanalysis, refusals
from templates_app.models import MaterialVersion
from tests.factories import a_draft_material, an_approved_material
from tests.pictures import a_layer

pytestmark = pytest.mark.django_db


def make_outdated(version: MaterialVersion) -> None:
    MaterialVersion.objects.filter(pk=version.pk).update(analysis_key="warp 0")
    version.refresh_from_db()


def test_nothing_is_outdated_after_intake() -> None:
    an_approved_material()
    assert list(reanalysis.outdated()) == []


def test_the_stored_analysis_can_be_loaded_and_holds_the_faces_in_our_order() -> None:
    version = a_draft_material(faces=3).newest
    loaded = TemplateAnalysis.from_bytes(version.analysis_bytes())
    boxes = [(face.box.left, face.box.top) for face in loaded.faces]
    assert boxes == [(face.left, face.top) for face in version.faces.order_by("number")]


def test_an_outdated_analysis_is_replaced_and_its_file_erased(
    capsys: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    version = a_draft_material(faces=2).newest
    old_file = str(version.analysis.name)
    make_outdated(version)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("reanalyse")
    version.refresh_from_db()
    assert version.analysis_key == analysis.analysis_key()
    assert version.analysis.name != old_file
    assert not storages["materials"].exists(old_file)
    assert len(TemplateAnalysis.from_bytes(version.analysis_bytes()).faces) == 2
    assert capsys.readouterr().out == "1 done, 0 failed\n"


def test_a_dry_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    version = a_draft_material().newest
    make_outdated(version)
    call_command("reanalyse", dry_run=True)
    assert capsys.readouterr().out == "1 outdated\n"
    assert list(reanalysis.outdated()) == [version]


def test_a_face_that_is_not_found_any_more_keeps_the_old_analysis() -> None:
    version = a_draft_material().newest
    version.faces.update(left=0, top=0, width=20, height=20)
    make_outdated(version)
    with pytest.raises(refusals.MaterialNoFace):
        reanalysis.reanalyse(version)
    version.refresh_from_db()
    assert version.analysis_key == "warp 0"


def test_the_command_goes_on_after_a_failure_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken, sound = a_draft_material(seed=1).newest, a_draft_material(seed=2).newest
    storages["materials"].delete(str(broken.image.name))
    for version in (broken, sound):
        make_outdated(version)
    with pytest.raises(CommandError):
        call_command("reanalyse")
    assert list(reanalysis.outdated()) == [broken]
    assert capsys.readouterr().out == "1 done, 1 failed\n"


def test_of_two_runs_the_loser_leaves_no_file(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    version = a_draft_material().newest
    make_outdated(version)
    stale = MaterialVersion.objects.get(pk=version.pk)
    with django_capture_on_commit_callbacks(execute=True):
        reanalysis.reanalyse(version)
        reanalysis.reanalyse(stale)
    version.refresh_from_db()
    folder = str(version.analysis.name).rsplit("/", 2)[0]
    storage = storages["materials"]
    analyses = [
        inner
        for inner in storage.listdir(folder)[0]
        if storage.exists(f"{folder}/{inner}/analysis.bin")
    ]
    assert len(analyses) == 1
    assert storage.exists(str(version.analysis.name))


def test_layers_are_analysed_again() -> None:
    version = a_draft_material().newest
    storage = storages["materials"]
    name = storage.save("x/layer.png", ContentFile(a_layer(version.width, version.height)))
    MaterialVersion.objects.filter(pk=version.pk).update(layer=name)
    make_outdated(version)
    reanalysis.reanalyse(version)
    assert TemplateAnalysis.from_bytes(version.analysis_bytes()).layer is not None
