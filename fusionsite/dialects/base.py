"""What all dialects share: one edge around a call, bodies within limits, JSON without surprises."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar, TypeVar
from urllib.parse import parse_qsl
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from pybase64 import b64encode_as_string

from campaigns import addresses, ledger, sandboxes, standing
from campaigns.addresses import AddressBlocked as AddressBlocked
from campaigns.admission import Caller, knock
from campaigns.models import Campaign, Credential
from campaigns.refusals import Refusal
from fusionsite.bodies import MIB as MIB
from fusionsite.bodies import BodyTooLarge as BodyTooLarge
from fusionsite.bodies import BodyUnreadable as BodyUnreadable
from fusionsite.bodies import NotJson as NotJson
from fusionsite.bodies import parse_json as parse_json
from fusionsite.bodies import read_body as read_body
from fusionsite.incoming import client_address
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.refusals import Busy
from fusionsite.jobs.submission import FusionRequest, submit_and_wait, take_answer
from fusionsite.requestlog import writing
from fusionsite.results import links

log = structlog.get_logger(__name__)

LINK_LIFE = timedelta(days=7)
PARTNERS_FORMATS = frozenset({"JPEG", "PNG"})
# A server that restarts, or a connection that it has cut: nothing that the caller could mend.
DATABASE_AWAY = (OperationalError, InterfaceError)
_DATABASE_BACK_S = 3.0

Cell = TypeVar("Cell")


class Fault(Exception):
    """A failure in a dialect's own words: its code, and the facts that its message names."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass
class Call:
    """One request on its way through a dialect; `credential` once it is known."""

    request: HttpRequest
    address: str
    door: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
    started: float = field(default_factory=time.monotonic)
    credential: Credential | None = None
    signature: str = ""  # what it was signed with, once that was found right
    # What the dialect has learnt of the call: its action, its language.
    notes: dict[str, str] = field(default_factory=dict)
    # What the answer said, for the log.
    said: str = ""
    campaign: Campaign | None = None
    job: FusionJob | None = None
    charged: bool = False

    @property
    def took_ms(self) -> int:
        """Milliseconds since the call came in."""
        return int((time.monotonic() - self.started) * 1000)


class Dialect(ABC):
    """One door. A subclass says how to answer, and how a fault looks on the wire."""

    door: ClassVar[str]
    # Codes of the two faults that every dialect must be able to tell.
    broken: ClassVar[str]
    switched_off: ClassVar[str]
    # What `Call.said` holds of a call that went well, where it is not empty.
    well: ClassVar[frozenset[str]] = frozenset()

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """The answer, whatever happens: the one edge of a partner's call."""
        call = Call(request, client_address(request), self.door)
        with structlog.contextvars.bound_contextvars(request_id=call.id, door=self.door):
            response = self._answered(call)
            log.info(
                "partner_call",
                said=call.said or "ok",
                credential=call.credential.secret_id if call.credential else "",
                job=str(call.job) if call.job else "",
                took_ms=call.took_ms,
                status=response.status_code,
            )
            self._note(call, response)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _note(self, call: Call, response: HttpResponse) -> None:
        declared = str(call.request.META.get("CONTENT_LENGTH") or "")
        writing.note(
            writing.Noted(
                request_id=call.id,
                door=self.door,
                operation=call.notes.get("action") or call.request.path,
                credential=call.credential,
                campaign=call.campaign,
                job=call.job.public_id if call.job else None,
                status=response.status_code,
                code="" if call.said in self.well else call.said,
                charged=call.charged,
                took_ms=call.took_ms,
                request_bytes=int(declared) if declared.isdecimal() and len(declared) < 10 else 0,
                answer_bytes=len(response.content),
            )
        )

    def _answered(self, call: Call) -> HttpResponse:
        try:
            if self.door not in settings.FUSION_DIALECTS:
                raise Fault(self.switched_off)
            return self.answer(call)
        except Fault as fault:
            return self.tell(call, fault)
        except Refusal as refusal:
            return self._refused(call, refusal)
        except DATABASE_AWAY as error:
            log.error("database_away", problem=type(error).__name__)
            return self._refused(call, Busy(retry_after_s=_DATABASE_BACK_S))
        except Exception:
            # The edge: a partner's client understands nothing but its own envelope.
            log.exception("partner_call_broke")
            return self.tell(call, Fault(self.broken))

    def _refused(self, call: Call, refusal: Refusal) -> HttpResponse:
        """The refusal in the dialect's words; when to come back stands in a header for all."""
        response = self.tell(call, self.translated(call, refusal))
        if refusal.retry_after_s is not None:
            response["Retry-After"] = str(math.ceil(refusal.retry_after_s))
        return response

    def tell(self, call: Call, fault: Fault) -> HttpResponse:
        """The fault on the wire, remembered for the log."""
        call.said = fault.code
        return self.failure(call, fault)

    @abstractmethod
    def answer(self, call: Call) -> HttpResponse:
        """The good answer; raises Fault or Refusal."""

    @abstractmethod
    def translated(self, call: Call, refusal: Refusal) -> Fault:
        """The refusal in this dialect's words."""

    @abstractmethod
    def failure(self, call: Call, fault: Fault) -> HttpResponse:
        """The fault as this dialect writes it."""


def cell(table: Mapping[type[Refusal], Cell], refusal: Refusal) -> Cell:
    """The table's entry for the refusal's class, else for the nearest class above it."""
    for kind in type(refusal).__mro__:
        if kind in table:
            return table[kind]
    raise LookupError(type(refusal).__name__)


# --- Reading ---------------------------------------------------------------------------------


def query_value(request: HttpRequest, name: str) -> str:
    """The last value of that name in the query, "" without one; however long the query is.

    Read past the framework, which refuses a query of a thousand fields.
    """
    query = str(request.META.get("QUERY_STRING", ""))
    return dict(parse_qsl(query, keep_blank_values=True)).get(name, "")


# --- Knocking --------------------------------------------------------------------------------


def check_address(call: Call) -> None:
    """Raises AddressBlocked, or TooFast after too many failed signatures from this address."""
    addresses.check(call.address)


def count_failure(call: Call) -> None:
    """Counts a wrong key or signature against the address it came from."""
    addresses.count_failure(call.address)


def knocked(call: Call, door: str, credential: Credential) -> Caller:
    """The caller, let in by its key and counted at it. Raises as `admission.knock`."""
    call.credential = credential
    caller = Caller(door, call.address, credential=credential, signature=call.signature)
    return knock(caller)


def check_account(credential: Credential) -> None:
    """Raises what keeps the account of a call without a campaign from being served.

    A key kept to its sandbox is served before the service is opened: nothing there is charged.
    """
    if sandboxes.sandbox_of(credential) is None:
        standing.check_served(credential.account)
        ledger.check_cover(credential.account, None)


# --- Making ----------------------------------------------------------------------------------


def simulate(call: Call, codes: Container[str], campaign: Campaign | None, *words: object) -> None:
    """Raises the code that one of the words asks for, where `campaigns.sandboxes` allows it.

    codes: those that the dialect can write; the facts fill the gaps of their sentences.
    """
    code = sandboxes.asked_error(*words)
    if code not in codes or call.credential is None:
        return
    if sandboxes.obeys(call.credential, campaign, door=call.door):
        raise Fault(code, parameter="ModelId", detail="Asked for.", measured=2, limit=1)


def fuse(call: Call, request: FusionRequest) -> FusionJob:
    """The job with its picture; raises the refusal of whatever gate said no.

    Without a campaign, a key that is kept to its sandbox fuses there.
    """
    if request.campaign is None and request.caller.credential is not None:
        sandbox = sandboxes.sandbox_of(request.caller.credential)
        request = replace(request, campaign=sandbox)
    call.campaign = request.campaign
    job = submit_and_wait(request)
    call.job = job
    call.charged = call.charged or job.charged
    if (refusal := job.refusal) is not None:
        raise refusal
    return job


def picture_of(job: FusionJob) -> str:
    """The picture as the answer carries it: an address that opens for its time, or base64."""
    if job.answer == FusionJob.Answer.BYTES:
        return b64encode_as_string(take_answer(job))
    if job.result_id is None:
        raise LookupError(f"job {job} has ended without a picture")
    return links.picture_address(job.result_key)
