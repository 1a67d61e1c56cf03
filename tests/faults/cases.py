"""The faults, one function each: it breaks something while jobs are under way, and mends it."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.db.models import F

from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.submission import FusionRequest, submit
from fusionsite.jobs.tasks import execute_job
from tests.faults.ground import Ground, wait_until
from tests.live.callers import caller_of

Fault = Callable[[Ground], None]


class NotHere(Exception):
    """This set-up, or this machine, has nothing of the kind."""


def at_work() -> bool:
    """Whether a worker has a job in hand."""
    return FusionJob.objects.filter(state=FusionJob.State.RUNNING).exists()


def nothing(ground: Ground) -> None:
    """No fault: the count must be right then, too."""
    ground.offering().join()


def idle_processes_killed(ground: Ground) -> None:
    """Each of the worker's processes gets SIGKILL while it waits for work, then calls come."""
    for process in ground.site.processes("worker"):
        os.kill(process, signal.SIGKILL)
        time.sleep(0.5)  # the next one takes its place at the pipe
    ground.offering().join()


def pool_process_killed(ground: Ground) -> None:
    """One of the worker's processes gets SIGKILL while it fuses; the worker replaces it."""
    ground.engine("slow")
    offer = ground.offering()
    wait_until(at_work)
    os.kill(ground.site.processes("worker")[0], signal.SIGKILL)
    ground.engine("")
    offer.join()


def worker_killed(ground: Ground) -> None:
    """The whole worker gets SIGKILL while it fuses, and is started again."""
    ground.engine("slow")
    offer = ground.offering()
    wait_until(at_work)
    ground.site.kill("worker")
    ground.engine("")
    ground.site.start("worker")
    offer.join()


def web_killed(ground: Ground) -> None:
    """The web server gets SIGKILL while callers wait, and is started again."""
    ground.engine("slow")
    offer = ground.offering()
    wait_until(at_work)
    ground.site.kill("web")
    ground.engine("")
    ground.site.start("web")
    offer.join()


def broker_away(ground: Ground) -> None:
    """The broker vanishes with its messages, and comes back after five seconds."""
    offer = ground.offering()
    wait_until(at_work)
    if ground.broker is not None:
        ground.broker.cut()
        time.sleep(5)
        ground.broker.mend()
    elif ground.redis is not None:
        ground.redis.stop()
        time.sleep(5)
        ground.redis.start()
    else:
        _empty_folder(ground.site.folder / "queue" / "messages")
    offer.join()


def _empty_folder(folder: Path) -> None:
    for message in folder.iterdir():
        message.unlink(missing_ok=True)


def database_away(ground: Ground) -> None:
    """The database breaks every connection and takes none for three seconds."""
    if ground.database is None:
        raise NotHere("SQLite is no server")
    offer = ground.offering()
    wait_until(at_work)
    ground.database.cut()
    time.sleep(3)
    ground.database.mend()
    offer.join()


def results_not_writable(ground: Ground) -> None:
    """The folder of results is none any more: whatever is written there fails."""
    if ground.s3 is not None:
        raise NotHere("results are on S3")
    folder = ground.site.folder / "pictures" / "results"
    away = folder.with_name("results-away")
    folder.rename(away)
    folder.touch()
    ground.offering().join()
    folder.unlink()
    away.rename(folder)


def disk_full(ground: Ground) -> None:
    """The folder of results is on a disk of 64 kB, which one picture fills."""
    if ground.s3 is not None:
        raise NotHere("results are on S3")
    folder = ground.site.folder / "pictures" / "results"
    away = shutil.copytree(folder, folder.with_name("results-away"))
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        shutil.rmtree(away)
        raise NotHere("mounting a small disk needs root")
    try:
        ground.offering().join()
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        shutil.rmtree(away)


def s3_answers_500(ground: Ground) -> None:
    """S3 answers every call with 500."""
    if ground.s3 is None:
        raise NotHere("results are local files")
    _with_s3(ground, "500")


def s3_hangs(ground: Ground) -> None:
    """S3 takes every call and never answers."""
    if ground.s3 is None:
        raise NotHere("results are local files")
    _with_s3(ground, "hang")


def _with_s3(ground: Ground, fault: str) -> None:
    ground.engine("slow")
    offer = ground.offering()
    wait_until(at_work)
    assert ground.s3 is not None
    ground.s3.fault = fault
    time.sleep(8)
    ground.s3.fault = ""
    ground.engine("")
    offer.join()


def clock_ahead(ground: Ground) -> None:
    """The clock jumps an hour ahead while jobs wait: their times lie an hour back."""
    _shift(ground, -timedelta(hours=1))


def clock_back(ground: Ground) -> None:
    """The clock is set back by an hour while jobs wait, and their messages are lost."""
    _shift(ground, timedelta(hours=1))


def _shift(ground: Ground, by: timedelta) -> None:
    ground.engine("slow")
    offer = ground.offering()
    wait_until(at_work)
    ground.site.kill("worker")
    now_open = FusionJob.objects.exclude(state__in=FusionJob.ENDED)
    now_open.update(queued_at=F("queued_at") + by, started_at=F("started_at") + by)
    ground.engine("")
    ground.site.start("worker")
    offer.join()


def engine_raises(ground: Ground) -> None:
    """The engine throws what nobody knows."""
    ground.engine("raise")
    ground.offering().join()
    ground.engine("")


def engine_hangs(ground: Ground) -> None:
    """The engine never returns, but hears the soft limit."""
    ground.engine("hang")
    ground.offering(CALLS_THAT_HANG).join()
    ground.engine("")


def engine_deaf(ground: Ground) -> None:
    """The engine never returns and hears nothing: its process is killed at the hard limit."""
    ground.engine("deaf")
    offer = ground.offering(CALLS_THAT_HANG)
    wait_until(at_work)
    time.sleep(2)
    ground.engine("")
    offer.join()


CALLS_THAT_HANG = 6


def delivered_twice(ground: Ground) -> None:
    """Every message is sent five more times while the jobs are under way."""
    ground.engine("slow")
    offer = ground.offering()
    wait_until(at_work)
    for pk in FusionJob.objects.exclude(state__in=FusionJob.ENDED).values_list("pk", flat=True):
        for _ in range(5):
            execute_job.delay(pk)
    ground.engine("")
    offer.join()


def submitted_twice(ground: Ground) -> None:
    """Eight threads submit the same request under the same key at once, twelve times over."""
    before = FusionJob.objects.count()
    for number in range(12):
        request = caller_of(ground.ends, ground.photo, key=f"{before}-{number}")
        threads = [threading.Thread(target=_submit, args=(request,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(0.25)  # one campaign may be called 50 times a second
    made = FusionJob.objects.count() - before
    if made != 12:
        raise AssertionError(f"twelve keys made {made} jobs")


def _submit(request: FusionRequest) -> None:
    try:
        submit(request)
    finally:
        connection.close()


FAULTS: dict[str, Fault] = {
    "none": nothing,
    "idle pool processes killed": idle_processes_killed,
    "pool process killed while fusing": pool_process_killed,
    "worker killed while fusing": worker_killed,
    "web killed while callers wait": web_killed,
    "broker stopped and started, messages lost": broker_away,
    "database restarted": database_away,
    "results not writable": results_not_writable,
    "disk full": disk_full,
    "S3 answers 500": s3_answers_500,
    "S3 hangs": s3_hangs,
    "clock jumps ahead": clock_ahead,
    "clock set back": clock_back,
    "engine raises": engine_raises,
    "engine hangs": engine_hangs,
    "engine hangs, deaf to signals": engine_deaf,
    "every message six times": delivered_twice,
    "every request eight times": submitted_twice,
}
