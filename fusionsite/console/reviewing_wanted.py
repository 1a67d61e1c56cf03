"""What the address of the review queue asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, visible_to
from campaigns.models import Campaign
from templates_app.findings import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    from campaigns.models import Person

TABS = frozenset({"", "appeals", "decided"})
AGES: dict[int, Promise] = {
    0: _("Any age"),
    1: _("Over an hour"),
    4: _("Over 4 hours"),
    24: _("Over a day"),
}


@dataclass(frozen=True)
class Wanted:
    """Which tab and item, and what the queue is narrowed to; unknown values are dropped."""

    tab: str = ""
    item: int = 0
    campaign: Campaign | None = None
    rule: str = ""
    hours: int = 0
    grid: bool = False

    def address(self, **changes: object) -> str:
        """The queue's address with these changes; empty values are left out."""
        asked: dict[str, object] = {
            "tab": self.tab,
            "item": self.item,
            **self.filters(),
            "view": "grid" if self.grid else "",
        }
        kept = {name: value for name, value in (asked | changes).items() if value}
        return reverse("admin:review") + (f"?{urlencode(kept)}" if kept else "")

    def filters(self) -> dict[str, object]:
        """What the queue is narrowed to, as forms carry it on."""
        campaign = self.campaign.pk if self.campaign else ""
        return {"campaign": campaign, "finding": self.rule, "hours": self.hours or ""}

    @property
    def queue_address(self) -> str:
        """The queue itself, as it is narrowed."""
        return self.address(tab="", item=0)

    @property
    def grid_address(self) -> str:
        """The other way to look at it."""
        return self.address(view="" if self.grid else "grid", item=0)


def wanted_of(asked: Mapping[str, str], by: Person) -> Wanted:
    """What was asked for, as far as the person may."""
    tab, rule = asked.get("tab", ""), asked.get("finding", "")
    hours = _number(asked.get("hours", ""))
    key = _number(asked.get("campaign", ""))
    rows = visible_to(by, Campaign.objects.all(), Act.MATERIAL_REVIEW)
    return Wanted(
        tab=tab if tab in TABS else "",
        item=_number(asked.get("item", "")),
        campaign=rows.filter(pk=key).first() if key else None,
        rule=rule if rule in RULES else "",
        hours=hours if hours in AGES else 0,
        grid=asked.get("view") == "grid",
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
