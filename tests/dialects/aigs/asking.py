"""Requests of faceswap for the tests."""

import json
from typing import Any

from tests.dialects import wire
from tests.dialects.world import TOKEN, base64_of

PATH = "/v1/faceswap"


def fields(**changes: Any) -> dict[str, Any]:
    """The fields of a call that works; None takes one away."""
    plain = {"image_base64": base64_of("face.jpg"), "template_base64": base64_of("template.jpg")}
    return {name: value for name, value in (plain | changes).items() if value is not None}


def ask(body: Any = None, *, token: str | None = TOKEN, method: str = "POST") -> bytes:
    """A request; `body` is JSON text as bytes, or the fields."""
    given = fields() if body is None else body
    content = given if isinstance(given, bytes) else json.dumps(given).encode()
    headers = {
        "Host": "127.0.0.1:8000",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    return wire.request(
        method, PATH if token is None else f"{PATH}?token={token}", headers, content
    )
