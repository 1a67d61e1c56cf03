"""What whoever has guessed too often reads, instead of the sign-in page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
def locked(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """429 with a sentence in the reader's language; it says nothing of whether the name exists."""
    minutes = settings.FUSION_SIGN_IN_PAUSE_MIN
    answer = render(request, "console/locked.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
