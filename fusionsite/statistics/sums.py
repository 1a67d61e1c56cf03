"""Makes the sums: adds what ended in each slice of time to its hour, once.

The reach and the sums move in one transaction, so a slice that was interrupted never happened,
a slice that is made is never made again, and a clock that stood still catches up.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import transaction
from django.db.models import Min

from fusionsite.jobs.models import FusionJob
from fusionsite.statistics.models import WAIT_STEPS_MS, HourlyJobs, HourlyWaits, Reach

SLICE = timedelta(minutes=5)
# A job says when it ended a moment before it can be read; longer than any transaction of a job.
SETTLED_AFTER = timedelta(minutes=2)
# One call makes at most so many slices that have jobs, each in a short transaction of its own.
SLICES_PER_CALL = 500

Key: TypeAlias = tuple[int, int | None, int | None, str, str, str]
WaitKey: TypeAlias = tuple[int, int | None, int]

_READ = (
    "organisation_id",
    "campaign_id",
    "material_id",
    "door",
    "state",
    "reason__code",
    "charged",
    "created_at",
    "finished_at",
)


@dataclass
class Slice:
    """What ended in one slice."""

    jobs: Counter[Key] = field(default_factory=Counter)
    charged: Counter[Key] = field(default_factory=Counter)
    waits: Counter[WaitKey] = field(default_factory=Counter)


def roll_up(now: datetime) -> int:
    """Adds every slice that is over and not yet in the sums; says how many were made."""
    made = 0
    while made < SLICES_PER_CALL and _next_slice(now):
        made += 1
    return made


def hour_of(at: datetime) -> datetime:
    """The beginning of its hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def step_of(waited: timedelta) -> int:
    """The step of WAIT_STEPS_MS a waiting time falls into."""
    return bisect_left(WAIT_STEPS_MS, waited / timedelta(milliseconds=1))


def reach() -> datetime | None:
    """Up to when the sums are made; None before the first slice."""
    return Reach.objects.values_list("until", flat=True).first()


def _next_slice(now: datetime) -> bool:
    """Makes the oldest slice that is missing; False when there is none."""
    with transaction.atomic():
        until = _locked_reach()
        begin = _first_end_after(until)
        if begin is None:
            return False
        # Whoever is behind goes by hours; whoever is not, by slices of the hour that runs.
        end = min(hour_of(begin) + timedelta(hours=1), _slice_of(now - SETTLED_AFTER))
        if end <= begin:
            return False
        _add(_counted(begin, end), hour_of(begin))
        Reach.objects.update_or_create(pk=1, defaults={"until": end})
    return True


def _locked_reach() -> datetime | None:
    row = Reach.objects.select_for_update().filter(pk=1).first()
    return row.until if row else None


def _first_end_after(until: datetime | None) -> datetime | None:
    """The slice in which the next job ended: stretches without any are stepped over."""
    ended = FusionJob.objects.filter(finished_at__isnull=False)
    if until is not None:
        ended = ended.filter(finished_at__gte=until)
    first = ended.aggregate(first=Min("finished_at"))["first"]
    return None if first is None else _slice_of(first)


def _slice_of(at: datetime) -> datetime:
    minutes = SLICE // timedelta(minutes=1)
    return at.replace(minute=at.minute // minutes * minutes, second=0, microsecond=0)


def _counted(begin: datetime, end: datetime) -> Slice:
    found = Slice()
    rows = FusionJob.objects.filter(finished_at__gte=begin, finished_at__lt=end)
    for row in rows.values_list(*_READ).iterator(chunk_size=2000):
        organisation, campaign, material, door, state, code, charged, created, finished = row
        key = (organisation, campaign, material, door, state, code or "")
        found.jobs[key] += 1
        found.charged[key] += charged
        if state == FusionJob.State.SUCCEEDED:
            found.waits[organisation, campaign, step_of(finished - created)] += 1
    return found


def _add(slice_: Slice, hour: datetime) -> None:
    known = {_key(row): row for row in HourlyJobs.objects.filter(hour=hour)}
    changed: list[HourlyJobs] = []
    new: list[HourlyJobs] = []
    for key, jobs in slice_.jobs.items():
        row = known.get(key) or _new_row(key, hour)
        row.jobs += jobs
        row.charged += slice_.charged[key]
        (changed if row.pk else new).append(row)
    HourlyJobs.objects.bulk_create(new, batch_size=500)
    HourlyJobs.objects.bulk_update(changed, ["jobs", "charged"], batch_size=500)
    _add_waits(slice_, hour)


def _add_waits(slice_: Slice, hour: datetime) -> None:
    rows = HourlyWaits.objects.filter(hour=hour)
    known = {(row.organisation_id, row.campaign_id, row.step): row for row in rows}
    changed: list[HourlyWaits] = []
    new: list[HourlyWaits] = []
    for (organisation, campaign, step), jobs in slice_.waits.items():
        row = known.get((organisation, campaign, step)) or HourlyWaits(
            organisation_id=organisation, campaign_id=campaign, hour=hour, step=step, jobs=0
        )
        row.jobs += jobs
        (changed if row.pk else new).append(row)
    HourlyWaits.objects.bulk_create(new, batch_size=500)
    HourlyWaits.objects.bulk_update(changed, ["jobs"], batch_size=500)


def _key(row: HourlyJobs) -> Key:
    return (
        row.organisation_id,
        row.campaign_id,
        row.material_id,
        row.door,
        row.outcome,
        row.reason,
    )


def _new_row(key: Key, hour: datetime) -> HourlyJobs:
    organisation, campaign, material, door, outcome, reason = key
    return HourlyJobs(
        organisation_id=organisation,
        campaign_id=campaign,
        material_id=material,
        hour=hour,
        door=door,
        outcome=outcome,
        reason=reason,
        jobs=0,
        charged=0,
    )
