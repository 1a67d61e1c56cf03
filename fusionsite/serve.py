"""Runs the whole site on one machine: prepares it, then web server, worker and clock together.

`python -m fusionsite.serve` is what `make run` calls. Web stops first and drains, the worker last,
so that nobody waits for a picture that no one is making. When one of the three ends by itself, all
end: a site without its clock would erase nothing any more.
"""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.error import URLError

from fusionsite.env import BASE_DIR, GIVEN, env, run_file, var_dir

PYTHON = sys.executable
MIN_FREE_MB = 200
READY_WITHIN_S = 60.0
STOP_WITHIN_S = 35.0  # longer than a job's hard time limit


class CannotStart(Exception):
    """A plain sentence: what is missing and what to do about it."""


class Stopping(Exception):
    """Somebody asked us to stop."""


@dataclass(frozen=True)
class Place:
    """Where the site listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}"  # noqa: S104


def main() -> int:
    """Runs until stopped; 0 after a clean stop, 1 with a sentence when it cannot start."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    children: list[Child] = []
    try:
        place = Place(env.str("FUSION_HOST", default="127.0.0.1"), env.int("PORT", default=8000))
        prepare(place)
        children.append(Child("worker", worker_command()))
        children.append(Child("clock", CLOCK_COMMAND))
        children.append(Child("web server", web_command(place)))
        wait_until_ready(place, children)
        manage("demo", "--picture")
        ended = wait_for_end(children)
        raise CannotStart(f"The {ended.name} ended by itself; see the lines above.")
    except Stopping:
        return 0
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopping


# --- before the first process ----------------------------------------------------------------


def prepare(place: Place) -> None:
    """Checks what can be checked in advance, then brings database and static files up to date."""
    require_free_port(place)
    require_free_disk(var_dir())
    share_settings(place)
    print("Preparing the database and the static files ...", flush=True)
    require_sound_settings()
    manage("migrate", "--verbosity", "0")
    manage("reanalyse")
    manage("collectstatic", "--noinput", "--verbosity", "0")


def share_settings(place: Place) -> None:
    """Gives our children, and commands in other shells, what one machine's trial needs.

    What the environment or .env says wins.
    """
    chosen = {
        "FUSION_DEMO": "true",
        "FUSION_BASE_URL": place.url,
        "FUSION_LOG_FORMAT": "console",
        "FUSION_LOG_LEVEL": "WARNING",
    }
    run_file().write_text("".join(f"{name}={value}\n" for name, value in chosen.items()))
    for name, value in chosen.items():
        if name not in GIVEN:
            os.environ[name] = value


def require_free_port(place: Place) -> None:
    """Raises CannotStart when the port is taken or not ours to take."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            why = {
                errno.EADDRINUSE: "is taken by another program",
                errno.EACCES: "may not be used by this user",
            }.get(error.errno or 0, f"cannot be used ({error.strerror})")
            raise CannotStart(
                f"Port {place.port} {why}. Choose another one: make run PORT=8123."
            ) from error


def require_free_disk(folder: Path) -> None:
    """Raises CannotStart when pictures would soon find no room."""
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < MIN_FREE_MB:
        raise CannotStart(
            f"Only {free_mb} MB of disk space are free in {folder}; at least {MIN_FREE_MB} MB "
            "are needed."
        )


def require_sound_settings() -> None:
    """Raises CannotStart with the system checks' own words when one of them fails."""
    command = [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "ERROR"]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CannotStart(done.stderr.strip())


def manage(*arguments: str) -> None:
    """Runs a management command; its own words are already on the terminal when it fails."""
    done = subprocess.run([PYTHON, "manage.py", *arguments], cwd=BASE_DIR, check=False)  # noqa: S603
    if done.returncode:
        raise CannotStart(f"'manage.py {arguments[0]}' failed; see the lines above.")


# --- the three processes ---------------------------------------------------------------------


def worker_command() -> list[str]:
    """A pool of processes, each with its engine."""
    processes = env.str("FUSION_WORKER_PROCESSES", default="2")
    return [
        # In a container one is root, and Celery's page of warning would bury our few lines.
        *(PYTHON, "-W", "ignore:You're running the worker with superuser privileges"),
        *("-m", "celery", "--quiet", "-A", "fusionsite", "worker"),
        *("--concurrency", processes, "--loglevel", "WARNING", "--without-gossip"),
        *("--without-mingle", "--without-heartbeat"),
    ]


CLOCK_COMMAND = [
    *(PYTHON, "-m", "celery", "--quiet", "-A", "fusionsite", "beat", "--loglevel", "WARNING")
]


def web_command(place: Place) -> list[str]:
    """One process with threads: waiting for a picture costs a thread, not a core."""
    threads = env.str("FUSION_WEB_THREADS", default="16")
    return [
        *(PYTHON, "-m", "gunicorn", "fusionsite.wsgi", "--bind", f"{place.host}:{place.port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", threads),
        *("--timeout", "60", "--graceful-timeout", "20", "--log-level", "warning"),
        # A partner's GET may have 32 KB; longer ones get their protocol's answer, not a page.
        *("--limit-request-line", "0"),
    ]


class Child:
    """A process in its own group: Ctrl-C reaches us alone, and we decide the order of ending."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.process = subprocess.Popen(command, cwd=BASE_DIR, start_new_session=True)  # noqa: S603

    @property
    def running(self) -> bool:
        """Whether it is still there."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Asks it to end, waits, and ends its whole group if it does not."""
        if self.running:
            self.process.terminate()
            try:
                self.process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                print(f"The {self.name} does not end; ending it.", file=sys.stderr)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()


def wait_until_ready(place: Place, children: Sequence[Child]) -> None:
    """Returns when /healthz says that web and worker can make a picture together."""
    deadline = time.monotonic() + READY_WITHIN_S
    print("Starting the web server and the worker ...", flush=True)
    while time.monotonic() < deadline:
        for child in children:
            if not child.running:
                raise CannotStart(f"The {child.name} did not start; see the lines above.")
        if is_healthy(place):
            return
        time.sleep(0.2)
    raise CannotStart(f"The site was not ready within {READY_WITHIN_S:.0f} s.")


def is_healthy(place: Place) -> bool:
    """Whether /healthz answers 200."""
    try:
        with urllib.request.urlopen(f"{place.url}/healthz", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def wait_for_end(children: Sequence[Child]) -> Child:
    """The first child that ends."""
    while True:
        for child in children:
            if not child.running:
                return child
        time.sleep(0.5)


if __name__ == "__main__":
    raise SystemExit(main())
