"""The life of a campaign, and what a copy takes along."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campaigns import ledger, lifecycle
from campaigns.models import AuditLine, Campaign, ConsentText, Person, Role
from campaigns.refusals import (
    CampaignEnded,
    CampaignNotOpen,
    CampaignNotStarted,
    CampaignPaused,
    FeeStopped,
    FeeUnpaid,
    NotAllowed,
    NothingHere,
    Refusal,
    WrongState,
)
from tests.factories import a_campaign, a_credential, a_person, an_account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def operator_of(campaign: Campaign) -> Person:
    return a_person(Role.OPERATOR, organisation=campaign.organisation)


def test_a_campaign_lives_from_draft_to_archive() -> None:
    account = an_account()
    operator = a_person(Role.OPERATOR, organisation=account.organisation)
    campaign = lifecycle.make_campaign(
        account.organisation, account, by=operator, slug="spring", daily_cap=9
    )
    states = [campaign.state]
    for move in (
        lifecycle.publish,
        lifecycle.pause,
        lifecycle.publish,
        lifecycle.end,
        lifecycle.archive,
    ):
        move(campaign, by=operator)
        states.append(campaign.state)
    assert states == ["draft", "published", "paused", "published", "ended", "archived"]
    assert campaign.published_at is not None
    assert AuditLine.objects.filter(object_id=str(campaign.pk), by=operator).count() == 6


def test_numbers_start_at_100646_and_are_never_given_again() -> None:
    first = a_campaign()
    first_number = first.project_id
    second = a_campaign()
    assert first_number >= 100_646
    assert second.project_id == first_number + 1
    second.delete()
    assert a_campaign().project_id == first_number + 2


@pytest.mark.parametrize(
    ("move", "wrong"),
    [
        (lifecycle.publish, ["published", "ended", "archived"]),
        (lifecycle.pause, ["draft", "paused", "ended", "archived"]),
        (lifecycle.end, ["draft", "ended", "archived"]),
        (lifecycle.archive, ["published", "paused", "archived"]),
    ],
)
def test_a_move_from_any_other_state_is_refused(move: object, wrong: list[str]) -> None:
    assert callable(move)
    for state in wrong:
        campaign = a_campaign(state=state)
        with pytest.raises(WrongState) as refused:
            move(campaign, by=operator_of(campaign))
        assert refused.value.state == state


def test_of_two_people_the_slower_is_told_the_state() -> None:
    campaign = a_campaign()
    same = Campaign.objects.get(pk=campaign.pk)
    operator = operator_of(campaign)
    lifecycle.end(campaign, by=operator)
    with pytest.raises(WrongState) as refused:
        lifecycle.pause(same, by=operator)
    assert refused.value.state == "ended"


@pytest.mark.parametrize("role", set(Role) - {Role.OPERATOR})
def test_only_an_operator_moves_it(role: Role) -> None:
    campaign = a_campaign(state="draft")
    person = a_person(role, organisation=campaign.organisation)
    with pytest.raises(NotAllowed):
        lifecycle.publish(campaign, by=person)
    with pytest.raises(NothingHere):
        lifecycle.publish(campaign, by=a_person(Role.OPERATOR))


def test_the_bare_publishing_is_called_from_one_place_only() -> None:
    """Everybody else would pass the gate by."""
    root = Path(__file__).parents[2]
    callers = {
        str(file.relative_to(root))
        for package in ("campaigns", "templates_app", "fusionsite")
        for file in (root / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == "publish"
        and isinstance(node.value, ast.Name)
        and node.value.id == "lifecycle"
    }
    assert callers <= {"templates_app/publishing.py"}


def test_a_sandbox_is_never_published() -> None:
    campaign = a_campaign(state="draft", sandbox=True)
    with pytest.raises(WrongState):
        lifecycle.publish(campaign, by=operator_of(campaign))
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(state="published")


def test_the_account_must_be_the_organisations_own() -> None:
    account, foreign = an_account(), an_account()
    operator = a_person(Role.OPERATOR, organisation=account.organisation)
    with pytest.raises(NothingHere):
        lifecycle.make_campaign(account.organisation, foreign, by=operator, slug="x")
    campaign = a_campaign()
    campaign.account = foreign
    with pytest.raises(ValidationError, match="another organisation"):
        campaign.full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {"link_life_s": 3_599},
        {"link_life_s": 2_592_001},
        {"brand_colour": "red"},
        {"face_degree": 101},
        {"label_height_percent": 4},
        {"time_zone": "Mars/Olympus"},
        {"starts_at": NOW, "ends_at": NOW},
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, object]) -> None:
    account = an_account()
    operator = a_person(Role.OPERATOR, organisation=account.organisation)
    with pytest.raises(ValidationError):
        lifecycle.make_campaign(account.organisation, account, by=operator, slug="x", **fields)


def test_the_clock_ends_what_is_over() -> None:
    began = NOW - timedelta(days=1)
    over = a_campaign(state="paused", starts_at=began, ends_at=NOW)
    going = a_campaign(starts_at=began, ends_at=NOW + timedelta(seconds=1))
    assert lifecycle.end_those_over(NOW) == 1
    over.refresh_from_db()
    going.refresh_from_db()
    assert (over.state, over.ended_at, going.state) == ("ended", NOW, "published")


# --- Is it open? -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": "draft"}, CampaignNotOpen),
        ({"state": "paused"}, CampaignPaused),
        ({"state": "ended"}, CampaignEnded),
        ({"state": "archived"}, CampaignEnded),
        ({"starts_at": NOW + timedelta(seconds=90)}, CampaignNotStarted),
        ({"ends_at": NOW}, CampaignEnded),
        ({"fee_state": "unpaid"}, FeeUnpaid),
        ({"fee_state": "stopped"}, FeeStopped),
    ],
)
def test_a_closed_campaign_says_why(fields: dict[str, Any], refusal: type[Refusal]) -> None:
    campaign = a_campaign(**{"starts_at": None, "ends_at": None} | fields)
    with pytest.raises(refusal) as refused:
        lifecycle.check_open(campaign, trial=False, now=NOW)
    assert type(refused.value) is refusal


def test_a_campaign_that_has_not_started_says_when() -> None:
    campaign = a_campaign(starts_at=NOW + timedelta(seconds=90))
    with pytest.raises(CampaignNotStarted) as refused:
        lifecycle.check_open(campaign, trial=True, now=NOW)
    assert refused.value.retry_after_s == 90
    assert "90 seconds" in str(refused.value.message())


def test_a_draft_can_be_tried_before_its_fee_is_paid() -> None:
    campaign = a_campaign(state="draft", fee_state="unpaid", ends_at=None)
    lifecycle.check_open(campaign, trial=True, now=NOW)


# --- Texts and copies ------------------------------------------------------------------------


def test_text_falls_back_to_the_organisations_language_then_to_any() -> None:
    campaign = a_campaign()
    assert campaign.text("zh-hans").language == "zh-hans"
    assert campaign.text("fr").language == "en"
    campaign.texts.filter(language="en").delete()
    assert campaign.text("fr").language == "zh-hans"
    campaign.texts.all().delete()
    assert campaign.text("en").name == str(campaign.project_id)


def test_a_new_consent_text_is_a_new_version_and_the_old_one_stays() -> None:
    campaign = a_campaign()
    words = {"responsible": "A", "contact": "b", "body": "new words"}
    written = lifecycle.write_consent(campaign, "en", by=operator_of(campaign), **words)
    assert written.version == 2
    assert campaign.consent("en") == written
    chinese = campaign.consent("zh-hans")
    assert chinese is not None
    assert chinese.version == 1
    assert ConsentText.objects.filter(campaign=campaign, language="en").count() == 2


def test_without_consent_text_there_is_none() -> None:
    campaign = a_campaign()
    campaign.consent_texts.all().delete()
    assert campaign.consent("en") is None


def test_texts_are_written_per_language() -> None:
    campaign = a_campaign()
    operator = operator_of(campaign)
    lifecycle.write_text(campaign, "en", by=operator, name="Renamed", tagline="t")
    assert campaign.text("en").name == "Renamed"
    assert campaign.texts.count() == 2
    with pytest.raises(ValidationError):
        lifecycle.write_text(campaign, "xx", by=operator, name="No such language")


def test_a_copy_takes_settings_and_texts_and_nothing_of_people_or_money() -> None:
    campaign = a_campaign(brand_colour="#123456", daily_cap=7)
    ledger.hold(campaign.account, reference="one", campaign=campaign)
    a_credential(campaign.account, campaigns=[campaign])
    operator = operator_of(campaign)
    lifecycle.write_consent(
        campaign, "en", by=operator, responsible="A", contact="b", body="latest"
    )
    copy = lifecycle.clone(campaign, by=operator, slug="next-year")
    assert (copy.brand_colour, copy.daily_cap) == ("#123456", 7)
    assert (copy.state, copy.fee_state, copy.pictures_total) == ("draft", "unpaid", 0)
    assert (copy.starts_at, copy.ends_at, copy.published_at) == (None, None, None)
    assert copy.project_id != campaign.project_id
    assert copy.texts.count() == 2
    consent = copy.consent("en")
    assert consent is not None
    assert (consent.body, consent.version) == ("latest", 1)
    assert copy.credentials.count() == copy.quotas.count() == copy.notices.count() == 0
    assert campaign.texts.count() == 2
