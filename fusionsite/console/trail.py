"""The audit trail: who did what to what, before and after, why; to read and to export, no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.access import Act, visible_to
from campaigns.models import AuditLine, Organisation, Person, Standing
from fusionsite.console.deeds import DayField
from fusionsite.console.downloads import csv_file
from fusionsite.console.page import ConsolePage
from fusionsite.console.trail_words import act_label, known_acts

PER_PAGE = 50


class TrailFilter(forms.Form):
    """What is known of the act; nothing is required."""

    q = forms.CharField(label=_("Name, id or request id"), max_length=200, required=False)
    act = forms.ChoiceField(label=_("Act"), required=False)
    by = forms.CharField(label=_("Person"), max_length=150, required=False)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        empty_label=_("All organisations"),
        required=False,
    )
    first = DayField(label=_("First day"), required=False)
    last = DayField(label=_("Last day"), required=False)
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False)

    def __init__(self, data: Any, person: Person) -> None:
        super().__init__(data)
        acts: Any = self.fields["act"]
        acts.choices = [("", _("All acts")), *known_acts()]
        organisations: Any = self.fields["organisation"]
        organisations.queryset = visible_to(person, Organisation.objects.all(), Act.AUDIT_SEE)

    @property
    def narrowed(self) -> bool:
        """Whether a person has narrowed anything."""
        return any(self[name].data for name in self.fields if name != "before")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        return cleaned


@dataclass(frozen=True)
class Changed:
    """One field before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class LineSeen:
    """One line with its act in words and its changes side by side."""

    line: AuditLine
    act: str
    why: str
    changes: tuple[Changed, ...]

    @classmethod
    def of(cls, line: AuditLine) -> "LineSeen":
        names = list(dict.fromkeys([*line.before, *line.after]))
        changes = tuple(
            Changed(name, _plain(line.before.get(name)), _plain(line.after.get(name)))
            for name in names
        )
        return cls(line, act_label(line.act), gettext(line.why) if line.why else "", changes)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    text = str(value)
    return str(Standing(text).label) if text in Standing.values else text


class TrailPage(ConsolePage):
    """The lines that fit, newest first, fifty at a time."""

    template_name = "console/office/trail.html"
    act = Act.AUDIT_SEE
    title = _("Audit")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        form = TrailFilter(self.request.GET, self.person)
        lines = list(chosen(self.person, form)[: PER_PAGE + 1]) if form.is_valid() else []
        return super().get_context_data(
            filter=form,
            lines=[LineSeen.of(line) for line in lines[:PER_PAGE]],
            older=lines[PER_PAGE - 1].pk if len(lines) > PER_PAGE else None,
            **more,
        )


class TrailCsv(ConsolePage):
    """The same lines as a file, all of them."""

    act = Act.AUDIT_SEE

    def get(  # type: ignore[override]  # a file, not a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        form = TrailFilter(request.GET, self.person)
        lines = chosen(self.person, form) if form.is_valid() else AuditLine.objects.none()
        return csv_file(f"audit-{timezone.localdate():%Y-%m-%d}.csv", rows(lines))


def chosen(person: Person, form: TrailFilter) -> QuerySet[AuditLine]:
    """The lines that the filter asks for, newest first."""
    asked = form.cleaned_data
    lines = AuditLine.objects.select_related("by", "organisation", "credential")
    lines = visible_to(person, lines, Act.AUDIT_SEE).filter(_which(asked))
    return lines.order_by("-pk")


def _which(asked: dict[str, Any]) -> Q:
    which = Q()
    if wanted := (asked.get("q") or "").strip():
        which &= Q(object_name__icontains=wanted) | Q(object_id=wanted[:64])
        which |= Q(request_id=wanted[:64])
    if asked.get("act"):
        which &= Q(act=asked["act"])
    if asked.get("by"):
        which &= Q(by__username__iexact=asked["by"].strip())
    if asked.get("organisation"):
        which &= Q(organisation=asked["organisation"])
    if asked.get("first"):
        which &= Q(at__gte=_midnight(asked["first"]))
    if asked.get("last"):
        which &= Q(at__lt=_midnight(asked["last"] + timedelta(days=1)))
    if asked.get("before"):
        which &= Q(pk__lt=asked["before"])
    return which


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def rows(lines: QuerySet[AuditLine]) -> Iterator[list[object]]:
    """The head and then one row per line, for a CSV file."""
    yield [
        *("number", "time", "act", "kind of thing", "its id", "its name", "organisation", "by"),
        *("through key", "before", "after", "why", "request id"),
    ]
    for line in lines.iterator(chunk_size=2000):
        yield [
            line.pk,
            line.at.isoformat(timespec="seconds"),
            line.act,
            line.object_type,
            line.object_id,
            line.object_name,
            line.organisation.slug if line.organisation else "",
            line.by.username if line.by else "",
            line.credential.secret_id if line.credential else "",
            _facts(line.before),
            _facts(line.after),
            line.why,
            line.request_id,
        ]


def _facts(changed: dict[str, object]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in changed.items())
