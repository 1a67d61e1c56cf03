"""Gives console pages, and only them, the looser policy that Unfold's scripts need."""

from collections.abc import Callable

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ConsolePolicyMiddleware:
    """Unfold evaluates expressions and carries inline styles; public pages stay strict."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.get_console_response = csp_replace(settings.FUSION_CONSOLE_CSP)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        in_console = request.path_info.startswith("/console/")
        respond = self.get_console_response if in_console else self.get_response
        return respond(request)
