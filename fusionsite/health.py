"""/healthz: can this site make a picture right now?"""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from fusionsite.jobs.models import FusionJob, Heartbeat

WORKER_SILENT_FOR = timedelta(seconds=30)
CLOCK_OFF_BY = timedelta(seconds=30)
MIN_FREE_MB = 100


class Unwell(Exception):
    """One sentence: what is wrong."""


def worker(now: datetime) -> str:
    """A worker has its engine loaded and has said so within the last 30 s."""
    last = Heartbeat.objects.order_by("-beat_at").first()
    if last is None:
        raise Unwell("no worker has ever signed in")
    silent = now - last.beat_at
    if silent > WORKER_SILENT_FOR:
        raise Unwell(f"no worker has signed in for {silent.total_seconds():.0f} s")
    if -silent > CLOCK_OFF_BY:
        raise Unwell("the worker's clock is ahead of the web server's")
    return last.engine


def queue(now: datetime) -> str:
    """The queue has room."""
    waiting = FusionJob.objects.waiting().count()
    if waiting >= settings.FUSION_QUEUE_LENGTH:
        raise Unwell(f"{waiting} jobs wait; the queue is full")
    return f"{waiting} waiting"


def storage(now: datetime) -> str:
    """All three picture storages take, give and remove a file."""
    for alias in ("photos", "results", "materials"):
        try:
            name = storages[alias].save("probe", ContentFile(b"ok"))
            storages[alias].delete(name)
        except Exception as error:  # any storage's own error
            raise Unwell(f"the storage '{alias}' fails: {type(error).__name__}") from error
    return "writable"


def disk(now: datetime) -> str:
    """There is room on this machine's disk."""
    free_mb = shutil.disk_usage(settings.FUSION_VAR_DIR).free // 2**20
    if free_mb < MIN_FREE_MB:
        raise Unwell(f"only {free_mb} MB of disk space are free")
    return f"{free_mb} MB free"


CHECKS: tuple[Callable[[datetime], str], ...] = (worker, queue, storage, disk)


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every check passes, else 503; the body says which failed and why."""
    now = timezone.now()
    said: dict[str, str] = {}
    well = True
    for check in CHECKS:
        try:
            said[check.__name__] = check(now)
        except Unwell as reason:
            said[check.__name__] = str(reason)
            well = False
    body = {"status": "ok" if well else "unwell", **said}
    return JsonResponse(body, status=200 if well else 503)
