"""Requests as they come in, before any middleware could answer for them."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest


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
