"""The door of fuseapi/face: every check in the order of the reference."""

import json
import time
from typing import Any, ClassVar

from django.http import HttpResponse

from campaigns import credentials, sandboxes
from campaigns.models import Credential
from campaigns.models import Dialect as Door
from campaigns.refusals import Refusal
from fusionsite.dialects import base
from fusionsite.dialects.base import Call, Dialect, Fault
from fusionsite.dialects.tencent_fuseapi import messages, signature
from fusionsite.dialects.tencent_fuseapi.errors import CODES, translated

PATHS = frozenset({"/fuseapi/face", "/fuseapi/face/"})
MAX_BODY_BYTES = 6 * base.MIB
FUTURE_S = 300
LONGEST_LIFE_S = 90 * 86_400


class Fuseapi(Dialect):
    """`POST /fuseapi/face`; every answer is HTTP 200 with a `ret`."""

    door = Door.TENCENT_FUSEAPI
    broken: ClassVar[str] = "-5"
    switched_off: ClassVar[str] = "-20005"

    def answer(self, call: Call) -> HttpResponse:
        request = call.request
        if request.method != "POST" or request.path not in PATHS:
            raise Fault("-2100")
        body = _read_body(call)
        if request.content_type == "multipart/form-data":
            raise Fault("-2100")
        base.check_address(call)
        ticket, credential = self._authenticate(call)
        caller = base.knocked(call, self.door, credential)
        asked = messages.read(body)
        if ticket.appid != asked.appid:
            raise Fault("-20003")
        if asked.uin != credential.account.uin:
            raise Fault("-1")
        if sandboxes.asked_error(asked.model_id):
            base.simulate(call, CODES, messages.campaign_of(caller, asked), asked.model_id)
        messages.check_values(asked)
        campaign = messages.campaign_of(caller, asked)
        job = base.fuse(call, messages.request_of(asked, caller, campaign, call.id))
        return _json(messages.delivered(base.picture_of(job), asked))

    def _authenticate(self, call: Call) -> tuple[signature.Ticket, Credential]:
        header = call.request.headers.get("Authorization", "").strip()
        if not header:
            raise Fault("-20001")
        try:
            ticket = _parsed(header)
            return ticket, _authenticated(ticket)
        except (Fault, Refusal):
            base.count_failure(call)
            raise

    def translated(self, call: Call, refusal: Refusal) -> Fault:
        return translated(refusal)

    def failure(self, call: Call, fault: Fault) -> HttpResponse:
        return _json({"ret": messages.ret_of(fault.code), "msg": CODES[fault.code].msg})


def _json(answer: dict[str, Any]) -> HttpResponse:
    text = json.dumps(answer, ensure_ascii=False)
    return HttpResponse(text.encode(), content_type="application/json")


def _read_body(call: Call) -> bytes:
    try:
        return base.read_body(call.request, MAX_BODY_BYTES)
    except base.BodyTooLarge as error:
        raise Fault("-3") from error
    except base.BodyUnreadable as error:
        raise Fault("-2100") from error


def _parsed(header: str) -> signature.Ticket:
    try:
        return signature.parse(header)
    except signature.Unparsable as error:
        raise Fault("-20002") from error


def _authenticated(ticket: signature.Ticket) -> Credential:
    """The key of the ticket; its text names one account, may be used many times, and expires."""
    credential = credentials.by_secret_id(ticket.secret_id, kind=Credential.Kind.TENCENT)
    right = signature.is_signed(ticket, credentials.secret_of(credential))
    if not right or ticket.appid != credential.account.appid or ticket.expires == 0:
        raise Fault("-20003")
    now = time.time()
    long_lived = ticket.expires - ticket.created > LONGEST_LIFE_S
    if ticket.expires < now or ticket.created > now + FUTURE_S or long_lived:
        raise Fault("-7")
    return credential
