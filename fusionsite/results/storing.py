"""Keeps a made picture, reads it, and erases it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns import webhooks
from campaigns.models import Campaign, WebhookEvent
from fusionsite.results import claiming
from fusionsite.results.models import Result

log = logging.getLogger(__name__)

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True)
class MadePicture:
    """An encoded, labelled picture on its way into the storage."""

    encoded: bytes
    content_type: str
    width: int
    height: int


def keep(
    picture: MadePicture,
    *,
    key: str,
    attempt: int,
    organisation_id: int,
    account_id: int,
    campaign: Campaign | None,
    life: timedelta,
    visitor: str = "",
) -> Result:
    """Stores the picture and returns its unsaved row, for the caller's transaction.

    Every attempt at a job writes a file of its own: a worker thought lost that comes back cannot
    take away what another one delivered. Raises the storage's own error when it fails.
    """
    name = _name(key, attempt, EXTENSIONS[picture.content_type])
    storage = storages["results"]
    now = timezone.now()
    return Result(
        key=key,
        claim_digest=claiming.digest_for(key),
        organisation_id=organisation_id,
        account_id=account_id,
        campaign=campaign,
        visitor=visitor,
        file_name=storage.save(name, ContentFile(picture.encoded)),
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        byte_size=len(picture.encoded),
        created_at=now,
        expires_at=now + life,
    )


def discard(result: Result) -> None:
    """Removes the file of a result whose row was never saved."""
    storages["results"].delete(result.file_name)


def clear(key: str, *, attempts: int, but: str = "") -> None:
    """Removes what so many attempts at one job may have left, `but` the file that was delivered.

    Raises the storage's own error when it fails.
    """
    for attempt in range(1, attempts + 1):
        for extension in EXTENSIONS.values():
            if (name := _name(key, attempt, extension)) != but:
                storages["results"].delete(name)


def _name(key: str, attempt: int, extension: str) -> str:
    return f"{key[0]}/{key}-{attempt}.{extension}"


def read(result: Result) -> bytes:
    """The encoded picture; FileNotFoundError when the storage has lost it."""
    with storages["results"].open(result.file_name) as file:
        content: bytes = file.read()
        return content


def address(result: Result) -> str:
    """A short-lived address at the storage itself, for storages that sign their own (S3)."""
    return storages["results"].url(result.file_name)


def erase(result: Result, why: Result.Why, now: datetime | None = None) -> bool:
    """Ends the link, then removes the file; False when the file could not be removed yet.

    The link ends even if the storage fails; the clock task tries the file again.
    """
    moment = now or timezone.now()
    Result.objects.filter(pk=result.pk, erased_at=None, expires_at__gt=moment).update(
        expires_at=moment
    )
    try:
        storages["results"].delete(result.file_name)
    except Exception as error:  # any storage's own error: the clock task tries again
        log.warning("result %s could not be erased: %s", result.key, type(error).__name__)
        Result.objects.filter(pk=result.pk).update(erase_failures=F("erase_failures") + 1)
        return False
    with transaction.atomic():
        gone = Result.objects.filter(pk=result.pk, erased_at=None)
        if gone.update(erased_at=moment, erased_why=why):
            _tell(result, why, moment)
    result.refresh_from_db()
    return True


def _tell(result: Result, why: Result.Why, moment: datetime) -> None:
    """The organisation's programs hear of it once; whose picture it was is not said."""
    facts = {
        "result": result.key,
        "campaign": result.campaign.project_id if result.campaign else None,
        "why": why,
        "erased_at": moment,
    }
    webhooks.post(result.organisation_id, WebhookEvent.RESULT_DELETED, facts)
