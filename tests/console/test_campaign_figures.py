"""The page of a campaign and the statistics: what they say, and that it agrees with the ledger."""

import csv
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from campaigns import ledger
from campaigns.models import Campaign, Hold, Role, Tally
from fusionsite.funnel.models import Step, add_one
from fusionsite.statistics.sums import roll_up
from tests.console.acting import page, queries, signed_in
from tests.console.reading import told
from tests.factories import a_campaign, an_approved_material
from tests.statistics.ended import State, an_ended_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def some_work(campaign: Campaign, made: int = 3, refused: int = 1) -> None:
    """Pictures that were made and charged, and some that were not, as the ledger keeps them."""
    now = timezone.now()
    for number in range(made + refused):
        reference, delivered = f"{campaign.pk} {number}", number < made
        ledger.hold(campaign.account, reference=reference, campaign=campaign, now=now)
        (ledger.capture if delivered else ledger.release)(reference, now=now)
        state = State.SUCCEEDED if delivered else State.FAILED
        an_ended_job(campaign, now, state=state, code="" if delivered else "no-face")


class TestStatistics:
    """Numbers that add up."""

    @pytest.mark.parametrize("summed", [False, True])
    def test_charged_is_what_the_ledger_captured(self, campaign: Campaign, summed: bool) -> None:
        some_work(campaign, made=4, refused=2)
        if summed:
            roll_up(timezone.now() + timedelta(hours=2))
        client = signed_in(Role.FINANCE, at=campaign)
        total = client.get(page("statistics")).context["total"]
        captured = Hold.objects.filter(campaign=campaign, state=Hold.State.CAPTURED).count()
        tallied = Tally.objects.filter(campaign=campaign).aggregate(n=Sum("pictures"))["n"]
        assert (total.made, total.charged, total.refused) == (4, captured, 2)
        assert captured == tallied

    def test_every_way_to_divide_them_has_the_same_sum(self, campaign: Campaign) -> None:
        other = a_campaign(account=campaign.account)
        some_work(campaign)
        some_work(other, made=2)
        context = signed_in(Role.OPERATOR, at=campaign).get(page("statistics")).context
        for _title, rows in context["tables"]:
            assert sum(row.outcomes.made for row in rows) == 5
        assert sum(row.outcomes.made for row in context["by_day"]) == 5
        assert sum(number for _reason, number in context["reasons"]) == 2

    def test_the_file_has_the_same_sum(self, campaign: Campaign) -> None:
        some_work(campaign)
        answer = signed_in(Role.OPERATOR, at=campaign).get(page("statistics_csv"))
        text = b"".join(answer).decode("utf-8-sig")
        lines = list(csv.DictReader(text.splitlines()))
        assert [line["campaign"] for line in lines] == [str(campaign.project_id)]
        assert [(line["made"], line["refused"], line["charged"]) for line in lines] == [
            ("3", "1", "3")
        ]

    def test_another_organisations_work_is_not_counted(self, campaign: Campaign) -> None:
        some_work(a_campaign())
        client = signed_in(Role.OPERATOR, at=campaign)
        assert client.get(page("statistics")).context["total"].made == 0

    @pytest.mark.parametrize(
        "asked",
        [
            "campaign=999999",
            "campaign=x",
            "campaign=" + "9" * 40,
            "door=window",
            "first=2026-02-30",
            "first=2026-05-02&last=2026-05-01",
            "first=2020-01-01&last=2026-01-01",
            "first=%00",
        ],
    )
    def test_what_does_not_fit_is_told_and_the_usual_days_are_shown(
        self, campaign: Campaign, asked: str
    ) -> None:
        some_work(campaign)
        answer = signed_in(Role.OPERATOR, at=campaign).get(page("statistics") + "?" + asked)
        assert answer.status_code == 200
        assert "The last 30 days are shown instead" in told(answer)
        assert answer.context["total"].made == 3

    def test_few_visitors_are_hidden(self, campaign: Campaign) -> None:
        for _ in range(3):
            add_one(campaign, Step.OPENED)
        client = signed_in(Role.OPERATOR, at=campaign)
        text = told(client.get(page("statistics") + f"?campaign={campaign.pk}"))
        assert "opened <5" in text


class TestPage:
    """One campaign while it runs."""

    def test_it_says_the_state_and_the_next_step(self, campaign: Campaign) -> None:
        client = signed_in(Role.OPERATOR, at=campaign)
        address = page("campaign_page", campaign.pk)
        for state, words in (
            ("published", "Visitors can use it now."),
            ("paused", "Resume it when it may go on."),
            ("draft", "Mend what is missing, then publish."),
            ("ended", "Copy it for the next one."),
            ("archived", "It can be looked at and copied."),
        ):
            Campaign.objects.update(state=state)
            assert words in told(client.get(address)), state

    def test_figures_are_those_of_the_period(self, campaign: Campaign) -> None:
        some_work(campaign)
        an_ended_job(campaign, timezone.now() - timedelta(days=3))
        client = signed_in(Role.OPERATOR, at=campaign)
        for period, made in (("hour", 3), ("day", 3), ("week", 4), ("nonsense", 3)):
            answer = client.get(page("campaign_live", campaign.pk) + f"?period={period}")
            assert answer.context["figures"].outcomes.made == made
        assert "no face seen" in told(answer)

    def test_more_materials_cost_no_more_queries(self, campaign: Campaign) -> None:
        client, address = signed_in(Role.OPERATOR, at=campaign), page("campaign_live", campaign.pk)
        an_ended_job(campaign, timezone.now(), material=an_approved_material(campaign))
        few = queries(client, address)
        for seed in range(2, 6):
            material = an_approved_material(campaign, seed=seed)
            an_ended_job(campaign, timezone.now(), material=material)
        assert queries(client, address) == few

    def test_a_reviewer_sees_the_campaign_but_not_its_figures(self, campaign: Campaign) -> None:
        answer = signed_in(Role.REVIEWER, at=campaign).get(page("campaign_page", campaign.pk))
        assert answer.status_code == 200 and answer.context["figures"] is None
