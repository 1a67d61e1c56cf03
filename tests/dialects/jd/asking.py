"""Signs requests of the JD APIs for the tests."""

import json
from typing import Any
from urllib.parse import urlencode

from fusionsite.dialects.jd import signature
from tests.dialects import wire
from tests.dialects.world import APPKEY, NOW, SECRETKEY, base64_of

MORPH, PARSER = "/jdai/face_morph", "/jdai/face_parser"


def morph(**changes: Any) -> dict[str, Any]:
    """An entry of face_morph that works."""
    plain = {"image_source": base64_of("face.jpg"), "image_target": base64_of("template.jpg")}
    return plain | changes


def parser(**changes: Any) -> dict[str, Any]:
    """An entry of face_parser that works."""
    return {"image": base64_of("face.jpg")} | changes


def ask(
    path: str = MORPH,
    body: Any = None,
    *,
    method: str = "POST",
    more: dict[str, str] | None = None,
    without: tuple[str, ...] = (),
    secretkey: str = SECRETKEY,
    **changes: str,
) -> bytes:
    """A signed request without a Content-Type, as the service's own client sends it."""
    timestamp = changes.get("timestamp", str(NOW * 1000))
    query = {
        "appkey": APPKEY,
        "timestamp": timestamp,
        "sign": signature.sign(secretkey, timestamp),
        **changes,
        **(more or {}),
    }
    text = urlencode({name: value for name, value in query.items() if name not in without})
    given = ([morph()] if path == MORPH else [parser()]) if body is None else body
    content = given if isinstance(given, bytes) else json.dumps(given).encode()
    return wire.request(method, f"{path}?{text}", {"Host": "127.0.0.1:8000"}, content)
