"""The one entrance: a request becomes a job, or a refusal; every door comes through here."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from structlog.contextvars import get_contextvars

from campaigns import ledger, prepared
from campaigns.admission import Admission, Caller, admit
from campaigns.models import Campaign
from fusion.picture import PictureLimits
from fusionsite.jobs import consents, execution, photos
from fusionsite.jobs.consents import Agreement
from fusionsite.jobs.models import FusionJob, Heartbeat
from fusionsite.jobs.orders import Order, SkinTone
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import (
    Busy,
    KeyUsedTwice,
    PictureRefusal,
    TookTooLong,
)
from fusionsite.jobs.tasks import enqueue
from fusionsite.jobs.waiting import wait_for
from templates_app.catalogue import servable_material, template_face
from templates_app.models import Material

PHOTO_LIMITS = PictureLimits(
    max_bytes=settings.FUSION_PHOTO_MAX_BYTES,
    max_pixels=settings.FUSION_PHOTO_MAX_PIXELS,
    min_side_px=64,
)


@dataclass(frozen=True)
class FusionRequest:
    """Everything a door knows about a call. Frozen: nobody changes a request on its way.

    `model_id` names a stored material; without it `template` is sent along. `order` says which
    face goes where and how strongly; a material's own degrees and skin tone replace the order's,
    and the caller's `face_degree` and `profile_degree` each go before both.
    `mark` is the caller's own picture for `order.mark`; `nickname` is drawn into the picture.
    """

    caller: Caller
    campaign: Campaign | None
    photos: tuple[Photo, ...]
    model_id: str = ""
    template: Photo | None = None
    kind: FusionJob.Kind = FusionJob.Kind.FUSE
    order: Order = field(default_factory=Order)
    face_degree: int | None = None
    profile_degree: int | None = None
    mark: Photo | None = None
    answer: FusionJob.Answer = FusionJob.Answer.LINK
    link_life: timedelta | None = None
    agreement: Agreement | None = None
    limits: PictureLimits = PHOTO_LIMITS
    template_limits: PictureLimits = PHOTO_LIMITS
    mark_limits: PictureLimits = PHOTO_LIMITS
    max_aspect: float | None = None
    max_material_side_px: int | None = None
    visitor: str = ""
    nickname: str = ""
    source: str = ""
    idempotency_key: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class _Files:
    """The pictures of a request, fetched and checked by their headers."""

    photos: tuple[bytes, ...]
    template: bytes | None
    mark: bytes | None
    nickname: str = ""

    def named(self) -> Iterator[tuple[str, bytes]]:
        for index, encoded in enumerate(self.photos):
            yield f"photo-{index}", encoded
        if self.template is not None:
            yield photos.TEMPLATE, self.template
        if self.mark is not None:
            yield photos.MARK, self.mark
        if self.nickname:
            yield photos.NICKNAME, self.nickname.encode()


def submit(request: FusionRequest) -> FusionJob:
    """The queued job, or the refusal of the first gate that says no. Nothing is kept on a no.

    Gates, cheapest first: campaign, account and pace (`admit`), the queue's length, the material
    and its faces, the consent, the pictures' headers, the money. The same idempotency key with the
    same request returns the same job.
    """
    admission = admit(request.caller, campaign=request.campaign)
    _require_room()
    material = _material(request)
    if request.caller.door == "upload" and request.campaign is not None:
        consents.require(request.campaign, request.agreement)
    order = _order(request, material)
    files = _fetch(request)
    digest = _digest(request, files) if request.idempotency_key else ""
    if known := _known(admission, request, digest):
        return known
    job = _new_job(request, admission, material, order, digest)
    try:
        for name, encoded in files.named():
            photos.put(job, name, encoded)
        _record(job, request, admission)
    except IntegrityError:
        photos.erase(job)
        if known := _known(admission, request, digest):
            return known
        raise
    except BaseException:
        photos.erase(job)
        raise
    return job


def submit_and_wait(request: FusionRequest) -> FusionJob:
    """The ended job; raises its refusal when it failed, `TookTooLong` when nobody did it in time.

    At most FUSION_WAITERS requests of one process wait at a time; one more is `Busy`.
    """
    with _a_seat():
        job = submit(request)
        wait_for(job, settings.FUSION_JOB_WAIT_S)
    if not job.ended and execution.cancel(job, TookTooLong()):
        raise TookTooLong
    return job


def submit_and_watch(request: FusionRequest, *, seconds: float) -> FusionJob:
    """The job, ended or not: it is watched for so long and then goes on without its caller.

    Without a free seat nobody waits: the caller asks again, as for a job that takes longer.
    """
    job = submit(request)
    if seconds > 0 and not job.ended:
        with suppress(Busy), _a_seat():
            wait_for(job, seconds)
    return job


def take_answer(job: FusionJob) -> bytes:
    """The picture of a job that answers with bytes; it is erased by being taken."""
    try:
        return photos.take(job, photos.ANSWER)
    finally:
        photos.erase(job)


# --- The gates of our own --------------------------------------------------------------------


_seats = threading.BoundedSemaphore(settings.FUSION_WAITERS)


@contextmanager
def _a_seat() -> Iterator[None]:
    if not _seats.acquire(blocking=False):
        raise Busy(retry_after_s=1)
    try:
        yield
    finally:
        _seats.release()


def _require_room() -> None:
    waiting = FusionJob.objects.how_many_wait()
    if waiting >= settings.FUSION_QUEUE_LENGTH:
        raise Busy(measured=waiting, limit=settings.FUSION_QUEUE_LENGTH, retry_after_s=_drain_s())


def _drain_s() -> float:
    """About how long the queue needs to get shorter by a tenth."""
    processes = Heartbeat.objects.processes() or settings.FUSION_WORKER_PROCESSES
    return max(1.0, settings.FUSION_QUEUE_LENGTH * 0.1 * 0.05 / processes)


def _material(request: FusionRequest) -> Material | None:
    if not request.model_id:
        return None
    assert request.campaign is not None, "a stored material is one of a campaign"  # noqa: S101
    return servable_material(
        request.campaign, request.model_id, max_side_px=request.max_material_side_px
    )


def _fetch(request: FusionRequest) -> _Files:
    fetched = []
    for number, photo in enumerate(request.photos, start=1):
        try:
            fetched.append(_fetch_one(photo, request.limits, request.max_aspect))
        except PictureRefusal as refusal:
            refusal.photo = number
            raise
    return _Files(
        tuple(fetched),
        _fetch_other(request.template, request.template_limits, "template"),
        _fetch_other(request.mark, request.mark_limits, "mark"),
        request.nickname,
    )


def _fetch_one(photo: Photo, limits: PictureLimits, max_aspect: float | None = None) -> bytes:
    if photo.max_bytes is not None:
        limits = replace(limits, max_bytes=photo.max_bytes)
    encoded = photo.fetch(max_bytes=limits.max_bytes)
    photos.check(encoded, limits, max_aspect=max_aspect)
    return encoded


def _fetch_other(photo: Photo | None, limits: PictureLimits, about: str) -> bytes | None:
    """The template or the mark, if one was sent; a refusal says which of them it is about."""
    if photo is None:
        return None
    try:
        return _fetch_one(photo, limits)
    except PictureRefusal as refusal:
        refusal.about = about
        raise


# --- Once per key ----------------------------------------------------------------------------


def _digest(request: FusionRequest, files: _Files) -> str:
    facts = {
        "campaign": request.campaign.pk if request.campaign else None,
        "model": request.model_id,
        "kind": request.kind,
        "answer": request.answer,
        "link_life_s": request.link_life.total_seconds() if request.link_life else None,
        "order": request.order.to_json(),
        "own": [request.face_degree, request.profile_degree],
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for name, encoded in files.named():
        digest.update(name.encode() + hashlib.sha256(encoded).digest())
    return digest.hexdigest()


def _known(admission: Admission, request: FusionRequest, digest: str) -> FusionJob | None:
    """The job of the same idempotency key. Raises KeyUsedTwice when it asked for another thing."""
    if not request.idempotency_key:
        return None
    job = FusionJob.objects.filter(
        account=admission.account,
        door=request.caller.door,
        idempotency_key=request.idempotency_key,
    ).first()
    if job is not None and job.request_digest != digest:
        raise KeyUsedTwice
    return job


# --- Writing it down -------------------------------------------------------------------------


def _new_job(
    request: FusionRequest,
    admission: Admission,
    material: Material | None,
    order: Order,
    digest: str,
) -> FusionJob:
    now = timezone.now()
    campaign = request.campaign
    life = request.link_life or timedelta(seconds=campaign.link_life_s if campaign else 604_800)
    return FusionJob(
        kind=request.kind,
        door=request.caller.door,
        request_id=request.request_id or str(get_contextvars().get("request_id", "")),
        organisation_id=admission.account.organisation_id,
        account=admission.account,
        campaign=campaign,
        credential=request.caller.credential,
        material=material,
        material_version=material.current if material else None,
        visitor=request.visitor,
        source=request.source,
        preview=request.caller.door == "upload" and not admission.published,
        order=order.to_json(),
        answer=request.answer,
        link_life_s=int(life.total_seconds()),
        idempotency_key=request.idempotency_key,
        request_digest=digest,
        created_at=now,
        queued_at=now,
    )


def _order(request: FusionRequest, material: Material | None) -> Order:
    """The order with everything decided that the material and its campaign decide."""
    order = replace(
        request.order,
        template_sent=request.template is not None,
        nickname=bool(request.nickname),
    )
    if material is None:
        return _strengths(request, order, order.face_degree, order.profile_degree)
    faces = tuple(
        replace(face, template_face=template_face(material, face.template_face).number)
        for face in order.faces
    )
    order = replace(
        order,
        faces=faces,
        skin_tone=cast(SkinTone, material.skin_tone or material.campaign.skin_tone),
    )
    campaign = material.campaign
    return _strengths(
        request,
        order,
        _own_or(material.face_degree, campaign.face_degree),
        _own_or(material.profile_degree, campaign.profile_degree),
    )


def _strengths(request: FusionRequest, order: Order, face: int, profile: int) -> Order:
    return replace(
        order,
        face_degree=_own_or(request.face_degree, face),
        profile_degree=_own_or(request.profile_degree, profile),
    )


def _own_or(own: int | None, campaigns: int) -> int:
    return campaigns if own is None else own


def _record(job: FusionJob, request: FusionRequest, admission: Admission) -> None:
    """Job, consent and hold stand or fall together; the message leaves once they stand."""
    with transaction.atomic():
        prepared.insert(job)
        if request.agreement is not None:
            consents.note(job, request.agreement)
        if job.priced:
            ledger.hold(
                admission.account,
                pictures=1,
                campaign=request.campaign,
                reference=job.reference,
            )
        transaction.on_commit(lambda: enqueue(job))
