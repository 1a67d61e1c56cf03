"""Waits for jobs to end: one thread of the process looks for all that wait, the others sleep.

A look is one query however many wait, so a full house costs no more than a single guest. It needs
no server but the database and no thread of its own; docs/operate.md has the figures.
"""

import threading
import time
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection

from campaigns.prepared import Prepared, Slot
from fusionsite.jobs.models import FusionJob

# A look is one statement: the more there are who wait, the longer they wait anyway.
LOOK_EVERY_S = 0.02  # for each who waits ...
LOOK_AT_LEAST_EVERY_S = 0.1  # ... up to this
# What a job's end changes, and what whoever waited for it may tell.
_TOLD = [
    *("state", "stage", "attempts", "finished_at"),
    *("charged", "reason", "moderation", "result_id"),
]
_NOW = Prepared(lambda: FusionJob.objects.filter(pk=Slot("pk")).only(*_TOLD))


@dataclass(eq=False)
class _Waiter:
    """A thread that waits for one job; `woken` when the job has ended or it shall look itself."""

    pk: int
    ended: bool = False
    woken: threading.Event = field(default_factory=threading.Event)


_lock = threading.Lock()
_waiters: list[_Waiter] = []
_looking: list[_Waiter] = []  # at most one


def wait_for(job: FusionJob, seconds: float) -> bool:
    """Returns when the job has ended or the time is over; says whether it has ended."""
    me = _Waiter(job.pk)
    deadline = time.monotonic() + seconds
    with _lock:
        _waiters.append(me)
        _elect()
    try:
        while not me.ended and (left_s := deadline - time.monotonic()) > 0:
            if me in _looking:
                _look_for_all()
                left_s = min(LOOK_EVERY_S * len(_waiters), LOOK_AT_LEAST_EVERY_S, left_s)
            if not me.ended:
                me.woken.wait(left_s)
            me.woken.clear()
    finally:
        with _lock:
            _waiters.remove(me)
            if me in _looking:
                _looking.remove(me)
            _elect()
    now = _NOW.first(pk=job.pk)
    if now is not None:
        for name in _TOLD:
            setattr(job, name, getattr(now, name))
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
        ended = _ended([waiter.pk for waiter in waiting])
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return
    for waiter in waiting:
        if waiter.pk in ended:
            waiter.ended = True
            waiter.woken.set()


def _ended(pks: list[int]) -> set[int]:
    """Those jobs that have ended. Plain SQL: the query is asked 50 times a second."""
    ended = ", ".join(f"'{state.value}'" for state in FusionJob.ENDED)
    marks = ", ".join(["%s"] * len(pks))
    table = FusionJob._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE id IN ({marks}) AND state IN ({ended})", pks)  # noqa: S608 - our own names
        return {pk for (pk,) in cursor.fetchall()}
