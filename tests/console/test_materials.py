"""The list of materials: tabs, filters, files sent one by one, acts on many."""

import json
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, Role
from templates_app import editing
from templates_app.models import Finding, Material, MaterialVersion, Review, State
from tests.console.acting import client_of, page, queries, said, signed_in
from tests.factories import (
    a_campaign,
    a_draft_material,
    a_person,
    a_submission,
    an_approved_material,
    with_rights,
)
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db

PINNED_QUERIES = 27  # five of them for the numbers in the side bar


def upload(picture: bytes | None = None, name: str = "astronaut.jpg") -> SimpleUploadedFile:
    data = file_of(a_face_picture(300, 300)) if picture is None else picture
    return SimpleUploadedFile(name, data, "image/jpeg")


def send(client: Client, campaign: Campaign, file: Any, **fields: str) -> dict[str, Any]:
    answer = client.post(
        page("material_upload"),
        {"campaign": campaign.pk, "file": file, **fields},
        headers={"accept": "application/json"},
    )
    outcome: dict[str, Any] = json.loads(answer.content)["files"][0]
    return outcome


def listed(client: Client, **asked: str | int) -> list[Material]:
    answer = client.get(page("materials"), asked)
    assert answer.status_code == 200
    return [glance.material for glance in answer.context["glances"]]


class TestUpload:
    def test_a_file_becomes_a_draft_with_its_faces_boxed(self) -> None:
        campaign = a_campaign()
        client = signed_in(Role.OPERATOR, at=campaign)
        outcome = send(client, campaign, upload())
        material = Material.objects.get()
        assert outcome["taken"]
        assert outcome["address"] == page("material_page", material.model_id)
        assert material.title() == "astronaut"
        assert client.get(outcome["thumbnail"]).getvalue()[:3] == b"\xff\xd8\xff"
        assert client.get(page("materials")).content.decode().count('class="fbox"') == 1

    def test_a_file_that_is_none_is_refused_with_its_reason(self) -> None:
        campaign = a_campaign()
        outcome = send(signed_in(Role.OPERATOR, at=campaign), campaign, upload(b"hello", "a.txt"))
        assert not outcome["taken"]
        assert "not a picture" in outcome["sentences"][0]
        assert not Material.objects.exists()

    def test_a_large_one_is_offered_smaller_with_the_figures(self) -> None:
        campaign = a_campaign()
        client = signed_in(Role.OPERATOR, at=campaign)
        large = file_of(a_face_picture(1200, 1600))
        refused = send(client, campaign, upload(large))
        assert "1600 px on its longer side" in refused["sentences"][0]
        assert "From 1200 × 1600 px" in refused["fit"]
        assert "810 × 1080 px" in refused["fit"]
        taken = send(client, campaign, upload(large), fit="on")
        assert taken["taken"]
        assert "made smaller" in " ".join(taken["sentences"])
        assert (Material.objects.get().newest.width, Material.objects.get().newest.height) == (
            810,
            1080,
        )

    def test_a_duplicate_is_named(self) -> None:
        campaign = a_campaign()
        client = signed_in(Role.OPERATOR, at=campaign)
        send(client, campaign, upload())
        again = send(client, campaign, upload(name="again.jpg"))
        assert again["taken"]
        assert again["warns"]
        first = Material.objects.order_by("pk")[0]
        assert first.model_id in " ".join(again["sentences"])

    def test_without_scripts_many_files_come_at_once(self) -> None:
        campaign = a_campaign()
        client = signed_in(Role.OPERATOR, at=campaign)
        answer = client.post(
            page("material_upload"),
            {"campaign": campaign.pk, "file": [upload(), upload(b"no", "notes.txt")]},
            follow=True,
        )
        assert "notes.txt This file is not a picture" in said(answer)
        assert Material.objects.count() == 1

    @pytest.mark.parametrize("campaign_key", ["", "x", "999999", "-1", "1" * 400])
    def test_a_campaign_that_is_none_is_said(self, campaign_key: str) -> None:
        client = signed_in(Role.OPERATOR, at=a_campaign())
        answer = client.post(
            page("material_upload"),
            {"campaign": campaign_key, "file": upload()},
            headers={"accept": "application/json"},
        )
        assert answer.status_code == 400
        assert "campaign" in answer.json()["files"][0]["sentences"][0]
        assert not Material.objects.exists()

    def test_another_organisations_campaign_takes_nothing(self) -> None:
        client = signed_in(Role.OPERATOR, at=a_campaign())
        answer = client.post(
            page("material_upload"),
            {"campaign": a_campaign().pk, "file": upload()},
            headers={"accept": "application/json"},
        )
        assert answer.status_code == 400
        assert not Material.objects.exists()

    def test_a_closed_campaign_says_so(self) -> None:
        campaign = a_campaign(state=Campaign.State.ENDED)
        outcome = send(signed_in(Role.OPERATOR, at=campaign), campaign, upload())
        assert "Ended" in outcome["sentences"][0]

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.AUDITOR])
    def test_a_hand_made_post_by_the_wrong_role_is_refused(self, role: Role) -> None:
        campaign = a_campaign()
        answer = signed_in(role, at=campaign).post(
            page("material_upload"), {"campaign": campaign.pk, "file": upload()}
        )
        assert answer.status_code == 403
        assert not Material.objects.exists()


class TestList:
    def test_tabs_count_and_show_what_stands_there(self) -> None:
        campaign = a_campaign()
        draft = a_draft_material(campaign, seed=1)
        waiting = a_submission(campaign, seed=2).version.material
        served = an_approved_material(campaign, seed=3)
        gone = a_draft_material(campaign, seed=4)
        editing.withdraw(material=gone, by=gone.created_by, why="Not ours")
        client = signed_in(Role.REVIEWER, at=campaign)
        assert set(listed(client)) == {draft, waiting, served, gone}
        assert listed(client, state="draft") == [draft]
        assert listed(client, state="review") == [waiting]
        assert listed(client, state="approved") == [served]
        assert listed(client, state="withdrawn") == [gone]
        tabs = client.get(page("materials")).context["tabs"]
        assert [tab.count for tab in tabs] == [4, 1, 1, 1, 1]

    def test_what_serves_while_a_new_version_waits_is_on_both_tabs(self) -> None:
        campaign = a_campaign()
        material = an_approved_material(campaign)
        client = client_of(material.created_by)
        client.post(page("material_page", material.model_id), {"act": "replace", "file": upload()})
        assert listed(client, state="approved") == listed(client, state="draft") == [material]
        assert "Version 1 keeps serving" in client.get(page("materials")).content.decode()

    def test_the_worst_finding_stands_under_the_picture(self) -> None:
        material = a_draft_material()
        with_rights(material)
        findings = Finding.objects.filter(version=material.newest)
        findings.filter(rule="sharpness").update(measured=5, met=False)
        findings.filter(rule="margin").update(measured=0.14, met=False)
        body = client_of(material.created_by).get(page("materials")).content.decode()
        assert "Sharpness 5, limit 20" in body
        assert "1 more" in body
        assert 'class="fbox fbox-bad"' in body

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({}, "All 6 checks pass"),
            ({"holder": ""}, "Rights not complete"),
            ({"ends_on": timedelta(days=9)}, "Rights end in 9 days"),
            ({"ends_on": date(2001, 1, 1)}, "Rights have ended"),
            (None, "Rights not filled in"),
        ],
    )
    def test_what_the_rights_lack_stands_there_next(
        self, fields: dict[str, Any] | None, words: str
    ) -> None:
        material = a_draft_material()
        if fields is not None:
            today = timezone.localdate(timezone=ZoneInfo(material.campaign.time_zone))
            days = {name: today + n for name, n in fields.items() if isinstance(n, timedelta)}
            with_rights(material, **(fields | days))
        assert words in client_of(material.created_by).get(page("materials")).content.decode()

    def test_filters_by_campaign_finding_and_name_in_any_language(self) -> None:
        campaign, other = a_campaign(), None
        diver = a_draft_material(campaign, title="Diver")
        other = a_campaign(organisation=campaign.organisation)
        poet = a_draft_material(other, title="Poet", seed=2)
        Material.objects.filter(pk=poet.pk).update(titles={"en": "Poet", "zh-hans": "诗人"})
        Finding.objects.filter(version=diver.newest, rule="turn").update(met=False)
        client = signed_in(Role.OPERATOR, at=campaign)
        assert listed(client, campaign=other.pk) == [poet]
        assert listed(client, finding="turn") == [diver]
        assert listed(client, q="诗") == listed(client, q="poe") == [poet]
        assert listed(client, q=diver.model_id) == [diver]
        assert listed(client, q="%") == []

    @pytest.mark.parametrize(
        "asked",
        [
            {"state": "nonsense"},
            {"finding": "'; drop"},
            {"page": "x"},
            {"page": "99999999999999999999"},
            {"q": "\x00" + "é" * 5000},
        ],
    )
    def test_nonsense_in_the_address_is_dropped(self, asked: dict[str, str]) -> None:
        client = signed_in(Role.OPERATOR, at=a_draft_material())
        assert client.get(page("materials"), asked).status_code == 200

    def test_a_campaign_of_another_organisation_is_not_there(self) -> None:
        client = signed_in(Role.OPERATOR, at=a_campaign())
        assert client.get(page("materials"), {"campaign": a_campaign().pk}).status_code == 404
        assert client.get(page("materials"), {"campaign": "x"}).status_code == 404
        a_draft_material()
        assert listed(client) == []

    def test_a_thousand_materials_ask_the_database_no_more(self) -> None:
        campaign = a_campaign()
        material = a_draft_material(campaign)
        client = client_of(material.created_by)
        one = queries(client, page("materials"))
        a_thousand_like(material)
        many = queries(client, page("materials"))
        assert many == one
        assert many <= PINNED_QUERIES
        answer = client.get(page("materials"))
        assert answer.context["tabs"][0].count == 1000
        assert len(answer.context["glances"]) == 48


def a_thousand_like(material: Material) -> None:
    """999 more drafts with the same picture, faces and findings, made in bulk."""
    version = material.newest
    face, findings = version.faces.get(), list(version.findings.all())
    fields = {"campaign": material.campaign, "created_by": material.created_by}
    made = Material.objects.bulk_create(
        Material(model_id=f"qc_bulk_{n}", number=n + 10, **fields) for n in range(999)
    )
    copies: list[MaterialVersion] = []
    for row in made:
        copies.append(MaterialVersion(**_values(version) | {"material_id": row.pk}))
    versions = MaterialVersion.objects.bulk_create(copies)
    for row, copy in zip(made, versions, strict=True):
        row.current = copy
    Material.objects.bulk_update(made, ["current"])
    faces = type(face).objects.bulk_create(
        type(face)(**_values(face) | {"version_id": copy.pk}) for copy in versions
    )
    Finding.objects.bulk_create(
        Finding(
            **_values(finding)
            | {"version_id": copy.pk, "face_id": twin.pk if finding.face_id else None}
        )
        for copy, twin in zip(versions, faces, strict=True)
        for finding in findings
    )


def _values(row: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


class TestMany:
    def test_many_are_submitted_and_the_unready_said(self) -> None:
        campaign = a_campaign()
        ready, unready = (a_draft_material(campaign, seed=seed) for seed in (1, 2))
        with_rights(ready)
        client = signed_in(Role.OPERATOR, at=campaign)
        chosen = [ready.model_id, unready.model_id]
        answer = client.post(
            page("materials"), {"act": "submit", "chosen": chosen, "note": "By Friday"}, follow=True
        )
        assert [row.version.material for row in Review.objects.all()] == [ready]
        assert Review.objects.get().note == "By Friday"
        assert "1 material was submitted." in said(answer)
        assert "rights record is not complete" in said(answer)

    def test_many_are_withdrawn_with_a_reason_and_brought_back(self) -> None:
        material = an_approved_material()
        client = client_of(material.created_by)
        fields = {"act": "withdraw", "chosen": [material.model_id]}
        assert "A reason is needed" in said(client.post(page("materials"), fields, follow=True))
        client.post(page("materials"), fields | {"note": "The licence is in doubt"})
        material.refresh_from_db()
        assert material.state == State.WITHDRAWN
        client.post(page("materials"), {"act": "restore", "chosen": [material.model_id]})
        material.refresh_from_db()
        assert material.state == State.APPROVED

    def test_nothing_chosen_is_said(self) -> None:
        client = signed_in(Role.OPERATOR, at=a_campaign())
        answer = client.post(page("materials"), {"act": "submit"}, follow=True)
        assert "Choose at least one" in said(answer)

    def test_an_unknown_act_is_not_there(self) -> None:
        client = signed_in(Role.OPERATOR, at=a_campaign())
        assert client.post(page("materials"), {"act": "approve"}).status_code == 404

    def test_the_wrong_role_and_strangers_change_nothing(self) -> None:
        material = a_draft_material()
        with_rights(material)
        fields = {"act": "submit", "chosen": [material.model_id]}
        reviewer = signed_in(Role.REVIEWER, at=material)
        assert "role does not allow" in said(reviewer.post(page("materials"), fields, follow=True))
        stranger = signed_in(Role.OPERATOR, at=a_campaign())
        assert "Choose at least" in said(stranger.post(page("materials"), fields, follow=True))
        assert not Review.objects.exists()

    def test_a_stale_page_gets_a_sentence(self) -> None:
        submitted = a_submission()
        client = client_of(submitted.submitted_by)
        chosen = [submitted.version.material.model_id]
        answer = client.post(page("materials"), {"act": "submit", "chosen": chosen}, follow=True)
        assert "the state is “In review”" in said(answer)
        assert Review.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_is_written_in_both_languages(language: str) -> None:
    material = a_draft_material()
    person = a_person(Role.OPERATOR, organisation=material.organisation, language=language)
    body = client_of(person).get(page("materials")).content.decode()
    assert ("把肖像拖到这里" in body) == (language == "zh-hans")


def test_pictures_of_others_are_not_there() -> None:
    material = an_approved_material()
    stranger = signed_in(Role.OPERATOR, at=a_campaign())
    address = page("material_picture", material.model_id, 1, "image")
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    own = client_of(material.created_by).get(address)
    assert own["X-Content-Type-Options"] == "nosniff"
    assert own["Cache-Control"] == "private, max-age=300"
    assert np.frombuffer(own.getvalue()[:2], np.uint8).tolist() == [255, 216]
    wrong = page("material_picture", material.model_id, 1, "analysis")
    assert client_of(material.created_by).get(wrong).status_code == 404
