"""The one command: it starts everything, makes a picture, and leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from fusionsite.serve import CannotStart, Place, require_free_disk, require_free_port

ROOT = Path(__file__).parent.parent
PATIENCE_S = 150  # how long a test waits before it fails; never a measure of speed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUSION_")}
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE"):
        kept.pop(name, None)
    return kept | {"FUSION_VAR_DIR": str(folder), "PORT": str(port), "FUSION_WORKER_PROCESSES": "1"}


class Site:
    """A running `python -m fusionsite.serve` and what it has printed."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.environment = environment(folder, self.port)
        self.log = folder / "serve.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "fusionsite.serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, words: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            printed = self.log.read_text()
            if words in printed:
                return printed
            assert self.process.poll() is None, printed
            time.sleep(0.1)
        raise AssertionError(f"never printed {words!r}:\n{self.log.read_text()}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def children(self) -> list[str]:
        """Command lines of every process that works in this site's folder."""
        return list(self._running().values())

    def processes(self, words: str) -> list[int]:
        """The numbers of those whose command line holds the words."""
        return [pid for pid, command in self._running().items() if words in command]

    def _running(self) -> dict[int, str]:
        marker = f"FUSION_VAR_DIR={self.environment['FUSION_VAR_DIR']}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and marker in (entry / "environ").read_bytes():
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(entry.name)] = command.decode()
            except OSError:
                continue
        return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("var"))
    try:
        running.wait_for("First picture")
        yield running
    finally:
        running.stop()


def test_block_names_the_pages_the_people_and_a_picture_that_opens(site: Site) -> None:
    printed = site.wait_for("First picture")
    for line in ("Visitor page", "Console", "operator", "reviewer", "finance"):
        assert line in printed
    for address in re.findall(r"http://\S+", printed):
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
            kind = answer.headers["Content-Type"]
    assert kind == "image/jpeg"
    assert "Traceback" not in printed


def test_health_is_good_once_web_and_worker_can_make_a_picture(site: Site) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/healthz") as answer:
        assert json.load(answer)["status"] == "ok"


def test_demo_tells_scripts_everything_from_another_shell(site: Site) -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "demo", "--json"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        check=True,
    )
    facts = json.loads(told.stdout)
    assert facts["base_url"] == f"http://127.0.0.1:{site.port}"
    assert facts["first_picture_url"] in site.log.read_text()
    for name in ("operator", "reviewer", "finance"):
        assert set(facts[name]) == {"username", "password"}
        assert facts[name]["password"] in site.log.read_text()
    for name in ("campaign", "unpublished_campaign"):
        assert set(facts[name]) == {"project_id", "slug", "model_id", "template_image"}
        assert Path(facts[name]["template_image"]).exists()
    assert Path(facts["pictures"]["face"]).exists()
    assert Path(facts["pictures"]["noface"]).exists()
    assert facts["pending_model_id"].startswith(f"qc_{facts['campaign']['project_id']}_")


def test_second_site_says_that_the_port_is_taken(site: Site) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "fusionsite.serve"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"Port {site.port} is taken" in second.stderr and "PORT=" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_leaves_nothing_behind_and_a_second_start_keeps_the_data(
    tmp_path: Path, number: int
) -> None:
    first = Site(tmp_path)
    passwords = re.findall(r"operator  (\S+)", first.wait_for("First picture"))
    assert first.stop(number) == 0
    assert first.children() == []
    if number == signal.SIGINT:
        return
    second = Site(tmp_path)
    assert re.findall(r"operator  (\S+)", second.wait_for("First picture")) == passwords
    assert second.stop() == 0
    assert second.children() == []


def test_when_the_clock_ends_by_itself_all_end_and_say_so(tmp_path: Path) -> None:
    """The parts are watched alike; this one would be missed last."""
    site = Site(tmp_path)
    site.wait_for("First picture")
    (clock,) = site.processes(" beat ")
    os.kill(clock, signal.SIGKILL)
    assert site.process.wait(PATIENCE_S) == 1
    assert "The clock ended by itself" in site.log.read_text()
    assert site.children() == []


def test_taken_port_and_full_disk_are_plain_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotStart, match="is taken by another program"):
            require_free_port(Place("127.0.0.1", taken.getsockname()[1]))
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 5 * 2**20}))
    with pytest.raises(CannotStart, match="Only 5 MB of disk space"):
        require_free_disk(tmp_path)
