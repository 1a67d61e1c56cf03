"""Bodies of partners' calls: read whole, within a limit, and JSON without surprises."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import HttpRequest
from django.http.request import UnreadablePostError

MIB = 1024 * 1024
_CHUNK_BYTES = 64 * 1024
# A body over the limit is read to its end, so that the client reads the answer and not a reset.
_DRAINED_BYTES = 64 * MIB


class BodyTooLarge(Exception):
    """The body has more bytes than the door takes."""


class BodyUnreadable(Exception):
    """The connection broke, or the length was a lie."""


class NotJson(Exception):
    """Not one JSON value in UTF-8 that can be worked with."""


def read_body(request: HttpRequest, max_bytes: int) -> bytes:
    """The raw body. Raises BodyTooLarge or BodyUnreadable.

    Read past the framework, whose own limit answers with a page of HTML, and which takes a body
    without a declared length for an empty one.
    """
    read = _reader(request)
    declared = _declared_length(request)
    try:
        if declared is not None and declared > max_bytes:
            _drain(read)
            raise BodyTooLarge
        body = bytearray()
        while chunk := read(_CHUNK_BYTES):
            body += chunk
            if len(body) > max_bytes:
                _drain(read)
                raise BodyTooLarge
    except (OSError, UnreadablePostError, ValueError) as error:
        raise BodyUnreadable from error
    if declared is not None and len(body) < declared:
        raise BodyUnreadable
    return bytes(body)


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    environ = request.META
    if not environ.get("CONTENT_LENGTH") and environ.get("wsgi.input_terminated"):
        chunked: Callable[[int], bytes] = environ["wsgi.input"].read
        return chunked
    return request.read


def _declared_length(request: HttpRequest) -> int | None:
    text = str(request.META.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _drain(read: Callable[[int], bytes]) -> None:
    left = _DRAINED_BYTES
    with suppress(OSError, UnreadablePostError, ValueError):
        while left > 0 and (chunk := read(_CHUNK_BYTES)):
            left -= len(chunk)


def parse_json(body: bytes) -> Any:
    """The JSON value of a body in UTF-8.

    Raises NotJson, also for what JSON's grammar has no word for (NaN), for nesting too deep to
    read, for numbers too long, and for half a surrogate pair, which no storage takes.
    """
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_constant)
        if "\\" in text and "\\u" in text:  # one letter is found much sooner than two
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    return value


def _no_constant(name: str) -> None:
    raise NotJson(name)
