"""Reads the visitors' counts: sums by step, source and day; small counts are never told."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDay

from campaigns.models import Campaign
from fusionsite.funnel.models import FunnelCount, Step

# The tags that the share kit offers by itself; others are made up by operators.
OFFERED = ("poster", "wechat", "weibo", "mail", "shop", "embed")
SMALL = 5  # fewer than this could point at a person


@dataclass(frozen=True)
class Count:
    """How often; `number` is None for "a few": 1 to 4, which nobody is told more exactly."""

    number: int | None

    def __str__(self) -> str:
        return f"<{SMALL}" if self.number is None else str(self.number)

    @property
    def shown_as_at_most(self) -> int:
        """For bars: a hidden count is drawn like its ceiling."""
        return SMALL - 1 if self.number is None else self.number


@dataclass(frozen=True)
class Stage:
    """One step of the funnel; `share_percent` of those who opened, None when either is hidden."""

    step: Step
    count: Count
    share_percent: int | None


@dataclass(frozen=True)
class SourceRow:
    """One source tag with its counts, in the order of `Step`; the empty tag is "no tag"."""

    source: str
    counts: tuple[Count, ...]


@dataclass(frozen=True)
class Day:
    """One day of one step."""

    day: datetime
    count: Count


def hidden(number: int) -> Count:
    """The count as it may be shown."""
    return Count(None if 0 < number < SMALL else number)


def counts_of(
    campaign: Campaign,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    source: str | None = None,
) -> "QuerySet[FunnelCount]":
    """The rows of a campaign in a period [since, until), of one source or of all."""
    rows = FunnelCount.objects.filter(campaign=campaign)
    if since is not None:
        rows = rows.filter(hour__gte=since)
    if until is not None:
        rows = rows.filter(hour__lt=until)
    return rows if source is None else rows.filter(source=source)


def stages(
    campaign: Campaign,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    source: str | None = None,
) -> list[Stage]:
    """The whole funnel, every step once, in the order in which visitors take them."""
    rows = counts_of(campaign, since=since, until=until, source=source)
    sums = dict(rows.order_by().values_list("step").annotate(n=Sum("count")))
    opened = sums.get(Step.OPENED, 0)
    return [
        Stage(step, hidden(number := sums.get(step, 0)), _share(number, opened)) for step in Step
    ]


def sources_of(campaign: Campaign, *, at_most: int) -> set[str]:
    """The tags that visitors of a campaign came by, not all of them if there are very many."""
    rows = counts_of(campaign).exclude(source="").order_by()
    return set(rows.values_list("source", flat=True).distinct()[:at_most])


def by_source(
    campaign: Campaign, *, since: datetime | None = None, until: datetime | None = None
) -> list[SourceRow]:
    """The steps of every source, the most opened first; equal ones by their tag."""
    rows = counts_of(campaign, since=since, until=until).order_by()
    sums: dict[str, dict[str, int]] = {}
    for source, step, number in rows.values_list("source", "step").annotate(n=Sum("count")):
        sums.setdefault(source, {})[step] = number
    ordered = sorted(sums.items(), key=lambda item: (-item[1].get(Step.OPENED, 0), item[0]))
    return [_row(source, steps) for source, steps in ordered]


def by_day(
    campaign: Campaign,
    step: Step,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Day]:
    """One step day by day (UTC); days without a count are left out."""
    rows = counts_of(campaign, since=since, until=until).filter(step=step)
    days = rows.annotate(day=TruncDay("hour")).values_list("day").annotate(n=Sum("count"))
    return [Day(day, hidden(number)) for day, number in days.order_by("day")]


def _share(number: int, opened: int) -> int | None:
    if opened < SMALL or 0 < number < SMALL:
        return None
    return min(100, round(100 * number / opened))


def _row(source: str, steps: dict[str, int]) -> SourceRow:
    return SourceRow(source, tuple(hidden(steps.get(step, 0)) for step in Step))
