"""The sums: once, complete, and never different from the jobs they were made of."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from campaigns.models import Campaign
from fusionsite.statistics import sums
from fusionsite.statistics.models import HourlyJobs, HourlyWaits, Reach
from fusionsite.statistics.sums import SLICE, roll_up, step_of
from fusionsite.statistics.tasks import roll_up_jobs
from tests.factories import a_campaign
from tests.statistics.ended import NOON, State, an_ended_job

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=6)


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


def summed() -> int:
    return int(HourlyJobs.objects.aggregate(n=Sum("jobs"))["n"] or 0)


def test_jobs_of_one_hour_become_one_row_for_each_outcome(campaign: Campaign) -> None:
    for minute in (1, 3, 59):
        an_ended_job(campaign, NOON + timedelta(minutes=minute))
    an_ended_job(campaign, NOON, state=State.FAILED, code="no-face")
    an_ended_job(campaign, NOON, state=State.FAILED, code="no-face")
    an_ended_job(campaign, NOON, state=State.CANCELLED)
    roll_up(LATER)
    rows = HourlyJobs.objects.values_list("outcome", "reason", "jobs", "charged", "hour")
    assert set(rows) == {
        ("succeeded", "", 3, 3, NOON),
        ("failed", "no-face", 2, 0, NOON),
        ("cancelled", "", 1, 0, NOON),
    }


def test_a_second_run_adds_nothing(campaign: Campaign) -> None:
    an_ended_job(campaign)
    assert roll_up(LATER) == 1
    assert roll_up(LATER) == 0
    assert summed() == 1


def test_what_ends_between_two_runs_is_added_to_the_same_row(campaign: Campaign) -> None:
    an_ended_job(campaign)
    roll_up(NOON + timedelta(minutes=10))
    an_ended_job(campaign, NOON + timedelta(minutes=12))
    roll_up(NOON + timedelta(minutes=30))
    assert HourlyJobs.objects.get().jobs == 2
    assert HourlyWaits.objects.get().jobs == 2


def test_a_slice_waits_until_its_last_job_can_be_read(campaign: Campaign) -> None:
    an_ended_job(campaign)
    assert roll_up(NOON + SLICE + timedelta(seconds=1)) == 0
    assert roll_up(NOON + SLICE + sums.SETTLED_AFTER) == 1


def test_a_clock_that_stood_still_catches_up(campaign: Campaign) -> None:
    for hours in range(40):
        an_ended_job(campaign, NOON + timedelta(hours=hours))
    roll_up(NOON + timedelta(hours=41))
    assert summed() == 40
    assert HourlyJobs.objects.count() == 40


def test_long_silence_costs_one_step(campaign: Campaign) -> None:
    an_ended_job(campaign)
    an_ended_job(campaign, NOON + timedelta(days=300))
    assert roll_up(NOON + timedelta(days=301)) == 2


def test_one_call_is_bounded_and_the_next_goes_on(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "SLICES_PER_CALL", 2)
    for hours in range(5):
        an_ended_job(campaign, NOON + timedelta(hours=hours))
    assert [roll_up(LATER) for _ in range(4)] == [2, 2, 1, 0]
    assert summed() == 5


def test_an_interrupted_slice_never_happened(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_ended_job(campaign)

    def fall_over(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(sums, "_add_waits", fall_over)
        with pytest.raises(OSError, match="disk"):
            roll_up(LATER)
    assert not HourlyJobs.objects.exists() and not Reach.objects.exists()
    roll_up(LATER)
    assert summed() == 1


def test_jobs_at_work_are_not_counted(campaign: Campaign) -> None:
    an_ended_job(campaign, state="running", finished_at=None, charged=False)
    assert roll_up(LATER) == 0


def test_a_job_without_a_campaign_is_counted_for_its_organisation(campaign: Campaign) -> None:
    an_ended_job(campaign, kind="parse")
    lone = an_ended_job(campaign)
    type(lone).objects.filter(pk=lone.pk).update(campaign=None)
    roll_up(LATER)
    assert HourlyJobs.objects.filter(organisation=campaign.organisation).count() == 2


def test_the_clock_rolls_up(campaign: Campaign) -> None:
    an_ended_job(campaign)
    assert roll_up_jobs() == 1


@pytest.mark.parametrize(("waited_ms", "step"), [(0, 0), (100, 0), (101, 1), (10**9, 31)])
def test_a_waiting_time_falls_into_the_step_that_ends_at_or_after_it(
    waited_ms: int, step: int
) -> None:
    assert step_of(timedelta(milliseconds=waited_ms)) == step
