"""The doors of face_morph and face_parser behind JD AI's gateway."""

import json
import time
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from campaigns import credentials, ledger
from campaigns.admission import Caller
from campaigns.models import Account, Credential
from campaigns.models import Dialect as Door
from campaigns.refusals import CredentialUnknown, Refusal
from fusionsite.dialects import base
from fusionsite.dialects.base import Call, Dialect, Fault
from fusionsite.dialects.jd import messages, signature
from fusionsite.dialects.jd.errors import (
    BUSINESS,
    OK_CHARGED,
    SYSTEM,
    BusinessFault,
    translated,
)
from fusionsite.jobs.submission import FusionRequest

MAX_BODY_BYTES = 40 * base.MIB
UNKNOWN_TIMES = 0
NOT_BY_TIME = -1
# Everything but the two words for "all is well".
_SIMULATED = (SYSTEM.keys() | {str(status) for status in BUSINESS}) - {"10000", "200"}
_PARAMETERS = {"appkey": "10004", "timestamp": "10041", "sign": "10042"}


class Gateway(Dialect):
    """What both APIs share; every answer is HTTP 200 with a `code`."""

    broken: ClassVar[str] = "10030"
    switched_off: ClassVar[str] = "10060"
    well: ClassVar[frozenset[str]] = frozenset({"200", "10000"})
    api: ClassVar[str]

    def answer(self, call: Call) -> HttpResponse:
        given = _parameters(call.request)
        base.check_address(call)
        try:
            credential = _authenticated(call, given)
        except (Fault, Refusal):
            base.count_failure(call)
            raise
        credentials.check_scope(credential, door=self.door, campaign=None)
        base.check_account(credential)
        caller = base.knocked(call, self.door, credential)
        try:
            entries = messages.read_entries(_read_body(call))
        except BusinessFault as fault:
            return self._passed(call, self._failed(call, fault.status), charged=0)
        results, charged = self._results(call, caller, entries)
        return self._passed(call, results[0] if entries.single else results, charged=charged)

    def _results(
        self, call: Call, caller: Caller, entries: messages.Entries
    ) -> tuple[list[dict[str, Any]], int]:
        """Every entry's own result, and how many were charged.

        A gateway's fault ends the call while nothing was delivered; later it is one entry's.
        """
        results: list[dict[str, Any]] = []
        charged = 0
        for entry in entries.entries:
            started = time.monotonic()
            try:
                _simulate(call, entry)
                job = base.fuse(call, self.request_of(call, entry, caller))
                result = {"status": 200, "message": "ok", "image": base.picture_of(job)}
                charged += job.charged
            except BusinessFault as fault:
                result = self._said(fault.status)
            except Refusal as refusal:
                problem = translated(refusal)
                if isinstance(problem, Fault) and not charged:
                    raise
                status = problem.status if isinstance(problem, BusinessFault) else 1006
                result = self._said(status)
            result["used_time"] = int((time.monotonic() - started) * 1000)
            results.append(result)
        return results, charged

    @abstractmethod
    def request_of(self, call: Call, entry: Any, caller: Caller) -> FusionRequest:
        """The entry as a request; raises BusinessFault."""

    def _said(self, status: int) -> dict[str, Any]:
        business = BUSINESS[status]
        message = business.parser if self.api == "face_parser" else business.morph
        return {"status": status, "message": message or BUSINESS[1006].parser}

    def _failed(self, call: Call, status: int) -> dict[str, Any]:
        return {**self._said(status), "used_time": call.took_ms}

    def _passed(self, call: Call, result: Any, *, charged: int) -> HttpResponse:
        msg = OK_CHARGED if charged else SYSTEM["10000"].msg
        call.said = str(result["status"]) if isinstance(result, dict) else "10000"
        return _envelope(call, "10000", msg, result, charge=charged > 0)

    def translated(self, call: Call, refusal: Refusal) -> Fault:
        problem = translated(refusal)
        return problem if isinstance(problem, Fault) else Fault(self.broken)

    def failure(self, call: Call, fault: Fault) -> HttpResponse:
        return _envelope(call, fault.code, SYSTEM[fault.code].msg, None, charge=False)


class FaceMorph(Gateway):
    """`POST /jdai/face_morph`."""

    door = Door.JD_MORPH
    api: ClassVar[str] = "face_morph"

    def request_of(self, call: Call, entry: Any, caller: Caller) -> FusionRequest:
        return messages.morph_request(entry, caller, call.id)


class FaceParser(Gateway):
    """`POST /jdai/face_parser`; `?palette=1` paints the regions."""

    door = Door.JD_PARSER
    api: ClassVar[str] = "face_parser"

    def request_of(self, call: Call, entry: Any, caller: Caller) -> FusionRequest:
        painted = base.query_value(call.request, "palette") == "1"
        return messages.parser_request(entry, caller, call.id, painted=painted)


class NoSuchApi(Dialect):
    """Every other path below /jdai/."""

    door = Door.JD_MORPH
    broken: ClassVar[str] = "10030"
    switched_off: ClassVar[str] = "10060"

    def answer(self, call: Call) -> HttpResponse:
        raise Fault("10003")

    def translated(self, call: Call, refusal: Refusal) -> Fault:
        return Fault(self.broken)

    def failure(self, call: Call, fault: Fault) -> HttpResponse:
        return _envelope(call, fault.code, SYSTEM[fault.code].msg, None, charge=False)


def _simulate(call: Call, entry: Any) -> None:
    """Raises the code or the status that stands in the entry in place of a picture."""
    words = entry.values() if isinstance(entry, Mapping) else ()
    try:
        base.simulate(call, _SIMULATED, None, *words)
    except Fault as fault:
        if fault.code in SYSTEM:
            raise
        raise BusinessFault(int(fault.code)) from fault


def _envelope(call: Call, code: str, msg: str, result: Any, *, charge: bool) -> HttpResponse:
    answer = {
        "code": code,
        "charge": charge,
        "remainTimes": _remaining(call),
        "remainSeconds": NOT_BY_TIME,
        "msg": msg,
        "result": result,
    }
    text = json.dumps(answer, ensure_ascii=False)
    return HttpResponse(text.encode(), content_type="application/json; charset=utf-8")


def _remaining(call: Call) -> int:
    """Calls that the account has left; -1 for no end; 0 while the caller, or that, is not known."""
    if call.credential is None:
        return UNKNOWN_TIMES
    try:
        return ledger.remaining(Account.objects.get(pk=call.credential.account_id))
    except base.DATABASE_AWAY:
        return UNKNOWN_TIMES


def _parameters(request: HttpRequest) -> Mapping[str, str]:
    found = {name: base.query_value(request, name) for name in _PARAMETERS}
    for name, code in _PARAMETERS.items():
        if not found[name]:
            raise Fault(code)
    return found


def _authenticated(call: Call, given: Mapping[str, str]) -> Credential:
    if "\x00" in given["appkey"]:
        raise CredentialUnknown
    credential = credentials.by_secret_id(given["appkey"], kind=Credential.Kind.JD)
    timestamp = signature.milliseconds(given["timestamp"])
    if timestamp is None:
        raise Fault("10046")
    if abs(time.time() * 1000 - timestamp) > signature.WINDOW_MS:
        raise Fault("10045")
    secret = credentials.secret_of(credential)
    if not signature.is_signed(secret, given["timestamp"], given["sign"]):
        raise Fault("10047")
    call.signature = given["sign"].lower()
    return credential


def _read_body(call: Call) -> bytes:
    try:
        return base.read_body(call.request, MAX_BODY_BYTES)
    except base.BodyTooLarge as error:
        raise BusinessFault(1006) from error
    except base.BodyUnreadable as error:
        raise BusinessFault(1005) from error
