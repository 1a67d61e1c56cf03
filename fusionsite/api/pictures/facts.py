"""What an answer says of a job beyond its row: its address, its price, its picture."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from pybase64 import b64encode_as_string

from campaigns.models import LedgerEntry, Source
from fusionsite.jobs import photos
from fusionsite.jobs.models import FusionJob
from fusionsite.results import links
from fusionsite.results.models import Result

HELD, RELEASED, NEVER = "held", "released", "never"
WHY = [HELD, RELEASED, NEVER, *(str(value) for value in Source.values)]
_NAMES = {
    FusionJob.Kind.FUSE: "api:fusion",
    FusionJob.Kind.PARSE: "api:parse",
    FusionJob.Kind.FACES: "api:measuring",
}
# By reference of the job: what pays for it, and how much.
Paid = Mapping[str, tuple[str, int]]


def address_of(job: FusionJob) -> str:
    """Where the job is asked for."""
    return reverse(_NAMES[FusionJob.Kind(job.kind)], args=[job.public_id])


def paid_for(jobs: Iterable[FusionJob]) -> Paid:
    """What was set aside for each job. One query."""
    lines = LedgerEntry.objects.filter(
        hold__reference__in=[job.reference for job in jobs], kind=LedgerEntry.Kind.HOLD
    ).values_list("hold__reference", "source", "amount_fen", "accrued_fen")
    return {reference: (source, accrued - amount) for reference, source, amount, accrued in lines}


def charge_of(job: FusionJob, paid: Paid) -> dict[str, Any]:
    """Whether the job is charged, and why or why not."""
    source, amount_fen = paid.get(job.reference, (NEVER, 0))
    if not job.priced:
        return {"charged": False, "why": NEVER, "amount_fen": 0}
    if not job.ended:
        return {"charged": False, "why": HELD, "amount_fen": 0}
    if job.state != FusionJob.State.SUCCEEDED:
        return {"charged": False, "why": RELEASED, "amount_fen": 0}
    return {"charged": job.charged, "why": source, "amount_fen": amount_fen}


def picture_of(
    job: FusionJob, taken: bytes | None, *, content_type: str = ""
) -> dict[str, Any] | None:
    """The picture as an answer carries it; None while, or because, there is none."""
    if job.result is not None:
        return _linked(job.result)
    if taken is None or job.state != FusionJob.State.SUCCEEDED:
        return None
    kind = content_type or f"image/{job.order['picture_format'].lower()}"
    return {
        "url": None,
        "page_url": None,
        "base64": b64encode_as_string(taken),
        "content_type": kind,
        "width": None,
        "height": None,
        "bytes": len(taken),
        **_until(bytes_end_at(job)),
    }


def kept_answer(job: FusionJob) -> bytes | None:
    """What a job that answers with bytes has made, while it is kept; None when it is gone."""
    if job.state != FusionJob.State.SUCCEEDED or job.answer != FusionJob.Answer.BYTES:
        return None
    try:
        return photos.take(job, photos.ANSWER)
    except FileNotFoundError:
        return None


def bytes_end_at(job: FusionJob) -> datetime:
    """When an answer as bytes is erased at the latest."""
    return job.created_at + timedelta(seconds=settings.FUSION_PHOTO_LIFE_S)


def _linked(result: Result) -> dict[str, Any] | None:
    if result.erased_at or result.hidden_at or result.expires_at <= timezone.now():
        return None
    return {
        "url": links.picture_url(result),
        "page_url": links.page_url(result),
        "base64": None,
        "content_type": result.content_type,
        "width": result.width,
        "height": result.height,
        "bytes": result.byte_size,
        **_until(result.expires_at),
    }


def _until(moment: datetime) -> dict[str, Any]:
    left = (moment - timezone.now()).total_seconds()
    return {"expires_at": moment.isoformat(), "expires_in_s": max(0, int(left))}
