"""The publish gate: every missing point is named, and no door leads past it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.fields.files import FieldFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns import lifecycle
from campaigns.models import Campaign, Person, Role, Standing
from campaigns.refusals import NotAllowed, NothingHere, WrongState
from templates_app import catalogue, editing, intake, publishing, refusals, rights
from templates_app.models import Material, Review, RightsDocument
from tests.factories import a_campaign, a_person, an_approved_material, with_rights

pytestmark = pytest.mark.django_db
DRAFT = Campaign.State.DRAFT
ROOT = Path(__file__).parents[2]


def a_ready_campaign(**fields: Any) -> Campaign:
    campaign = a_campaign(state=DRAFT, **fields)
    an_approved_material(campaign)
    return campaign


def an_operator(campaign: Campaign) -> Person:
    return a_person(Role.OPERATOR, organisation=campaign.organisation)


def codes(campaign: Campaign) -> list[str]:
    return [point.code for point in publishing.unmet(campaign)]


def test_a_campaign_that_lacks_nothing_is_published() -> None:
    campaign = a_ready_campaign()
    assert publishing.unmet(campaign) == []
    publishing.publish(campaign, by=an_operator(campaign))
    assert campaign.state == Campaign.State.PUBLISHED


def test_a_paused_campaign_passes_the_same_gate_again() -> None:
    campaign = a_ready_campaign()
    operator = an_operator(campaign)
    publishing.publish(campaign, by=operator)
    lifecycle.pause(campaign, by=operator)
    Campaign.objects.filter(pk=campaign.pk).update(owner_contact="")
    with pytest.raises(refusals.PublishBlocked):
        publishing.publish(campaign, by=operator)
    Campaign.objects.filter(pk=campaign.pk).update(owner_contact="owner@example.org")
    publishing.publish(campaign, by=operator)
    assert campaign.published


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"owner_contact": ""}, "contact"),
        ({"starts_at": None}, "dates"),
        ({"ends_at": None}, "dates"),
        ({"fee_state": "unpaid"}, "fee"),
        ({"fee_state": "stopped"}, "fee"),
        ({"label_text": "Made with love"}, "label"),
        ({"lead_form": True}, "retention"),
        ({"sandbox": True}, "sandbox"),
        ({"languages": []}, "texts"),
    ],
)
def test_each_missing_setting_is_named(fields: dict[str, Any], code: str) -> None:
    campaign = a_ready_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(**fields)
    campaign.refresh_from_db()
    assert code in codes(campaign)
    with pytest.raises(refusals.PublishBlocked) as refused:
        publishing.publish(campaign, by=an_operator(campaign))
    assert refused.value.points
    campaign.refresh_from_db()
    assert campaign.state == DRAFT


def test_dates_in_the_past_are_named() -> None:
    now = timezone.now()
    past = {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=1)}
    assert codes(a_ready_campaign(**past)) == ["dates"]


def test_a_language_without_texts_is_named_by_its_name() -> None:
    campaign = a_ready_campaign()
    campaign.texts.filter(language="zh-hans").delete()
    campaign.consent_texts.filter(language="zh-hans").delete()
    points = {point.code: str(point.sentence) for point in publishing.unmet(campaign)}
    assert set(points) == {"texts", "consent"}
    assert "简体中文" in points["consent"]
    assert "English" not in points["consent"]


@pytest.mark.parametrize(
    "standing", [s for s in Standing if s not in (Standing.NORMAL, Standing.GRACE)]
)
def test_an_account_in_bad_standing_is_named(standing: Standing) -> None:
    campaign = a_ready_campaign()
    campaign.account.standing = standing
    campaign.account.save()
    assert codes(campaign) == ["account"]


def test_without_an_approved_material_in_rights_nothing_is_published() -> None:
    assert codes(a_campaign(state=DRAFT)) == ["materials"]
    campaign = a_ready_campaign()
    material = Material.objects.get(campaign=campaign)
    assert material.rights is not None
    rights.end_early(
        rights=material.rights, ends_on=date(2020, 1, 1), by=material.created_by, why="sold"
    )
    assert codes(campaign) == ["materials"]


def test_every_point_leads_to_a_page_that_mends_it() -> None:
    campaign = a_campaign(state=DRAFT, owner_contact="", starts_at=None, fee_state="unpaid")
    campaign.account.standing = Standing.FREEZE
    points = publishing.unmet(campaign)
    assert len(points) == 5
    for point in points:
        assert reverse(point.link_name, args=point.link_args)
        assert str(point.sentence)


def test_the_checklist_has_every_point_green_or_not() -> None:
    campaign = a_ready_campaign(owner_contact="")
    lines = dict(publishing.checklist(campaign))
    assert len(lines) == len(publishing.POINTS)
    assert [code for code, point in lines.items() if point] == ["contact"]


@pytest.mark.parametrize(
    ("text", "languages", "lawful"),
    [
        ("", ["zh-hans"], True),
        ("AI 合成 / AI generated", ["en", "zh-hans"], True),
        ("人工智能生成", ["zh-hans"], True),
        ("AI生成", ["zh-hans"], True),
        ("本图片为AI合成图片", ["zh-hans"], True),
        ("AI generated", ["en"], True),
        ("AI generated", ["en", "zh-hans"], False),
        ("合成", ["zh-hans"], False),
        ("PAINTED 生成", ["zh-hans"], False),
        ("AI", ["en"], False),
    ],
)
def test_a_label_says_that_a_machine_made_it(text: str, languages: list[str], lawful: bool) -> None:
    assert publishing.is_lawful_label(text, languages) == lawful


# --- Nobody gets past it ---------------------------------------------------------------------


@pytest.mark.parametrize("role", [r for r in Role if r != Role.OPERATOR])
def test_only_an_operator_publishes(role: Role) -> None:
    campaign = a_ready_campaign()
    with pytest.raises(NotAllowed):
        publishing.publish(campaign, by=a_person(role, organisation=campaign.organisation))


def test_another_organisation_finds_nothing() -> None:
    with pytest.raises(NothingHere):
        publishing.publish(a_ready_campaign(), by=a_person(Role.OPERATOR))


def test_what_somebody_else_has_moved_meanwhile_is_not_published() -> None:
    campaign = a_ready_campaign()
    operator = an_operator(campaign)
    stale = Campaign.objects.get(pk=campaign.pk)
    lifecycle.archive(campaign, by=operator)
    with pytest.raises(WrongState):
        publishing.publish(stale, by=operator)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.ARCHIVED


def test_the_bare_move_is_called_from_the_gate_alone() -> None:
    """No code but publishing may use lifecycle.publish."""
    callers = set()
    for package in ("campaigns", "templates_app", "fusionsite"):
        for file in (ROOT / package).rglob("*.py"):
            if "lifecycle.publish(" in file.read_text():
                callers.add(file.relative_to(ROOT).as_posix())
    assert callers == {"templates_app/publishing.py"}


def signed_in(person: Person) -> Client:
    person.is_staff = True
    person.save()
    client = Client()
    client.force_login(person)
    return client


def test_a_hand_made_request_to_the_campaigns_form_leaves_a_draft_a_draft() -> None:
    """Everything else in the request is saved, so it was not refused as a whole."""
    campaign = a_campaign(state=DRAFT, fee_state="unpaid")
    client = signed_in(an_operator(campaign))
    address = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    page = client.get(address)
    form = page.context["adminform"].form
    values = {name: form.get_initial_for_field(f, name) for name, f in form.fields.items()}
    for formset in page.context["inline_admin_formsets"]:
        values |= {bound.html_name: bound.value() for bound in formset.formset.management_form}
        for row in formset.formset:
            values |= {bound.html_name: bound.value() for bound in row}
    sent: dict[str, Any] = {
        name: value
        for name, value in values.items()
        if value not in (None, False) and not isinstance(value, FieldFile)
    }
    for name in ("starts_at", "ends_at"):
        moment = sent.pop(name)
        sent |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}
    sent |= {
        "owner_contact": "new@example.org",
        "languages": '["en"]',
        "state": "published",
        "fee_state": "paid",
    }
    answer = client.post(address, sent)
    campaign.refresh_from_db()
    assert campaign.owner_contact == "new@example.org", answer.context
    assert (campaign.state, campaign.fee_state) == (DRAFT, "unpaid")


def test_a_hand_made_admin_action_leaves_a_draft_a_draft() -> None:
    campaign = a_campaign(state=DRAFT)
    client = signed_in(an_operator(campaign))
    for action in ("publish", "make_published", "resume"):
        client.post(
            reverse("admin:campaigns_campaign_changelist"),
            {"action": action, "_selected_action": [campaign.pk]},
        )
    campaign.refresh_from_db()
    assert campaign.state == DRAFT


# --- Copies ----------------------------------------------------------------------------------


def test_a_copy_has_the_approved_materials_but_nothing_of_the_rest() -> None:
    campaign = a_ready_campaign()
    original = Material.objects.get(campaign=campaign)
    lapsed = an_approved_material(campaign, seed=2)
    editing.withdraw(material=lapsed, by=lapsed.created_by, why="Not again")
    copy = publishing.clone(campaign, by=an_operator(campaign), slug="again")
    [twin] = catalogue.shelf(copy)
    assert twin.pk != original.pk
    assert twin.model_id.startswith(f"qc_{copy.project_id}_")
    assert twin.status_number == 21
    assert twin.titles == original.titles
    served = catalogue.servable_material(copy, twin.model_id)
    assert original.current is not None
    assert served.analysis_bytes() == original.analysis_bytes()
    assert served.current is not None
    assert served.current.image.name != original.current.image.name
    assert [face.number for face in served.faces] == [1]
    assert served.current.findings.count() == original.current.findings.count()
    assert Review.objects.get(version=served.current).by_machine
    assert "materials" not in codes(copy)


def test_proofs_are_shared_with_a_copy_and_outlive_it(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    campaign = a_campaign(state=DRAFT)
    material = an_approved_material(campaign)
    record = with_rights(material)
    document = rights.add_document(
        rights=record, by=record.recorded_by, name="release.pdf", data=b"%PDF-1.7"
    )
    reviewer = a_person(Role.REVIEWER, organisation=campaign.organisation)
    rights.confirm(rights=record, by=reviewer)
    copy = publishing.clone(campaign, by=an_operator(campaign), slug="again")
    twin = Material.objects.get(campaign=copy)
    assert RightsDocument.objects.filter(file=str(document.file.name)).count() == 2
    Review.objects.filter(version__material=twin).delete()
    Material.objects.filter(pk=twin.pk).update(state="draft")
    with django_capture_on_commit_callbacks(execute=True):
        intake.discard(material=twin, by=twin.created_by)
    with document.file.open() as stored:
        assert stored.read() == b"%PDF-1.7"
