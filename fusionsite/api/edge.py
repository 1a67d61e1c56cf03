"""The one edge of a call: its id, its body within limits, its answer whatever happens, its line."""

from collections.abc import Callable
from io import BytesIO

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from campaigns.refusals import Refusal
from fusionsite.api import problems, refusals
from fusionsite.api.call import Call, remember
from fusionsite.api.parsers import InMemory
from fusionsite.bodies import MIB, BodyTooLarge, BodyUnreadable, read_body
from fusionsite.incoming import client_address
from fusionsite.jobs.refusals import Busy
from fusionsite.requestlog import writing

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 32 * MIB
DOOR = "api"
_DATABASE_BACK_S = 3.0


class ApiEntrance:
    """Middleware: calls of the API turn off here, before any page could answer them.

    No host list, no session, no cookie, no CSRF token stands in a program's way: its key does.
    The documentation's pages go on and are served like every other page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if (path != "/api" and not path.startswith("/api/")) or path.startswith("/api/docs"):
            return self.get_response(request)
        return answered(request)


def answered(request: HttpRequest) -> HttpResponse:
    """The answer, a problem if need be; logged, counted and never a page of HTML."""
    call = Call(request, client_address(request))
    remember(call)
    language = translation.get_language_from_request(request)
    with (
        structlog.contextvars.bound_contextvars(request_id=call.id, door=DOOR, credential=""),
        translation.override(language),
    ):
        response = _response(call)
        _say(call, response)
    if response.status_code not in (204, 304):
        response["Content-Length"] = str(len(response.content))
    if request.method == "HEAD":
        response.content = b""
    response["X-Request-Id"] = call.id
    response["Content-Language"] = language
    response["Vary"] = "Accept-Language, Authorization"
    response.headers.setdefault("Cache-Control", "no-store")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _response(call: Call) -> HttpResponse:
    try:
        found = resolve(call.request.path_info)
        call.operation = f"{call.request.method} {_pattern(found.route)}"
        _hand_over(call)
        response = found.func(call.request, *found.args, **found.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        return _whole(response)
    except Resolver404:
        return _refused(call, refusals.NoSuchAddress())
    except Refusal as refusal:
        return _refused(call, refusal)
    except (OperationalError, InterfaceError) as error:
        log.error("database_away", problem=type(error).__name__)
        return _refused(call, Busy(retry_after_s=_DATABASE_BACK_S))
    except Exception:
        # The edge: a program understands nothing but a problem.
        log.exception("api_call_broke")
        return _refused(call, refusals.InternalError())


def _hand_over(call: Call) -> None:
    """Reads the body, which signatures cover and parsers read again."""
    request = call.request
    try:
        call.body = read_body(request, MAX_BODY_BYTES)
    except BodyTooLarge as error:
        raise refusals.BodyTooHeavy(limit=MAX_BODY_BYTES / MIB, unit="MB") from error
    except BodyUnreadable as error:
        raise refusals.BodyBroken from error
    # A chunked body has no length; the parsers take one without for empty.
    request.META["CONTENT_LENGTH"] = str(len(call.body))
    request.upload_handlers = [InMemory(request)]
    vars(request).update(_body=call.body, _stream=BytesIO(call.body), _read_started=True)


def _refused(call: Call, refusal: Refusal) -> HttpResponse:
    call.said = refusal.code
    return problems.answer(refusal, request_id=call.id)


def _whole(response: HttpResponseBase) -> HttpResponse:
    if not isinstance(response, HttpResponse):
        raise TypeError("the API answers at once")
    return response


def _pattern(route: str) -> str:
    """`api/v1/fusions/<uuid:fusion>` as `/fusions/{fusion}`."""
    steps = route.removeprefix("api/v1").split("/")
    named = (step.rpartition(":")[2].rstrip(">") if step.startswith("<") else "" for step in steps)
    return "/".join(
        f"{{{name}}}" if name else step for name, step in zip(named, steps, strict=True)
    )


def _say(call: Call, response: HttpResponse) -> None:
    """One line in the log for people, one row in the log that partners can search.

    Whoever only reads the document calls nothing.
    """
    if call.operation == "GET /openapi.json":
        return
    log.info(
        "api_call",
        operation=call.operation,
        said=call.said or "ok",
        job=str(call.job) if call.job else "",
        took_ms=call.took_ms,
        status=response.status_code,
    )
    writing.note(
        writing.Noted(
            request_id=call.id,
            door=DOOR,
            operation=call.operation,
            credential=call.credential,
            campaign=call.campaign,
            job=call.job.public_id if call.job else None,
            status=response.status_code,
            code=call.said,
            charged=bool(call.job and call.job.charged),
            took_ms=call.took_ms,
            request_bytes=len(call.body),
            answer_bytes=len(response.content),
        )
    )
