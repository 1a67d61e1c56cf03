"""The first page: what waits for whom, and as many queries for twelve campaigns as for one."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns import ledger, quota, standing, webhooks
from campaigns.models import Campaign, Person, Role, WebhookDelivery, WebhookEvent
from fusionsite.console.needs import Need, needs
from fusionsite.results.models import Report, Result
from fusionsite.results.reports import report
from fusionsite.statistics.sums import roll_up
from templates_app import review
from tests.console.acting import client_of
from tests.factories import (
    a_campaign,
    a_person,
    a_submission,
    an_account,
    an_approved_material,
)
from tests.statistics.ended import an_ended_job

pytestmark = pytest.mark.django_db
O, R, F, P, A = (  # noqa: E741 - columns of a table
    Role.OPERATOR,
    Role.REVIEWER,
    Role.FINANCE,
    Role.PARTNER,
    Role.ADMINISTRATOR,
)


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def someone(role: Role, campaign: Campaign) -> Person:
    return a_person(role, organisation=campaign.organisation)


def waiting_for(role: Role, campaign: Campaign) -> list[Need]:
    """What waits for somebody of that role; each button leads to a page they may open."""
    person = someone(role, campaign)
    found = needs(person, timezone.now())
    for need in found:
        assert client_of(person).get(need.url).status_code == 200, need.url
    return found


def leads(role: Role, campaign: Campaign) -> list[str]:
    return [need.lead for need in waiting_for(role, campaign)]


def a_result(campaign: Campaign) -> Result:
    now = timezone.now()
    return Result.objects.create(
        organisation=campaign.organisation,
        account=campaign.account,
        campaign=campaign,
        file_name="none",
        content_type="image/jpeg",
        width=9,
        height=9,
        byte_size=9,
        created_at=now,
        expires_at=now + timedelta(days=7),
    )


def shown(client: Client, person: Person) -> str:
    client.force_login(person)
    return str(client.get(reverse("admin:index")).content.decode())


class TestNeeds:
    """Each kind of thing that waits, for those who can do something about it."""

    def test_nothing_waits_in_a_quiet_organisation(self, campaign: Campaign) -> None:
        assert all(waiting_for(role, campaign) == [] for role in Role)

    def test_a_report_goes_to_reviewers_with_its_clock(self, campaign: Campaign) -> None:
        report(a_result(campaign), ground=Report.Ground.MINOR)
        (need,) = waiting_for(R, campaign)
        assert need.lead == "1 picture was reported"
        assert need.due is not None and need.tone == "bad"
        assert waiting_for(O, campaign) == waiting_for(F, campaign) == []

    def test_a_submission_waits_for_reviewers_but_not_for_its_own_submitter(
        self, campaign: Campaign
    ) -> None:
        submitted = a_submission(campaign)
        assert leads(R, campaign) == ["1 material waits for a review"]
        both = submitted.submitted_by
        both.memberships.create(organisation=campaign.organisation, role=R)
        assert needs(both, timezone.now()) == []

    def test_an_appeal_waits_for_another_reviewer_than_the_one_who_decided(
        self, campaign: Campaign
    ) -> None:
        submitted, first = a_submission(campaign), someone(R, campaign)
        review.reject(review=submitted, by=first, reasons=["look"], comment="")
        review.appeal(review=submitted, by=submitted.submitted_by, text="It does fit.")
        assert leads(R, campaign) == ["1 appeal waits"]
        assert [need.lead for need in needs(first, timezone.now())] == []

    def test_what_was_turned_down_goes_back_to_the_operator(self, campaign: Campaign) -> None:
        submitted = a_submission(campaign)
        review.reject(review=submitted, by=someone(R, campaign), reasons=["look"], comment="")
        assert leads(O, campaign) == ["1 material was turned down"]

    def test_an_unpaid_fee_goes_to_finance_with_the_campaigns_name(self) -> None:
        draft = a_campaign(state="draft", fee_state="unpaid")
        (need,) = waiting_for(F, draft)
        assert need.lead == "The authorization fee is not paid"
        assert need.rest == draft.texts.get(language="en").name
        assert waiting_for(O, draft) == []

    @pytest.mark.parametrize(("pictures", "tone"), [(79, None), (80, "warn"), (100, "bad")])
    def test_a_cap_is_told_from_80_percent_on(
        self, campaign: Campaign, pictures: int, tone: str | None
    ) -> None:
        Campaign.objects.update(total_cap=100)
        ledger.hold(campaign.account, reference="one", pictures=pictures, campaign=campaign)
        assert [need.tone for need in waiting_for(O, campaign)] == ([tone] if tone else [])

    def test_the_months_cap_of_an_account_goes_to_finance(self, campaign: Campaign) -> None:
        account = campaign.account
        account.month_cap_fen = 10
        account.save()
        ledger.hold(account, reference="one", campaign=campaign)
        assert leads(F, campaign) == ["Spending reached 100 % of the month's cap"]

    def test_rights_that_end_within_a_month_are_told_to_the_operator(
        self, campaign: Campaign
    ) -> None:
        material = an_approved_material(campaign)
        assert material.rights is not None
        type(material.rights).objects.update(ends_at=timezone.now() + timedelta(days=9))
        (need,) = waiting_for(O, campaign)
        assert need.lead == "The rights to 1 material end soon"

    def test_a_raise_waits_for_an_administrator(self, campaign: Campaign) -> None:
        quota.ask(campaign, by=someone(O, campaign), calls=99, reason="a launch")
        assert leads(A, campaign) == ["1 higher limit is asked for"]

    def test_messages_that_were_given_up_are_told_to_the_partner(self, campaign: Campaign) -> None:
        partner = someone(P, campaign)
        webhooks.add_endpoint(
            campaign.organisation, by=partner, url="https://example.org/hook", events=[]
        )
        webhooks.post(campaign.organisation, WebhookEvent.TEST, {})
        WebhookDelivery.objects.update(state=WebhookDelivery.State.GIVEN_UP)
        assert leads(P, campaign) == ["1 webhook message was given up"]

    def test_a_frozen_account_is_the_first_thing_finance_reads(self, campaign: Campaign) -> None:
        a_campaign(account=campaign.account, state="draft", fee_state="unpaid")
        standing.freeze(campaign.account, by=someone(F, campaign), why="a question")
        first, second = waiting_for(F, campaign)
        assert "Frozen" in first.lead or "Freeze" in first.lead
        assert (first.tone, second.tone) == ("bad", "warn")

    def test_another_organisations_things_do_not_show(self, campaign: Campaign) -> None:
        report(a_result(campaign), ground=Report.Ground.OTHER)
        a_submission(campaign)
        assert needs(a_person(R), timezone.now()) == []


class TestPage:
    """What stands on it."""

    def test_figures_and_cards_say_what_was_made(self, client: Client, campaign: Campaign) -> None:
        now = timezone.now()
        for took_s in (0.3, 0.4, 0.4):
            an_ended_job(campaign, now, took_s=took_s)
        an_ended_job(campaign, now, state="failed", code="no-face")
        page = shown(client, someone(O, campaign))
        assert "75.0\N{NO-BREAK SPACE}%" in page and "0.40 s" in page
        assert campaign.texts.get(language="en").name in page
        roll_up(now + timedelta(minutes=20))
        assert shown(client, someone(O, campaign)).count("75.0\N{NO-BREAK SPACE}%") == 2

    def test_finance_reads_how_long_the_balance_lasts(
        self, client: Client, campaign: Campaign
    ) -> None:
        assert "Balance lasts until" in shown(client, someone(F, campaign))
        assert "Balance lasts until" not in shown(client, someone(O, campaign))

    def test_without_a_campaign_it_says_how_to_begin(self, client: Client) -> None:
        person = a_person(O)
        page = shown(client, person)
        assert "No campaign yet" in page and reverse("admin:campaign_new") in page
        assert reverse("admin:campaign_new") not in shown(client, a_person(F))

    def test_a_hostile_name_is_only_text(self, client: Client, campaign: Campaign) -> None:
        campaign.texts.update(name="<script>alert(1)</script>")
        assert "<script>alert(1)" not in shown(client, someone(O, campaign))

    def test_it_asks_the_same_questions_for_one_campaign_and_for_twelve(
        self, client: Client
    ) -> None:
        account = an_account()
        person = a_person(O, organisation=account.organisation)
        client.force_login(person)

        def asked() -> int:
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert client.get(reverse("admin:index")).status_code == 200
            return len(found)

        def one_more() -> Any:
            campaign = a_campaign(account=account, total_cap=10, daily_cap=10)
            an_approved_material(campaign)
            return an_ended_job(campaign, timezone.now())

        one_more()
        asked()  # the first visit also fills caches
        few = asked()
        for _ in range(11):
            one_more()
        assert asked() == few <= 50
