"""The pool of the folder as a queue: the death of one process stops no other."""

import subprocess
import sys
from multiprocessing import get_context
from typing import Any

import pytest

from fusionsite.folder_pool import FileLock

ALL_ARE_KILLED = """
import os, signal, time
from billiard.pool import Pool as Billiards
from fusionsite.folder_pool import Pool

def answer(pool):
    both = [pool.apply_async(time.sleep, (0.5,)) for _ in range(2)]
    [one.get(timeout=30) for one in both]
    time.sleep(0.5)  # now one waits at the pipe, the other behind it
    for process in list(pool._pool):
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        pool.maintain_pool()
    return pool.apply_async(pow, (2, 5)).get(timeout={patience})

try:
    print(answer({pool}(2)), flush=True)
except Exception as error:
    print(type(error).__name__, flush=True)
os.killpg(0, signal.SIGKILL)  # processes that wait for ever, too
"""


def after_all_are_killed(pool: str, *, patience: int) -> str:
    code = ALL_ARE_KILLED.format(pool=pool, patience=patience)
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, start_new_session=True
    )
    return done.stdout.strip() or done.stderr


def test_work_goes_on_when_every_process_was_killed_while_it_waited() -> None:
    assert after_all_are_killed("Pool", patience=60) == "32"


def test_billiards_own_pool_would_stop() -> None:
    """When this fails, billiard has learnt it, and `fusionsite.folder_pool` can go."""
    assert after_all_are_killed("Billiards", patience=3) == "TimeoutError"


def hold(lock: FileLock, said: Any) -> None:
    with lock:
        said.send("held")
        said.poll(None)


def take(lock: FileLock, said: Any) -> None:
    with lock:
        said.send("taken")


def test_lock_keeps_others_out_until_its_holder_is_gone() -> None:
    lock, forked = FileLock(), get_context("fork")
    ours, theirs = forked.Pipe()
    holder = forked.Process(target=hold, args=(lock, theirs))
    holder.start()
    assert ours.recv() == "held"
    other = forked.Process(target=take, args=(lock, theirs))
    other.start()
    assert not ours.poll(0.3)
    holder.kill()
    holder.join()
    if not ours.poll(20):
        pytest.fail("the lock went with its holder")
    assert ours.recv() == "taken"
    other.join()
