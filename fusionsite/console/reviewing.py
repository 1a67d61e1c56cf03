"""The review queue: what waits, the picture, the facts; every act by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, anywhere, visible_to
from campaigns.models import Campaign
from campaigns.refusals import Refusal
from fusionsite.console.materials import with_names
from fusionsite.console.page import ConsolePage
from fusionsite.console.reviewing_facts import (
    about_appeal,
    about_review,
    appeal_lines,
    decided_lines,
    reasons,
    review_lines,
)
from fusionsite.console.reviewing_wanted import AGES, Wanted, wanted_of
from templates_app import queue, review
from templates_app.findings import RULES
from templates_app.glance import at_a_glance

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from templates_app.models import Review
    from templates_app.models.review import ReviewQuerySet

SHOWN = 60
DECIDED_SHOWN = 100


class ReviewPage(ConsolePage):
    """GET shows a tab of the queue; POST does one act and leads to the next item."""

    act = Act.MATERIAL_REVIEW
    title = _("Review")
    template_name = "console/review/page.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        wanted = wanted_of(self.request.GET or self.request.POST, self.person)
        rows = self._waiting(wanted)
        appeals = queue.appeals(self.person)
        fill = {"appeals": self._appeals, "decided": self._decided}.get(wanted.tab, self._queue)
        return super().get_context_data(
            **{
                "wanted": wanted,
                "counts": {"waiting": rows.count(), "appeals": appeals.count()},
                "ages": AGES,
                "campaigns": with_names(self._campaigns()),
                "rules": RULES.values(),
                "reasons": reasons(),
                "may_reports": anywhere(self.person, Act.TAKEDOWN_DECIDE),
                "undoable": queue.last_decision(self.person, timezone.now()),
                "just_decided": self.request.GET.get("done", ""),
                **fill(wanted),
                **more,
            }
        )

    def _campaigns(self) -> QuerySet[Campaign]:
        rows = visible_to(self.person, Campaign.objects.order_by("slug"), Act.MATERIAL_REVIEW)
        return rows.exclude(state=Campaign.State.ARCHIVED)

    def _waiting(self, wanted: Wanted) -> ReviewQuerySet:
        campaign = wanted.campaign.pk if wanted.campaign else None
        rows = queue.waiting(self.person)
        return queue.narrowed(rows, campaign=campaign, rule=wanted.rule, hours=wanted.hours)

    def _queue(self, wanted: Wanted) -> dict[str, Any]:
        """The open submissions, one of them in the middle; or all as a grid."""
        rows = self._waiting(wanted)
        rows_shown = rows.select_related("version__material__campaign__organisation", "claimed_by")
        listed = list(rows_shown.prefetch_related("version__material__campaign__texts")[:SHOWN])
        if wanted.grid:
            materials = [row.version.material for row in listed]
            return {"glances": zip(at_a_glance(materials), listed, strict=True)}
        shown = self._shown(rows, wanted)
        facts = about_review(shown, self.person) if shown else {}
        return {"lines": review_lines(listed, shown, self.person), **facts}

    def _shown(self, rows: ReviewQuerySet, wanted: Wanted) -> Review | None:
        """The one asked for; else the one held; else the first that is free."""
        now = timezone.now()
        if wanted.item:
            found = queue.waiting(self.person).filter(pk=wanted.item).first()
            if found is not None:
                return found
        held = queue.held_by(rows, self.person, now)
        free = rows.free_for(self.person.pk, now).exclude(version__uploaded_by=self.person)
        return held or free.first() or rows.first()

    def _appeals(self, wanted: Wanted) -> dict[str, Any]:
        rows = queue.appeals(self.person)
        rows = rows.select_related("review__version__material__campaign__organisation")
        texts = "review__version__material__campaign__texts"
        listed = list(rows.prefetch_related(texts)[:SHOWN])
        chosen = [row for row in listed if row.pk == wanted.item] or listed
        shown = chosen[0] if chosen else None
        facts = about_appeal(shown, self.person) if shown else {}
        return {"lines": appeal_lines(listed, shown), **facts}

    def _decided(self, wanted: Wanted) -> dict[str, Any]:
        rows = queue.decided(self.person).select_related(
            "version__material__campaign", "decided_by", "submitted_by"
        )
        return {"decided": decided_lines(rows[:DECIDED_SHOWN], self.person)}

    # --- Acts ---

    def post(self, request: HttpRequest) -> HttpResponse:
        act = self._acts().get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        try:
            return HttpResponseRedirect(act(wanted_of(request.POST, self.person)))
        except Refusal as refusal:
            messages.error(request, str(refusal.message()))
        typed = {
            "typed": request.POST.get("comment", ""),
            "chosen": request.POST.getlist("reasons"),
        }
        return self.render_to_response(self.get_context_data(**typed), status=422)

    def _acts(self) -> dict[str, Callable[[Wanted], str]]:
        return {
            "claim": self._claim,
            "take": self._take,
            "next": self._next,
            "release": self._release,
            "approve": self._approve,
            "reject": self._reject,
            "undo": self._undo,
            "won": lambda wanted: self._decide_appeal(wanted, won=True),
            "lost": lambda wanted: self._decide_appeal(wanted, won=False),
        }

    def _item(self, wanted: Wanted) -> Review:
        """The submission the form was about, also when it was decided meanwhile."""
        rows = queue.visible_reviews(self.person).filter(pk=wanted.item)
        found = rows.select_related("version__material__campaign").first()
        if found is None:
            raise Http404
        return found

    def _claim(self, wanted: Wanted) -> str:
        return wanted.address(item=review.claim(review=self._item(wanted), by=self.person).pk)

    def _take(self, wanted: Wanted, after: Review | None = None, **more: object) -> str:
        """The next item, held; the queue as it is when nothing is free."""
        taken = queue.take_next(self._waiting(wanted), self.person, after=after)
        return wanted.address(item=taken.pk if taken else 0, **more)

    def _next(self, wanted: Wanted) -> str:
        row = self._item(wanted)
        review.release(review=row, by=self.person)
        return self._take(wanted, row)

    def _release(self, wanted: Wanted) -> str:
        review.release(review=self._item(wanted), by=self.person)
        return wanted.address(item=0)

    def _approve(self, wanted: Wanted) -> str:
        row = self._item(wanted)
        review.approve(review=row, by=self.person, comment=self._comment())
        return self._take(wanted, row, done=row.pk)

    def _reject(self, wanted: Wanted) -> str:
        row, chosen = self._item(wanted), self.request.POST.getlist("reasons")
        review.reject(review=row, by=self.person, reasons=chosen, comment=self._comment())
        return self._take(wanted, row, done=row.pk)

    def _undo(self, wanted: Wanted) -> str:
        """Takes back the decision named by the form, else the person's newest."""
        if wanted.item:
            row = self._item(wanted)
        else:
            newest = queue.last_decision(self.person, timezone.now())
            if newest is None:
                messages.error(self.request, translated("There is nothing to undo."))
                return wanted.address()
            row = newest
        again = review.undo(review=row, by=self.person)
        messages.success(self.request, translated("Undone. It is yours to decide again."))
        return wanted.address(tab="", item=again.pk)

    def _decide_appeal(self, wanted: Wanted, *, won: bool) -> str:
        row = queue.visible_appeals(self.person).filter(pk=wanted.item).first()
        if row is None:
            raise Http404
        review.decide_appeal(appeal=row, by=self.person, won=won, comment=self._comment())
        words = _("Appeal won: %(name)s.") if won else _("Appeal lost: %(name)s.")
        name = row.review.version.material.title()
        messages.success(self.request, str(words) % {"name": name})
        return wanted.address(tab="appeals", item=0)

    def _comment(self) -> str:
        return self.request.POST.get("comment", "").strip()[:2000]
