"""The request log: the partners' calls of thirty days, found by whatever is known of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from django import forms
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import books
from campaigns.access import Act, acts_on, allowed, visible_to
from campaigns.models import Campaign, Credential, Dialect, LedgerEntry, Person, Source
from fusionsite.console.deeds import DayField
from fusionsite.console.page import ConsolePage
from fusionsite.jobs.models import FusionJob
from fusionsite.requestlog.models import KEPT_DAYS, LoggedRequest

PER_PAGE = 50
SERVED, REFUSED, CHARGED = "served", "refused", "charged"


class RequestFilter(forms.Form):
    """What is known of the call; nothing is required."""

    request_id = forms.CharField(label=_("Request id"), max_length=64, required=False)
    door = forms.ChoiceField(
        label=_("Door"), choices=[("", _("All doors")), *Dialect.choices], required=False
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("", _("All outcomes")),
            (SERVED, _("Served")),
            (REFUSED, _("Refused")),
            (CHARGED, _("Charged")),
        ],
        required=False,
    )
    code = forms.CharField(label=_("Code"), max_length=80, required=False)
    campaign = forms.IntegerField(
        label=_("Campaign number"), min_value=1, max_value=2**62, required=False
    )
    key = forms.CharField(label=_("Key"), max_length=64, required=False)
    first = DayField(label=_("First day"), required=False)
    last = DayField(label=_("Last day"), required=False)
    # Where the page begins: below this line.
    before = forms.CharField(max_length=60, required=False)

    @property
    def narrowed(self) -> bool:
        """Whether a person has narrowed anything."""
        return any(self[name].data for name in self.fields if name != "before")

    def clean_before(self) -> tuple[datetime, int] | None:
        text: str = self.cleaned_data["before"]
        if not text:
            return None
        try:
            at, pk = text.rsplit(",", 1)
            return datetime.fromisoformat(at), int(pk[:18])
        except ValueError as problem:
            raise forms.ValidationError(_("This address is cut off.")) from problem

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned


class RequestsPage(ConsolePage):
    """The lines that fit, newest first, fifty at a time."""

    template_name = "console/office/requests.html"
    act = Act.REQUEST_LOG_SEE
    title = _("Request log")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        form = RequestFilter(self.request.GET)
        lines = list(found(self.person, form.cleaned_data)) if form.is_valid() else []
        page = lines[:PER_PAGE]
        with_names(page)
        return super().get_context_data(
            filter=form,
            lines=page,
            older=_mark(page[-1]) if len(lines) > PER_PAGE else "",
            kept_days=KEPT_DAYS,
            **more,
        )


class RequestPage(ConsolePage):
    """One call: how it came in, what became of its job, what was charged and why."""

    template_name = "console/office/request.html"
    act = Act.REQUEST_LOG_SEE

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        rows = LoggedRequest.objects.select_related("organisation", "credential", "campaign")
        line = get_object_or_404(
            visible_to(self.person, rows, Act.REQUEST_LOG_SEE), pk=self.kwargs["pk"]
        )
        job = _job(self.person, line)
        entries = list(books.of_job(job.reference)) if job else []
        return super().get_context_data(
            title=line.request_id,
            trail=[(RequestsPage.title, reverse("admin:requests"))],
            line=line,
            door=dict(Dialect.choices).get(line.door, line.door),
            job=job,
            waited_s=(job.started_at - job.created_at).total_seconds()
            if job and job.started_at
            else None,
            charge=Charge.of(job, entries),
            entries=entries,
            with_balance=allowed(self.person, Act.LEDGER_SEE, job) if job else False,
            **more,
        )


def found(person: Person, asked: dict[str, Any]) -> Iterable[LoggedRequest]:
    """One more line than fits on a page, newest first.

    Per organisation, because only then one index gives both the rows and their order.
    """
    lines = LoggedRequest.objects.filter(_which(person, asked)).order_by("-at", "-pk")
    if Act.REQUEST_LOG_SEE in acts_on(person, None):
        return lines[: PER_PAGE + 1]
    mine = visible_to(person, person.organisations.all(), Act.REQUEST_LOG_SEE).distinct()
    parts = [lines.filter(organisation=organisation)[: PER_PAGE + 1] for organisation in mine]
    newest_first = merge(*parts, key=lambda line: (line.at, line.pk), reverse=True)
    return islice(newest_first, PER_PAGE + 1)


def _which(person: Person, asked: dict[str, Any]) -> Q:
    which = Q()
    for name in ("request_id", "door", "code"):
        if asked.get(name):
            which &= Q(**{name: asked[name].strip()})
    if asked.get("campaign"):
        campaigns = visible_to(person, Campaign.objects.all(), Act.REQUEST_LOG_SEE)
        wanted = campaigns.filter(project_id=asked["campaign"]).first()
        which &= Q(campaign=wanted) if wanted else Q(pk=None)
    if asked.get("key"):
        keys = visible_to(person, Credential.objects.all(), Act.REQUEST_LOG_SEE)
        key = keys.filter(secret_id=asked["key"].strip()).first()
        which &= Q(credential=key) if key else Q(pk=None)
    return which & _outcome(asked.get("outcome")) & _period(asked)


def _outcome(outcome: str | None) -> Q:
    if outcome == SERVED:
        return Q(code="")
    if outcome == REFUSED:
        return ~Q(code="")
    return Q(charged=True) if outcome == CHARGED else Q()


def _period(asked: dict[str, Any]) -> Q:
    which = Q()
    if asked.get("first"):
        which &= Q(at__gte=_midnight(asked["first"]))
    if asked.get("last"):
        which &= Q(at__lt=_midnight(asked["last"] + timedelta(days=1)))
    if asked.get("before"):
        at, pk = asked["before"]
        which &= Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=pk))
    return which


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _mark(line: LoggedRequest) -> str:
    return f"{line.at.isoformat()},{line.pk}"


def with_names(lines: list[LoggedRequest]) -> None:
    """Fetches keys and campaigns of a page in two queries."""
    keys = Credential.objects.in_bulk({one.credential_id for one in lines if one.credential_id})
    campaigns = Campaign.objects.in_bulk({one.campaign_id for one in lines if one.campaign_id})
    for line in lines:
        line.credential = keys.get(line.credential_id or 0)
        line.campaign = campaigns.get(line.campaign_id or 0)


def _job(person: Person, line: LoggedRequest) -> FusionJob | None:
    """The job that the call made, if it is the caller's own organisation's."""
    if line.job is None:
        return None
    jobs = visible_to(person, FusionJob.objects.all(), Act.REQUEST_LOG_SEE)
    related = jobs.select_related("campaign", "account__organisation", "material", "result")
    return related.filter(public_id=line.job, organisation=line.organisation_id).first()


@dataclass(frozen=True)
class Charge:
    """Whether a call was charged, and why or why not."""

    charged: bool
    why: Any

    @classmethod
    def of(cls, job: FusionJob | None, entries: list[LedgerEntry]) -> "Charge":
        if job is None:
            return cls(False, _("The call was refused before any work; nothing was held."))
        if not entries:
            return cls(job.charged, _("Nothing was held for this call."))
        sources = {Source(line.source) for line in entries if line.source}
        return _charge(job, sources)


_FREE = {
    Source.SANDBOX: _("A sandbox campaign is never charged."),
    Source.UNLIMITED: _("The account's plan is unlimited."),
    Source.FREE: _("It was one of the day's free pictures."),
}
_PAID = {
    Source.PACK: _("Paid from a pack."),
    Source.BALANCE: _("Paid from the balance."),
    Source.MONTHLY: _("Added to the month's bill."),
}


def _charge(job: FusionJob, sources: set[Source]) -> Charge:
    if job.state in (FusionJob.State.QUEUED, FusionJob.State.RUNNING):
        return Charge(False, _("Held until the picture is delivered."))
    if job.state != FusionJob.State.SUCCEEDED:
        return Charge(False, _("No picture was delivered, so what was held went back."))
    paid = [_PAID[source] for source in Source if source in sources and source in _PAID]
    if paid:
        return Charge(True, " ".join(str(one) for one in paid))
    return Charge(False, " ".join(str(_FREE[one]) for one in Source if one in sources))
