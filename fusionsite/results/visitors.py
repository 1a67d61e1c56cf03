"""Recognises a browser again, without an account: a random cookie, kept by us only as a hash."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "visitor"
LIFE = timedelta(days=30)  # the longest life of a link


def visitor_of(request: HttpRequest) -> str:
    """The hash by which rows name this browser; empty when it has no cookie yet."""
    value = request.COOKIES.get(COOKIE, "")
    return _hash(value) if value else ""


def welcome(request: HttpRequest, response: HttpResponseBase) -> str:
    """The same, but gives the browser its cookie with `response` when it has none."""
    if known := visitor_of(request):
        return known
    value = secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        value,
        max_age=LIFE,
        httponly=True,
        samesite="Lax",
        secure=settings.FUSION_HTTPS,
    )
    return _hash(value)


def _hash(value: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{value}".encode()).hexdigest()
