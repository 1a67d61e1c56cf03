"""Every campaign a person may see, by state."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, anywhere, visible_to
from campaigns.models import Campaign, with_pictures_total
from fusionsite.console.naming import names_of
from fusionsite.console.page import ConsolePage
from fusionsite.console.searching import words

PAGE_SIZE = 50


class CampaignsPage(ConsolePage):
    """The list, with one tab for each state."""

    template_name = "console/campaigns/list.html"
    title = _("Campaigns")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        wanted = words(self.request.GET)
        rows = _searched(visible_to(self.person, Campaign.objects.all()), wanted)
        state = self.request.GET.get("state", "")
        state = state if state in Campaign.State.values else ""
        shown = rows.filter(state=state) if state else rows
        page = Paginator(
            with_pictures_total(shown.select_related("organisation")).order_by("-project_id"),
            PAGE_SIZE,
        ).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            names=names_of(campaign.pk for campaign in page),
            tabs=_tabs(rows, state),
            q=wanted,
            state=state,
            may_make=anywhere(self.person, Act.CAMPAIGN_EDIT),
            **more,
        )


def _searched(rows: QuerySet[Campaign], wanted: str) -> QuerySet[Campaign]:
    if not wanted:
        return rows
    found = Q(slug__icontains=wanted) | Q(texts__name__icontains=wanted)
    if wanted.isdigit():
        found |= Q(project_id=int(wanted[:18]))
    return rows.filter(found).distinct()


def _tabs(rows: QuerySet[Campaign], state: str) -> list[tuple[str, Any, int, bool]]:
    """(state, its word, how many, whether shown) for "all" and every state there is."""
    counted = rows.order_by().values("state").annotate(n=Count("pk", distinct=True))
    counts = {row["state"]: row["n"] for row in counted}
    every = [(value, label, counts.get(value, 0)) for value, label in Campaign.State.choices]
    tabs = [("", _("All"), sum(counts.values())), *(tab for tab in every if tab[2])]
    return [(value, label, number, value == state) for value, label, number in tabs]
