"""Calls of the API as programs make them: through everything that stands before its views."""

import json
import time
from collections.abc import Mapping
from typing import Any

from fusionsite.api import signature
from tests.dialects import wire
from tests.dialects.wire import Answer, send

BASE = "/api/v1"
HOST = "127.0.0.1:8000"


def ask(
    method: str,
    path: str,
    body: Any = None,
    *,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    address: str = "203.0.113.9",
    content_type: str = "application/json",
) -> Answer:
    """The answer; `body` is a JSON value, or bytes as they are."""
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    )
    named = {"Host": HOST, **({"Content-Type": content_type} if content else {})}
    if token is not None:
        named["Authorization"] = f"Bearer {token}"
    target = path if path.startswith("/api") else BASE + path
    return send(wire.request(method, target, named | dict(headers or {}), content), address=address)


def signed(
    method: str,
    path: str,
    body: Any = None,
    *,
    key: tuple[str, str],
    at: float | None = None,
    sent: Mapping[str, Any] | None = None,
) -> Answer:
    """A signed call; `sent` are parts that are sent other than they were signed."""
    changes = sent or {}
    content = b"" if body is None else json.dumps(body).encode()
    when = int(time.time() if at is None else at)
    over = signature.Signed(method, BASE + path, content, when)
    key_id, secret = key
    return ask(
        changes.get("method", method),
        changes.get("path", path),
        changes.get("body", content or None),
        headers=signature.headers(secret, key_id, over) | changes.get("headers", {}),
    )


def form(fields: Mapping[str, Any]) -> tuple[bytes, str]:
    """A multipart body and its content type; bytes are files, lists are repeated."""
    boundary = "----a-boundary-of-the-tests"
    parts = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            head = f'Content-Disposition: form-data; name="{name}"'
            if isinstance(one, bytes):
                head += '; filename="picture.jpg"\r\nContent-Type: image/jpeg'
            content = one if isinstance(one, bytes) else str(one).encode()
            parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"
