"""Switches the language of the pages, also where they stand in another site's frame."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.i18n import set_language

from fusionsite.results.framing import is_framed, partition


def speak(request: HttpRequest) -> HttpResponseBase:
    """POST `language` and `next`: remembers the language and goes back to the page."""
    response = set_language(request)
    if is_framed(request):
        partition(response, settings.LANGUAGE_COOKIE_NAME)
    return response
