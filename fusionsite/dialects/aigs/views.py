"""The door of faceswap: every check in the order of the reference."""

import json
from typing import Any, ClassVar

from django.http import HttpResponse

from campaigns import credentials
from campaigns.models import Credential
from campaigns.models import Dialect as Door
from campaigns.refusals import Refusal
from fusionsite.dialects import base
from fusionsite.dialects.aigs import messages
from fusionsite.dialects.aigs.errors import SAID, translated
from fusionsite.dialects.base import Call, Dialect, Fault

MAX_BODY_BYTES = 15 * base.MIB
NOT_ALLOWED = 405


class Faceswap(Dialect):
    """`POST /v1/faceswap?token=...`; the number is the HTTP status."""

    door = Door.AIGS
    broken: ClassVar[str] = "unknown"
    switched_off: ClassVar[str] = "unknown"

    def answer(self, call: Call) -> HttpResponse:
        if call.request.method != "POST":
            call.said = "no_json"
            return _failure(call, "no_json", status=NOT_ALLOWED)
        token = base.query_value(call.request, "token")
        if not token:
            raise Fault("no_token")
        base.check_address(call)
        credential = self._authenticate(call, token)
        credentials.check_scope(credential, door=self.door, campaign=None)
        base.check_account(credential)
        caller = base.knocked(call, self.door, credential)
        fields = messages.read(_read_body(call))
        base.simulate(call, SAID, None, *fields.values())
        job = base.fuse(call, messages.request_of(fields, caller, call.id))
        return _json(
            200,
            {"code": "success", "image_url": base.picture_of(job), "task_id": str(job.public_id)},
        )

    def _authenticate(self, call: Call, token: str) -> Credential:
        try:
            return credentials.by_token(token.encode("utf-8", "replace").decode())
        except Refusal:
            base.count_failure(call)
            raise

    def translated(self, call: Call, refusal: Refusal) -> Fault:
        return translated(refusal)

    def failure(self, call: Call, fault: Fault) -> HttpResponse:
        return _failure(call, fault.code, status=SAID[fault.code].status)


def _failure(call: Call, name: str, *, status: int) -> HttpResponse:
    said = SAID[name]
    answer = {"code": said.code, "detail": said.detail}
    if said.has_task:
        answer["task_id"] = str(call.job.public_id) if call.job else call.id
    return _json(status, answer)


def _json(status: int, answer: dict[str, Any]) -> HttpResponse:
    text = json.dumps(answer, ensure_ascii=False)
    return HttpResponse(text.encode(), status=status, content_type="application/json")


def _read_body(call: Call) -> bytes:
    try:
        return base.read_body(call.request, MAX_BODY_BYTES)
    except base.BodyTooLarge as error:
        raise Fault("size") from error
    except base.BodyUnreadable as error:
        raise Fault("no_json") from error
