"""Sends a request into this very site, through everything that stands before its doors.

The explorer and the simulator call like this: the signature is checked by the code that checks a
partner's, whatever address the site has and however few of its threads are free.
"""

import io
import time
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse


@dataclass(frozen=True)
class Outgoing:
    """A request as it goes out. `secrets` are parts of it that no page may show."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(default=b"", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_ms: int


def host() -> str:
    """The name that this site is called by."""
    return urlsplit(settings.FUSION_BASE_URL).netloc


def send(outgoing: Outgoing, *, address: str) -> Answer:
    """The site's answer to somebody at that network address.

    Runs in a context of its own: the language and the log's fields of the page stay as they are.
    """
    return copy_context().run(_send, outgoing, address)


def _send(outgoing: Outgoing, address: str) -> Answer:
    handler = BaseHandler()
    handler.load_middleware()
    started = time.perf_counter()
    response = handler.get_response(WSGIRequest(_environ(outgoing, address)))
    took_ms = round((time.perf_counter() - started) * 1000)
    body = response.content if isinstance(response, HttpResponse) else _streamed(response)
    return Answer(response.status_code, dict(response.items()), body, took_ms)


def _streamed(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def _environ(outgoing: Outgoing, address: str) -> dict[str, Any]:
    place = urlsplit(settings.FUSION_BASE_URL)
    path, _mark, query = outgoing.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": outgoing.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": address,
        "SERVER_NAME": place.hostname or "127.0.0.1",
        "SERVER_PORT": str(place.port or (443 if place.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(outgoing.body)) if outgoing.body else "",
        "wsgi.url_scheme": place.scheme,
        "wsgi.input": io.BytesIO(outgoing.body),
        "wsgi.errors": io.StringIO(),
    }
    for name, value in outgoing.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
