"""The console's side bar: one group per kind of work, each line only for those who may open it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, acts_anywhere
from campaigns.models import Membership, Person
from fusionsite.console import waiting


@dataclass(frozen=True)
class Line:
    """One page of the side bar: its icon's name, its address in `admin:`, who may open it.

    `also` are names of pages that belong to it: while one of them is open, the line is lit.
    `waits`: what waits there, told as a number; `hot` where somebody is harmed by the waiting.
    """

    title: Any
    icon: str
    name: str
    act: Act = Act.SEE
    also: Sequence[str] = ()
    waits: Callable[[Person, datetime], QuerySet[Any]] | None = None
    hot: bool = False


# In the order of a working day.
GROUPS: list[tuple[Any, list[Line]]] = [
    ("", [Line(_("Dashboard"), "space_dashboard", "index")]),
    (
        _("Campaigns"),
        [
            Line(
                _("Campaigns"),
                "campaign",
                "campaigns",
                also=[
                    *("campaign_new", "campaign_page", "campaign_step", "campaign_deed"),
                    "campaign_share",
                ],
            ),
            Line(_("Materials"), "photo_library", "materials", also=["material_page"]),
            Line(_("Review"), "rule", "review", Act.MATERIAL_REVIEW, waits=waiting.reviews),
            Line(
                _("Moderation"),
                "visibility",
                "moderation",
                Act.RESULT_MODERATE,
                waits=waiting.gallery,
            ),
            Line(
                _("Reports"),
                "flag",
                "takedowns",
                Act.TAKEDOWN_DECIDE,
                waits=waiting.reports,
                hot=True,
            ),
            Line(_("Statistics"), "bar_chart", "statistics", Act.STATISTICS_SEE),
        ],
    ),
    (
        _("Money"),
        [
            Line(
                _("Money"),
                "account_balance_wallet",
                "money",
                Act.LEDGER_SEE,
                ["account_page", "account_deed", "account_new", "fee_deed", "statement"],
            ),
        ],
    ),
    (
        _("Partners"),
        [
            Line(
                _("Credentials"),
                "key",
                "credentials",
                Act.CREDENTIAL_MANAGE,
                ["credential_new", "credential_deed"],
            ),
            Line(
                _("Webhooks"),
                "webhook",
                "webhooks",
                Act.WEBHOOK_MANAGE,
                ["webhook_new", "webhook_page", "webhook_deed", "delivery_deed"],
            ),
            Line(
                _("Request log"),
                "manage_search",
                "requests",
                Act.REQUEST_LOG_SEE,
                ["request_page"],
            ),
            Line(_("Developers"), "code", "developers:index", Act.CREDENTIAL_MANAGE),
        ],
    ),
    (
        _("Trust"),
        [
            Line(
                _("Quotas"),
                "speed",
                "limits",
                also=[
                    *("limit_ask", "limit_raise", "limit_account"),
                    *("limit_credential", "limit_site"),
                ],
            ),
            Line(_("Privacy"), "shield", "privacy", Act.PRIVACY_SEE, ["erasure", "retention"]),
            Line(_("Audit"), "history", "trail", Act.AUDIT_SEE),
            Line(_("Exports"), "download", "exports", Act.DATA_EXPORT, ["export"]),
        ],
    ),
    (
        _("Site"),
        [
            Line(_("Notices"), "notifications", "notices", waits=waiting.told),
            Line(
                _("Organisations"),
                "domain",
                "organisations",
                Act.ORGANISATION_MANAGE,
                ["organisation_new", "organisation_deed"],
            ),
            Line(
                _("People"),
                "group",
                "people",
                Act.PEOPLE_MANAGE,
                ["invite", "person_page", "person_deed", "role_deed"],
            ),
            Line(_("Health"), "monitor_heart", "health", Act.HEALTH_SEE),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups as Unfold wants them, without the lines this person may not open."""
    if not isinstance(request.user, Person):
        return []
    acts = acts_anywhere(request.user)
    return [
        {"title": title, "items": [_item(line, request) for line in lines if line.act in acts]}
        for title, lines in GROUPS
    ]


def whose(request: HttpRequest) -> dict[str, Any]:
    """What stands above and below the side bar: the organisation, and the person's roles."""
    if not isinstance(request.user, Person):
        return {}
    held = list(Membership.objects.filter(person=request.user).select_related("organisation"))
    names = {membership.organisation.name for membership in held if membership.organisation}
    return {
        "nav_name": names.pop() if len(names) == 1 else "",
        "nav_roles": list(dict.fromkeys(membership.get_role_display() for membership in held)),
    }


def _item(line: Line, request: HttpRequest) -> dict[str, Any]:
    room, _colon, _name = line.name.rpartition(":")
    return {
        "title": line.title,
        "icon": line.icon,
        "link": reverse(line.name if room else f"admin:{line.name}"),
        "active": _is_lit(line, request, room or "admin"),
        "badge": _waiting(line, request),
        "hot": line.hot,
    }


def _waiting(line: Line, request: HttpRequest) -> int:
    if line.waits is None:
        return 0
    return line.waits(cast(Person, request.user), timezone.now()).count()


def _is_lit(line: Line, request: HttpRequest, room: str) -> bool:
    """Whether the open page belongs to the line; a line of another room is lit by all of it."""
    match = request.resolver_match
    if match is None or match.namespace != room:
        return False
    return room != "admin" or match.url_name in _lit_by(line)


def _lit_by(line: Line) -> list[str]:
    """Its own page, and a list's rows with their acts."""
    if not line.name.endswith("_changelist"):
        return [line.name, *line.also]
    rows = line.name.removesuffix("changelist")
    return [line.name, *(rows + page for page in ("add", "change", "history", "act")), *line.also]
