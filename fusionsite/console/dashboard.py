"""The first page: how the day goes, what waits for whom, and each campaign on a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.db.models import Min, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import forecast, quota
from campaigns.access import Act, acts_anywhere, visible_to
from campaigns.models import Account, Campaign, Layer, Person, Quota, Tally, with_pictures_total
from campaigns.refusals import Refusal
from fusionsite.console.drawing import Spark, spark
from fusionsite.console.naming import names_of
from fusionsite.console.needs import needs
from fusionsite.statistics.reading import Choice, Outcomes, Waits, outcomes, waits
from fusionsite.statistics.sums import hour_of
from templates_app.models import Material, State

CARDS = 60
HOURS = 24
SHOWN = [Campaign.State.PUBLISHED, Campaign.State.PAUSED, Campaign.State.DRAFT]
# With more accounts than this, none of them is "the" account whose end is worth a figure.
ACCOUNTS_FORECAST = 1


@dataclass(frozen=True)
class Figures:
    """The one line on top. `than_before` compares with the same hours of yesterday, in percent."""

    today: int
    than_before: int | None
    success: float | None
    waits: Waits
    lasts: forecast.Forecast | None
    running: int


@dataclass(frozen=True)
class Card:
    """One campaign."""

    campaign: Campaign
    name: str
    picture: tuple[str, int] | None
    line: Spark
    today: int
    success: float | None
    pace: quota.Use | None
    spent_fen: int
    cap: tuple[int, int] | None
    days_left: int | None
    starts_in_days: int | None


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback for the index page."""
    person, now = cast(Person, request.user), timezone.now()
    acts = acts_anywhere(person)
    campaigns = visible_to(person, Campaign.objects.all())
    hours = _by_hour(campaigns, now)
    return {
        **context,
        "title": _("Dashboard"),
        "figures": _figures(person, campaigns, hours, now),
        "needs": needs(person, now),
        "cards": _cards(campaigns, hours, now),
        "more": campaigns.exclude(state__in=SHOWN).count(),
        "may_make": Act.CAMPAIGN_EDIT in acts,
        "now": now,
    }


Hours = dict[tuple[Any, ...], Outcomes]


def _by_hour(campaigns: QuerySet[Campaign], now: datetime) -> Hours:
    """The last two days by campaign and hour: enough for today, yesterday and the 24 h line."""
    since = min(_midnight(now) - timedelta(days=1), now - timedelta(hours=HOURS))
    return outcomes(Choice(campaigns, since, now + timedelta(hours=1)), "campaign_id", "hour")


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


# --- The line of figures ---------------------------------------------------------------------


def _figures(person: Person, campaigns: QuerySet[Campaign], hours: Hours, now: datetime) -> Figures:
    begun, day = _midnight(now), timedelta(days=1)
    today = _sum(hours, lambda hour: hour >= begun)
    before = _sum(hours, lambda hour: begun - day <= hour < now - day)
    return Figures(
        today=today.made,
        than_before=round((today.made / before.made - 1) * 100) if before.made else None,
        success=_sum(hours, lambda hour: hour > now - day).success,
        waits=waits(Choice(campaigns, now - day, now + timedelta(hours=1))),
        lasts=_lasts(person, now),
        running=campaigns.filter(state=Campaign.State.PUBLISHED).count(),
    )


def _sum(hours: Hours, wanted: Any) -> Outcomes:
    return sum((found for (_pk, hour), found in hours.items() if wanted(hour)), Outcomes())


def _lasts(person: Person, now: datetime) -> forecast.Forecast | None:
    """When the money runs out, for whoever sees the ledger of one account."""
    accounts = visible_to(person, Account.objects.all(), Act.LEDGER_SEE)
    found = list(accounts[: ACCOUNTS_FORECAST + 1])
    return forecast.of(found[0], now=now) if len(found) == ACCOUNTS_FORECAST else None


# --- The cards -------------------------------------------------------------------------------


def _cards(campaigns: QuerySet[Campaign], hours: Hours, now: datetime) -> list[Card]:
    order = {state: place for place, state in enumerate(SHOWN)}
    rows = with_pictures_total(campaigns.filter(state__in=SHOWN).select_related("account"))
    shown = sorted(rows[: CARDS * 4], key=lambda row: (order[Campaign.State(row.state)], -row.pk))
    shown = shown[:CARDS]
    keys = [campaign.pk for campaign in shown]
    facts = _Facts(names_of(keys), _pictures(keys), _rates(keys), _spent(keys, now), hours)
    return [_card(campaign, facts, now) for campaign in shown]


@dataclass(frozen=True)
class _Facts:
    """What the cards need, read for all of them at once."""

    names: dict[int, str]
    pictures: dict[int, tuple[str, int]]
    rates: dict[tuple[int, str], quota.Rate]
    spent: dict[int, tuple[int, int]]
    hours: Hours


def _card(campaign: Campaign, facts: _Facts, now: datetime) -> Card:
    hour, begun = hour_of(now.astimezone(UTC)), _midnight(now)
    last = [hour - timedelta(hours=ago) for ago in reversed(range(HOURS))]
    by_hour = [facts.hours.get((campaign.pk, at), Outcomes()) for at in last]
    today = [found.made for at, found in zip(last, by_hour, strict=True) if at >= begun]
    fen, pictures_today = facts.spent.get(campaign.pk, (0, 0))
    return Card(
        campaign=campaign,
        name=facts.names[campaign.pk],
        picture=facts.pictures.get(campaign.pk),
        line=spark([found.made for found in by_hour]),
        today=sum(today),
        success=sum(by_hour, Outcomes()).success,
        pace=_pace(campaign, facts.rates),
        spent_fen=fen,
        cap=_cap(campaign, pictures_today),
        days_left=_days_until(campaign.ends_at, now),
        starts_in_days=_days_until(campaign.starts_at, now),
    )


def _pictures(keys: Sequence[int]) -> dict[int, tuple[str, int]]:
    """The first material of each campaign, as its id and the number of its version."""
    there = Material.objects.filter(campaign__in=keys, current__isnull=False)
    firsts = there.exclude(state=State.WITHDRAWN).order_by().values("campaign")
    rows = Material.objects.filter(pk__in=firsts.annotate(first=Min("pk")).values("first"))
    return {
        campaign: (model_id, number)
        for campaign, model_id, number in rows.values_list(
            "campaign", "model_id", "current__number"
        )
    }


def _rates(keys: Sequence[int]) -> dict[tuple[int, str], quota.Rate]:
    rows = Quota.objects.filter(campaign__in=keys).values_list(
        "campaign", "layer", "calls", "per_s"
    )
    return {(pk, layer): quota.Rate(calls, per_s) for pk, layer, calls, per_s in rows}


def _spent(keys: Sequence[int], now: datetime) -> dict[int, tuple[int, int]]:
    """What each campaign cost this month in fen, and its pictures of today."""
    today = timezone.localdate(now)
    rows = Tally.objects.filter(campaign__in=keys, day__gte=today.replace(day=1)).order_by()
    sums = rows.values("campaign").annotate(
        fen=Sum("spent_fen"), today=Sum("pictures", filter=Q(day=today), default=0)
    )
    return {row["campaign"]: (row["fen"], row["today"]) for row in sums}


def _pace(campaign: Campaign, rates: dict[tuple[int, str], quota.Rate]) -> quota.Use | None:
    """What is used of the campaign's speed in this moment; None while nobody can say."""
    layer = Layer.TRIAL if campaign.state == Campaign.State.DRAFT else Layer.CAMPAIGN
    rate = rates.get((campaign.pk, layer), quota.defaults()[layer])
    try:
        return quota.used(layer, campaign.pk, rate)
    except Refusal:
        return None


def _cap(campaign: Campaign, today: int) -> tuple[int, int] | None:
    """Used and limit of the cap that is nearer."""
    caps = [(campaign.pictures_total, campaign.total_cap), (today, campaign.daily_cap)]
    known = [(used, cap) for used, cap in caps if cap]
    return max(known, key=lambda cap: cap[0] / cap[1], default=None)


def _days_until(moment: datetime | None, now: datetime) -> int | None:
    if moment is None or moment <= now:
        return None
    return int(-(-(moment - now).total_seconds() // 86_400))
