"""One campaign while it runs: its state and next step, and figures that refresh themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import lifecycle
from campaigns.access import Act, allowed, visible_to
from campaigns.caps import Cap, of_campaign
from campaigns.models import Campaign, Tally
from campaigns.refusals import Refusal
from fusionsite.console.campaign_deeds import CAMPAIGN_DEEDS
from fusionsite.console.deeds import open_to
from fusionsite.console.naming import names_of
from fusionsite.console.page import ConsolePage
from fusionsite.console.reasons import reason_words
from fusionsite.console.wizard_steps import lines, step_url
from fusionsite.funnel.reading import SourceRow, Stage, by_source, stages
from fusionsite.statistics.reading import Choice, Outcomes, Waits, outcomes, total, waits
from templates_app.models import Material

PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
PERIOD_WORDS = {"hour": _("Last hour"), "day": _("Last 24 hours"), "week": _("Last 7 days")}
MOST_LINES = 12


@dataclass(frozen=True)
class CountLine:
    """One line of a small table: a name, a count, its share of the largest."""

    name: Any
    count: int
    percent: int
    url: str = ""
    picture: tuple[str, int] | None = None


class _OfCampaign(ConsolePage):
    """Finds the campaign, or answers 404 for another organisation's."""

    campaign: Campaign

    def find(self) -> Campaign:
        rows = Campaign.objects.select_related("account", "organisation")
        return get_object_or_404(visible_to(self.person, rows), pk=self.kwargs["pk"])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        self.campaign = self.find()
        period = self.request.GET.get("period", "")
        period = period if period in PERIODS else "day"
        sees = allowed(self.person, Act.STATISTICS_SEE, self.campaign)
        figures = live(self.campaign, period, timezone.now()) if sees else None
        return super().get_context_data(
            campaign=self.campaign,
            figures=figures,
            period=period,
            periods=PERIOD_WORDS.items(),
            **more,
        )


class LivePart(_OfCampaign):
    """The figures alone, fetched every few seconds."""

    act = Act.STATISTICS_SEE
    template_name = "console/campaigns/live.html"


class CampaignPage(_OfCampaign):
    """The whole page."""

    template_name = "console/campaigns/one.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context = super().get_context_data(**more)
        campaign = self.campaign
        gate = lines(campaign, self.person) if campaign.state in lifecycle.EDITABLE else []
        missing = [line for line in gate if not line.met]
        return {
            **context,
            "title": names_of([campaign.pk])[campaign.pk],
            "trail": [(_("Campaigns"), reverse("admin:campaigns"))],
            "deeds": open_to(self.person, campaign, CAMPAIGN_DEEDS, self._deed_url),
            "editable": campaign.state in lifecycle.EDITABLE
            and allowed(self.person, Act.CAMPAIGN_EDIT, campaign),
            "missing": missing,
            "says": state_words(campaign, bool(missing), timezone.now()),
            "setup_url": step_url(campaign, missing[0].step if missing else "basics"),
            "visitors_url": f"{settings.FUSION_BASE_URL}/c/{campaign.slug}/",
        }

    def _deed_url(self, deed: str) -> str:
        return reverse("admin:campaign_deed", args=[self.campaign.pk, deed])


@dataclass(frozen=True)
class Words:
    """What state it is in, why, and what the next step is."""

    what: Any
    next: Any = ""


def state_words(campaign: Campaign, missing: bool, now: datetime) -> Words:
    """For the line under the title."""
    state = Campaign.State(campaign.state)
    if campaign.sandbox:
        return Words(_("For partners' first calls. Never published, never charged."))
    if state == Campaign.State.DRAFT:
        return _of_draft(missing)
    if state == Campaign.State.PAUSED:
        return Words(_("Visitors read that it is back soon."), _("Resume it when it may go on."))
    if state == Campaign.State.ENDED:
        return Words(
            _("Over. Pictures stay until their links end."), _("Copy it for the next one.")
        )
    if state == Campaign.State.ARCHIVED:
        return Words(_("Put away. It can be looked at and copied."))
    return _of_published(campaign, now)


def _of_draft(missing: bool) -> Words:
    if missing:
        return Words(_("Nobody outside can open it yet."), _("Mend what is missing, then publish."))
    return Words(_("Nothing is missing any more."), _("Publish it."))


def _of_published(campaign: Campaign, now: datetime) -> Words:
    try:
        lifecycle.check_open(campaign, trial=False, now=now)
    except Refusal as refusal:
        return Words(refusal.message())
    return Words(_("Visitors can use it now."))


# --- Figures ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Live:
    """What the refreshing part shows."""

    at: datetime
    outcomes: Outcomes
    waits: Waits
    funnel: list[Stage]
    materials: list[CountLine]
    reasons: list[CountLine]
    sources: list[SourceRow]
    spent_today_fen: int
    spent_month_fen: int
    caps: list[Cap]


def live(campaign: Campaign, period: str, now: datetime) -> Live:
    """Everything about the last hour, day or week; a fixed number of queries."""
    since = now - PERIODS[period]
    choice = Choice(Campaign.objects.filter(pk=campaign.pk), since, now + timedelta(hours=1))
    today, month = _spent(campaign, now)
    return Live(
        at=now,
        outcomes=total(choice),
        waits=waits(choice),
        funnel=stages(campaign, since=choice.first_hour),
        materials=_materials(choice),
        reasons=_reasons(choice),
        sources=by_source(campaign, since=choice.first_hour)[:MOST_LINES],
        spent_today_fen=today,
        spent_month_fen=month,
        caps=of_campaign(campaign, now),
    )


def _materials(choice: Choice) -> list[CountLine]:
    by_material = outcomes(choice, "material_id")
    made = {key[0]: found.made for key, found in by_material.items() if key[0] and found.made}
    rows = Material.objects.filter(pk__in=made).select_related("current")
    known = sorted(rows, key=lambda row: -made[row.pk])[:MOST_LINES]
    most = max(made.values(), default=1)
    return [
        CountLine(
            name=material.title(),
            count=made[material.pk],
            percent=round(made[material.pk] / most * 100),
            url=reverse("admin:material_page", args=[material.model_id]),
            picture=(material.model_id, material.current.number) if material.current else None,
        )
        for material in known
    ]


def _reasons(choice: Choice) -> list[CountLine]:
    found = outcomes(choice, "reason")
    refused = [(key[0], count.refused) for key, count in found.items() if count.refused]
    return _lines([(reason_words(code), count) for code, count in refused])


def _lines(counted: list[tuple[Any, int]]) -> list[CountLine]:
    most = max((count for _name, count in counted), default=1)
    ordered = sorted(counted, key=lambda line: -line[1])[:MOST_LINES]
    return [CountLine(name, count, round(count / most * 100)) for name, count in ordered]


def _spent(campaign: Campaign, now: datetime) -> tuple[int, int]:
    today = timezone.localdate(now)
    rows = Tally.objects.filter(campaign=campaign, day__gte=today.replace(day=1))
    by_day: dict[Any, int] = dict(rows.order_by().values_list("day").annotate(n=Sum("spent_fen")))
    return by_day.get(today, 0), sum(by_day.values())
