"""Lists a page at a time: newest first, and the next page begins where this one ended.

A cursor names the last row that was shown, so that rows which come meanwhile move nothing.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from fusionsite.api.refusals import FieldError, InvalidRequest

PARAMETERS = frozenset({"limit", "cursor"})
LIMIT, MAX_LIMIT = 20, 100
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """Some rows, and the address of those after them; empty for the last page."""

    items: list[_Row]
    next: str | None


def page_of(request: Request, rows: "QuerySet[_Row]") -> Page[_Row]:
    """The page that the query asks for. Raises InvalidRequest for what is no limit or cursor."""
    limit = _limit(request.query_params.get("limit"))
    wanted = rows.order_by("-pk")
    if (cursor := request.query_params.get("cursor")) is not None:
        wanted = wanted.filter(pk__lt=_after(cursor))
    found = list(wanted[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], _address(request, found[limit - 1].pk) if more else None)


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MAX_LIMIT:
        message = _("A whole number from 1 to %(most)s.") % {"most": MAX_LIMIT}
        raise InvalidRequest([FieldError("limit", "invalid", str(message))])
    return int(text)


def _after(cursor: str) -> int:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = urlsafe_b64decode(padded).decode("ascii")
        if not text.isdigit() or len(text) > 18:
            raise ValueError(text)
        return int(text)
    except (ValueError, binascii.Error) as error:
        message = _("No cursor of ours. Take it from the address in `next`, unchanged.")
        raise InvalidRequest([FieldError("cursor", "invalid", str(message))]) from error


def _address(request: Request, last: int) -> str:
    query = request.query_params.copy()
    query["cursor"] = urlsafe_b64encode(str(last).encode()).decode().rstrip("=")
    return f"{request.path}?{query.urlencode()}"
