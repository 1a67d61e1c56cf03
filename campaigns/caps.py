"""Caps on pictures and money: what is used of each, when it is told, when it stops."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from campaigns import notices
from campaigns.models import Account, Campaign, Role, Tally
from campaigns.refusals import CapReached

THRESHOLDS_PERCENT = (50, 80, 100)


@dataclass(frozen=True)
class Cap:
    """One cap and what is used of it. unit: "pictures" or "fen"; period names when it restarts."""

    what: str
    period: str
    used: int
    limit: int
    unit: str
    hard: bool
    retry_after_s: float | None

    @property
    def low(self) -> int:
        """From here on it is worth a look: half of it, where the first notice is sent."""
        return self.limit // 2

    @property
    def high(self) -> int:
        """From here on it is tight."""
        return self.limit * 4 // 5

    @property
    def number(self) -> str:
        """The campaign's number, as `period` begins with; "" for an account's cap."""
        return self.period.split("/")[0] if self.unit == "pictures" else ""

    def reached_by(self, more: int) -> bool:
        return self.used + more > self.limit

    def crossed_by(self, more: int) -> list[int]:
        """The thresholds, in percent, that `more` steps over."""
        before, after = self.used * 100, (self.used + more) * 100
        return [p for p in THRESHOLDS_PERCENT if before < p * self.limit <= after]


def bounding(account: Account, campaign: Campaign | None, now: datetime) -> list[Cap]:
    """The caps that bound this account and campaign, with what is used of each."""
    found = [] if campaign is None else of_campaign(campaign, now)
    if account.month_cap_fen is not None:
        first = timezone.localdate(now).replace(day=1)
        spent = Tally.objects.filter(account=account, day__gte=first).aggregate(s=Sum("spent_fen"))
        found.append(
            Cap(
                what=f"account {account.appid}",
                period=f"{first:%Y-%m}",
                used=spent["s"] or 0,
                limit=account.month_cap_fen,
                unit="fen",
                hard=account.month_cap_hard,
                retry_after_s=_until(_next_month(first), now),
            )
        )
    return found


def check(
    account: Account, campaign: Campaign | None, *, pictures: int, fen: int, now: datetime
) -> list[tuple[Cap, int]]:
    """The caps and what a hold adds to each; raises CapReached for a hard one."""
    added = [
        (cap, fen if cap.unit == "fen" else pictures) for cap in bounding(account, campaign, now)
    ]
    for cap, more in added:
        if cap.hard and more and cap.reached_by(more):
            raise CapReached(
                measured=cap.used,
                limit=cap.limit,
                unit=cap.unit,
                retry_after_s=cap.retry_after_s,
            )
    return added


def tell(account: Account, campaign: Campaign | None, added: list[tuple[Cap, int]]) -> None:
    """Tells of the thresholds that were stepped over, each once per period and limit."""
    for cap, more in added:
        for percent in cap.crossed_by(more):
            notices.tell(
                account.organisation,
                notices.CAP_THRESHOLD,
                facts={
                    "percent": percent,
                    "what": cap.what,
                    "used": cap.used + more,
                    "cap": cap.limit,
                    "unit": cap.unit,
                },
                campaign=campaign if cap.unit == "pictures" else None,
                role=Role.FINANCE if cap.unit == "fen" else None,
                loud=percent == 100,
                once=f"{cap.unit}/{cap.period}/{cap.limit}/{percent}",
            )


def of_campaign(campaign: Campaign, now: datetime) -> list[Cap]:
    """The campaign's own caps on pictures, per day and altogether."""
    found = []
    today = timezone.localdate(now)
    if campaign.daily_cap is not None:
        used = Tally.objects.filter(campaign=campaign, day=today).aggregate(s=Sum("pictures"))["s"]
        found.append(
            Cap(
                what=f"campaign {campaign.project_id}, day",
                period=f"{campaign.project_id}/{today}",
                used=used or 0,
                limit=campaign.daily_cap,
                unit="pictures",
                hard=campaign.caps_hard,
                retry_after_s=_until(today + timedelta(days=1), now),
            )
        )
    if campaign.total_cap is not None:
        used = Tally.objects.filter(campaign=campaign).aggregate(s=Sum("pictures"))["s"]
        found.append(
            Cap(
                what=f"campaign {campaign.project_id}",
                period=f"{campaign.project_id}",
                used=used or 0,
                limit=campaign.total_cap,
                unit="pictures",
                hard=campaign.caps_hard,
                retry_after_s=None,
            )
        )
    return found


def _until(day: date, now: datetime) -> float:
    """Seconds until that day begins where the site is."""
    midnight = timezone.make_aware(datetime(day.year, day.month, day.day))
    return (midnight - now).total_seconds()


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
