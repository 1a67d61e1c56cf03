"""The console's side bar: one group per kind of work, each line only for those who may open it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, acts_anywhere
from campaigns.models import Membership, Person


@dataclass(frozen=True)
class Line:
    """One page of the side bar: its icon's name, its address in `admin:`, who may open it.

    `also` are names of pages that belong to it: while one of them is open, the line is lit.
    """

    title: Any
    icon: str
    name: str
    act: Act = Act.SEE
    also: Sequence[str] = ()


# In the order of a working day.
GROUPS: list[tuple[Any, list[Line]]] = [
    ("", [Line(_("Dashboard"), "space_dashboard", "index")]),
    (
        _("Campaigns"),
        [
            Line(_("Campaigns"), "campaign", "campaigns_campaign_changelist"),
            Line(_("Materials"), "photo_library", "templates_app_material_changelist"),
            Line(_("Review"), "rule", "templates_app_review_changelist", Act.MATERIAL_REVIEW),
        ],
    ),
    (
        _("Money"),
        [
            Line(
                _("Accounts"),
                "account_balance_wallet",
                "campaigns_account_changelist",
                Act.LEDGER_SEE,
            ),
        ],
    ),
    (
        _("Partners"),
        [Line(_("Keys"), "key", "campaigns_credential_changelist", Act.CREDENTIAL_MANAGE)],
    ),
    (
        _("Site"),
        [Line(_("People"), "group", "campaigns_person_changelist", Act.PEOPLE_MANAGE)],
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
    match = request.resolver_match
    url_name = match.url_name if match else None
    return {
        "title": line.title,
        "icon": line.icon,
        "link": reverse(f"admin:{line.name}"),
        "active": url_name in _lit_by(line),
    }


def _lit_by(line: Line) -> list[str]:
    """Its own page, and a list's rows with their acts."""
    if not line.name.endswith("_changelist"):
        return [line.name, *line.also]
    rows = line.name.removesuffix("changelist")
    return [line.name, *(rows + page for page in ("add", "change", "history", "act")), *line.also]
