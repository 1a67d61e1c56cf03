"""What is read is the same whether it comes from the sums, from the jobs, or half from each."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from campaigns import ledger
from campaigns.models import Campaign, Hold
from fusionsite.jobs.models import FusionJob
from fusionsite.statistics.reading import Choice, Dimension, Outcomes, outcomes, total, waits
from fusionsite.statistics.sums import roll_up
from tests.factories import a_campaign
from tests.statistics.ended import NOON, State, an_ended_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def choice(*campaigns: Campaign, hours: int = 24, **more: Any) -> Choice:
    rows = Campaign.objects.filter(pk__in=[campaign.pk for campaign in campaigns])
    since = NOON - timedelta(hours=hours)
    return Choice(rows, **{"since": since, "until": NOON + timedelta(hours=1)} | more)


def a_busy_day(campaign: Campaign, dice: Random) -> None:
    """120 jobs of both doors, each with one of the three ends."""
    for _ in range(120):
        state = dice.choice([State.SUCCEEDED, State.FAILED, State.CANCELLED])
        an_ended_job(
            campaign,
            NOON - timedelta(seconds=dice.randrange(80_000)),
            state=state,
            code=dice.choice(["no-face", "too-dark"]) if state == State.FAILED else "",
            took_s=dice.uniform(0.05, 8),
            door=dice.choice(["upload", "tencent_v3"]),
        )


@pytest.mark.parametrize("rolled", ["nothing", "half", "all"])
def test_sums_and_jobs_say_the_same(campaign: Campaign, rolled: str) -> None:
    a_busy_day(campaign, Random(7))
    ways: list[tuple[Dimension, ...]] = [
        *((), ("door",), ("hour",), ("reason",), ("campaign_id", "hour"), ("material_id",))
    ]
    wanted = {by: outcomes(choice(campaign), *by) for by in ways}
    waited = waits(choice(campaign))
    if rolled != "nothing":
        roll_up(NOON - timedelta(hours=12 if rolled == "half" else -1))
    for by, found in wanted.items():
        assert outcomes(choice(campaign), *by) == found, by
    assert waits(choice(campaign)) == waited


def test_totals_are_those_of_the_rows(campaign: Campaign) -> None:
    a_busy_day(campaign, Random(8))
    roll_up(NOON - timedelta(hours=6))
    rows = FusionJob.objects.filter(campaign=campaign)
    assert total(choice(campaign)) == Outcomes(
        made=rows.filter(state="succeeded").count(),
        refused=rows.filter(state="failed").count(),
        cancelled=rows.filter(state="cancelled").count(),
        charged=rows.filter(charged=True).count(),
    )


def test_other_campaigns_doors_and_hours_are_left_out(campaign: Campaign) -> None:
    an_ended_job(campaign)
    an_ended_job(campaign, door="tencent_v3")
    an_ended_job(campaign, NOON - timedelta(hours=30))
    an_ended_job(a_campaign())
    for _ in ("from the jobs", "from the sums"):
        assert total(choice(campaign)).made == 2
        assert total(choice(campaign, door="upload")).made == 1
        roll_up(NOON + timedelta(hours=1))


def test_the_success_rate_leaves_out_what_nobody_waited_for(campaign: Campaign) -> None:
    for state in (State.SUCCEEDED, State.SUCCEEDED, State.FAILED, State.CANCELLED):
        an_ended_job(campaign, state=state, charged=False)
    assert total(choice(campaign)).success == pytest.approx(2 / 3)
    assert Outcomes().success is None


def test_half_of_the_people_waited_no_longer_than_the_median(campaign: Campaign) -> None:
    for took_s in [0.3] * 60 + [0.9] * 35 + [4.0] * 5:
        an_ended_job(campaign, took_s=took_s)
    for _ in ("from the jobs", "from the sums"):
        waited = waits(choice(campaign))
        assert (waited.pictures, waited.p50_s, waited.p95_s) == (100, 0.3, 0.9)
        roll_up(NOON + timedelta(hours=1))


def test_without_pictures_there_is_no_waiting_time(campaign: Campaign) -> None:
    waited = waits(choice(campaign))
    assert (waited.pictures, waited.p50_s, waited.p95_s) == (0, None, None)


def test_reading_costs_the_same_for_one_campaign_and_for_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaigns = [a_campaign() for _ in range(6)]
    for campaign in campaigns:
        an_ended_job(campaign)
    for some in (campaigns[:1], campaigns):
        with django_assert_num_queries(3):  # the reach, the sums, the jobs since
            outcomes(choice(*some), "campaign_id", "hour")


def test_charged_pictures_are_those_the_ledger_captured(campaign: Campaign) -> None:
    now = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
    for number, delivered in enumerate([True, True, False, True]):
        reference = f"job {number}"
        ledger.hold(campaign.account, reference=reference, campaign=campaign, now=now)
        end = ledger.capture if delivered else ledger.release
        end(reference, now=now)
        state = State.SUCCEEDED if delivered else State.FAILED
        an_ended_job(campaign, now, state=state, code="" if delivered else "no-face")
    roll_up(now + timedelta(minutes=30))
    captured = Hold.objects.filter(campaign=campaign, state=Hold.State.CAPTURED).count()
    assert total(choice(campaign, until=now + timedelta(hours=1))).charged == captured == 3
