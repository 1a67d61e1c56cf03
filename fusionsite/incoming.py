"""Requests as they come in: read tolerantly, and from which address."""

from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest


class TolerantRequest(WSGIRequest):
    """A request with an unreadable Content-Type has none.

    Django reads that header while it makes the request, outside of everything that turns errors
    into answers; an impossible charset would reach the client as the web server's own page.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]  # no stub has it
        except (ValueError, LookupError):
            self.content_type, self.content_params = "", {}


def client_address(request: HttpRequest) -> str:
    """The client's address: the one our outermost proxy saw, or the connection's own.

    X-Forwarded-For is written by whoever likes; only its last FUSION_TRUSTED_PROXIES entries come
    from proxies of ours, so the client is counted from the right.
    """
    own = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.FUSION_TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop]
    if trusted < 1 or len(hops) < trusted:
        return own
    return hops[-trusted]
