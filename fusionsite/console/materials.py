"""Materials: every portrait with its state, the faces on it and what needs mending first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, anywhere, visible_to
from campaigns.models import Campaign
from fusionsite.console.page import ConsolePage
from fusionsite.console.searching import words
from templates_app import editing, listing, review
from templates_app.findings import RULES
from templates_app.glance import at_a_glance
from templates_app.intake import CLOSED
from templates_app.models import Material
from templates_app.preparing import MAX_BYTES, MAX_SIDE_PX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from campaigns.models import Person
    from templates_app.models.material import MaterialQuerySet

PAGE_SIZE = 48


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; unknown values are dropped, never an error."""

    campaign: Campaign | None
    tab: str
    rule: str
    text: str

    def address(self, **changes: object) -> str:
        """The list's address with these changes; empty values are left out."""
        campaign = self.campaign.pk if self.campaign else ""
        asked = {"campaign": campaign, "state": self.tab, "finding": self.rule, "q": self.text}
        kept = {name: value for name, value in (asked | changes).items() if value}
        return reverse("admin:materials") + (f"?{urlencode(kept)}" if kept else "")


@dataclass(frozen=True)
class Tab:
    """One tab of the list."""

    title: str
    count: int
    address: str
    current: bool


class MaterialsPage(ConsolePage):
    """The grid; POST does one act with the chosen materials."""

    act = Act.SEE
    title = _("Materials")
    template_name = "console/materials/list.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        wanted = self._wanted(self.request.GET)
        rows = self._rows(wanted)
        counts = listing.counts(rows)
        page = self._page(listing.on_tab(rows, wanted.tab))
        may_edit = anywhere(self.person, Act.MATERIAL_EDIT)
        return super().get_context_data(
            **more,
            title=name_of(wanted.campaign) if wanted.campaign else self.title,
            wanted=wanted,
            tabs=_tabs(wanted, counts),
            glances=at_a_glance(page.object_list),
            pages=page,
            next_address=_beside(wanted, page, 1),
            previous_address=_beside(wanted, page, -1),
            campaigns=self._campaigns(),
            rules=RULES.values(),
            may_edit=may_edit,
            open_campaigns=self._open_campaigns() if may_edit else [],
            limits={"side": MAX_SIDE_PX, "size": MAX_BYTES // 1024},
            acts=_acts(wanted.tab) if may_edit else [],
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """One act with each chosen material in a transaction of its own."""
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        seen = visible_to(self.person, Material.objects.all())
        chosen = list(seen.filter(model_id__in=request.POST.getlist("chosen")))
        note = request.POST.get("note", "")[:500]
        outcome = review.each(chosen, lambda row: act.run(row, self.person, note))
        for row, refusal in outcome.refused:
            messages.error(request, f"{row.title()}: {refusal}")
        if outcome.done:
            messages.success(request, act.done % {"number": len(outcome.done)})
        if not chosen:
            messages.error(request, translated("Choose at least one material first."))
        return HttpResponseRedirect(self._wanted(request.POST).address())

    # --- What is shown ---

    def _wanted(self, asked: Mapping[str, str]) -> Wanted:
        key = asked.get("campaign", "")
        campaign = None
        if key:
            seen = visible_to(self.person, Campaign.objects.all())
            campaign = seen.filter(pk=int(key)).first() if key.isdecimal() else None
            if campaign is None:
                raise Http404
        tab, rule = asked.get("state", ""), asked.get("finding", "")
        return Wanted(
            campaign=campaign,
            tab=tab if tab in listing.TABS else "",
            rule=rule if rule in RULES else "",
            text=words(asked),
        )

    def _rows(self, wanted: Wanted) -> MaterialQuerySet:
        rows: Any = visible_to(self.person, Material.objects.all())
        rows = rows.with_newest().select_related("campaign", "current")
        if wanted.campaign:
            rows = rows.filter(campaign=wanted.campaign).order_by("position", "number")
        else:
            rows = rows.order_by("-changed_at", "-pk")
        if wanted.rule:
            rows = listing.missing_rule(rows, wanted.rule)
        if wanted.text:
            rows = listing.named(rows, wanted.text)
        found: MaterialQuerySet = rows
        return found

    def _page(self, rows: MaterialQuerySet) -> Page[Material]:
        return Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))

    def _campaigns(self) -> list[Campaign]:
        return with_names(visible_to(self.person, Campaign.objects.order_by("slug")))

    def _open_campaigns(self) -> list[Campaign]:
        rows = visible_to(self.person, Campaign.objects.order_by("slug"), Act.MATERIAL_EDIT)
        return with_names(rows.exclude(state__in=CLOSED))


# --- Acts on many ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ManyAct:
    """One act on every chosen material; the note goes to the reviewer or into the audit trail."""

    name: str
    label: Any
    note: Any
    done: Any
    run: Callable[[Material, Person, str], object]


ACTS = {
    act.name: act
    for act in (
        ManyAct(
            "submit",
            _("Submit for review"),
            _("Note for the reviewer"),
            ngettext_lazy(
                "%(number)s material was submitted.",
                "%(number)s materials were submitted.",
                "number",
            ),
            lambda row, by, note: review.submit(material=row, by=by, note=note),
        ),
        ManyAct(
            "withdraw",
            _("Take out of service"),
            _("Reason"),
            ngettext_lazy(
                "%(number)s material was withdrawn.",
                "%(number)s materials were withdrawn.",
                "number",
            ),
            lambda row, by, note: editing.withdraw(material=row, by=by, why=note),
        ),
        ManyAct(
            "restore",
            _("Bring back"),
            "",
            ngettext_lazy(
                "%(number)s material is back.",
                "%(number)s materials are back.",
                "number",
            ),
            lambda row, by, _note: editing.restore(material=row, by=by),
        ),
    )
}


def _acts(tab: str) -> list[ManyAct]:
    """What makes sense for the materials of a tab, the likeliest first."""
    names = {
        "approved": ["withdraw"],
        "review": ["withdraw"],
        "appealed": [],
        "withdrawn": ["restore"],
        "deleted": ["restore"],
    }.get(tab, ["submit", "withdraw"])
    return [ACTS[name] for name in names]


def _tabs(wanted: Wanted, counts: Mapping[str, int]) -> list[Tab]:
    return [
        Tab(str(title), counts[slug], wanted.address(state=slug), slug == wanted.tab)
        for slug, (title, _shown) in listing.TABS.items()
        if counts[slug] or slug in ("", "draft", "review", "approved", wanted.tab)
    ]


def _beside(wanted: Wanted, page: Page[Material], step: int) -> str:
    there = page.has_next() if step > 0 else page.has_previous()
    return wanted.address(page=page.number + step) if there else ""


def name_of(campaign: Campaign) -> str:
    """What people call the campaign, in the reader's language."""
    return campaign.text(get_language() or "").name


def with_names(rows: QuerySet[Campaign]) -> list[Campaign]:
    """The campaigns with `shown_name`; two queries for all of them."""
    campaigns = list(rows.select_related("organisation").prefetch_related("texts"))
    for campaign in campaigns:
        campaign.shown_name = name_of(campaign)  # type: ignore[attr-defined]  # for templates
    return campaigns
