"""Says in the API's document what every operation shares: its problems, its headers."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django import forms
from django_filters import BooleanFilter, ChoiceFilter, Filter, FilterSet, IsoDateTimeFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from fusionsite.api.paging import MAX_LIMIT
from fusionsite.api.problem_shapes import ProblemOut
from fusionsite.api.waiting import longest_wait_s

_View = TypeVar("_View", bound=Callable[..., Any])
JSON, FORM, PROBLEM = "application/json", "multipart/form-data", "application/problem+json"

MEANINGS: Mapping[int, str] = {
    400: "The request cannot be read, or a field of it will not do.",
    401: "No key, a wrong key or a wrong signature.",
    402: "Money: the account, the campaign's fee or a cap.",
    403: "The key may not do this.",
    404: "There is no such thing for this key.",
    405: "The address does not know that method.",
    409: "Not in this state.",
    410: "It was there and is gone.",
    413: "The body is too large.",
    415: "The body's media type is not read here.",
    422: "It was read, and cannot be done with these pictures or values.",
    429: "Too many calls; Retry-After says when.",
    500: "Something broke on our side.",
    503: "Not now; Retry-After says when.",
}
ALWAYS = (400, 401, 403, 405, 413, 429, 500, 503)
WITH_BODY = (409, 415, 422)
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Up to 200 characters. The same key with the same body gets the same answer; "
    "with another body it is refused.",
)
PAGING = (
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20},
        description="How many at most.",
    ),
    OpenApiParameter(
        "cursor",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        description="From the address in `next`, unchanged.",
    ),
)
WAITING = (
    OpenApiParameter(
        "wait",
        {"type": "integer", "minimum": 0, "maximum": longest_wait_s()},
        description="Seconds to wait for the end; 202 when it takes longer. 0 by default.",
    ),
    OpenApiParameter(
        "Prefer",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="`wait=5` says the same.",
    ),
)


def filters_of(kind: type[FilterSet]) -> list[OpenApiParameter]:
    """The names that narrow a list, as parameters."""
    return [
        OpenApiParameter(name, _schema_of(each), description=str(each.extra.get("help_text", "")))
        for name, each in kind.base_filters.items()
    ]


def _schema_of(each: Filter) -> dict[str, Any]:
    if isinstance(each, ChoiceFilter):
        return {"type": "string", "enum": [str(value) for value, _name in each.extra["choices"]]}
    if isinstance(each, BooleanFilter):
        return {"type": "boolean"}
    if issubclass(each.field_class, forms.IntegerField):
        return {"type": "integer", "minimum": 1, "maximum": each.extra["max_value"]}
    if isinstance(each, IsoDateTimeFilter):
        return {"type": "string", "format": "date-time"}
    return {"type": "string", "minLength": 1, "maxLength": each.extra["max_length"]}


def operation(
    name: str,
    summary: str,
    *,
    answers: Mapping[Any, Any],
    tag: str,
    body: Any = None,
    form: Any = None,
    also: Collection[int] = (),
    parameters: Collection[Any] = (),
) -> Callable[[_View], _View]:
    """Documents one operation; `answers` are the good ones, `also` its own kinds of problems."""
    refused = {*ALWAYS, *also, *(WITH_BODY if body is not None else ())}
    problems = {
        (status, PROBLEM): OpenApiResponse(ProblemOut, description=MEANINGS[status])
        for status in sorted(refused)
    }
    request: Any = None
    if body is not None:
        request = {JSON: body} | ({FORM: form} if form is not None else {})
    return extend_schema(
        operation_id=name,
        summary=summary,
        request=request,
        responses={**answers, **problems},
        parameters=list(parameters),
        tags=[tag],
    )
