"""The door of the v3 protocol: every check in the order of the reference, then one action."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from campaigns import credentials, standing
from campaigns.admission import Caller
from campaigns.models import Campaign, Credential
from campaigns.models import Dialect as Door
from campaigns.refusals import CampaignNotFound, Refusal
from fusionsite.dialects import base
from fusionsite.dialects.base import Call, Dialect, Fault
from fusionsite.dialects.tencent_v3 import fields, materials, messages, multipart, signature
from fusionsite.dialects.tencent_v3.common import (
    FORM,
    V1_REQUIRED,
    Common,
    parse_query,
    query_of,
    read_common,
)
from fusionsite.dialects.tencent_v3.errors import CODES, V2018, sentence, translated
from fusionsite.dialects.tencent_v3.messages import Asked
from fusionsite.dialects.tencent_v3.review import review_results
from fusionsite.dialects.tencent_v3.schemas import (
    NOT_OFFERED,
    OFFLINE,
    SCHEMAS,
    V1_ACTIONS,
    VERSIONS,
)

MAX_BODY_BYTES = 10 * base.MIB
MAX_V1_BODY_BYTES = base.MIB
MAX_QUERY_BYTES = 32 * 1024
WINDOW_S = 300
SERVICE = "facefusion"
_REGION = re.compile(r"[a-z]{2,10}-[a-z0-9-]{2,30}")
_DIGITS = re.compile(r"[0-9]{1,12}")
_READERS: Mapping[str, Callable[[str, Caller, fields.Values, str], Asked]] = {
    "FaceFusion": messages.read_face_fusion,
    "FuseFace": messages.read_fuse_face,
    "FuseFaceUltra": messages.read_ultra,
}


class TencentV3(Dialect):
    """`POST /` and `GET /?...`, versions 2018-12-01 and 2022-09-27."""

    door = Door.TENCENT_V3
    broken: ClassVar[str] = "InternalError"
    switched_off: ClassVar[str] = "ServiceUnavailable"

    def answer(self, call: Call) -> HttpResponse:
        request = call.request
        call.notes["language"] = request.headers.get("X-TC-Language", "")
        if request.method not in ("GET", "POST"):
            raise Fault("UnsupportedProtocol")
        body = _read_body(request)
        common = read_common(request, body)
        call.notes["language"] = common.language
        _require_common(common)
        base.check_address(call)
        credential = self._authenticate(call, common, body)
        call.notes.update(version=common.version, action=common.action)
        _check_action(common)
        _check_region(common.region)
        caller = base.knocked(call, self.door, credential)
        schema = SCHEMAS[common.version, common.action]
        given, from_text = _given(request, common, body, schema)
        values = fields.read(schema, given, from_text=from_text)
        try:
            return _envelope(call, self._done(call, common, caller, values))
        except base.DATABASE_AWAY:
            raise
        except DatabaseError as error:
            base.log.error("database_failed", problem=type(error).__name__)
            raise Fault("FailedOperation.ServerError") from error

    def _authenticate(self, call: Call, common: Common, body: bytes) -> Credential:
        try:
            if common.v1 is None:
                return _authenticated_v3(call, common, body)
            return _authenticated_v1(call, common)
        except (Fault, Refusal):
            base.count_failure(call)
            raise

    def _done(
        self, call: Call, common: Common, caller: Caller, values: fields.Values
    ) -> dict[str, Any]:
        if common.action == "DescribeMaterialList":
            page = materials.read_page(common.version, values)
            campaign = call.campaign = _campaign(caller, str(values["ActivityId"]))
            credentials.check_scope(_key(caller), door=self.door, campaign=campaign)
            base.simulate(call, CODES, campaign, values.get("MaterialId"))
            return materials.material_list(common.version, campaign, page)
        asked = _READERS[common.action](common.version, caller, values, call.id)
        return _fused(call, common, caller, asked, values)

    def translated(self, call: Call, refusal: Refusal) -> Fault:
        return translated(refusal, call.notes.get("version", V2018), call.notes.get("action", ""))

    def failure(self, call: Call, fault: Fault) -> HttpResponse:
        message = sentence(fault, call.notes.get("language", ""))
        return _envelope(call, {"Error": {"Code": fault.code, "Message": message}})


class ProxysRefusal(Dialect):
    """What a proxy in front answers in place of its own 413 page."""

    door = Door.TENCENT_V3
    broken: ClassVar[str] = "InternalError"
    switched_off: ClassVar[str] = "ServiceUnavailable"

    def answer(self, call: Call) -> HttpResponse:
        call.notes["language"] = call.request.headers.get("X-TC-Language", "")
        raise Fault("FailedOperation.RequestEntityTooLarge")

    translated = TencentV3.translated
    failure = TencentV3.failure


def _envelope(call: Call, content: Mapping[str, Any]) -> HttpResponse:
    """Always 200, and the bare content type: the public client reads nothing else."""
    body = {"Response": {**content, "RequestId": call.id}}
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text.encode(), content_type="application/json")


# --- Before the action -----------------------------------------------------------------------


def _read_body(request: HttpRequest) -> bytes:
    if request.method == "GET":
        if len(query_of(request)) > MAX_QUERY_BYTES:
            raise Fault("RequestSizeLimitExceeded")
        return b""
    is_v1 = request.content_type == FORM and "Authorization" not in request.headers
    try:
        return base.read_body(request, MAX_V1_BODY_BYTES if is_v1 else MAX_BODY_BYTES)
    except base.BodyTooLarge as error:
        raise Fault("RequestSizeLimitExceeded") from error
    except base.BodyUnreadable as error:
        raise Fault("InvalidRequest") from error


def _require_common(common: Common) -> None:
    named = {
        "Timestamp": common.timestamp,
        "Version": common.version,
        "Action": common.action,
    }
    if common.v1 is not None:
        named |= {name: common.v1.get(name, "") for name in V1_REQUIRED}
    if settings.FUSION_TENCENT_REGION_REQUIRED:
        named["Region"] = common.region
    for name, value in named.items():
        if not value:
            raise Fault("MissingParameter", parameter=name)


def _timestamp(text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise Fault("InvalidParameterValue", parameter="X-TC-Timestamp")
    timestamp = int(text)
    if abs(time.time() - timestamp) > WINDOW_S:
        raise Fault("AuthFailure.SignatureExpire")
    return timestamp


def _authenticated_v3(call: Call, common: Common, body: bytes) -> Credential:
    request = call.request
    try:
        authorization = signature.parse_authorization(common.authorization)
    except signature.NotAuthorization as error:
        raise Fault("AuthFailure.InvalidAuthorization") from error
    timestamp = _timestamp(common.timestamp)
    credential = credentials.by_secret_id(authorization.secret_id, kind=Credential.Kind.TENCENT)
    _refuse_token(common)
    if authorization.service != SERVICE:
        raise Fault("NoSuchProduct")
    unsigned = request.headers.get("X-TC-Content-SHA256") == signature.UNSIGNED_PAYLOAD
    signed = signature.Signed(
        method=str(request.method),
        query=query_of(request) if request.method == "GET" else "",
        headers={name.lower(): value for name, value in request.headers.items()},
        payload=signature.UNSIGNED_PAYLOAD.encode() if unsigned else body,
        timestamp=timestamp,
    )
    same_day = authorization.date == signature.date_of(timestamp)
    secret = credentials.secret_of(credential)
    if not signature.is_signed(signed, authorization, secret, _hosts(request)) or not same_day:
        raise Fault("AuthFailure.SignatureFailure")
    call.signature = authorization.signature
    return credential


def _authenticated_v1(call: Call, common: Common) -> Credential:
    parameters = common.v1 or {}
    method = parameters.get("SignatureMethod") or "HmacSHA1"
    if common.action not in V1_ACTIONS or method not in signature.V1_METHODS:
        raise Fault("AuthFailure.InvalidAuthorization")
    _timestamp(common.timestamp)
    credential = credentials.by_secret_id(parameters["SecretId"], kind=Credential.Kind.TENCENT)
    _refuse_token(common)
    secret = credentials.secret_of(credential)
    if not signature.is_signed_v1(
        str(call.request.method), _hosts(call.request), parameters, secret
    ):
        raise Fault("AuthFailure.SignatureFailure")
    call.signature = parameters["Signature"]
    return credential


def _refuse_token(common: Common) -> None:
    """All keys are permanent ones; a token can only be somebody else's."""
    if common.token:
        raise Fault("AuthFailure.TokenFailure")


def _hosts(request: HttpRequest) -> list[str]:
    """The names the client may have signed for: the one it called, then those of the settings."""
    own = urlsplit(settings.FUSION_BASE_URL)
    received = str(request.META.get("HTTP_HOST", ""))
    names = [received, own.netloc, own.hostname or "", *settings.FUSION_TENCENT_HOSTS]
    return list(dict.fromkeys(name for name in names if name))


def _check_action(common: Common) -> None:
    named = (common.version, common.action)
    if common.version not in VERSIONS:
        raise Fault("NoSuchVersion")
    if named in OFFLINE:
        raise Fault("ActionOffline")
    if named in NOT_OFFERED:
        raise Fault("UnsupportedOperation")
    if named not in SCHEMAS:
        raise Fault("InvalidAction")


def _check_region(region: str) -> None:
    if not region:
        return
    if not _REGION.fullmatch(region):
        raise Fault("InvalidParameterValue", parameter="X-TC-Region")
    if region not in settings.FUSION_TENCENT_REGIONS:
        raise Fault("UnsupportedRegion")


def _given(
    request: HttpRequest, common: Common, body: bytes, schema: fields.Schema
) -> tuple[Mapping[str, Any], bool]:
    """The fields as they came, and whether all of them came as text."""
    if common.v1 is not None:
        return fields.unflatten(common.own_parameters()), True
    if request.method == "GET":
        return fields.unflatten(parse_query(query_of(request))), True
    if multipart.is_multipart(request.META.get("CONTENT_TYPE", "")):
        return multipart.read_parts(request.META["CONTENT_TYPE"], body, schema), True
    try:
        given = base.parse_json(body or b"{}")
    except base.NotJson as error:
        raise Fault("InvalidParameter", detail="The body is not valid JSON.") from error
    if not isinstance(given, dict):
        raise Fault("InvalidParameter", detail="The body is not a JSON object.")
    return given, False


# --- The actions -----------------------------------------------------------------------------


def _key(caller: Caller) -> Credential:
    if caller.credential is None:
        raise LookupError("a partner's caller without its key")
    return caller.credential


def _campaign(caller: Caller, project_id: str) -> Campaign:
    """The campaign; the account's state goes before one that is not there."""
    try:
        return messages.campaign_of(caller, project_id)
    except CampaignNotFound:
        standing.check_served(_key(caller).account)
        raise


def _fused(
    call: Call, common: Common, caller: Caller, asked: Asked, values: fields.Values
) -> dict[str, Any]:
    request = asked.request
    if common.action == "FuseFaceUltra":
        base.simulate(call, CODES, None, values.get("ModelUrl"), values.get("ModelImage"))
    else:
        campaign = _campaign(caller, asked.project_id)
        base.simulate(call, CODES, campaign, values["ModelId"])
        request = replace(request, campaign=campaign)
    job = base.fuse(call, request)
    picture = base.picture_of(job)
    review = review_results(job) if asked.wants_review else []
    if common.action == "FaceFusion":
        return {"Image": picture, "ReviewResultSet": review}
    if common.version == V2018:
        return {"FusedImage": picture, "ReviewResultSet": review}
    return {"FusedImage": picture}
