"""`python -m tests.bench [--quick] [embedded|production ...]`: end to end through HTTP.

Every set-up is measured in a process of its own: Django is set up once per process.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from tests.live.servers import POSTGRES_URL, OwnRedis, answers, machine, own_database
from tests.live.site import ROOT, Site

SETUPS = ("production", "embedded")


def main() -> int:
    """Prints one Markdown table; skips, visibly, what needs a server that is not here."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("setups", nargs="*", default=SETUPS)
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        _measure(given.setups[0], quick=given.quick)
        return 0
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {machine()}\n")
    print("| set-up | what | figure | load |\n|---|---|---|---|", flush=True)
    for setup in given.setups:
        options = ["--quick"] if given.quick else []
        command = [sys.executable, "-m", "tests.bench", "--here", *options, setup]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


def _measure(setup: str, *, quick: bool) -> None:
    if setup == "embedded":
        _run(Site({}), setup, quick=quick)
        return
    if not answers(POSTGRES_URL) or not shutil.which("redis-server"):
        print("| production | skipped: needs PostgreSQL and redis-server | | |")
        return
    redis = OwnRedis()
    redis.start()
    try:
        with own_database() as database, _photos() as photos:
            given = {
                "DATABASE_URL": database,
                "REDIS_URL": redis.url,
                "FUSION_PHOTOS_DIR": photos,
                "FUSION_WORKER_PROCESSES": "3",  # one more than cores: one waits for the database
            }
            _run(Site(given), setup, quick=quick)
    finally:
        redis.stop()


def _photos() -> tempfile.TemporaryDirectory[str]:
    """A folder for the borrowed photos: in memory, as docs/operate.md advises, if there is one."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)


def _run(site: Site, setup: str, *, quick: bool) -> None:
    site.prepare()
    seen = site.environment
    os.environ.clear()
    os.environ.update(seen)
    django.setup()
    from tests.bench import measuring  # models can be imported only after the settings are known

    try:
        measuring.measure(site, setup, quick=quick)
    finally:
        shutil.rmtree(site.folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
