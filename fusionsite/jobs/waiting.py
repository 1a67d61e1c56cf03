"""Waits for jobs to end: one thread of the process looks for all that wait, the others sleep.

A look is one query however many wait, so a full house costs no more than a single guest. It needs
no server but the database and no thread of its own; docs/operate.md has the figures.
"""

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from campaigns.prepared import Prepared, Slot
from fusionsite.jobs.models import FusionJob

# The more there are who wait, the longer they wait anyway: looks come as often as one of them
# is likely to be done.
LOOK_EVERY_S = 0.02  # for each who waits ...
LOOK_AT_LEAST_EVERY_S = 0.1  # ... up to this
# What a job's end changes, and what whoever waited for it may tell.
_TOLD = [
    *("state", "stage", "attempts", "finished_at"),
    *("charged", "reason", "moderation", "result_id"),
]


@dataclass(eq=False)
class _Waiter:
    """A thread that waits for a job; `woken` when the job has ended or it shall look itself."""

    job: FusionJob
    woken: threading.Event = field(default_factory=threading.Event)


_lock = threading.Lock()
_waiters: list[_Waiter] = []
_looking: list[_Waiter] = []  # at most one


def wait_for(job: FusionJob, seconds: float) -> bool:
    """Returns when the job has ended or the time is over; says whether it has ended.

    Either way the job says where it stands now.
    """
    me = _Waiter(job)
    deadline = time.monotonic() + seconds
    with _lock:
        _waiters.append(me)
        _elect()
    try:
        while not job.ended and (left_s := deadline - time.monotonic()) > 0:
            if me in _looking:
                _look_for_all()
                left_s = min(LOOK_EVERY_S * len(_waiters), LOOK_AT_LEAST_EVERY_S, left_s)
            if not job.ended:
                me.woken.wait(left_s)
            me.woken.clear()
    finally:
        with _lock:
            _waiters.remove(me)
            if me in _looking:
                _looking.remove(me)
            _elect()
    if not job.ended:
        for now in _NOW.all(pk=job.pk):
            _tell(job, now)
    return job.ended


def _elect() -> None:
    """Somebody looks as long as anybody waits. Called with the lock held."""
    if _waiters and not _looking:
        _looking.append(_waiters[0])
        _waiters[0].woken.set()


def _look_for_all() -> None:
    """Wakes those whose jobs have ended; a database that is away is asked again later."""
    with _lock:
        waiting = list(_waiters)
    try:
        ended = {now.pk: now for now in _ended({waiter.job.pk for waiter in waiting})}
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return
    for waiter in waiting:
        if now := ended.get(waiter.job.pk):
            _tell(waiter.job, now)
            waiter.woken.set()


def _tell(job: FusionJob, now: FusionJob) -> None:
    """The job says what its row says now; that it has ended, last of all."""
    for name in reversed(_TOLD):
        setattr(job, name, getattr(now, name))


def _ended(pks: Collection[int]) -> list[FusionJob]:
    """Those of the jobs that have ended.

    Asked with 1, 2, 4, 8 ... places, the last job in all that are left: a statement for every
    number of jobs would hardly ever be one that the database has planned already.
    """
    wanted = list(pks)
    places = 1 << (len(wanted) - 1).bit_length()
    named = {f"job_{place}": wanted[min(place, len(wanted) - 1)] for place in range(places)}
    return _ended_of(places).all(**named)


_NOW = Prepared(lambda: FusionJob.objects.filter(pk=Slot("pk")).only(*_TOLD))


@cache
def _ended_of(jobs: int) -> Prepared[FusionJob]:
    wanted: list[Any] = [Slot(f"job_{number}") for number in range(jobs)]
    ended = FusionJob.objects.filter(pk__in=wanted, state__in=FusionJob.ENDED)
    return Prepared(lambda: ended.only(*_TOLD))
