"""Where partners' calls turn off, before any part of the framework could answer with a page.

No host list, no session, no cookie, no CSRF token stands in a partner's way: signatures do.
"""

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fusionsite.dialects.aigs import urls as aigs
from fusionsite.dialects.base import Dialect
from fusionsite.dialects.jd import urls as jd
from fusionsite.dialects.tencent_fuseapi import urls as tencent_fuseapi
from fusionsite.dialects.tencent_v3 import urls as tencent_v3

OWNERS: Sequence[Callable[[HttpRequest], Dialect | None]] = (
    tencent_v3.owner,
    tencent_fuseapi.owner,
    jd.owner,
    aigs.owner,
)


class PartnersEntrance:
    """Middleware: a call that belongs to a dialect goes to its door, and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for owner in OWNERS:
            door = owner(request)
            if door is not None:
                return door(request)
        return self.get_response(request)
