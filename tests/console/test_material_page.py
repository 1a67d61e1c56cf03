"""The page of one material: what it says, every act on it, and strengths tried out live."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaigns import quota
from campaigns.models import Campaign, LedgerEntry, Role
from fusionsite.console import tasks, tryout
from fusionsite.jobs.models import FusionJob
from templates_app import review
from templates_app.models import Appeal, Material, MaterialFace, Review, RightsDocument, State
from tests.console.acting import client_of, page, queries, said, signed_in
from tests.factories import (
    a_campaign,
    a_draft_material,
    a_person,
    a_submission,
    an_approved_material,
    with_rights,
)
from tests.pictures import a_face_picture, a_layer, file_of

pytestmark = pytest.mark.django_db

PINNED_QUERIES = 40
RIGHTS = {
    "source": "stock",
    "holder": "An agency",
    "depicted": "nobody",
    "consent": "not_needed",
    "ends_on": "2099-12-31",
}


def upload(name: str = "other.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file_of(a_face_picture(300, 300)), "image/jpeg")


def act(client: Client, material: Material, name: str, /, **fields: Any) -> Any:
    address = page("material_page", material.model_id)
    return client.post(address, {"act": name, **fields}, follow=True)


def body(client: Client, material: Material) -> str:
    return client.get(page("material_page", material.model_id)).content.decode()


def test_it_shows_the_findings_the_limits_the_rights_and_the_decisions() -> None:
    submitted = a_submission(faces=2)
    material = submitted.version.material
    reviewer = signed_in(Role.REVIEWER, at=material)
    shown = body(reviewer, material)
    assert shown.count('class="fbox"') == 2
    for words in ("Face size", "≥ 34 px", "Number of faces", "≤ 6", "Example Ltd", "Submitted by"):
        assert words in shown


def test_missed_limits_come_first_with_what_to_do() -> None:
    material = a_draft_material()
    material.newest.findings.filter(rule="turn").update(measured=50, met=False)
    client = client_of(material.created_by)
    checks = client.get(page("material_page", material.model_id)).context["checks"]
    assert (checks[0].rule, checks[0].measured, checks[0].limit) == ("turn", "50°", "≤ 35°")
    assert "Use a picture that looks towards the camera" in body(client, material)


def test_a_longer_history_asks_the_database_little_more() -> None:
    material = an_approved_material(faces=2)
    client = client_of(material.created_by)
    assert queries(client, page("material_page", material.model_id)) <= PINNED_QUERIES


def test_it_goes_from_draft_to_submitted_by_the_page_alone() -> None:
    material = a_draft_material()
    client = client_of(material.created_by)
    assert "Fill in the rights" in body(client, material)
    refused = act(client, material, "submit", note="x")
    assert refused.status_code == 422
    assert b"Record where the picture is from" in refused.content
    act(client, material, "rights", **RIGHTS)
    licence = SimpleUploadedFile("licence.pdf", b"%PDF-1.7 licence", "application/pdf")
    act(client, material, "document", file=licence)
    assert "Ready: submit it" in body(client, material)
    assert "Submitted." in said(act(client, material, "submit", note="The first"))
    assert Review.objects.get().note == "The first"
    document = RightsDocument.objects.get()
    download = client.get(page("material_document", material.model_id, document.pk))
    assert download.getvalue().endswith(b"licence")
    assert download["Content-Disposition"] == 'attachment; filename="licence.pdf"'
    stranger = signed_in(Role.REVIEWER, at=a_campaign())
    there = page("material_document", material.model_id, document.pk)
    assert stranger.get(there).status_code == 404


@pytest.mark.parametrize(
    ("name", "fields", "seen"),
    [
        ("titles", {"en": "Diver", "zh-hans": "潜水员"}, lambda m: m.title("zh-hans") == "潜水员"),
        ("strengths", {"face_degree": "70", "skin_tone": "own"}, lambda m: m.face_degree == 70),
        ("remove-face", {"number": "1"}, lambda m: m.faces.count() == 1),
        ("withdraw", {"why": "Not ours"}, lambda m: m.state == State.WITHDRAWN),
        ("delete", {"name": "Portrait", "why": "A test"}, lambda m: m.deleted_at is not None),
    ],
)
def test_each_act_changes_what_it_says(
    name: str, fields: dict[str, str], seen: Callable[[Material], bool]
) -> None:
    material = a_draft_material(faces=2)
    answer = act(client_of(material.created_by), material, name, **fields)
    assert answer.status_code == 200
    assert seen(Material.objects.get(pk=material.pk))


class TestFaces:
    def names(self, material: Material) -> list[tuple[int, str]]:
        return [(face.number, face.name) for face in material.newest.faces.all()]

    def test_are_named_and_ordered_in_one_go(self) -> None:
        material = a_draft_material(faces=2)
        client = client_of(material.created_by)
        act(client, material, "faces", order=["2", "1"], name_1="Groom", name_2="Bride")
        assert self.names(material) == [(2, "Bride"), (1, "Groom")]

    def test_are_moved_by_a_button_without_scripts(self) -> None:
        material = a_draft_material(faces=2)
        client = client_of(material.created_by)
        act(client, material, "faces", order=["1", "2"], move="2:-1", name_1="A", name_2="B")
        assert self.names(material) == [(2, "B"), (1, "A")]
        act(client, material, "faces", order=["2", "1"], move="2:-1")
        assert [number for number, _name in self.names(material)] == [2, 1]

    @pytest.mark.parametrize(
        "fields",
        [
            {"order": ["9", "x", "-1"]},
            {"move": "9:1"},
            {"move": "1:99"},
            {"name_9": "Nobody"},
            {"order": ["1", "1", "2"]},
        ],
    )
    def test_nonsense_changes_nothing(self, fields: dict[str, Any]) -> None:
        material = a_draft_material(faces=2)
        client = client_of(material.created_by)
        assert act(client, material, "faces", **fields).status_code == 200
        assert self.names(material) == [(1, ""), (2, "")]

    def test_partners_keep_the_numbers_they_know(self) -> None:
        material = a_draft_material(faces=2)
        act(client_of(material.created_by), material, "faces", order=["2", "1"])
        ids = {face.face_id: face.template_face for face in MaterialFace.objects.all()}
        assert ids == {f"{material.model_id}_1": 0, f"{material.model_id}_2": 1}

    def test_one_that_is_not_there_is_said(self) -> None:
        material = a_draft_material()
        answer = act(client_of(material.created_by), material, "remove-face", number="9")
        assert b"has no such face" in answer.content

    def test_the_last_one_stays(self) -> None:
        material = a_draft_material()
        answer = act(client_of(material.created_by), material, "remove-face", number="1")
        assert b"This is the last face" in answer.content


class TestDeleting:
    def test_is_confirmed_by_naming_and_keeps_what_was_typed(self) -> None:
        material = a_draft_material()
        client = client_of(material.created_by)
        answer = act(client, material, "delete", name="Another", why="Not needed")
        assert answer.status_code == 422
        assert "Type “Portrait”." in answer.content.decode()
        assert "Not needed" in answer.content.decode()
        material.refresh_from_db()
        assert material.deleted_at is None

    def test_takes_it_out_of_lists_and_service_and_can_be_undone(self) -> None:
        material = an_approved_material()
        client = client_of(material.created_by)
        act(client, material, "delete", name=material.model_id, why="Not needed")
        material.refresh_from_db()
        assert material.state == State.WITHDRAWN
        assert client.get(page("materials")).context["tabs"][0].count == 0
        deleted = client.get(page("materials"), {"state": "deleted"}).context["glances"]
        assert [glance.material for glance in deleted] == [material]
        act(client, material, "restore")
        material.refresh_from_db()
        assert (material.state, material.deleted_at) == (State.APPROVED, None)

    def test_is_refused_while_somebody_reviews_it(self) -> None:
        submitted = a_submission()
        material = submitted.version.material
        client = client_of(submitted.submitted_by)
        answer = act(client, material, "delete", name="Portrait", why="Not needed")
        assert "In review" in answer.content.decode()
        material.refresh_from_db()
        assert material.deleted_at is None

    def test_a_second_time_is_said(self) -> None:
        material = a_draft_material()
        client = client_of(material.created_by)
        for _ in range(2):
            answer = act(client, material, "delete", name="Portrait", why="Not needed")
        assert "the state is “deleted”" in answer.content.decode()


class TestVersions:
    def test_a_replaced_picture_is_reviewed_while_the_approved_one_serves(self) -> None:
        material = an_approved_material()
        client = client_of(material.created_by)
        act(client, material, "replace", file=upload())
        act(client, material, "submit")
        material.refresh_from_db()
        assert (material.state, material.newest.state) == (State.APPROVED, State.PENDING)
        shown = body(client, material)
        assert "Version 2" in shown
        assert "Version 1" in shown
        assert "serves" in shown

    def test_a_layer_that_does_not_fit_is_said(self) -> None:
        material = a_draft_material()
        client = client_of(material.created_by)
        small = SimpleUploadedFile("l.png", a_layer(10, 10), "image/png")
        answer = act(client, material, "replace", file=upload(), layer=small)
        assert b"The layer does not fit" in answer.content
        fitting = SimpleUploadedFile("l.png", a_layer(300, 300), "image/png")
        act(client, material, "replace", file=upload(), layer=fitting)
        assert material.newest.layer

    def test_a_rejected_one_shows_the_reasons_and_is_mended_or_appealed(self) -> None:
        submitted = a_submission()
        reviewer = a_person(Role.REVIEWER, organisation=submitted.organisation)
        review.reject(review=submitted, by=reviewer, reasons=["look"], comment="Too dark")
        material, client = submitted.version.material, client_of(submitted.submitted_by)
        shown = body(client, material)
        assert "does not fit the campaign" in shown
        assert "Too dark" in shown
        assert "within one working day" in said(act(client, material, "appeal", text="It fits"))
        assert Appeal.objects.get().text == "It fits"

    def test_an_undecided_one_is_taken_back(self) -> None:
        submitted = a_submission()
        material = submitted.version.material
        act(client_of(submitted.submitted_by), material, "recall")
        material.refresh_from_db()
        assert material.state == State.DRAFT


class TestRights:
    def test_what_was_typed_stays_when_it_is_wrong(self) -> None:
        material = a_draft_material()
        client = client_of(material.created_by)
        answer = act(client, material, "rights", **RIGHTS | {"without_end": "on"})
        assert answer.status_code == 422
        assert "not both" in answer.content.decode()
        assert 'value="An agency"' in answer.content.decode()

    def test_a_reviewer_confirms_what_somebody_else_recorded(self) -> None:
        material = a_draft_material()
        record = with_rights(material)
        act(signed_in(Role.REVIEWER, at=material), material, "confirm-rights")
        record.refresh_from_db()
        assert record.confirmed_at is not None

    def test_they_end_early_with_a_reason(self) -> None:
        material = an_approved_material()
        client = client_of(material.created_by)
        act(client, material, "end-rights", ends_on="2001-01-01", why="The licence was cancelled")
        assert "visitors do not see it" in body(client, material)

    @pytest.mark.parametrize(
        "fields",
        [{"source": "stolen"}, {"ends_on": "31.13.2099"}, {"holder": "x" * 5000}],
    )
    def test_wrong_values_are_said_and_nothing_is_recorded(self, fields: dict[str, str]) -> None:
        material = a_draft_material()
        answer = act(client_of(material.created_by), material, "rights", **RIGHTS | fields)
        assert answer.status_code == 422
        assert not material.rights_records.exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR])
def test_hand_made_posts_by_the_wrong_role_change_nothing(role: Role) -> None:
    material = a_draft_material()
    client = signed_in(role, at=material)
    for name in ("submit", "titles", "strengths", "faces", "rights", "restore", "delete"):
        assert act(client, material, name, en="x", number=1).status_code == 403
    assert act(client, material, "approve").status_code == 404
    material.refresh_from_db()
    assert (material.state, material.titles) == (State.DRAFT, {"en": "Portrait"})


def test_strangers_see_nothing_and_change_nothing() -> None:
    material = a_draft_material()
    stranger = signed_in(Role.OPERATOR, Role.REVIEWER, at=a_campaign())
    assert stranger.get(page("material_page", material.model_id)).status_code == 404
    assert act(stranger, material, "titles", en="Mine").status_code == 404
    assert stranger.post(page("tryout", material.model_id)).status_code == 404
    assert stranger.get(page("material_page", "qc_1_2_3")).status_code == 404


SLIDERS = {"sample": "a", "face_degree": "100", "profile_degree": "40", "skin_tone": "own"}


class TestTryingOut:
    def picture(self, client: Client, material: Material, **fields: str) -> Any:
        asked = client.post(page("tryout", material.model_id), SLIDERS | fields)
        assert asked.status_code == 200, asked.content
        return client.get(asked.json()["address"])

    @pytest.fixture(autouse=True)
    def no_pace(self, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
        if "pace" not in request.node.name:
            monkeypatch.setattr(quota, "take", lambda *_: None)

    @pytest.mark.usefixtures("run_jobs_at_once")
    def test_a_draft_is_fused_with_a_painted_face_and_labelled(self) -> None:
        material = a_draft_material(a_campaign(state=Campaign.State.DRAFT), faces=2)
        answer = self.picture(client_of(material.created_by), material)
        assert answer["Content-Type"] == "image/jpeg"
        assert "no-store" in answer["Cache-Control"]
        assert b"TC260" in answer.content or b"AIGC" in answer.content
        made = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
        version = material.newest
        assert made is not None
        assert made.shape[:2] == (version.height, version.width)
        before = cv2.imdecode(np.frombuffer(version.image_bytes(), np.uint8), cv2.IMREAD_COLOR)
        assert before is not None
        for face in version.faces.all():
            there = np.s_[face.top : face.top + face.height, face.left : face.left + face.width]
            apart = np.abs(made[there].astype(int) - before[there].astype(int)).mean()
            assert apart > 5, "another face looks out"

    @pytest.mark.usefixtures("run_jobs_at_once")
    def test_the_sliders_change_the_picture(self) -> None:
        material = a_draft_material()
        client = client_of(material.created_by)
        full, faint = (
            self.picture(client, material, face_degree=degree).content for degree in ("100", "10")
        )
        assert full != faint

    @pytest.mark.usefixtures("run_jobs_at_once")
    def test_nothing_is_charged_and_no_job_is_made(self) -> None:
        material = an_approved_material()
        before = LedgerEntry.objects.count()
        self.picture(signed_in(Role.REVIEWER, at=material), material)
        assert LedgerEntry.objects.count() == before
        assert not FusionJob.objects.exists()

    def test_the_pace_of_trials_is_kept_and_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks.try_out, "apply_async", lambda *_, **__: None)
        material = a_draft_material()
        client = client_of(material.created_by)
        address = page("tryout", material.model_id)
        assert client.post(address, SLIDERS).status_code == 200
        second = client.post(address, SLIDERS)
        assert second.status_code == 429
        assert 0 < second.json()["retry_after_s"] <= 1
        assert "Try again" in second.json()["sentence"]

    def test_it_waits_until_the_worker_is_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks.try_out, "apply_async", lambda *_, **__: None)
        material = a_draft_material()
        assert self.picture(client_of(material.created_by), material).status_code == 202

    def test_a_broken_engine_is_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch, run_jobs_at_once: None
    ) -> None:
        def broken(*_: object) -> bytes:
            raise RuntimeError("the network is gone")

        monkeypatch.setattr(tryout, "make", broken)
        material = a_draft_material()
        answer = self.picture(client_of(material.created_by), material)
        assert answer.status_code == 410
        assert "could not be made" in answer.json()["sentence"]

    def test_an_unreachable_queue_is_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(*_: object, **__: object) -> None:
            raise OSError("no broker")

        monkeypatch.setattr(tasks.try_out, "apply_async", away)
        material = a_draft_material()
        answer = client_of(material.created_by).post(page("tryout", material.model_id), SLIDERS)
        assert answer.status_code == 429
        assert answer.json()["retry_after_s"] == 5

    @pytest.mark.parametrize(
        "fields",
        [
            {"sample": "../../secret"},
            {"face_degree": "101"},
            {"face_degree": "-1"},
            {"profile_degree": ""},
            {"skin_tone": "green"},
        ],
    )
    def test_wrong_values_are_said(self, fields: dict[str, str]) -> None:
        material = a_draft_material()
        client = client_of(material.created_by)
        answer = client.post(page("tryout", material.model_id), SLIDERS | fields)
        assert answer.status_code == 400
        assert "from 0 to 100" in answer.json()["sentence"]

    @pytest.mark.usefixtures("run_jobs_at_once")
    def test_only_whoever_asked_finds_the_picture(self) -> None:
        material = a_draft_material()
        owner = client_of(material.created_by)
        address = owner.post(page("tryout", material.model_id), SLIDERS).json()["address"]
        assert owner.get(address).status_code == 200
        assert signed_in(Role.OPERATOR, at=material).get(address).status_code == 404
        other = a_draft_material(material.campaign, by=material.created_by, seed=2)
        elsewhere = address.replace(material.model_id, other.model_id)
        assert owner.get(elsewhere).status_code == 404

    def test_a_sample_is_one_of_the_painted_faces(self) -> None:
        client = signed_in(Role.OPERATOR, at=a_campaign())
        assert client.get(page("tryout_sample", "b")).content[:2] == b"\xff\xd8"
        assert client.get(page("tryout_sample", "z")).status_code == 404
