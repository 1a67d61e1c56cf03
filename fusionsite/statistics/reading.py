"""Reads the sums: the hours that are made, and what ended since, counted from the jobs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, F, Q, QuerySet, Sum, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, TruncHour

from campaigns.models import Campaign
from fusionsite.jobs.models import FusionJob
from fusionsite.statistics.models import WAIT_STEPS_MS, HourlyJobs, HourlyWaits
from fusionsite.statistics.sums import hour_of, reach, step_of

Dimension = Literal["campaign_id", "material_id", "door", "hour", "reason"]
State = FusionJob.State


@dataclass(frozen=True)
class Choice:
    """Which jobs: of these campaigns, ended in hours that begin from `since` on, before `until`.

    `since` counts from the beginning of its hour. Empty `door`, no `material`: all of them.
    """

    campaigns: QuerySet[Campaign]
    since: datetime
    until: datetime
    door: str = ""
    material: int | None = None

    @property
    def first_hour(self) -> datetime:
        """The first hour that counts, in UTC."""
        return hour_of(self.since.astimezone(UTC))


@dataclass(frozen=True)
class Outcomes:
    """How many jobs ended how; `charged` are those of the made ones that cost something."""

    made: int = 0
    refused: int = 0
    cancelled: int = 0
    charged: int = 0

    @property
    def success(self) -> float | None:
        """The share that became pictures; None while there was nothing. Nobody awaited the rest."""
        ended = self.made + self.refused
        return self.made / ended if ended else None

    def __add__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(
            self.made + other.made,
            self.refused + other.refused,
            self.cancelled + other.cancelled,
            self.charged + other.charged,
        )


@dataclass(frozen=True)
class Waits:
    """How long people waited for the pictures that were made; None without any."""

    pictures: int
    p50_s: float | None
    p95_s: float | None


_FIELD_OF = {State.SUCCEEDED: "made", State.FAILED: "refused", State.CANCELLED: "cancelled"}


def outcomes(choice: Choice, *by: Dimension) -> dict[tuple[Any, ...], Outcomes]:
    """The jobs of a choice by their outcome, grouped; without `by` under the one key ()."""
    found: dict[tuple[Any, ...], Outcomes] = {}
    for row in (*_from_sums(choice, by), *_from_jobs(choice, by)):
        key = tuple(row[name] for name in by)
        counted = {_FIELD_OF[State(row["outcome"])]: row["n"], "charged": row["paid"]}
        found[key] = found.get(key, Outcomes()) + Outcomes(**counted)
    return found


def total(choice: Choice) -> Outcomes:
    """All jobs of a choice."""
    return outcomes(choice).get((), Outcomes())


def waits(choice: Choice) -> Waits:
    """Median and 95th percentile from asking to having, each as the upper end of its step.

    For all doors and materials of the choice: waiting times are kept by campaign alone.
    """
    summed = _of(choice, HourlyWaits.objects.all()).values_list("step").annotate(n=Sum("jobs"))
    steps: dict[int, int] = dict(summed)
    times = _tail(choice).filter(state=State.SUCCEEDED).values_list("created_at", "finished_at")
    for created, finished in times.iterator():
        step = step_of(finished - created if finished else timedelta())
        steps[step] = steps.get(step, 0) + 1
    pictures = sum(steps.values())
    return Waits(pictures, _percentile(steps, 0.5), _percentile(steps, 0.95))


def _from_sums(choice: Choice, by: Sequence[str]) -> Iterator[dict[str, Any]]:
    rows = _narrowed(choice, _of(choice, HourlyJobs.objects.all()))
    yield from rows.values("outcome", *by).annotate(n=Sum("jobs"), paid=Sum("charged"))


def _from_jobs(choice: Choice, by: Sequence[str]) -> Iterator[dict[str, Any]]:
    rows = _narrowed(choice, _tail(choice)).annotate(
        outcome=F("state"),
        hour=TruncHour("finished_at", tzinfo=UTC),
        code=Coalesce(KT("reason__code"), Value(""), output_field=TextField()),
    )
    names = ["code" if name == "reason" else name for name in by]
    paid = Count("pk", filter=Q(charged=True))
    for row in rows.values("outcome", *names).annotate(n=Count("pk"), paid=paid):
        yield {**row, "reason": row.get("code")}


def _of(choice: Choice, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The sums of the choice's campaigns and hours."""
    hours = {"hour__gte": choice.first_hour, "hour__lt": choice.until}
    return rows.filter(campaign__in=choice.campaigns, **hours)


def _tail(choice: Choice) -> QuerySet[FusionJob]:
    """The jobs of the choice's campaigns and hours that are in no sum yet."""
    begin = max(choice.first_hour, reach() or choice.first_hour)
    ended = FusionJob.objects.filter(finished_at__gte=begin, finished_at__lt=choice.until)
    # "+ 0" keeps databases from walking through all jobs of the campaigns: few have ended lately.
    return ended.alias(of=F("campaign_id") + 0).filter(of__in=choice.campaigns.values("pk"))


def _narrowed(choice: Choice, rows: QuerySet[Any]) -> QuerySet[Any]:
    if choice.door:
        rows = rows.filter(door=choice.door)
    return rows if choice.material is None else rows.filter(material=choice.material)


def _percentile(steps: dict[int, int], share: float) -> float | None:
    wanted, seen = share * sum(steps.values()), 0
    for step in sorted(steps):
        seen += steps[step]
        if seen >= wanted:
            return WAIT_STEPS_MS[min(step, len(WAIT_STEPS_MS) - 1)] / 1000
    return None
