"""A site of its own: database, folder and processes, on whichever servers it is given."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 60.0
# Settings of the shell that must not leak into a site that is measured or broken.
_OURS = ("FUSION_", "CELERY_")
_SERVERS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path, port: int, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process of a site in `folder`; `given` goes before all."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) and name not in _SERVERS
    }
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "fusionsite.settings",
        "FUSION_DEMO": "true",
        "FUSION_VAR_DIR": str(folder),
        "FUSION_BASE_URL": f"http://127.0.0.1:{port}",
        "FUSION_ADDRESS_RATE_PER_MIN": "1000000",
        "FUSION_LOG_FORMAT": "console",
        "FUSION_LOG_LEVEL": "WARNING",
        **given,
    }


@dataclass
class Site:
    """Web server, worker and clock of one site; each can be killed and started again."""

    given: Mapping[str, str]
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="fusion-site-")))
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see."""
        return environment(self.folder, self.port, self.given)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Makes tables and static files; the demo's rows are made by `callers.seed`."""
        for arguments in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"]):
            command = [sys.executable, "manage.py", *arguments]
            subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def start(self, *names: str) -> None:
        """Starts web, worker and clock, or those named."""
        for name in names or COMMANDS:
            command = COMMANDS[name](self)
            log = (self.folder / f"{name}.log").open("ab")
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_well(self) -> None:
        """Returns when /healthz answers 200; raises TimeoutError with the logs' last lines."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError(f"the site did not become well:\n{self.last_lines()}")

    def last_lines(self) -> str:
        """The end of every log."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}"
            for log in sorted(self.folder.glob("*.log"))
        )

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Kills one part with all its processes, as the kernel would."""
        process = self.running.pop(name)
        os.killpg(process.pid, number)
        process.wait()

    def stop(self) -> None:
        """Web first, then the worker, then the clock; whatever stays is killed."""
        for name in COMMANDS:
            process = self.running.pop(name, None)
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def processes(self, name: str) -> list[int]:
        """The process ids under one part: the worker's pool, the web server's workers.

        Whichever thread has made them: a pool's replacements are made by one of its own.
        """
        threads = Path(f"/proc/{self.running[name].pid}/task").iterdir()
        return [int(pid) for one in threads for pid in (one / "children").read_text().split()]


def _web(site: Site) -> Sequence[str]:
    return [
        *("gunicorn", "fusionsite.wsgi", "--bind", f"127.0.0.1:{site.port}", "--workers", "1"),
        *("--worker-class", "gthread", "--threads", "16", "--timeout", "60"),
        *("--graceful-timeout", "20", "--log-level", "warning"),
    ]


def _worker(site: Site) -> Sequence[str]:
    return [
        *("celery", "--quiet", "-A", "fusionsite", "worker"),
        *("--concurrency", site.given.get("FUSION_WORKER_PROCESSES", "2")),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def _clock(site: Site) -> Sequence[str]:
    return ["celery", "--quiet", "-A", "fusionsite", "beat", "--loglevel", "WARNING"]


COMMANDS = {"web": _web, "worker": _worker, "clock": _clock}
