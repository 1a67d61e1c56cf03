"""Writes a line per call of a partner, a moment later, and never stands in the call's way.

The lines of `FUSION_REQUEST_LOG_WAIT_S` go into the database together, by a thread of the process;
what still waits when the process is told to end is written then.
"""

import atexit
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError, close_old_connections
from django.utils import timezone

from campaigns.models import Campaign, Credential
from fusionsite.requestlog.models import LoggedRequest

log = structlog.get_logger(__name__)

_MOST = 10_000  # lines that wait for a database that is slow or away; the oldest go first
_waiting: deque[LoggedRequest] = deque(maxlen=_MOST)
_more = threading.Event()
_writing = threading.Lock()


@dataclass(frozen=True)
class Noted:
    """One call and its outcome; the fields of `LoggedRequest`."""

    request_id: str
    door: str
    operation: str
    status: int
    took_ms: int
    credential: Credential | None = None
    campaign: Campaign | None = None
    job: UUID | None = None
    code: str = ""
    charged: bool = False
    request_bytes: int = 0
    answer_bytes: int = 0


def note(noted: Noted) -> None:
    """Notes a call; a database that will not take the line costs the line, never the call."""
    credential, campaign = noted.credential, noted.campaign
    row = LoggedRequest(
        request_id=noted.request_id,
        at=timezone.now(),
        door=noted.door,
        operation=noted.operation[:60],
        organisation_id=credential.account.organisation_id if credential else None,
        credential_id=credential.pk if credential else None,
        campaign_id=campaign.pk if campaign else None,
        job=noted.job,
        status=noted.status,
        code=noted.code[:80],
        charged=noted.charged,
        took_ms=noted.took_ms,
        request_bytes=noted.request_bytes,
        answer_bytes=noted.answer_bytes,
    )
    _waiting.append(row)
    if settings.FUSION_REQUEST_LOG_WAIT_S > 0:
        _start()
        _more.set()
    else:
        flush()


def flush() -> None:
    """Writes the lines that wait, in one statement."""
    with _writing:
        rows = [_waiting.popleft() for _ in range(len(_waiting))]
        if rows:
            _write(rows)


def _write(rows: Sequence[LoggedRequest]) -> None:
    try:
        LoggedRequest.objects.bulk_create(rows)
    except (DatabaseError, InterfaceError) as error:
        if isinstance(error, IntegrityError) and len(rows) > 1:
            for row in rows:  # one that names what is gone must not take the others along
                _write([row])
            return
        log.warning("requests_not_logged", lines=len(rows), problem=type(error).__name__)


@cache  # two calls at the very first moment may start two; the lock keeps them apart
def _start() -> None:
    """Starts the process's writer; what it has not written by the end is written at the exit."""
    atexit.register(flush)
    threading.Thread(target=_keep_writing, name="request-log", daemon=True).start()


def _keep_writing() -> None:
    while _more.wait():
        _more.clear()
        time.sleep(settings.FUSION_REQUEST_LOG_WAIT_S)
        try:
            close_old_connections()
            flush()
        except Exception:
            # The edge: whatever happens to some lines, later ones are written.
            log.exception("requests_not_logged")
