"""What waits for this person, most urgent first: each thing with its clock and its one button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.access import Act, acts_anywhere, visible_to
from campaigns.models import (
    Account,
    Campaign,
    Organisation,
    Person,
    QuotaRaise,
    Standing,
    Tally,
    WebhookDelivery,
    with_pictures_total,
)
from campaigns.standing import SERVED
from fusionsite.console import waiting as waits
from fusionsite.console.naming import names_of
from templates_app import queue
from templates_app.models import Material, State

SOON = timedelta(days=30)
FAILING_SINCE = timedelta(days=7)
NEAR_A_CAP = 0.8
BAD, WARN, PLAIN = "bad", "warn", ""


@dataclass(frozen=True)
class Need:
    """One line: `lead` in bold, `rest` after it; `due` is a clock, `note` stands in its place."""

    tone: str
    icon: str
    lead: str
    button: str
    url: str
    rest: str = ""
    due: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Waiting:
    """How many things wait, in which campaigns, and which of them is due first."""

    number: int
    campaigns: Mapping[int, int] = field(default_factory=dict)
    due: datetime | None = None


def needs(person: Person, now: datetime) -> list[Need]:
    """Everything that waits for the person's roles; nothing that only somebody else may do."""
    acts = acts_anywhere(person)
    found = [need for act, kind in KINDS if act in acts for need in kind(person, now)]
    order = {BAD: 0, WARN: 1, PLAIN: 2}
    return sorted(found, key=lambda need: (order[need.tone], need.due or now + 2 * SOON))


# --- Clocks that run against people ----------------------------------------------------------


def _takedowns(person: Person, now: datetime) -> list[Need]:
    waiting = _waiting(waits.reports(person, now), "result__campaign", due="due_at")
    lead = ngettext(
        "%(number)s picture was reported", "%(number)s pictures were reported", waiting.number
    )
    url = reverse("admin:takedowns")
    return _line(waiting, BAD, "flag", lead, _("Decide"), url)


def _appeals(person: Person, now: datetime) -> list[Need]:
    rows = queue.appeals(person).exclude(appealed_by=person)
    rows = rows.exclude(review__decided_by=person)
    waiting = _waiting(rows, "review__version__material__campaign", due="due_at")
    lead = ngettext("%(number)s appeal waits", "%(number)s appeals wait", waiting.number)
    return _line(waiting, BAD, "gavel", lead, _("Decide"), reverse("admin:review"))


# --- Money -----------------------------------------------------------------------------------


def _stopped_accounts(person: Person, now: datetime) -> list[Need]:
    rows = visible_to(person, Account.objects.select_related("organisation"), Act.LEDGER_SEE)
    return [
        Need(
            tone=BAD if Standing(account.standing) not in SERVED else WARN,
            icon="account_balance_wallet",
            lead=_("The account is in the state “%(state)s”")
            % {"state": account.get_standing_display()},
            rest=account.organisation.name,
            button=_("Look"),
            url=reverse("admin:account_page", args=[account.pk]),
        )
        for account in rows.exclude(standing=Standing.NORMAL)[:20]
    ]


def _unpaid_fees(person: Person, now: datetime) -> list[Need]:
    unpaid = Campaign.objects.filter(
        fee_state=Campaign.FeeState.UNPAID, state=Campaign.State.DRAFT, sandbox=False
    )
    rows = visible_to(person, unpaid.select_related("account"), Act.FEE_TAKE).order_by("starts_at")
    names = names_of(campaign.pk for campaign in rows[:20])
    return [
        Need(
            tone=WARN,
            icon="receipt_long",
            lead=_("The authorization fee is not paid"),
            rest=names[campaign.pk],
            due=campaign.starts_at,
            button=_("Take the fee"),
            url=reverse("admin:fee_deed", args=[campaign.pk, "take"]),
        )
        for campaign in rows[:20]
    ]


def _campaign_caps(person: Person, now: datetime) -> list[Need]:
    today = timezone.localdate(now)
    running = Campaign.objects.filter(state=Campaign.State.PUBLISHED).annotate(
        today=Sum("tallies__pictures", filter=Q(tallies__day=today))
    )
    capped = visible_to(person, with_pictures_total(running), Act.CAMPAIGN_EDIT).exclude(
        daily_cap=None, total_cap=None
    )
    near = [
        (campaign, share)
        for campaign in capped
        if (share := _share_of_cap(campaign, campaign.today or 0)) >= NEAR_A_CAP
    ]
    names = names_of(campaign.pk for campaign, _share in near)
    return [_cap_line(campaign, share, names[campaign.pk]) for campaign, share in near]


def _share_of_cap(campaign: Campaign, today: int) -> float:
    caps = [(today, campaign.daily_cap), (campaign.pictures_total, campaign.total_cap)]
    return max((used / cap for used, cap in caps if cap), default=0.0)


def _cap_line(campaign: Campaign, share: float, name: str) -> Need:
    return Need(
        tone=BAD if share >= 1 and campaign.caps_hard else WARN,
        icon="speed",
        lead=_("Pictures reached %(share)s %% of the cap") % {"share": int(share * 100)},
        rest=name,
        note=_("Stops at 100 %") if campaign.caps_hard else _("Only told, not stopped"),
        button=_("Change the cap"),
        url=reverse("admin:campaign_step", args=[campaign.pk, "limits"]),
    )


def _account_caps(person: Person, now: datetime) -> list[Need]:
    first = timezone.localdate(now).replace(day=1)
    rows = visible_to(person, Account.objects.exclude(month_cap_fen=None), Act.CAPS_SET)
    spent = dict(
        Tally.objects.filter(account__in=rows, day__gte=first)
        .order_by()
        .values_list("account")
        .annotate(fen=Sum("spent_fen"))
    )
    shares = [
        (account, spent.get(account.pk, 0) / account.month_cap_fen)
        for account in rows.select_related("organisation")
        if account.month_cap_fen
    ]
    return [
        Need(
            tone=BAD if share >= 1 else WARN,
            icon="speed",
            lead=_("Spending reached %(share)s %% of the month's cap")
            % {"share": int(share * 100)},
            rest=account.organisation.name,
            button=_("Change the cap"),
            url=reverse("admin:account_deed", args=[account.pk, "cap"]),
        )
        for account, share in shares
        if share >= NEAR_A_CAP
    ]


# --- Materials -------------------------------------------------------------------------------


def _reviews(person: Person, now: datetime) -> list[Need]:
    free = waits.reviews(person, now)
    waiting = _waiting(free, "version__material__campaign", oldest="submitted_at")
    lead = ngettext(
        "%(number)s material waits for a review",
        "%(number)s materials wait for a review",
        waiting.number,
    )
    return _line(waiting, PLAIN, "rule", lead, _("Review"), reverse("admin:review"))


def _lapsing_rights(person: Person, now: datetime) -> list[Need]:
    ending = Material.objects.filter(
        state__in=[State.APPROVED, State.APPEAL_WON],
        rights__ends_at__gt=now,
        rights__ends_at__lte=now + SOON,
    )
    rows = visible_to(person, ending, Act.RIGHTS_EDIT)
    waiting = _waiting(rows, "campaign", due="rights__ends_at")
    lead = ngettext(
        "The rights to %(number)s material end soon",
        "The rights to %(number)s materials end soon",
        waiting.number,
    )
    return _line(waiting, WARN, "schedule", lead, _("Renew"), reverse("admin:materials"))


def _turned_down(person: Person, now: datetime) -> list[Need]:
    rejected = Material.objects.filter(state=State.REJECTED)
    rows = visible_to(person, rejected, Act.MATERIAL_EDIT)
    waiting = _waiting(rows, "campaign")
    lead = ngettext(
        "%(number)s material was turned down",
        "%(number)s materials were turned down",
        waiting.number,
    )
    url = reverse("admin:materials") + "?state=rejected"
    return _line(waiting, PLAIN, "edit", lead, _("Mend"), url)


# --- Results, limits, partners ---------------------------------------------------------------


def _gallery(person: Person, now: datetime) -> list[Need]:
    waiting = _waiting(waits.gallery(person, now), "campaign")
    lead = ngettext(
        "%(number)s picture waits to be shown in the gallery",
        "%(number)s pictures wait to be shown in the gallery",
        waiting.number,
    )
    return _line(waiting, PLAIN, "visibility", lead, _("Look"), reverse("admin:moderation"))


def _raises(person: Person, now: datetime) -> list[Need]:
    asked = QuotaRaise.objects.filter(state=QuotaRaise.State.ASKED).exclude(asked_by=person)
    waiting = _waiting(visible_to(person, asked, Act.QUOTA_GRANT), "campaign")
    lead = ngettext(
        "%(number)s higher limit is asked for",
        "%(number)s higher limits are asked for",
        waiting.number,
    )
    return _line(waiting, PLAIN, "speed", lead, _("Decide"), reverse("admin:limits"))


def _failing_webhooks(person: Person, now: datetime) -> list[Need]:
    failing = WebhookDelivery.objects.filter(
        state=WebhookDelivery.State.GIVEN_UP,
        created_at__gte=now - FAILING_SINCE,
        endpoint__disabled_at=None,
    )
    rows = visible_to(person, failing, Act.WEBHOOK_MANAGE)
    number = rows.count()
    lead = ngettext(
        "%(number)s webhook message was given up",
        "%(number)s webhook messages were given up",
        number,
    )
    return _line(Waiting(number), WARN, "webhook", lead, _("Look"), reverse("admin:webhooks"))


# --- Beginnings ------------------------------------------------------------------------------


def _no_organisation(person: Person, now: datetime) -> list[Need]:
    if Organisation.objects.exists():
        return []
    return [
        Need(
            tone=WARN,
            icon="domain",
            lead=_("There is no organisation yet"),
            rest=_("Campaigns, people and money all belong to one"),
            button=_("Make the first"),
            url=reverse("admin:organisation_new", args=["add"]),
        )
    ]


def _nobody_there(person: Person, now: datetime) -> list[Need]:
    empty = Organisation.objects.filter(memberships=None)
    return [
        Need(
            tone=WARN,
            icon="group",
            lead=_("Nobody works there yet"),
            rest=organisation.name,
            button=_("Invite"),
            url=reverse("admin:invite", args=["invite"]),
        )
        for organisation in empty[:5]
    ]


# --- How a line is written -------------------------------------------------------------------


def _waiting(rows: QuerySet[Any], campaign: str, *, due: str = "", oldest: str = "") -> Waiting:
    """The rows counted by campaign, in one query."""
    moment = due or oldest
    grouped = rows.order_by().values_list(campaign).annotate(n=Count("pk", distinct=True))
    if moment:
        grouped = grouped.annotate(first=Min(moment))
    found = list(grouped)
    firsts = [row[2] for row in found] if due else []
    by_campaign = {row[0]: row[1] for row in found if row[0] is not None}
    return Waiting(sum(row[1] for row in found), by_campaign, min(firsts, default=None))


def _line(
    waiting: Waiting, tone: str, icon: str, lead: str, button: str | Promise, url: str
) -> list[Need]:
    """One line about all of them, or none when nothing waits."""
    if not waiting.number:
        return []
    return [
        Need(
            tone=tone,
            icon=icon,
            lead=lead % {"number": waiting.number},
            rest=_where(waiting.campaigns),
            due=waiting.due,
            button=str(button),
            url=url,
        )
    ]


def _where(campaigns: Mapping[int, int]) -> str:
    if len(campaigns) == 1:
        return next(iter(names_of(campaigns).values()), "")
    if not campaigns:
        return ""
    return ngettext("in %(number)s campaign", "in %(number)s campaigns", len(campaigns)) % {
        "number": len(campaigns)
    }


KINDS: tuple[tuple[Act, Callable[[Person, datetime], list[Need]]], ...] = (
    (Act.TAKEDOWN_DECIDE, _takedowns),
    (Act.APPEAL_DECIDE, _appeals),
    (Act.LEDGER_SEE, _stopped_accounts),
    (Act.FEE_TAKE, _unpaid_fees),
    (Act.CAMPAIGN_EDIT, _campaign_caps),
    (Act.CAPS_SET, _account_caps),
    (Act.MATERIAL_REVIEW, _reviews),
    (Act.RIGHTS_EDIT, _lapsing_rights),
    (Act.MATERIAL_EDIT, _turned_down),
    (Act.RESULT_MODERATE, _gallery),
    (Act.QUOTA_GRANT, _raises),
    (Act.WEBHOOK_MANAGE, _failing_webhooks),
    (Act.ORGANISATION_MANAGE, _no_organisation),
    (Act.PEOPLE_MANAGE, _nobody_there),
)
