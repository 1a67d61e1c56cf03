"""Reads the ledger for people: chosen lines, sums by day, the balance day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, F, Max, Q, QuerySet, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import ledger
from campaigns.models import Account, Campaign, Hold, LedgerEntry, Source

Kind = LedgerEntry.Kind
_OUTCOMES = {
    str(Hold.State.HELD): _("Pictures being made"),
    str(Hold.State.CAPTURED): _("Pictures delivered"),
    str(Hold.State.RELEASED): _("Pictures not delivered"),
}


@dataclass(frozen=True)
class Choice:
    """Which lines; what is None or empty does not narrow."""

    kind: str = ""
    campaign_id: int | None = None
    first: date | None = None
    last: date | None = None
    reference: str = ""


@dataclass(frozen=True)
class DaySum:
    """One day's lines of one sort, added up. outcome is the hold's state for pictures, else "".

    accrued_fen: what goes onto the month's bill instead of the balance.
    """

    day: date
    kind: str
    outcome: str
    source: str
    campaign: Campaign | None
    pictures: int
    amount_fen: int
    accrued_fen: int

    @property
    def label(self) -> str:
        """What it is, for people."""
        return str(_OUTCOMES[self.outcome] if self.outcome else Kind(self.kind).label)

    @property
    def not_charged(self) -> bool:
        """Pictures that cost nothing: given back, or free."""
        return bool(self.outcome) and not self.amount_fen and not self.accrued_fen


@dataclass(frozen=True)
class Day:
    """One day of the ledger and the balance at its end."""

    day: date
    sums: tuple[DaySum, ...]
    closing_fen: int


def lines(account: Account, choice: Choice) -> QuerySet[LedgerEntry]:
    """The chosen lines, newest first."""
    return account.entries.filter(_which(choice)).order_by("-number")


def by_day(account: Account, choice: Choice, *, days: int) -> list[Day]:
    """The newest `days` days that have chosen lines, newest first."""
    chosen = account.entries.filter(_which(choice))
    newest = list(
        chosen.order_by("-value_day").values_list("value_day", flat=True).distinct()[:days]
    )
    if not newest:
        return []
    closing = dict(balance_by_day(account, newest[-1], newest[0]))
    sums: dict[date, list[DaySum]] = {day: [] for day in newest}
    for one in _sums(chosen.filter(value_day__range=(newest[-1], newest[0]))):
        sums[one.day].append(one)
    return [Day(day, tuple(sums[day]), closing[day]) for day in newest]


def balance_by_day(account: Account, first: date, last: date) -> list[tuple[date, int]]:
    """The balance at the end of each day from first to last, in fen."""
    moved = dict(
        account.entries.filter(value_day__gte=first)
        .order_by()
        .values_list("value_day")
        .annotate(Sum("amount_fen"))
    )
    balance = ledger.balance(account) - sum(fen for day, fen in moved.items() if day > last)
    back: list[tuple[date, int]] = []
    for ago in range((last - first).days + 1):
        day = last - timedelta(days=ago)
        back.append((day, balance))
        balance -= moved.get(day, 0)
    return back[::-1]


def held_fen(account: Account) -> int:
    """What is set aside for pictures being made."""
    held = Hold.objects.filter(account=account, state=Hold.State.HELD)
    return held.aggregate(s=Sum("amount_fen"))["s"] or 0


def bill_fen(account: Account) -> int:
    """What this month's delivered pictures add to the bill of an account that pays afterwards."""
    first = timezone.localdate().replace(day=1)
    accrued = account.entries.filter(kind=Kind.CAPTURE, value_day__gte=first)
    return accrued.aggregate(s=Sum("accrued_fen"))["s"] or 0


def of_job(reference: str) -> QuerySet[LedgerEntry]:
    """The lines of one job, oldest first."""
    entries = LedgerEntry.objects.filter(hold__reference=reference)
    return entries.select_related("account", "pack", "campaign").order_by("number")


def rows(chosen: QuerySet[LedgerEntry]) -> Iterator[list[object]]:
    """The head and then one row per line, oldest first, for a CSV file; amounts in fen."""
    yield [
        *("number", "time", "counts for", "kind", "paid from", "pictures", "fen", "balance fen"),
        *("bill fen", "campaign", "hold", "reference", "by", "why"),
    ]
    chosen = chosen.select_related("campaign", "hold", "by").order_by("account", "number")
    yield from map(_row, chosen.iterator(chunk_size=2000))


def _row(line: LedgerEntry) -> list[object]:
    return [
        line.number,
        line.created_at.isoformat(timespec="seconds"),
        line.value_day,
        line.kind,
        line.source,
        line.pictures,
        line.amount_fen,
        line.balance_fen,
        line.accrued_fen,
        line.campaign.project_id if line.campaign else "",
        line.hold.reference if line.hold else "",
        line.reference,
        line.by.username if line.by else "",
        line.why,
    ]


def _which(choice: Choice) -> Q:
    which = Q()
    if choice.kind:
        which &= Q(kind=choice.kind)
    if choice.campaign_id is not None:
        which &= Q(campaign_id=choice.campaign_id)
    if choice.first is not None:
        which &= Q(value_day__gte=choice.first)
    if choice.last is not None:
        which &= Q(value_day__lte=choice.last)
    if choice.reference:
        which &= Q(reference=choice.reference) | Q(hold__reference=choice.reference)
    return which


def _sums(chosen: QuerySet[LedgerEntry]) -> Iterable[DaySum]:
    """Pictures by what became of them, everything else by its kind; adds up to the day's lines."""
    picture = Q(kind__in=[Kind.HOLD, Kind.CAPTURE, Kind.RELEASE])
    sort = Case(When(picture, then=Value("pictures")), default=F("kind"), output_field=CharField())
    grouped = (
        chosen.order_by()
        .values("value_day", "source", "campaign", sort=sort, outcome=F("hold__state"))
        .annotate(
            pictures_sum=Sum("pictures", filter=Q(kind=Kind.HOLD)),
            amount=Sum("amount_fen"),
            accrued=Sum("accrued_fen", filter=Q(kind=Kind.CAPTURE)),
            newest=Max("number"),
        )
        .order_by("-value_day", "-newest")
    )
    found = list(grouped)
    campaigns = Campaign.objects.prefetch_related("texts").select_related("organisation")
    by_pk = campaigns.in_bulk({row["campaign"] for row in found if row["campaign"]})
    for row in found:
        yield DaySum(
            day=row["value_day"],
            kind=row["sort"],
            outcome=row["outcome"] or "",
            source=str(Source(row["source"]).label) if row["source"] else "",
            campaign=by_pk.get(row["campaign"]),
            pictures=row["pictures_sum"] or 0,
            amount_fen=row["amount"],
            accrued_fen=row["accrued"] or 0,
        )
