"""What says whether this site can make pictures: each a fact, or what is wrong."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from fusionsite.jobs.models import FusionJob, Heartbeat

WORKER_SILENT_FOR = timedelta(seconds=30)
CLOCK_OFF_BY = timedelta(seconds=30)
MIN_FREE_MB = 100
MEMORY = Path("/proc/meminfo")


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


@dataclass(frozen=True)
class Said:
    """What one check said."""

    name: str
    well: bool
    words: str


def examine(now: datetime) -> list[Said]:
    """Every check, in order; none stops the others."""
    return [_ask(check, now) for check in CHECKS]


def _ask(check: Callable[[datetime], str], now: datetime) -> Said:
    try:
        return Said(check.__name__, True, check(now))
    except Unwell as reason:
        return Said(check.__name__, False, str(reason))


@dataclass(frozen=True)
class Memory:
    """This machine's memory, in MB."""

    total_mb: int
    available_mb: int


def memory(file: Path = MEMORY) -> Memory | None:
    """What the kernel says is left; None where it cannot be asked."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return None
    told = {
        name: int(rest.split()[0]) // 1024 for name, _, rest in (x.partition(":") for x in lines)
    }
    if not {"MemTotal", "MemAvailable"} <= told.keys():
        return None
    return Memory(told["MemTotal"], told["MemAvailable"])
