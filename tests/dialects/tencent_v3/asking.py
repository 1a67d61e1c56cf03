"""Signs requests of the v3 protocol for the tests."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fusionsite.dialects.tencent_v3 import signature
from tests.dialects import wire
from tests.dialects.world import NOW, SECRET_ID, SECRET_KEY, base64_of

HOST = "127.0.0.1:8000"
V2018, V2022 = "2018-12-01", "2022-09-27"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MODEL, PROJECT = "qc_100646_154021_9", "100646"


def ask(
    action: str,
    fields: Any,
    *,
    version: str = V2018,
    method: str = "POST",
    body: bytes | None = None,
    query: str = "",
    secret_id: str = SECRET_ID,
    secret_key: str = SECRET_KEY,
    timestamp: int = NOW,
    service: str = "facefusion",
    content_type: str = JSON,
    region: str = "ap-guangzhou",
    more: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> bytes:
    """A signed request; `more` headers are not signed, `without` are left away at last."""
    if method == "GET":
        content_type, body, query = FORM, b"", query or urlencode(fields)
    elif body is None:
        body = json.dumps(fields).encode()
    headers = {"Host": HOST, "Content-Type": content_type}
    signed = signature.Signed(
        method, query, {"host": HOST, "content-type": content_type}, body or b"", timestamp
    )
    by = signature.Authorization(
        secret_id, signature.date_of(timestamp), service, ("content-type", "host"), ""
    )
    by = replace(by, signature=signature.sign(signed, by, secret_key))
    headers |= {
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Timestamp": str(timestamp),
        "X-TC-Region": region,
        "Authorization": (
            f"TC3-HMAC-SHA256 Credential={by.secret_id}/{by.date}/{service}/tc3_request,"
            f" SignedHeaders=content-type;host, Signature={by.signature}"
        ),
        **(more or {}),
    }
    kept = {name: value for name, value in headers.items() if value and name not in without}
    return wire.request(method, f"/?{query}" if query else "/", kept, body or b"")


def ask_v1(
    action: str,
    fields: Mapping[str, str],
    *,
    method: str = "GET",
    hash_name: str = "HmacSHA1",
    secret_key: str = SECRET_KEY,
    **changes: str,
) -> bytes:
    """A request signed the old way."""
    parameters = {
        "Action": action,
        "Version": V2018,
        "Timestamp": str(NOW),
        "Nonce": "123456789",
        "SecretId": SECRET_ID,
        "SignatureMethod": hash_name,
        **fields,
        **changes,
    }
    parameters["Signature"] = signature.sign_v1(method, HOST, parameters, secret_key)
    text = urlencode(parameters)
    if method == "GET":
        return wire.request("GET", f"/?{text}", {"Host": HOST})
    return wire.request("POST", "/", {"Host": HOST, "Content-Type": FORM}, text.encode())


def face_fusion(**changes: Any) -> dict[str, Any]:
    """The fields of a FaceFusion that works; None takes one away."""
    plain = {
        "ProjectId": PROJECT,
        "ModelId": MODEL,
        "RspImgType": "url",
        "Image": base64_of("face.jpg"),
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def fuse_face(merge: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The fields of a FuseFace that works."""
    merges = [{"Image": base64_of("face.jpg"), **(merge or {})}]
    plain = face_fusion(Image=None) | {"MergeInfos": merges} | changes
    return {name: value for name, value in plain.items() if value is not None}


def ultra(**changes: Any) -> dict[str, Any]:
    """The fields of a FuseFaceUltra that works."""
    return {
        "RspImgType": "url",
        "ModelImage": base64_of("template.jpg"),
        "MergeInfos": [{"Image": base64_of("face.jpg")}],
    } | changes
