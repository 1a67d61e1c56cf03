"""A file becomes a draft with faces, findings and files; a refused one leaves nothing behind."""

import re

import pytest
from django.core.files.storage import storages
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns import audit
from campaigns.models import AuditLine, Role
from campaigns.refusals import NotAllowed, NothingHere, WrongState
from templates_app import analysis, intake, preparing, refusals, review
from templates_app.models import Material, MaterialVersion, State
from tests.factories import (
    a_campaign,
    a_draft_material,
    a_look,
    a_person,
    a_submission,
    an_approved_material,
    with_rights,
)
from tests.pictures import a_face_picture, a_layer, file_of, turned_by_exif

pytestmark = pytest.mark.django_db


def stored_files() -> set[str]:
    """Every file of the storage, by walking it."""
    storage = storages["materials"]
    found: set[str] = set()
    folders = [""]
    while folders:
        folder = folders.pop()
        inner, files = storage.listdir(folder)
        found |= {f"{folder}/{name}".lstrip("/") for name in files}
        folders += [f"{folder}/{name}".lstrip("/") for name in inner]
    return found


def test_a_picture_becomes_a_draft_with_everything_computed() -> None:
    campaign = a_campaign()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    material = intake.take_in(
        campaign=campaign,
        data=file_of(a_face_picture(700, 480, faces=2)),
        by=operator,
        title={"en": "Two friends", "zh-hans": "两个朋友"},
    )
    version = material.newest
    assert re.fullmatch(rf"qc_{campaign.project_id}_\d{{6}}_1", material.model_id)
    assert (material.state, version.state, version.number) == (State.DRAFT, State.DRAFT, 1)
    assert material.current == version
    assert material.title("zh-hans") == "两个朋友"
    assert (version.width, version.height) == (700, 480)
    assert version.analysis_bytes()
    assert version.analysis_key == analysis.analysis_key()
    assert len(version.sha256) == 64
    faces = list(version.faces.all())
    assert [face.face_id for face in faces] == [f"{material.model_id}_1", f"{material.model_id}_2"]
    assert faces[0].left < faces[1].left
    assert version.findings.filter(face=faces[0]).count() == 5
    assert version.findings.filter(face=None, rule="faces", measured=2).exists()
    line = AuditLine.objects.get(act="material.take_in")
    assert (line.by, line.object_id) == (operator, str(material.pk))


def test_a_title_in_one_language_is_the_organisations() -> None:
    material = a_draft_material(title="Astronaut")
    assert material.titles == {"en": "Astronaut"}
    assert material.title("zh-hans") == "Astronaut"


def test_without_a_title_the_id_is_shown() -> None:
    material = a_draft_material(title="")
    assert material.title() == material.model_id


def test_numbers_run_on_within_a_campaign_and_begin_anew_in_another() -> None:
    first, second = a_campaign(), a_campaign()
    assert [a_draft_material(first).number for _ in range(3)] == [1, 2, 3]
    assert a_draft_material(second).number == 1


def test_a_number_is_not_given_again_after_deletion() -> None:
    campaign = a_campaign()
    a_draft_material(campaign)
    last = a_draft_material(campaign)
    gone = last.model_id
    intake.discard(material=last, by=last.created_by)
    again = a_draft_material(campaign)
    assert again.number == 3
    assert again.model_id != gone


def test_a_discarded_draft_takes_its_files_along(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = stored_files()
    material = a_draft_material()
    assert len(stored_files() - before) == 3
    with django_capture_on_commit_callbacks(execute=True):
        intake.discard(material=material, by=material.created_by)
    assert stored_files() == before
    assert not Material.objects.filter(pk=material.pk).exists()


def test_what_was_submitted_is_history_and_cannot_be_discarded() -> None:
    submitted = a_submission()
    review.recall(review=submitted, by=submitted.submitted_by)
    with pytest.raises(WrongState):
        intake.discard(material=submitted.version.material, by=submitted.submitted_by)


def test_a_picture_without_a_face_is_refused_and_leaves_nothing() -> None:
    campaign = a_campaign()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    before = stored_files()
    with pytest.raises(refusals.MaterialNoFace):
        intake.take_in(campaign=campaign, data=file_of(a_face_picture()[:120, :120]), by=operator)
    assert not Material.objects.exists()
    assert stored_files() == before


def test_files_are_erased_when_their_row_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = a_campaign()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    before = stored_files()

    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(audit, "record", breaks)
    with pytest.raises(RuntimeError):
        intake.keep(campaign=campaign, looked=a_look(), by=operator)
    assert stored_files() == before


def test_an_oversized_picture_is_fitted_on_request() -> None:
    campaign = a_campaign()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    large = file_of(a_face_picture(1600, 1200))
    with pytest.raises(refusals.MaterialTooLarge):
        intake.take_in(campaign=campaign, data=large, by=operator)
    material = intake.take_in(campaign=campaign, data=large, by=operator, fit=True)
    assert (material.newest.width, material.newest.height) == (1080, 810)
    assert material.newest.changes == ["resized"]
    assert preparing.prepare(intake.fit_for_me(large)).width == 1080


def test_the_same_picture_twice_is_found_to_be_a_duplicate_but_not_refused() -> None:
    campaign = a_campaign()
    first = a_draft_material(campaign, seed=1)
    second = a_draft_material(campaign, seed=1)
    finding = second.newest.findings.get(rule="duplicate")
    assert (finding.measured, finding.met, finding.other) == (0, False, first)


def test_another_organisations_picture_is_never_named_as_a_duplicate() -> None:
    a_draft_material(seed=1)
    other = a_draft_material(a_campaign(), seed=1)
    assert not other.newest.findings.filter(rule="duplicate").exists()


def test_whoever_uploads_is_told_what_was_found_and_changed() -> None:
    campaign = a_campaign()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    file = turned_by_exif(a_face_picture(700, 480, faces=2))
    version = intake.take_in(campaign=campaign, data=file, by=operator).newest
    told = intake.what_happened(version)
    assert any("turned upright" in sentence for sentence in told)
    assert any("2 face(s) found" in sentence for sentence in told)
    assert intake.what_happened(a_draft_material(seed=2).newest) == []


def test_a_layer_and_a_skin_mask_are_kept_beside_the_picture() -> None:
    campaign = a_campaign()
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    material = intake.take_in(
        campaign=campaign,
        data=file_of(a_face_picture(300, 300)),
        by=operator,
        layer=a_layer(300, 300),
        skin_mask=a_layer(300, 300, channels=1),
    )
    version = material.newest
    assert version.layer
    assert version.skin_mask


@pytest.mark.parametrize(
    "layer",
    [
        a_layer(299, 300),
        a_layer(300, 300, channels=3),
        a_layer(300, 300)[:-40],
        b"\xff\xd8\xff no png",
        a_layer(300, 300, bits=16),
    ],
    ids=["size", "no transparency", "cut off", "no png", "16 bit"],
)
def test_a_layer_that_does_not_fit_is_refused(layer: bytes) -> None:
    with pytest.raises(refusals.MaterialLayer) as refused:
        intake.look(file_of(a_face_picture(300, 300)), layer=layer)
    assert "%(" not in str(refused.value)


def test_an_approved_picture_serves_on_while_its_replacement_is_a_draft() -> None:
    material = an_approved_material()
    approved = material.current
    version = intake.replace_picture(
        material=material, data=file_of(a_face_picture(300, 300, seed=3)), by=material.created_by
    )
    material.refresh_from_db()
    assert (version.number, version.state) == (2, State.DRAFT)
    assert (material.current, material.state) == (approved, State.APPROVED)
    assert material.newest == version


def test_a_draft_is_replaced_outright(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = stored_files()
    material = a_draft_material()
    with django_capture_on_commit_callbacks(execute=True):
        version = intake.replace_picture(
            material=material,
            data=file_of(a_face_picture(300, 300, seed=3)),
            by=material.created_by,
        )
    assert list(material.versions.all()) == [version]
    assert material.current == version
    assert len(stored_files() - before) == 3


def test_a_picture_under_review_cannot_be_replaced() -> None:
    submitted = a_submission()
    with pytest.raises(WrongState) as refused:
        intake.replace_picture(
            material=submitted.version.material,
            data=file_of(a_face_picture(300, 300)),
            by=submitted.submitted_by,
        )
    assert refused.value.state == State.PENDING


def test_a_recalled_draft_is_kept_as_history_when_it_is_replaced() -> None:
    submitted = a_submission()
    material = submitted.version.material
    review.recall(review=submitted, by=submitted.submitted_by)
    version = intake.replace_picture(
        material=material,
        data=file_of(a_face_picture(300, 300, seed=4)),
        by=submitted.submitted_by,
    )
    assert MaterialVersion.objects.filter(material=material).count() == 2
    with_rights(material)
    assert review.submit(material=material, by=submitted.submitted_by).version == version


def test_nothing_is_added_to_a_campaign_that_has_ended() -> None:
    campaign = a_campaign(state="ended")
    with pytest.raises(WrongState):
        a_draft_material(campaign)


def test_a_reviewer_adds_no_materials() -> None:
    campaign = a_campaign()
    with pytest.raises(NotAllowed):
        a_draft_material(campaign, by=a_person(Role.REVIEWER, organisation=campaign.organisation))


def test_another_organisation_sees_nothing_here() -> None:
    with pytest.raises(NothingHere):
        a_draft_material(a_campaign(), by=a_person(Role.OPERATOR))
