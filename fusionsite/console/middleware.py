"""What console pages, and only they, get: the looser policy of Unfold's scripts, a language."""

from collections.abc import Callable

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

from campaigns.models import Person

PREFIX = "/console/"


class ConsolePolicyMiddleware:
    """Unfold evaluates expressions and carries inline styles; public pages stay strict."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.get_console_response = csp_replace(settings.FUSION_CONSOLE_CSP)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        in_console = request.path_info.startswith(PREFIX)
        respond = self.get_console_response if in_console else self.get_response
        return respond(request)


class ConsoleLanguageMiddleware:
    """Whoever is signed in reads the console in the language they chose, on every device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX) and isinstance(request.user, Person):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
