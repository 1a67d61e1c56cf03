"""The key of the call, and what was used."""

from datetime import datetime, timedelta

from django import forms
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet, IsoDateTimeFilter
from rest_framework.request import Request

from campaigns.models import Scope
from fusionsite.api.account import usage
from fusionsite.api.account.shapes import KeyOut, UsageOut
from fusionsite.api.documenting import filters_of, operation
from fusionsite.api.pictures.filters import number
from fusionsite.api.refusals import FieldError, InvalidRequest
from fusionsite.api.resource import Resource, filtered, said
from fusionsite.requestlog.models import KEPT_DAYS, LoggedRequest


class UsageFilter(FilterSet):  # type: ignore[misc]  # untyped package
    """Whose usage, and from when until when."""

    key = CharFilter(field_name="credential__secret_id", max_length=64)
    campaign = number("campaign__project_id")
    door = CharFilter(field_name="door", max_length=20)
    since = IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = LoggedRequest
        fields: list[str] = []


class Usage(Resource):
    """`/usage`"""

    scopes = {"GET": (Scope.READ,)}
    queries = {"GET": tuple(UsageFilter.base_filters)}

    @operation(
        "usage_get",
        "Sum up what was used: calls, charges, errors, latency; the last day by default",
        tag="Usage",
        answers={200: UsageOut},
        parameters=filters_of(UsageFilter),
    )
    def get(self, request: Request) -> HttpResponseBase:
        since, until = _span(request)
        rows = usage.lines(self.credential, since=since, until=until)
        content = {
            "since": since,
            "until": until,
            **usage.summed(filtered(UsageFilter, request, rows)),
            "allowance": usage.allowance(self.credential),
        }
        return said(request, UsageOut(content).data)


class Key(Resource):
    """`/key`"""

    scopes = {"GET": tuple(Scope)}

    @operation("key_get", "Look at the key of this call", tag="Usage", answers={200: KeyOut})
    def get(self, request: Request) -> HttpResponseBase:
        return said(request, KeyOut(self.credential).data)


def _span(request: Request) -> tuple[datetime, datetime]:
    """From when until when. Raises InvalidRequest for a span that is empty or was erased."""
    now = timezone.now()
    until = _moment(request, "until") or now
    since = _moment(request, "since") or until - timedelta(days=1)
    if since >= until:
        message = str(_("This must lie before the end of the span."))
        raise InvalidRequest([FieldError("since", "invalid", message)])
    if since < now - timedelta(days=KEPT_DAYS + 1):
        message = str(_("Calls are kept for %(days)s days.") % {"days": KEPT_DAYS})
        raise InvalidRequest([FieldError("since", "min-value", message)])
    return since, until


def _moment(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        found = UsageFilter.base_filters[name].field.clean(text)
    except forms.ValidationError as error:
        raise InvalidRequest([FieldError(name, "invalid", error.messages[0])]) from error
    return found if isinstance(found, datetime) else None
