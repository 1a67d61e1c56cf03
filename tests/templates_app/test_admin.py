"""The plain pages: they show the facts, ask before they act, and keep strangers out."""

from collections.abc import Callable
from typing import Protocol

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign, Organisation, Person, Role
from templates_app import review
from templates_app.models import Appeal, Material, Review, RightsDocument, State
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


class Owned(Protocol):
    """Anything that belongs to an organisation."""

    @property
    def organisation(self) -> Organisation: ...


def signed_in(*roles: Role, at: Owned) -> Client:
    person = a_person(*roles, organisation=at.organisation, is_staff=True)
    client = Client()
    client.force_login(person)
    return client


def client_of(person: Person) -> Client:
    person.is_staff = True
    person.save()
    client = Client()
    client.force_login(person)
    return client


def page(name: str, *args: object) -> str:
    return reverse(f"admin:templates_app_{name}", args=args)


def upload(picture: bytes | None = None, name: str = "astronaut.jpg") -> SimpleUploadedFile:
    data = file_of(a_face_picture(300, 300)) if picture is None else picture
    return SimpleUploadedFile(name, data, "image/jpeg")


def test_many_files_are_taken_in_or_refused_one_by_one() -> None:
    campaign = a_campaign()
    client = signed_in(Role.OPERATOR, at=campaign)
    assert client.get(page("material_add")).status_code == 200
    answer = client.post(
        page("material_add"),
        {
            "campaign": campaign.pk,
            "pictures": [upload(), upload(b"hello", "notes.txt"), upload(name="diver.jpg")],
        },
        follow=True,
    )
    assert [m.title() for m in Material.objects.order_by("number")] == ["astronaut", "diver"]
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == 3
    assert "notes.txt: This file is not a picture" in said[1]


def test_another_organisations_campaign_cannot_be_uploaded_to() -> None:
    campaign = a_campaign()
    client = signed_in(Role.OPERATOR, at=a_campaign())
    answer = client.post(page("material_add"), {"campaign": campaign.pk, "pictures": [upload()]})
    assert answer.status_code == 200
    assert "campaign" in answer.context["form"].errors
    assert not Material.objects.exists()


def test_the_page_draws_the_faces_and_shows_findings_rights_and_reviews() -> None:
    submitted = a_submission(faces=2)
    material = submitted.version.material
    client = signed_in(Role.REVIEWER, at=material)
    body = client.get(page("material_change", material.pk)).content.decode()
    assert body.count("<rect ") == 2
    assert f"{material.model_id}_2" in body
    assert "px on its shorter side" in body
    assert "Example Ltd" in body
    address = page("material_picture", material.pk, 1, "image")
    assert address in body
    picture = client.get(address)
    assert picture["Content-Type"] == "image/jpeg"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture.getvalue()[:3] == b"\xff\xd8\xff"


def test_the_lists_show() -> None:
    submitted = a_submission()
    client = signed_in(Role.REVIEWER, at=submitted)
    for name in ("material_changelist", "review_changelist", "appeal_changelist"):
        assert client.get(page(name)).status_code == 200
    assert (
        submitted.version.material.model_id
        in client.get(page("material_changelist")).content.decode()
    )


@pytest.mark.parametrize("path", ["material_change", "material_picture", "material_file"])
def test_another_organisation_gets_404_or_home(path: str) -> None:
    material = a_draft_material()
    stranger = signed_in(Role.OPERATOR, Role.REVIEWER, at=a_campaign())
    args = {
        "material_change": (material.pk,),
        "material_picture": (material.pk, 1, "image"),
        "material_file": (material.pk, "replace"),
    }[path]
    assert stranger.get(page(path, *args)).status_code in (302, 404)


def test_nobody_signed_out_sees_a_picture() -> None:
    material = an_approved_material()
    answer = Client().get(page("material_picture", material.pk, 1, "image"))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_material_goes_from_draft_to_approved_by_the_pages_alone() -> None:
    campaign = a_campaign()
    operator = signed_in(Role.OPERATOR, at=campaign)
    operator.post(page("material_add"), {"campaign": campaign.pk, "pictures": [upload()]})
    material = Material.objects.get()
    submit = page("material_act", material.pk, "submit")
    assert b"Record where the picture is from" in operator.post(submit, {"note": "x"}).content
    operator.post(
        page("material_act", material.pk, "rights"),
        {
            "source": "stock",
            "holder": "An agency",
            "depicted": "nobody",
            "consent": "not_needed",
            "ends_on": "2099-12-31",
        },
    )
    operator.post(
        page("material_file", material.pk, "document"),
        {"file": SimpleUploadedFile("licence.pdf", b"%PDF-1.7 licence", "application/pdf")},
    )
    assert operator.get(submit).status_code == 200
    material.refresh_from_db()
    assert material.state == State.DRAFT, "looking at the form does nothing"
    assert operator.post(submit, {"note": "The first"}).status_code == 302
    submitted = Review.objects.get()

    reviewer = signed_in(Role.REVIEWER, at=campaign)
    document = RightsDocument.objects.get(rights__material=material)
    download = reviewer.get(page("material_document", material.pk, document.pk))
    assert download["Content-Disposition"] == 'attachment; filename="licence.pdf"'
    assert reviewer.post(page("review_act", submitted.pk, "claim")).status_code == 302
    answer = reviewer.post(page("review_act", submitted.pk, "reject"), {"comment": "Ugly"})
    assert answer.context["form"].errors["reasons"]
    assert reviewer.post(page("review_act", submitted.pk, "approve"), {}).status_code == 302
    material.refresh_from_db()
    assert material.state == State.APPROVED


def test_a_rejection_is_appealed_and_won_by_the_pages() -> None:
    submitted = a_submission()
    first, second = (signed_in(Role.REVIEWER, at=submitted) for _ in range(2))
    first.post(page("review_act", submitted.pk, "reject"), {"reasons": ["look", "marks"]})
    operator = client_of(submitted.submitted_by)
    operator.post(page("review_act", submitted.pk, "appeal"), {"text": "It does fit"})
    appeal = Appeal.objects.get()
    decide = page("appeal_act", appeal.pk, "decide")
    refused = first.post(decide, {"won": "no", "comment": "No"})
    assert b"somebody else has to decide" in refused.content
    second.post(decide, {"won": "yes", "comment": "It does"})
    appeal.refresh_from_db()
    assert appeal.won is True
    body = second.get(page("review_change", submitted.pk)).content.decode()
    assert "does not fit the campaign" in body


def test_the_loser_reads_who_was_faster() -> None:
    submitted = a_submission()
    winner = a_person(Role.REVIEWER, organisation=submitted.organisation, username="anna")
    review.approve(review=submitted, by=winner)
    loser = signed_in(Role.REVIEWER, at=submitted)
    answer = loser.post(page("review_act", submitted.pk, "approve"), {})
    assert b"anna was faster" in answer.content


@pytest.mark.parametrize(
    ("act", "values", "seen"),
    [
        ("titles", {"en": "Diver"}, lambda m: m.titles == {"en": "Diver"}),
        ("strengths", {"face_degree": "70", "skin_tone": "own"}, lambda m: m.face_degree == 70),
        ("name-face", {"number": "2", "name": "Bride"}, lambda m: m.faces[1].name == "Bride"),
        ("remove-face", {"number": "1"}, lambda m: m.faces.count() == 1),
        ("withdraw", {"why": "Not ours"}, lambda m: m.state == State.WITHDRAWN),
    ],
)
def test_each_act_changes_what_it_says(
    act: str, values: dict[str, str], seen: Callable[[Material], bool]
) -> None:
    material = a_draft_material(faces=2)
    operator = client_of(material.created_by)
    address = page("material_act", material.pk, act)
    assert operator.get(address).status_code == 200
    assert operator.post(address, values).status_code == 302
    assert seen(Material.objects.get(pk=material.pk))


def test_a_face_that_is_not_there_is_said() -> None:
    material = a_draft_material()
    operator = client_of(material.created_by)
    answer = operator.post(page("material_act", material.pk, "remove-face"), {"number": "9"})
    assert b"has no such face" in answer.content


def test_the_picture_is_replaced_with_its_layer() -> None:
    material = a_draft_material()
    operator = client_of(material.created_by)
    address = page("material_file", material.pk, "replace")
    wrong = operator.post(
        address, {"file": upload(), "layer": SimpleUploadedFile("l.png", a_layer(10, 10))}
    )
    assert b"The layer does not fit" in wrong.content
    answer = operator.post(
        address, {"file": upload(), "layer": SimpleUploadedFile("l.png", a_layer(300, 300))}
    )
    assert answer.status_code == 302
    assert material.newest.layer


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.AUDITOR])
def test_hand_made_posts_by_the_wrong_role_change_nothing(role: Role) -> None:
    material = a_draft_material()
    client = signed_in(role, at=material)
    for act in ("submit", "titles", "strengths", "rights", "restore", "remove-face"):
        answer = client.post(page("material_act", material.pk, act), {"en": "x", "number": 1})
        assert answer.status_code == 403
    answer = client.post(page("material_file", material.pk, "replace"), {"file": upload()})
    assert answer.status_code == 403
    material.refresh_from_db()
    assert material.state == State.DRAFT


def test_a_hand_made_post_to_the_change_form_changes_nothing() -> None:
    material = a_draft_material()
    client = client_of(material.created_by)
    client.post(page("material_change", material.pk), {"state": "approved", "titles": "{}"})
    material.refresh_from_db()
    assert (material.state, material.titles) == (State.DRAFT, {"en": "Portrait"})


def test_many_are_submitted_after_a_confirmation() -> None:
    campaign = a_campaign()
    ready, unready = (a_draft_material(campaign, seed=seed) for seed in (1, 2))
    with_rights(ready)
    client = signed_in(Role.OPERATOR, at=campaign)
    fields = {"action": "submit_selected", "_selected_action": [ready.pk, unready.pk]}
    asked = client.post(page("material_changelist"), fields)
    assert asked.status_code == 200
    assert not Review.objects.exists()
    answer = client.post(page("material_changelist"), fields | {"confirmed": "1"}, follow=True)
    assert [row.version.material for row in Review.objects.all()] == [ready]
    said = [str(message) for message in answer.context["messages"]]
    assert any("rights record is not complete" in sentence for sentence in said)


def test_many_are_approved_but_never_ones_own() -> None:
    campaign = a_campaign()
    both = a_person(Role.OPERATOR, Role.REVIEWER, organisation=campaign.organisation)
    own, other = a_submission(campaign, by=both, seed=1), a_submission(campaign, seed=2)
    client = client_of(both)
    fields = {"action": "approve_selected", "_selected_action": [own.pk, other.pk]}
    client.post(page("review_changelist"), fields | {"confirmed": "1"})
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.outcome, other.outcome) == ("", "approved")


def test_the_gate_is_shown_and_kept_on_the_campaigns_page() -> None:
    campaign = a_campaign(state="draft", owner_contact="")
    operator = signed_in(Role.OPERATOR, at=campaign)
    change = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    publish = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "publish"])
    assert "Give the contact" in operator.get(change).content.decode()
    assert b"At least one material" in operator.post(publish).content
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DRAFT
    an_approved_material(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(owner_contact="owner@example.org")
    assert operator.post(publish).status_code == 302
    campaign.refresh_from_db()
    assert campaign.published


def test_a_copy_made_on_the_page_takes_the_materials_along() -> None:
    campaign = a_campaign()
    an_approved_material(campaign)
    operator = signed_in(Role.OPERATOR, at=campaign)
    clone = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "clone"])
    operator.post(clone, {"slug": "second-time"})
    assert Material.objects.filter(campaign__slug="second-time").count() == 1


@pytest.mark.parametrize("name", ["material_changelist", "review_changelist"])
def test_a_longer_list_asks_the_database_no_more(name: str) -> None:
    campaign = a_campaign()
    client = signed_in(Role.REVIEWER, at=campaign)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(name), {"q": "qc_"}).status_code == 200
        return len(seen)

    a_submission(campaign, seed=1)
    few = queries()
    for seed in (2, 3, 4):
        a_submission(campaign, seed=seed)
    assert queries() == few


def test_materials_are_found_by_id_and_title() -> None:
    material = a_draft_material(title="Astronaut")
    a_draft_material(material.campaign, title="Diver")
    client = client_of(material.created_by)
    for words in (material.model_id, "Astro"):
        found = client.get(page("material_changelist"), {"q": words}).context["cl"].queryset
        assert list(found) == [material]
