"""`python -m tests.faults [set-up ...] [--only words]`: prints the fault table.

Set-ups: embedded, redis (PostgreSQL, Redis), rabbitmq (PostgreSQL, RabbitMQ), s3 (the second with
an S3 server). Ends with 1 when a count is not right. Each set-up runs in a process of its own.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import django

from tests.live.s3 import S3Wire, own_s3
from tests.live.servers import (
    POSTGRES_URL,
    RABBITMQ_URL,
    OwnRedis,
    Wire,
    answers,
    machine,
    own_database,
)
from tests.live.site import ROOT, Site

Parts = dict[str, Any]
SETUPS = ("embedded", "redis", "rabbitmq", "s3")
LIMITS = {
    "FUSION_ENGINE": "tests.faults.engine:FaultyEngine",
    "FUSION_JOB_SOFT_LIMIT_S": "3",
    "FUSION_JOB_HARD_LIMIT_S": "5",
    "FUSION_QUEUE_PATIENCE_S": "4",
}
HEAD = "| set-up | fault | offered | done | refused | charged | photos left | ledger | reasons |"


def main() -> int:
    """1 when something was lost, left, or charged wrongly."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("setups", nargs="*", default=SETUPS)
    parser.add_argument("--only", default="", help="faults whose name holds these words")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        return _break(given.setups[0], given.only)
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {machine()}\n\n{HEAD}\n|{'---|' * 9}", flush=True)
    ends = []
    for setup in given.setups:
        command = [sys.executable, "-m", "tests.faults", "--here", setup, "--only", given.only]
        ends.append(subprocess.run(command, cwd=ROOT, check=False).returncode)
    return max(ends)


@contextmanager
def _parts(setup: str) -> Iterator[tuple[dict[str, str], dict[str, str], Parts]]:
    """Settings of the site, of this process (which goes around the wires), and what can break."""
    with ExitStack() as stack:
        site: dict[str, str] = {}
        here: dict[str, str] = {}
        parts: Parts = {}
        if setup != "embedded":
            database = stack.enter_context(own_database())
            parts["database"] = wire = Wire(database)
            redis = OwnRedis()
            redis.start()
            stack.callback(redis.stop)
            site |= {"DATABASE_URL": wire.url, "REDIS_URL": redis.url}
            here |= {"DATABASE_URL": database}
            parts["redis"] = redis
        if setup == "rabbitmq":
            parts["broker"] = broker = Wire(RABBITMQ_URL)
            queue = {"FUSION_QUEUE_NAME": f"faults-{secrets.token_hex(4)}"}
            site |= {"CELERY_BROKER_URL": broker.url, **queue}
            here |= {"CELERY_BROKER_URL": RABBITMQ_URL}
        if setup == "s3":
            address, bucket = stack.enter_context(own_s3())
            parts["s3"] = s3 = S3Wire(address)
            site |= {
                "FUSION_S3_BUCKET": bucket,
                "FUSION_S3_ENDPOINT_URL": s3.url,
                "FUSION_S3_ACCESS_KEY": "test",
                "FUSION_S3_SECRET_KEY": "test",
                "FUSION_S3_TIMEOUT_S": "0.6",
            }
            here |= {"FUSION_S3_ENDPOINT_URL": address}
        yield site, here, parts


def _break(setup: str, only: str) -> int:
    if setup != "embedded" and not (answers(POSTGRES_URL) and shutil.which("redis-server")):
        print(f"| {setup} | skipped: needs PostgreSQL and redis-server |" + " |" * 7)
        return 0
    if setup == "rabbitmq" and not answers(RABBITMQ_URL):
        print(f"| {setup} | skipped: needs RabbitMQ |" + " |" * 7)
        return 0
    with _parts(setup) as (given, here, parts):
        site = Site({**LIMITS, **given})
        site.prepare()
        os.environ.update({**site.environment, **here})
        django.setup()
        from tests.faults import table  # it knows models, which want settings first

        try:
            return table.fill(site, setup, parts, only=only)
        finally:
            shutil.rmtree(site.folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
