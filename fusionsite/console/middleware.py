"""What console pages, and only they, get: the looser policy of Unfold's scripts, a language."""

from collections.abc import Callable

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from campaigns.models import Person

PREFIX = "/console/"
# Pages that other pages of the console show in a frame.
FRAMED = {"campaign_preview"}


class ConsolePolicyMiddleware:
    """Unfold evaluates expressions and carries inline styles; public pages stay strict."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.get_console_response = csp_replace(settings.FUSION_CONSOLE_CSP)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = self.get_console_response(request)
        if request.resolver_match and request.resolver_match.url_name in FRAMED:
            own_frames = {**settings.FUSION_CONSOLE_CSP, "frame-ancestors": [SELF]}
            response._csp_replace = own_frames  # type: ignore[attr-defined]
        return response


class ConsoleLanguageMiddleware:
    """Whoever is signed in reads the console in the language they chose, on every device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX) and isinstance(request.user, Person):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
