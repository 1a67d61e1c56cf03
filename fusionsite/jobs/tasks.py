"""What the queue carries: doing a job, and the clock work around jobs."""

import logging
import socket
import time
from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.signals import (
    celeryd_after_setup,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_ready,
)
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from fusionsite import checks, connections
from fusionsite.jobs import erasure, execution, workers
from fusionsite.jobs.engine import engine
from fusionsite.jobs.models import FusionJob, Heartbeat
from fusionsite.jobs.refusals import WorkerLost
from fusionsite.results import erasing
from fusionsite.results.models import ErasureRun

log = logging.getLogger(__name__)

_FORGOTTEN_AFTER = timedelta(days=1)
_own: dict[str, Any] = {
    "name": socket.gethostname(),
    "processes": settings.FUSION_WORKER_PROCESSES,
}


@shared_task(name="jobs.execute")
def execute_job(pk: int) -> None:
    """Does one job, and for two seconds whatever else waits; safe to deliver twice.

    Whoever stops because the time is over sends a message for the next: a worker that took jobs up
    for ever would never be stopped, replaced, or asked to do the clock's work.
    """
    if execution.execute(pk, until=time.monotonic() + settings.FUSION_WORK_ON_S):
        _ring(1)


def enqueue(job: FusionJob) -> None:
    """Has the job done: sends a message, unless all worker processes have work without it.

    Counted once the job stands in the database, so a worker process that ends another job after
    that finds it. As many messages go out as there may be processes without work, so none sleeps
    while a job waits. What is lost on the way, `sweep` makes good.
    """
    others = FusionJob.objects.how_many_under_way() - 1
    processes = Heartbeat.objects.processes()
    if processes is None or others < processes:
        _send(job)


def _ring(processes: int) -> None:
    """Wakes so many worker processes for the jobs that wait longest."""
    for job in FusionJob.objects.waiting().order_by("queued_at")[: max(processes, 0)]:
        _send(job)


def _send(job: FusionJob) -> None:
    """Sends the message; while the broker is away `sweep` sends it again later."""
    try:
        execute_job.apply_async((job.pk,), expires=settings.FUSION_PHOTO_LIFE_S, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("job %s not queued yet: %s", job.public_id, type(error).__name__)


@shared_task(name="jobs.beat")
def beat() -> None:
    """Signs that this worker can make pictures: its engine is loaded, queue and database work."""
    loaded, now = engine(), timezone.now()
    Heartbeat.objects.update_or_create(
        worker=_own["name"],
        defaults={
            "engine": f"{loaded.name} {loaded.version}",
            "processes": _own["processes"],
            "beat_at": now,
        },
    )
    Heartbeat.objects.filter(beat_at__lt=now - _FORGOTTEN_AFTER).delete()


@shared_task(name="jobs.sweep")
def sweep() -> dict[str, int]:
    """Puts jobs back whose message or worker was lost, and gives up after N attempts.

    Wakes as many worker processes as have no job while some wait.

    A worker process of this machine is missed at once, one of another when its time is over. What
    this process took up itself it cannot be at: it lost hold of that, as when the database went
    away before the end was written.
    """
    beat()
    now = timezone.now()
    queued_for = timedelta(seconds=settings.FUSION_QUEUE_PATIENCE_S)
    report = {"put_back": 0, "given_up": 0}
    jobs = FusionJob.objects
    stale = jobs.stale(now, queued_for=queued_for, running_for=surely_over())
    for job in (jobs.of_workers(workers.is_at_nothing) | stale).order_by("queued_at")[:200]:
        report[_revive(job)] += 1
    _ring((Heartbeat.objects.processes() or 1) - jobs.filter(state=FusionJob.State.RUNNING).count())
    if any(report.values()):
        log.warning("swept jobs", extra=report)
    return report


def surely_over() -> timedelta:
    """After this long, whoever had taken a job up has been killed by the hard limit."""
    return timedelta(seconds=settings.FUSION_JOB_HARD_LIMIT_S + 5)


def _revive(job: FusionJob) -> str:
    now = timezone.now()
    too_old = now - job.created_at > timedelta(seconds=settings.FUSION_PHOTO_LIFE_S)
    if too_old or job.attempts >= settings.FUSION_JOB_ATTEMPTS:
        execution.give_up(job, WorkerLost(measured=job.attempts))
        return "given_up"
    if job.put_back(now):
        _send(job)
    return "put_back"


@shared_task(name="jobs.erase_photos")
def erase_photos() -> int:
    """Erases photos that outlived their time; returns of how many jobs."""
    gone = erasure.erase_photos(timezone.now()).erased
    if gone:
        log.warning("erased photos that a job had left behind", extra={"jobs": gone})
    return gone


@shared_task(name="jobs.clear_leftovers")
def clear_leftovers() -> dict[str, int]:
    """Removes pictures that lost attempts have stored; says how many must be retried."""
    left = FusionJob.objects.with_leftovers(timezone.now() - surely_over())
    jobs = list(left.select_related("result").order_by("finished_at")[:200])
    cleared = sum(execution.clear_leftovers(job) for job in jobs)
    report = {"cleared": cleared, "failed": len(jobs) - cleared}
    kind = ErasureRun.Kind.LEFTOVERS
    erasing.note(kind, timezone.now(), erased=cleared, failed=report["failed"])
    if jobs:
        log.info("cleared leftovers", extra=report)
    return report


@shared_task(name="jobs.erase_leads")
def erase_leads() -> int:
    """Erases contact details whose purge date has come; returns how many."""
    gone = erasure.erase_leads(timezone.now()).erased
    if gone:
        log.info("erased contact details", extra={"leads": gone})
    return gone


@shared_task(name="jobs.erase_consents")
def erase_consents() -> int:
    """Erases consent records that their organisation keeps no longer; returns how many."""
    gone = erasure.erase_consents(timezone.now()).erased
    if gone:
        log.info("erased consent records", extra={"consents": gone})
    return gone


@task_prerun.connect
def look_after_connections(**_: Any) -> None:
    """A connection that broke between two tasks is replaced instead of failing the second."""
    if not connection.in_atomic_block:  # a task that is done at once is part of its caller's
        close_old_connections()
        connections.trust_if_fresh()


@celeryd_after_setup.connect
def know_oneself(sender: str, instance: Any, **_: Any) -> None:
    """Before the pool is made: its processes tell the worker's name and their number."""
    _own.update(name=sender, processes=instance.concurrency)


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
