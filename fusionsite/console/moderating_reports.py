"""Takedown: reports about pictures, the most urgent on top, each with its 48-hour clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, visible_to
from campaigns.refusals import Refusal
from fusionsite.console.page import ConsolePage
from fusionsite.results import takedown
from fusionsite.results.models import Report
from fusionsite.results.reports import HIDE_AT_ONCE

if TYPE_CHECKING:
    from django.db.models import QuerySet

DECIDED_SHOWN = 50


class TakedownsPage(ConsolePage):
    """Open reports, then the last decided ones; POST hides or decides one."""

    act = Act.TAKEDOWN_DECIDE
    title = _("Takedown reports")
    template_name = "console/moderation/takedowns.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        rows = self._rows().select_related("result__campaign", "decided_by")
        decided = rows.filter(decided_at__isnull=False).order_by("-decided_at")
        return super().get_context_data(
            **{
                "reports": urgent_first(rows.filter(decided_at=None)),
                "decided": decided[:DECIDED_SHOWN],
                "now": timezone.now(),
                "at_once": HIDE_AT_ONCE,
                **more,
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        report = self._rows().filter(number=request.POST.get("number", "")).first()
        act, why = request.POST.get("act", ""), request.POST.get("why", "").strip()[:500]
        if report is None or act not in ("hide", "down", "leave"):
            raise Http404
        try:
            self._do(act, report, why)
        except Refusal as refusal:
            wrong = {"refused": str(refusal.message()), "about": report.number, "typed": why}
            return self.render_to_response(self.get_context_data(**wrong), status=422)
        return HttpResponseRedirect(reverse("admin:takedowns"))

    def _do(self, act: str, report: Report, why: str) -> None:
        if act == "hide":
            takedown.hide(report, self.person)
            self._say(_("Hidden everywhere. Decide it within its 48 hours."))
        elif not takedown.decide(report, self.person, upheld=act == "down", why=why):
            message = _("Taken down: its link has ended. The file is removed at the next attempt.")
            messages.warning(self.request, message)
        elif act == "down":
            self._say(_("Taken down everywhere."))
        else:
            self._say(_("Left where it is."))

    def _say(self, words: Any) -> None:
        messages.success(self.request, words)

    def _rows(self) -> QuerySet[Report]:
        return visible_to(self.person, Report.objects.all(), Act.TAKEDOWN_DECIDE)


def urgent_first(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Intimate pictures and children on top, then whose clock runs out first."""
    urgent = Case(
        When(ground__in=HIDE_AT_ONCE, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return rows.order_by(urgent, "due_at", "pk")
