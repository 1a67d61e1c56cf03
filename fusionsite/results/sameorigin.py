"""POSTs of visitors' pages are believed when the browser says that a page of ours sent them.

Django's own check compares a form field with a cookie, and a page inside another site's frame
often has no cookies. Browsers state where a request comes from by themselves, in headers that no
page can write: `Sec-Fetch-Site`, and `Origin` where that one is missing. A request with neither
is asked for Django's cookie and field, as before.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponseBase]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def own_pages_only(view: View) -> View:
    """Refuses what another site's page sends with 403; needs no cookie from our own."""
    by_cookie = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in SAFE:
            return view(request, *args, **kwargs)
        said = _says(request)
        if said is None:
            return by_cookie(request, *args, **kwargs)
        if not said:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def _says(request: HttpRequest) -> bool | None:
    """Whether the browser says that our own page sent it; None when it says nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    if origin := request.headers.get("Origin"):
        return origin == f"{request.scheme}://{request.get_host()}"
    return None
