"""Everything that a view may throw, as a refusal with its problem; the rest is the edge's."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions

from campaigns.refusals import NothingHere, Refusal
from fusionsite.api import problems, refusals
from fusionsite.api.call import call_of
from fusionsite.api.fields import flattened, of_model


def answer(error: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """DRF's hook: the problem, or None for what nobody foresaw."""
    refusal = translated(error, context)
    if refusal is None:
        return None
    call = call_of(context["request"])
    call.said = refusal.code
    more = {"job": str(call.job.public_id)} if call.job else {}
    return problems.answer(refusal, request_id=call.id, **more)


def translated(error: Exception, context: dict[str, Any]) -> Refusal | None:
    """The refusal that says the same."""
    match error:
        case Refusal():
            return error
        case exceptions.ValidationError():
            return refusals.InvalidRequest(list(flattened(error.detail)))
        case DjangoValidationError():
            return of_model(error)
        case exceptions.ParseError() | MultiPartParserError() | SuspiciousOperation():
            return refusals.MalformedBody()
        case exceptions.UnsupportedMediaType():
            return refusals.MediaTypeUnsupported()
        case exceptions.MethodNotAllowed():
            known = (method for method in context["view"].allowed_methods if method != "OPTIONS")
            return refusals.MethodNotAllowed(", ".join(known))
        case exceptions.NotFound() | Http404():
            return NothingHere()
        case _:
            return None
