"""What of a campaign may be taken along: its counts, and what people agreed to have taken along."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDay
from django.utils import timezone

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Campaign, Person
from fusionsite.funnel.models import FunnelCount, Step
from fusionsite.jobs.models import Consent, FusionJob, Lead
from fusionsite.results import storing
from fusionsite.results.models import Result

Rows = Iterator[list[object]]


@dataclass(frozen=True)
class Sizes:
    """How much of each there is to take along."""

    days: int
    leads: int
    consents: int
    pictures: int


def sizes(campaign: Campaign) -> Sizes:
    """For the page that offers the files."""
    return Sizes(
        days=_jobs(campaign).values("day").distinct().count(),
        leads=leads(campaign).count(),
        consents=consents(campaign).count(),
        pictures=pictures(campaign).count(),
    )


def record(campaign: Campaign, what: str, *, by: Person) -> None:
    """Checks the right and writes the export down, before the first byte leaves."""
    require(by, Act.DATA_EXPORT, campaign)
    audit.record("export", campaign, by=by, after={"what": what})


def counts(campaign: Campaign) -> Rows:
    """One row per day: jobs by outcome, pictures charged, and each step of the visitors."""
    yield ["day", "asked", "delivered", "refused", "cancelled", "charged", *Step.values]
    State = FusionJob.State
    by_day = (
        _jobs(campaign)
        .values("day")
        .annotate(
            asked=Count("pk"),
            delivered=Count("pk", filter=Q(state=State.SUCCEEDED)),
            refused=Count("pk", filter=Q(state=State.FAILED)),
            cancelled=Count("pk", filter=Q(state=State.CANCELLED)),
            paid=Count("pk", filter=Q(charged=True)),
        )
    )
    jobs = {row["day"].date(): row for row in by_day}
    steps = _steps(campaign)
    for day in sorted({*jobs, *steps}):
        row = jobs.get(day, {})
        made = [row.get(name, 0) for name in ("asked", "delivered", "refused", "cancelled", "paid")]
        yield [day, *made, *(steps.get(day, {}).get(step, 0) for step in Step.values)]


def _jobs(campaign: Campaign) -> Any:
    """The campaign's jobs, each with its day."""
    jobs = FusionJob.objects.filter(campaign=campaign).order_by()
    return jobs.annotate(day=TruncDay("created_at"))


def _steps(campaign: Campaign) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = {}
    rows = FunnelCount.objects.filter(campaign=campaign).order_by()
    for row in rows.values("step", day=TruncDay("hour")).annotate(n=Sum("count")):
        found.setdefault(row["day"].date(), {})[row["step"]] = row["n"]
    return found


def leads(campaign: Campaign) -> QuerySet[Lead]:
    """Contact details whose owner has ticked for them, and has not taken it back since."""
    agreed = Lead.objects.filter(campaign=campaign, consent__contact=True)
    return agreed.filter(consent__withdrawn_at=None, purge_on__gt=timezone.localdate())


def lead_rows(campaign: Campaign) -> Rows:
    """One row per person who wants to be reached."""
    yield ["left at", "name", "reach", "erased on"]
    for lead in leads(campaign).order_by("left_at").iterator(chunk_size=2000):
        yield [_time(lead.left_at), lead.name, lead.reach, lead.purge_on]


def consents(campaign: Campaign) -> QuerySet[Consent]:
    """Every record of what was agreed to."""
    return Consent.objects.filter(campaign=campaign)


def consent_rows(campaign: Campaign) -> Rows:
    """One row per record; nothing in it leads to a person."""
    yield [
        *("record", "given at", "language", "version", "use of the photo", "14 or older"),
        *("by a guardian", "contact", "gallery", "withdrawn at"),
    ]
    found = consents(campaign).select_related("text").order_by("given_at")
    for one in found.iterator(chunk_size=2000):
        yield [
            one.pk,
            _time(one.given_at),
            one.text.language,
            one.text.version,
            one.use_photo,
            "" if one.of_age is None else one.of_age,
            one.by_guardian,
            one.contact,
            one.gallery,
            _time(one.withdrawn_at) if one.withdrawn_at else "",
        ]


def pictures(campaign: Campaign) -> QuerySet[Result]:
    """Pictures whose owner agreed to the gallery, that are here, and that nobody has hidden."""
    agreed = Consent.objects.filter(campaign=campaign, gallery=True, withdrawn_at=None)
    live = Result.objects.live(timezone.now()).filter(campaign=campaign, hidden_at=None)
    return live.filter(pk__in=agreed.values("job__result"))


class _Pipe:
    """Where the archive writes to; what has been written is taken out piece by piece."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes, /) -> int:
        self._written += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Whoever reads closes."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


def zip_of(campaign: Campaign) -> Iterator[bytes]:
    """An archive of the agreed pictures, one picture in memory at a time.

    A picture that goes while the archive is being read is left out.
    """
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_STORED) as archive:
        for result in pictures(campaign).order_by("created_at").iterator(chunk_size=200):
            if Result.objects.live(timezone.now()).filter(pk=result.pk, hidden_at=None).exists():
                _put(archive, result)
                yield pipe.take()
    yield pipe.take()


def _put(archive: ZipFile, result: Result) -> None:
    made = timezone.localtime(result.created_at)
    extension = storing.EXTENSIONS[result.content_type]
    name = ZipInfo(f"{made:%Y-%m-%d}/{result.key}.{extension}", made.timetuple()[:6])
    try:
        content = storing.read(result)
    except OSError:  # erased in this moment
        return
    archive.writestr(name, content)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
