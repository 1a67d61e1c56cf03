"""Moderation: pictures that visitors offered to the gallery, looked at one by one or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views import View

from campaigns.access import Act, acts_anywhere, visible_to
from campaigns.models import Campaign, Person
from campaigns.refusals import Refusal
from fusionsite.console.materials import with_names
from fusionsite.console.page import ConsolePage
from fusionsite.results import gallery, storing, takedown
from fusionsite.results.models import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

PAGE_SIZE = 60
State = Result.GalleryState
TABS = {
    "": (_("To look at"), Q(gallery_state=State.WAITING)),
    "unseen": (_("Shown, not looked at"), Q(gallery_state=State.SHOWN, gallery_decided_at=None)),
    "shown": (_("Shown"), Q(gallery_state=State.SHOWN, gallery_decided_at__isnull=False)),
    "hidden": (_("Hidden"), Q(gallery_state=State.HIDDEN)),
}


@dataclass(frozen=True)
class PictureAct:
    """One act on chosen pictures; `undo` tells whether it can be taken back."""

    label: Any
    done: Any
    run: Callable[[Result, Person], object]
    undo: bool = True


ACTS = {
    "approve": PictureAct(
        _("Approve"),
        ngettext_lazy("%(number)s picture shown.", "%(number)s pictures shown.", "number"),
        gallery.approve,
    ),
    "hide": PictureAct(
        _("Hide"),
        ngettext_lazy("%(number)s picture hidden.", "%(number)s pictures hidden.", "number"),
        gallery.hide,
    ),
    "undo": PictureAct(
        _("Undo"),
        ngettext_lazy(
            "%(number)s picture waits again.", "%(number)s pictures wait again.", "number"
        ),
        gallery.reconsider,
        undo=False,
    ),
    "delete": PictureAct(
        _("Delete"),
        ngettext_lazy(
            "%(number)s picture deleted everywhere.",
            "%(number)s pictures deleted everywhere.",
            "number",
        ),
        takedown.delete,
        undo=False,
    ),
}


class ModerationPage(ConsolePage):
    """The pictures of all campaigns with a gallery; POST does one act with the chosen ones."""

    act = Act.RESULT_MODERATE
    title = _("Moderation")
    template_name = "console/moderation/page.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        tab = self.request.GET.get("state", "")
        tab = tab if tab in TABS else ""
        campaign = self._campaign()
        rows = self._rows(campaign)
        counts = rows.aggregate(
            **{f"n_{slug}": Count("pk", filter=q) for slug, (_t, q) in TABS.items()}
        )
        newest_first = rows.filter(TABS[tab][1]).order_by("-gallery_offered_at", "-pk")
        page = Paginator(newest_first.select_related("campaign"), PAGE_SIZE)
        return super().get_context_data(
            **{
                "tab": tab,
                "tabs": [
                    {"title": title, "slug": slug, "count": counts[f"n_{slug}"]}
                    for slug, (title, _q) in TABS.items()
                ],
                "campaign": campaign,
                "campaigns": with_names(self._campaigns()),
                "pages": page.get_page(self.request.GET.get("page")),
                "acts": _acts(tab),
                "undone": self._undoable(),
                "now": timezone.now(),
                **more,
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        chosen = list(self._rows(None).filter(key__in=request.POST.getlist("chosen")))
        if not chosen:
            messages.error(request, translated("Choose at least one picture first."))
            return HttpResponseRedirect(self._back([]))
        if act is ACTS["delete"] and request.POST.get("confirm", "") != str(len(chosen)):
            return self._ask(chosen)
        done = self._run(act, chosen)
        return HttpResponseRedirect(self._back(done if act.undo else []))

    def _run(self, act: PictureAct, chosen: Iterable[Result]) -> list[Result]:
        """Each picture on its own; one refusal stops no other."""
        done = []
        for result in chosen:
            try:
                act.run(result, self.person)
            except Refusal as refusal:
                messages.error(self.request, f"{result.receipt}: {refusal.message()}")
            else:
                done.append(result)
        if done:
            messages.success(self.request, act.done % {"number": len(done)})
        return done

    def _ask(self, chosen: list[Result]) -> HttpResponse:
        """Deleting is asked once more, and confirmed by typing how many pictures go."""
        wrong = "confirm" in self.request.POST
        context = self.get_context_data(title=_("Delete pictures"), chosen=chosen, wrong=wrong)
        return self.response_class(
            self.request, "console/moderation/delete.html", context, status=422 if wrong else 200
        )

    def _back(self, done: list[Result]) -> str:
        state, campaign = self.request.POST.get("state", ""), self.request.POST.get("campaign", "")
        asked = {"state": state, "campaign": campaign, "done": ",".join(row.key for row in done)}
        kept = {name: text for name, text in asked.items() if text}
        return reverse("admin:moderation") + (f"?{urlencode(kept)}" if kept else "")

    def _undoable(self) -> list[str]:
        keys = [key for key in self.request.GET.get("done", "").split(",") if key][:PAGE_SIZE]
        return list(self._rows(None).filter(key__in=keys).values_list("key", flat=True))

    def _campaigns(self) -> QuerySet[Campaign]:
        rows = visible_to(self.person, Campaign.objects.order_by("slug"), Act.RESULT_MODERATE)
        return rows.exclude(gallery=Campaign.Gallery.OFF)

    def _campaign(self) -> Campaign | None:
        key = self.request.GET.get("campaign", "")
        return self._campaigns().filter(pk=int(key)).first() if key.isdecimal() else None

    def _rows(self, campaign: Campaign | None) -> QuerySet[Result]:
        rows = visible_to(self.person, offered(), Act.RESULT_MODERATE)
        return rows.filter(campaign=campaign) if campaign else rows


class ResultPicture(View):
    """A picture for the people who decide about it: offered to a gallery, or reported."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        person = cast(Person, request.user)
        if not {Act.RESULT_MODERATE, Act.TAKEDOWN_DECIDE} & acts_anywhere(person):
            raise PermissionDenied
        wanted = Result.objects.filter(key=key, erased_at=None)
        moderated = visible_to(person, wanted.exclude(gallery_state=State.OFF), Act.RESULT_MODERATE)
        reported = visible_to(person, wanted.filter(reports__isnull=False), Act.TAKEDOWN_DECIDE)
        result = moderated.first() or reported.first()
        if result is None:
            raise Http404
        try:
            picture = storing.read(result)
        except FileNotFoundError as lost:
            raise Http404 from lost
        response = HttpResponse(picture, content_type=result.content_type)
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


def offered() -> QuerySet[Result]:
    """Pictures that stand in a gallery or wait for it, and that still exist."""
    live = Result.objects.live(timezone.now()).filter(hidden_at=None)
    return live.exclude(gallery_state=State.OFF)


def _acts(tab: str) -> list[dict[str, Any]]:
    names = {"shown": ["hide", "delete"], "hidden": ["approve", "delete"]}.get(
        tab, ["approve", "hide", "delete"]
    )
    return [{"name": name, "label": ACTS[name].label} for name in names]
