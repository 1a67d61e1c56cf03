"""On which day an account runs dry, if the days to come are like the last fourteen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Min, Sum
from django.utils import timezone

from campaigns import ledger
from campaigns.models import Account, Billing, Pack, Tally

LOOKS_BACK_DAYS = 14
# With fewer days on which pictures were made, a forecast would be a guess.
NEEDS_DAYS = 3
LOOKS_AHEAD_DAYS = 366


@dataclass(frozen=True)
class Pace:
    """What an account uses on an average day."""

    pictures: Decimal
    days: int


@dataclass(frozen=True)
class Forecast:
    """pace is None when there is too little to tell; dry_on when it lasts longer than a year.

    balance: what is expected at the end of each day, from today on, in fen.
    """

    pace: Pace | None
    dry_on: date | None = None
    endless: bool = False
    balance: tuple[tuple[date, int], ...] = ()


@dataclass
class _Stock:
    """What pays on the days ahead; eaten up as the days go by."""

    account: Account
    packs: list[tuple[Pack, Decimal]]
    balance_fen: Decimal

    def feed(self, day: date, pictures: Decimal) -> bool:
        """Takes one day's pictures; False if they cannot all be paid."""
        need = max(pictures - self.account.free_daily, Decimal(0))
        for at, (pack, left) in enumerate(self.packs):
            if timezone.localdate(pack.starts_at) <= day <= timezone.localdate(pack.ends_at):
                part = min(left, need)
                self.packs[at] = (pack, left - part)
                need -= part
        if not need:
            return True
        if self.account.billing == Billing.PACKS_ONLY:
            return False
        self.balance_fen -= need * self.account.price_fen
        return self.balance_fen >= 0


def of(account: Account, *, now: datetime | None = None) -> Forecast:
    """The forecast of one account, as of now."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    pace = _pace(account, today)
    if ledger.remaining(account, now=now) == ledger.UNLIMITED:
        return Forecast(pace, endless=True)
    if not ledger.covers(account, now=now):
        return Forecast(pace, dry_on=today)
    if pace is None:
        return Forecast(None)
    usable = account.packs.filter(ends_at__gt=now, used__lt=F("pictures"))
    packs = [(pack, Decimal(pack.left)) for pack in usable.order_by("ends_at", "pk")]
    return _ahead(_Stock(account, packs, Decimal(ledger.balance(account))), pace, today)


def _pace(account: Account, today: date) -> Pace | None:
    """The average of the full days looked back on, or of those since the first picture."""
    tallies = Tally.objects.filter(account=account, pictures__gt=0)
    first = tallies.aggregate(first=Min("day"))["first"]
    begins = max(first or today, today - timedelta(days=LOOKS_BACK_DAYS))
    seen = tallies.filter(day__gte=begins, day__lt=today)
    facts = seen.aggregate(pictures=Sum("pictures"), days=Count("day", distinct=True))
    if (facts["days"] or 0) < NEEDS_DAYS:
        return None
    days = (today - begins).days
    return Pace(Decimal(facts["pictures"]) / days, days)


def _ahead(stock: _Stock, pace: Pace, today: date) -> Forecast:
    line: list[tuple[date, int]] = [(today, int(stock.balance_fen))]
    for ahead in range(1, LOOKS_AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        if not stock.feed(day, pace.pictures):
            return Forecast(pace, dry_on=day, balance=(*line, (day, 0)))
        line.append((day, int(stock.balance_fen)))
    return Forecast(pace, balance=tuple(line))
