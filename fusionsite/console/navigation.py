"""The console's side bar: one group per kind of work, each line only for those who may open it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, anywhere
from campaigns.models import Person


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups in the order of a working day."""
    return [
        _group("", _line(_("Dashboard"), "space_dashboard", "index")),
        _group(
            _("Campaigns"),
            _line(_("Campaigns"), "campaign", "campaigns_campaign_changelist"),
            _line(_("Materials"), "photo_library", "templates_app_material_changelist"),
            _line(_("Review"), "rule", "templates_app_review_changelist", act=Act.MATERIAL_REVIEW),
        ),
        _group(
            _("Money"),
            _line(
                _("Accounts"),
                "account_balance_wallet",
                "campaigns_account_changelist",
                act=Act.LEDGER_SEE,
            ),
        ),
        _group(
            _("Partners"),
            _line(_("Keys"), "key", "campaigns_credential_changelist", act=Act.CREDENTIAL_MANAGE),
        ),
        _group(
            _("Site"),
            _line(_("People"), "group", "campaigns_person_changelist", act=Act.PEOPLE_MANAGE),
        ),
    ]


def _group(title: Any, *lines: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": bool(title), "items": list(lines)}


def _line(title: Any, icon: str, name: str, *, act: Act = Act.SEE) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{name}"),
        "permission": _who_may(act),
    }


def _who_may(act: Act) -> Callable[[HttpRequest], bool]:
    def may(request: HttpRequest) -> bool:
        return isinstance(request.user, Person) and anywhere(request.user, act)

    return may
