"""The borrowed pictures of a job: taken in, read, erased; ten minutes at most, in one storage.

Nothing here decodes a pixel before its header was checked, and nothing outside this module knows
where the files lie.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import UUID

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone
from pybase64 import b64decode

from campaigns import outbound
from campaigns.refusals import OutboundRefused, OutboundTooLarge
from fusion import FusionError, read_picture
from fusion.faces import RGB
from fusion.picture import PictureLimits, check_picture
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.refusals import (
    PhotoAddressWrong,
    PhotoMissing,
    PhotoNotBase64,
    PhotoNotFetched,
    PhotoTooHeavy,
    PhotoTooLong,
    StorageFailed,
    from_fusion_error,
)

log = logging.getLogger(__name__)

_ROOT = "jobs"
_ROW_COMES_WITHIN = timedelta(minutes=1)
ANSWER = "answer"
TEMPLATE = "template"
MARK = "mark"
NICKNAME = "nickname"  # text; beside the photo so that it goes when the photo goes
# Big photos are decoded at 1/2, 1/4 or 1/8; the face keeps more pixels than any template shows.
REDUCE_TO_SHORT_SIDE_PX = 1080


@dataclass(frozen=True)
class Photo:
    """A picture as it came: bytes, base64 text or an address; exactly one is set.

    `max_bytes` is a limit of this picture's own, where a door's limit depends on how it came.
    """

    encoded: bytes | None = None
    base64: str | None = None
    url: str | None = None
    max_bytes: int | None = None

    def fetch(self, *, max_bytes: int) -> bytes:
        """The file's bytes, at most `max_bytes`. Raises the refusal that says what is wrong."""
        if self.url:
            return _fetched(self.url, max_bytes)
        if self.base64:
            return _decoded(self.base64, max_bytes)
        if not self.encoded:
            raise PhotoMissing
        if len(self.encoded) > max_bytes:
            raise PhotoTooHeavy(measured=len(self.encoded) / 1e6, limit=max_bytes / 1e6, unit="MB")
        return self.encoded


def _fetched(url: str, max_bytes: int) -> bytes:
    if not _is_address(url):
        raise PhotoAddressWrong
    try:
        answer = outbound.fetch(url, max_bytes=max_bytes, timeout_s=settings.FUSION_FETCH_S)
    except OutboundTooLarge as refusal:
        raise _too_heavy(refusal.measured, max_bytes) from refusal
    except OutboundRefused as refusal:
        raise PhotoNotFetched from refusal
    if answer.status != HTTPStatus.OK or not answer.body:
        raise PhotoNotFetched
    return answer.body


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def _too_heavy(found_bytes: float | None, max_bytes: int) -> PhotoTooHeavy:
    measured = None if found_bytes is None else round(found_bytes / 2**20, 1)
    return PhotoTooHeavy(measured=measured, limit=round(max_bytes / 2**20, 1), unit="MB")


def _decoded(text: str, max_bytes: int) -> bytes:
    """Strict base64: wrong characters are refused, not skipped."""
    if len(text) * 3 // 4 > max_bytes + 3:
        raise _too_heavy(len(text) * 3 / 4, max_bytes)
    with suppress(ValueError):
        return b64decode(text, validate=True)  # as most programs send it
    padded = "".join(text.split())
    digits = padded.rstrip("=")
    if len(padded) > len(digits) + 2:
        raise PhotoNotBase64
    try:
        return b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except ValueError as error:
        raise PhotoNotBase64 from error


def check(encoded: bytes, limits: PictureLimits, *, max_aspect: float | None = None) -> None:
    """Raises the refusal for a file whose header already breaks the limits.

    max_aspect: how many times as long as wide it may be; else PhotoTooLong.
    """
    try:
        size = check_picture(encoded, limits)
    except FusionError as error:
        raise from_fusion_error(error) from error
    aspect = max(size) / max(min(size), 1)
    if max_aspect is not None and aspect > max_aspect:
        raise PhotoTooLong(measured=round(aspect, 1), limit=max_aspect)


def put(job: FusionJob, name: str, encoded: bytes) -> None:
    """Stores one file of the job. Raises StorageFailed."""
    with storage_errors():
        _storage().save(_path(job, name), ContentFile(encoded))


def take(job: FusionJob, name: str) -> bytes:
    """The bytes of one file of the job; FileNotFoundError when it is gone, or StorageFailed."""
    with storage_errors(), _storage().open(_path(job, name)) as file:
        content: bytes = file.read()
        return content


@contextmanager
def storage_errors() -> Iterator[None]:
    """Every storage throws errors of its own; only a file that is not there is not a failure."""
    try:
        yield
    except (FileNotFoundError, FusionError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        log.warning("a storage fails: %s", type(error).__name__)
        raise StorageFailed from error


def load(job: FusionJob, name: str, *, about: str = "photo", whole: bool = False) -> RGB:
    """One picture of the job, upright, uint8 H×W×3. Raises a refusal when it cannot be read.

    `whole` keeps every pixel of a user's big photo, where a rectangle counts them.
    """
    reduced = about == "photo" and not whole
    limits = PictureLimits(
        max_bytes=settings.FUSION_PHOTO_MAX_BYTES * 2,
        max_pixels=settings.FUSION_PHOTO_MAX_PIXELS,
        reduce_to_short_side_px=REDUCE_TO_SHORT_SIDE_PX if reduced else None,
    )
    try:
        return read_picture(take(job, name), limits)
    except FusionError as error:
        raise from_fusion_error(error, about=about) from error


def erase(job: FusionJob, *, but: str = "") -> None:
    """Erases every file of the job (`but` one); what fails is left to `erase_stale`."""
    _erase_folder(str(job.public_id), but=but)


def erase_stale(now: datetime | None = None) -> int:
    """Erases what outlived its time or whose job has ended; returns how many jobs' files went."""
    moment = now or timezone.now()
    gone = 0
    for folder in list(held()):
        if _is_stale(folder, moment):
            _erase_folder(folder)
            gone += 1
    return gone


def held() -> Iterator[str]:
    """The public ids of the jobs whose files are in the storage now."""
    try:
        folders, _files = _storage().listdir(_ROOT)
    except FileNotFoundError:
        return
    yield from folders


def _is_stale(folder: str, now: datetime) -> bool:
    oldest = now - timedelta(seconds=settings.FUSION_PHOTO_LIFE_S)
    job = FusionJob.objects.filter(public_id=folder).first() if names_a_job(folder) else None
    if job is None:
        # The files are put a moment before the row that names them is there.
        return _written_at(folder) < now - _ROW_COMES_WITHIN
    waited_for = job.answer == FusionJob.Answer.BYTES and job.created_at > oldest
    return job.created_at <= oldest or (job.ended and not waited_for)


def names_a_job(text: str) -> bool:
    """Whether a folder's name is the public id of a job, whether or not the row is there."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _written_at(folder: str) -> datetime:
    """When the newest file of the folder was written; long ago for an empty folder."""
    storage = _storage()
    _folders, names = storage.listdir(f"{_ROOT}/{folder}")
    times = [storage.get_modified_time(f"{_ROOT}/{folder}/{name}") for name in names]
    return max(times, default=datetime.min.replace(tzinfo=UTC))


def _storage() -> Storage:
    return storages["photos"]


def _path(job: FusionJob, name: str) -> str:
    return f"{_ROOT}/{job.public_id}/{name}"


def _erase_folder(folder: str, *, but: str = "") -> None:
    storage, path = _storage(), f"{_ROOT}/{folder}"
    try:
        _folders, names = storage.listdir(path)
        for name in names:
            if name != but:
                storage.delete(f"{path}/{name}")
        if not but:
            storage.delete(path)
    except FileNotFoundError:
        return
    except Exception as error:  # any storage's own error: the clock task tries again
        log.warning("files of job %s could not be erased: %s", folder, type(error).__name__)
