"""What the queue carries: doing a job, and the clock work around jobs."""

import logging
import socket
from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_process_init, worker_ready
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from fusionsite import checks
from fusionsite.jobs import execution, photos
from fusionsite.jobs.engine import engine
from fusionsite.jobs.models import FusionJob, Heartbeat
from fusionsite.jobs.refusals import WorkerLost

log = logging.getLogger(__name__)

# A message may wait this long in a full queue before it is presumed lost.
QUEUED_TOO_LONG = timedelta(seconds=60)


@shared_task(name="jobs.execute")
def execute_job(pk: int) -> None:
    """Does one job; safe to deliver twice."""
    execution.execute(pk)


def enqueue(job: FusionJob) -> None:
    """Sends the message; while the broker is away the sweeper sends it again later."""
    try:
        execute_job.apply_async((job.pk,), expires=settings.FUSION_PHOTO_LIFE_S, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("job %s not queued yet: %s", job.public_id, type(error).__name__)


@shared_task(name="jobs.beat")
def beat() -> None:
    """Signs that this worker can make pictures: its engine is loaded, queue and database work."""
    loaded = engine()
    Heartbeat.objects.update_or_create(
        worker=socket.gethostname(),
        defaults={"engine": f"{loaded.name} {loaded.version}", "beat_at": timezone.now()},
    )


@shared_task(name="jobs.sweep")
def sweep() -> dict[str, int]:
    """Puts jobs back whose message or worker was lost, and gives up after N attempts."""
    beat()
    now = timezone.now()
    running_for = timedelta(seconds=settings.FUSION_JOB_HARD_LIMIT_S + 5)
    report = {"put_back": 0, "given_up": 0}
    stale = FusionJob.objects.stale(now, queued_for=QUEUED_TOO_LONG, running_for=running_for)
    for job in stale.order_by("queued_at")[:200]:
        report[_revive(job)] += 1
    if any(report.values()):
        log.warning("swept jobs", extra=report)
    return report


def _revive(job: FusionJob) -> str:
    now = timezone.now()
    too_old = now - job.created_at > timedelta(seconds=settings.FUSION_PHOTO_LIFE_S)
    if too_old or job.attempts >= settings.FUSION_JOB_ATTEMPTS:
        execution.give_up(job, WorkerLost(measured=job.attempts))
        return "given_up"
    if job.put_back(now):
        enqueue(job)
    return "put_back"


@shared_task(name="jobs.erase_photos")
def erase_photos() -> int:
    """Erases photos that outlived their time; returns of how many jobs."""
    gone = photos.erase_stale()
    if gone:
        log.warning("erased photos that a job had left behind", extra={"jobs": gone})
    return gone


@worker_init.connect
def refuse_bad_deployment(**_: Any) -> None:
    """A worker that could do no job ends at once, with the reason."""
    checks.refuse_bad_deployment()


@worker_process_init.connect
def load_engine(**_: Any) -> None:
    """Every pool process loads its engine before its first job."""
    engine()


@worker_ready.connect
def first_beat(**_: Any) -> None:
    """A fresh worker says at once that it is there."""
    beat.delay()
