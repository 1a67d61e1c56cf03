"""Recognises a browser again, without an account: a random cookie, kept by us only as a hash."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fusionsite.results.models import Result

COOKIE = "visitor"
LIFE = timedelta(days=30)  # the longest life of a link
CLAIMS_COOKIE = "claims"
CLAIMED_FOR = timedelta(days=1)
MOST_CLAIMS = 20
_CLAIMS_SALT = "fusionsite.results.claims"


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


def claim(request: HttpRequest, response: HttpResponseBase, result: Result) -> None:
    """Makes the browser the owner of one more picture for a day: it knew the claim code."""
    keys = [result.key, *(key for key in claims_of(request) if key != result.key)]
    response.set_cookie(
        CLAIMS_COOKIE,
        signing.dumps(keys[:MOST_CLAIMS], salt=_CLAIMS_SALT),
        max_age=CLAIMED_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.FUSION_HTTPS,
    )


def claims_of(request: HttpRequest) -> list[str]:
    """The keys of the pictures whose claim code this browser has shown in the last day."""
    try:
        keys: list[str] = signing.loads(
            request.COOKIES.get(CLAIMS_COOKIE, ""), salt=_CLAIMS_SALT, max_age=CLAIMED_FOR
        )
    except signing.BadSignature:
        return []
    return keys


def _hash(value: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{value}".encode()).hexdigest()
