"""The v3 protocol: TC3-HMAC-SHA256, step by step."""

import hashlib
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop as _

from campaigns.models import Dialect
from fusionsite.developers.calls.base import (
    HIDDEN,
    Operation,
    Prepared,
    Step,
    Wish,
    base64_of,
    filled,
    json_of,
)
from fusionsite.developers.inside import Outgoing
from fusionsite.dialects.tencent_v3 import signature
from fusionsite.dialects.tencent_v3.errors import V2018, V2022
from fusionsite.dialects.tencent_v3.schemas import SCHEMAS

JSON = "application/json"
SERVICE = "facefusion"
NAMES = ("content-type", "host")


def fields_of(version: str, action: str, wish: Wish) -> dict[str, Any]:
    """The action's fields, filled from the wish."""
    campaign = {
        "ProjectId": wish.project_id,
        "ModelId": wish.model_id,
        "RspImgType": wish.answer,
    }
    photo = base64_of(wish.photo)
    match action:
        case "FaceFusion":
            return filled({**campaign, "Image": photo}, wish.more)
        case "FuseFace":
            return filled({**campaign, "MergeInfos": [{"Image": photo}]}, wish.more)
        case "FuseFaceUltra":
            ultra = {
                "RspImgType": wish.answer,
                "ModelImage": base64_of(wish.template),
                "MergeInfos": [{"Image": photo}],
            }
            return filled(ultra, wish.more)
    number = int(wish.project_id) if version == V2018 else wish.project_id
    named = {"ActivityId": number, "MaterialId": wish.model_id or None}
    return filled(named, wish.more)


def prepare(version: str, action: str, wish: Wish) -> Prepared:
    """The action's call, signed."""
    body = json_of(fields_of(version, action, wish))
    timestamp = int(wish.now)
    signed = signature.Signed(
        "POST", "", {"content-type": JSON, "host": wish.host}, body, timestamp
    )
    day = signature.date_of(timestamp)
    unsigned = signature.Authorization(wish.key.secret_id, day, SERVICE, NAMES, "")
    value = signature.sign(signed, unsigned, wish.secret)
    authorization = (
        f"{signature.ALGORITHM} Credential={wish.key.secret_id}/{day}/{SERVICE}/tc3_request, "
        f"SignedHeaders={';'.join(NAMES)}, Signature={value}"
    )
    headers = (
        ("Host", wish.host),
        ("Content-Type", JSON),
        ("X-TC-Action", action),
        ("X-TC-Version", version),
        ("X-TC-Timestamp", str(timestamp)),
        ("X-TC-Language", "en-US"),
        ("Authorization", authorization),
    )
    return Prepared(Outgoing("POST", "/", headers, body), _steps(signed, unsigned, value))


def _steps(
    signed: signature.Signed, unsigned: signature.Authorization, value: str
) -> tuple[Step, ...]:
    canonical = signature.canonical_request(signed, NAMES)
    to_sign = signature.string_to_sign(canonical, signed.timestamp, unsigned)
    keys = (
        f'SecretDate    = HMAC-SHA256("TC3" + SecretKey, "{unsigned.date}") = {HIDDEN}\n'
        f'SecretService = HMAC-SHA256(SecretDate, "{SERVICE}") = {HIDDEN}\n'
        f'SecretSigning = HMAC-SHA256(SecretService, "tc3_request") = {HIDDEN}'
    )
    return (
        Step(_("Hash of the body"), hashlib.sha256(signed.payload).hexdigest()),
        Step(_("Canonical request"), canonical),
        Step(_("String to sign"), to_sign),
        Step(_("Derived keys"), keys),
        Step(_("Signature"), f"hex(HMAC-SHA256(SecretSigning, …)) = {value}"),
    )


def _operation(version: str, action: str) -> Operation:
    needs = {
        "FaceFusion": {"campaign", "material", "photo", "answer"},
        "FuseFace": {"campaign", "material", "photo", "answer"},
        "FuseFaceUltra": {"photo", "template", "answer"},
        "DescribeMaterialList": {"campaign"},
    }
    error_goes_in = {"FuseFaceUltra": "ModelImage", "DescribeMaterialList": "MaterialId"}
    return Operation(
        slug=f"v3-{version[:4]}-{action}",
        door=Dialect.TENCENT_V3,
        title=f"{action} {version}",
        method="POST",
        path="/",
        needs=frozenset(needs[action]),  # type: ignore[arg-type]  # literals, by hand
        prepare=partial(prepare, version, action),
        error_goes_in=error_goes_in.get(action, "ModelId"),
    )


OPERATIONS = tuple(
    _operation(version, action)
    for version, action in sorted(SCHEMAS, key=lambda named: (named[0] != V2022, named[1]))
)
