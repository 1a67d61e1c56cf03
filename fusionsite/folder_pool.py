"""Celery's pool of processes for the folder as a queue, made to outlive any of its processes.

A transport without an event loop, as the folder is, gets a pool with one pipe for all processes.
Whoever waits at it for work holds billiard's lock, a semaphore. A process that is killed there (by
the kernel, when memory is short) takes the lock along, and no process is ever given work again.
A lock on a file is given back by the kernel, whatever its holder dies of.
"""

import fcntl
import tempfile
import weakref
from types import TracebackType
from typing import Any

import billiard.pool
from billiard import get_start_method
from celery.concurrency import prefork


class FileLock:
    """Holds off other processes, not other threads; free again when its holder ends (POSIX fcntl).

    To be made before the processes that share it are forked.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the lock
        weakref.finalize(self, self._file.close)

    def acquire(self) -> None:
        """Returns when this process holds the lock."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        """Gives it back."""
        fcntl.lockf(self._file, fcntl.LOCK_UN)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


class Pool(billiard.pool.Pool):
    """billiard's, with locks that survive. Where processes are not forked (macOS), as it comes."""

    _inqueue: Any
    _outqueue: Any

    def _setup_queues(self) -> None:
        super()._setup_queues()  # type: ignore[misc]  # the stubs do not tell of it
        if get_start_method() == "fork":
            for queue in (self._inqueue, self._outqueue):
                queue._rlock, queue._wlock = FileLock(), FileLock()


class TaskPool(prefork.TaskPool):
    """What Celery is told to use."""

    BlockingPool = Pool
