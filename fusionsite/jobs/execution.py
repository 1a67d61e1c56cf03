"""Does a job: photos in, picture out, money and photos settled in every outcome."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from campaigns import ledger, prepared
from campaigns.refusals import Refusal
from fusion import Face, FuseOptions, FusionError, Swap, TemplateAnalysis, parsing, write_picture
from fusion.errors import EngineError, PictureError
from fusion.faces import RGB
from fusionsite.funnel.models import Step, add_one
from fusionsite.jobs import (
    choosing,
    marks,
    measuring,
    moderation,
    photos,
    provenance,
    telling,
    workers,
)
from fusionsite.jobs.engine import engine, shelf
from fusionsite.jobs.models import Consent, FusionJob
from fusionsite.jobs.orders import FaceOrder, Order
from fusionsite.jobs.refusals import (
    AnswerTooHeavy,
    Blocked,
    DetectorFailed,
    FinishingFailed,
    FusionFailed,
    ModerationSilent,
    PhotoGone,
    PictureRefusal,
    StorageFailed,
    TemplateLost,
    TookTooLong,
    from_fusion_error,
    written,
)
from fusionsite.results import gallery, storing
from fusionsite.results.models import Result
from fusionsite.results.storing import MadePicture

log = logging.getLogger(__name__)
State, Stage = FusionJob.State, FusionJob.Stage
WATCHED_DOORS = frozenset({"upload", "api", "demo"})


@dataclass
class Shift:
    """The jobs that a process does on one message: taken up until the time is over."""

    until: float  # by time.monotonic()
    following: FusionJob | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more is to be begun."""
        return time.monotonic() >= self.until

    def take_up_next(self) -> FusionJob | None:
        """The job that waits longest, now this process's; None when none waits or time is over."""
        if self.over:
            return None
        return FusionJob.objects.claim_next(timezone.now(), worker=workers.own_name())


def execute(pk: int, *, until: float = 0.0) -> bool:
    """Does the job if it still waits, then what waits longest; whether it stopped for the time.

    until: by time.monotonic(); a job that was begun is brought to its end. A job ends as done or
    refused, and its photos are erased. Safe to run twice: the second run finds the job taken.
    """
    shift = Shift(until)
    job = FusionJob.objects.claim(pk, timezone.now(), worker=workers.own_name())
    while True:
        if job is not None:
            _do(job, shift)
        # Looked for once more, since what came while the end was being written had no message.
        job = shift.following or shift.take_up_next()
        if job is None:
            return shift.over


def _do(job: FusionJob, shift: Shift) -> None:
    shift.following = None
    with bound_contextvars(request_id=job.request_id, job=str(job.public_id), door=job.door):
        _make_and_deliver(job, shift)


def _make_and_deliver(job: FusionJob, shift: Shift) -> None:
    kept = ""
    try:
        kept = _deliver(job, _make(job), shift)
    except Refusal as refusal:
        refuse(job, refusal)
    except SoftTimeLimitExceeded:  # it may have come when the picture was stored already
        _end_without_picture(job, State.FAILED, TookTooLong())
    except Exception:
        # The edge: whatever the engine or a storage throws, the caller gets a reason.
        log.exception("job %s broke", job.public_id)
        _end_without_picture(job, State.FAILED, FusionFailed())
    finally:
        if job.ended:
            photos.erase(job, but=kept)


def refuse(job: FusionJob, refusal: Refusal) -> bool:
    """Ends the job with a reason and gives the money back; False when it had ended already."""
    stored = isinstance(refusal, StorageFailed)  # it may have kept the file and lost the answer
    return _end_without_picture(job, State.FAILED, refusal, harmless_attempts=0 if stored else 1)


def cancel(job: FusionJob, refusal: Refusal) -> bool:
    """Ends the job because nobody wants it any more; False when it had ended already."""
    ended = _end_without_picture(job, State.CANCELLED, refusal)
    if ended:
        photos.erase(job)
    return ended


def give_up(job: FusionJob, refusal: Refusal) -> bool:
    """Refuses a job whose workers were lost."""
    ended = _end_without_picture(job, State.FAILED, refusal)
    if ended:
        photos.erase(job)
    return ended


def clear_leftovers(job: FusionJob) -> bool:
    """Removes what lost attempts at an ended job may have stored; False when it must be retried."""
    delivered = job.result.file_name if job.result else ""
    try:
        storing.clear(job.result_key, attempts=job.attempts, but=delivered)
    except Exception as error:  # any storage's own error: the clock task tries again
        log.warning("leftovers of job %s not cleared: %s", job.public_id, type(error).__name__)
        return False
    FusionJob.objects.filter(pk=job.pk).update(leftovers=False)
    return True


def _end_without_picture(
    job: FusionJob, state: FusionJob.State, refusal: Refusal, *, harmless_attempts: int = 0
) -> bool:
    """`harmless_attempts`: so many of the job's attempts are known to have stored nothing."""
    with transaction.atomic():
        ended = job.end(
            state,
            came_from=(State.QUEUED, State.RUNNING),
            harmless_attempts=harmless_attempts,
            reason=written(refusal),
        )
        if ended and job.priced:
            ledger.release(job.reference)
        if ended:
            telling.failed(job, refusal)
    return ended


# --- Making ----------------------------------------------------------------------------------


def _make(job: FusionJob) -> MadePicture:
    try:
        order = Order.from_json(job.order)
        if job.kind == FusionJob.Kind.FACES:
            return _measure(job)
        return _parse(job, order) if job.kind == FusionJob.Kind.PARSE else _fuse(job, order)
    except FileNotFoundError as error:
        raise PhotoGone from error
    except FusionError as error:
        raise from_fusion_error(error) from error


def _fuse(job: FusionJob, order: Order) -> MadePicture:
    template = _template(job, order)
    seen = _photos(job, order)
    swaps = []
    for wanted in order.faces:
        photo = seen[wanted.photo]
        face = _chosen(photo, wanted)
        index = choosing.template_face_index(template, wanted)
        if order.template_sent:  # nobody has reviewed it
            choosing.require_usable(template.picture, template.faces[index], about="template")
        swaps.append(Swap(photo, face, index))
    _show(job, Stage.BLENDING)
    options = FuseOptions(order.face_degree, order.profile_degree, order.skin_tone)
    picture = engine().fuse(template, swaps, options)
    _show(job, Stage.FINISHING)
    return _finish(picture, template, job, order)


def _chosen(photo: RGB, wanted: FaceOrder) -> Face:
    try:
        return choosing.choose_face(photo, _faces(photo, wanted), wanted)
    except PictureRefusal as refusal:
        refusal.photo = wanted.photo + 1
        raise


def _show(job: FusionJob, stage: FusionJob.Stage) -> None:
    """Tells the stage where somebody may be looking: partners wait for the end alone."""
    if job.door in WATCHED_DOORS:
        job.move_to(stage)


def _faces(photo: RGB, wanted: FaceOrder) -> tuple[Face, ...]:
    try:
        return engine().find_faces(photo, every=wanted.box is not None or wanted.only_face)
    except (EngineError, RuntimeError) as error:
        log.exception("the face networks broke")
        raise DetectorFailed from error


def _finish(picture: RGB, template: TemplateAnalysis, job: FusionJob, order: Order) -> MadePicture:
    """The caller's mark, the campaign's dress, the label, the file. Nothing covers the label."""
    if order.mark is not None:
        marks.draw(picture, photos.take(job, photos.MARK), order.mark)
    boxes = [face.box for face in template.faces]
    if job.campaign is not None:
        name = photos.take(job, photos.NICKNAME).decode() if order.nickname else ""
        boxes += marks.dress(picture, job.campaign, name, faces=boxes)
    try:
        return provenance.mark(picture, job=job, order=order, faces=boxes)
    except (ValueError, PictureError) as error:
        log.warning("job %s could not be finished: %s", job.public_id, error)
        raise FinishingFailed from error


def _photos(job: FusionJob, order: Order) -> list[RGB]:
    """The user's photos, decoded and passed by the moderators; raises Blocked."""
    count = 1 + max(face.photo for face in order.faces)
    whole = {face.photo for face in order.faces if face.box is not None}
    loaded = [photos.load(job, f"photo-{number}", whole=number in whole) for number in range(count)]
    _moderate(job, loaded)
    return loaded


def _moderate(job: FusionJob, pictures: list[RGB]) -> None:
    found = moderation.examine(pictures)
    if not any(found):
        return
    noted = [[finding.to_json() for finding in findings] for findings in found]
    FusionJob.objects.filter(pk=job.pk).update(moderation=noted)
    blocking = [f for findings in found for f in findings if f.suggestion == "BLOCK"]
    if blocking:
        away = all(finding.category == moderation.AWAY for finding in blocking)
        raise ModerationSilent if away else Blocked


def _template(job: FusionJob, order: Order) -> TemplateAnalysis:
    if job.material_version is not None:
        try:
            with photos.storage_errors():
                return shelf.analysis_of(job.material_version)
        except FileNotFoundError as error:
            raise TemplateLost from error
    if not order.template_sent:
        raise FusionFailed
    picture = photos.load(job, photos.TEMPLATE, about="template")
    try:
        _moderate(job, [picture])
        return engine().analyse(picture)
    except FusionError as error:
        raise from_fusion_error(error, about="template") from error


def _parse(job: FusionJob, order: Order) -> MadePicture:
    photo = photos.load(job, "photo-0")
    _moderate(job, [photo])
    _show(job, Stage.BLENDING)
    ids = parsing.parse(photo)
    painted = write_picture(parsing.paint(ids), format="PNG") if order.painted else None
    height, width = ids.shape
    return MadePicture(painted or parsing.write_ids(ids), "image/png", width, height)


def _measure(job: FusionJob) -> MadePicture:
    """No picture but a JSON text about one."""
    photo = photos.load(job, "photo-0", whole=True)
    _moderate(job, [photo])
    found = _faces(photo, FaceOrder(only_face=True))
    height, width = photo.shape[:2]
    return MadePicture(measuring.measured(photo, found), "application/json", width, height)


# --- Delivering ------------------------------------------------------------------------------


def _deliver(job: FusionJob, made: MadePicture, shift: Shift) -> str:
    """Hands the picture over and charges it at once; returns the file to keep, if any."""
    if job.answer == FusionJob.Answer.BYTES:
        _keep_answer(job, made)
        return photos.ANSWER if _hand_over(job, shift) else ""
    result = _keep_result(job, made)
    if not _hand_over(job, shift, result):
        # Whoever ended the job meanwhile has noted that there may be leftovers.
        with suppress(Exception):
            storing.discard(result)
    elif job.campaign and _for_the_public(job):
        add_one(job.campaign, Step.MADE, source=job.source)
    return ""


def _keep_answer(job: FusionJob, made: MadePicture) -> None:
    limit = Order.from_json(job.order).max_answer_bytes
    if limit is not None and len(made.encoded) > limit:
        size_mb = round(len(made.encoded) / 2**20, 1)
        raise AnswerTooHeavy(measured=size_mb, limit=round(limit / 2**20, 1), unit="MB")
    photos.put(job, photos.ANSWER, made.encoded)


def _keep_result(job: FusionJob, made: MadePicture) -> Result:
    try:
        return storing.keep(
            made,
            key=job.result_key,
            attempt=job.attempts,
            organisation_id=job.organisation_id,
            account_id=job.account_id,
            campaign=job.campaign,
            life=timedelta(seconds=job.link_life_s),
            visitor=job.visitor,
        )
    except SoftTimeLimitExceeded as error:
        raise StorageFailed from error  # the file may be there all the same
    except Exception as error:  # any storage's own error
        log.warning("result of job %s not stored: %s", job.public_id, type(error).__name__)
        raise StorageFailed from error


def _hand_over(job: FusionJob, shift: Shift, result: Result | None = None) -> bool:
    """Ends the job as done and charges for it at once; False when it had ended already.

    In the same transaction the next job is taken up: one thing less to wait for on the disk.
    """
    with transaction.atomic():
        if result is not None:
            prepared.insert(result)
        done = job.end(
            State.SUCCEEDED,
            came_from=(State.RUNNING,),
            harmless_attempts=1 if result else job.attempts,
            result=result,
        )
        if not done:
            transaction.set_rollback(True)
            return False
        if job.priced:
            ledger.capture(job.reference)
        if result is not None and _is_offered(job):
            gallery.offer(result)
        telling.ready(job, result)
        following = shift.take_up_next()
    shift.following = following  # not before it stands
    return True


def _for_the_public(job: FusionJob) -> bool:
    """Whether a visitor asked for it in a published campaign; a preview is nobody's visit."""
    return job.door == "upload" and not job.preview


def _is_offered(job: FusionJob) -> bool:
    """Whether its visitor wants it shown in the campaign's gallery."""
    return _for_the_public(job) and Consent.objects.filter(job=job, gallery=True).exists()
