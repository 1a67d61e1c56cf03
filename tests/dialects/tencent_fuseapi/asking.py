"""Signs requests of fuseapi for the tests."""

import json
from typing import Any

from fusionsite.dialects.tencent_fuseapi import signature
from tests.dialects import wire
from tests.dialects.world import NOW, SECRET_ID, SECRET_KEY, base64_of

EXPIRES = NOW + 30 * 86_400
PATH = "/fuseapi/face"


def original(**changes: Any) -> str:
    """The text that is signed."""
    fields = {
        "a": "1250000001",
        "b": "",
        "k": SECRET_ID,
        "e": EXPIRES,
        "t": NOW,
        "r": "1234567890",
        "u": "0",
        "f": "",
    }
    return "&".join(f"{name}={value}" for name, value in (fields | changes).items())


def fields(**changes: Any) -> dict[str, Any]:
    """The fields of a call that works; None takes one away."""
    plain = {
        "appid": "1250000001",
        "uin": "100000000001",
        "project_id": "100646",
        "model_id": "qc_100646_154021_9",
        "img_data": base64_of("face.jpg"),
        "rsp_img_type": "url",
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def ask(
    body: Any = None,
    *,
    method: str = "POST",
    path: str = PATH,
    authorization: str | None = None,
    secret_key: str = SECRET_KEY,
    signed: str = "",
    content_type: str = "application/json",
) -> bytes:
    """A signed request; `body` is JSON text as bytes, or the fields."""
    if authorization is None:
        authorization = signature.write(signed or original(), secret_key)
    headers = {"Host": "127.0.0.1:8000", "Content-Type": content_type}
    if authorization:
        headers["Authorization"] = authorization
    given = fields() if body is None else body
    content = given if isinstance(given, bytes) else json.dumps(given).encode()
    return wire.request(method, path, headers, content)
