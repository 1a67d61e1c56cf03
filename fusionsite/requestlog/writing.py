"""Writes a line per call of a partner, in one statement, and never stands in the call's way."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from campaigns import prepared
from campaigns.models import Campaign, Credential
from fusionsite.requestlog.models import LoggedRequest

log = structlog.get_logger(__name__)


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
    """One INSERT; a database that will not take it costs the line, never the call."""
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
    try:
        prepared.insert(row)
    except (DatabaseError, InterfaceError) as error:
        log.warning("request_not_logged", problem=type(error).__name__)
