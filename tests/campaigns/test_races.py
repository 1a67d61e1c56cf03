"""Of those who do the same thing at once exactly one wins; real processes, real databases."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from campaigns.windows import store_at

ROOT = Path(__file__).parents[2]
START = "import django; django.setup(); from tests.campaigns.races import main; main()"
ROUNDS = 4  # 25 when measured by hand


def run(database_url: str, folder: Path, **environment: str) -> dict[str, Any]:
    """What `races` found on an empty database."""
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "fusionsite.settings",
            "DATABASE_URL": database_url,
            "FUSION_VAR_DIR": str(folder),
            "FUSION_DEMO": "1",
            "FUSION_LOG_LEVEL": "ERROR",
            "RACE_ROUNDS": str(ROUNDS),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture
def empty_database(server: Callable[[str], str]) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own."""
    parts = urlsplit(server("postgres"))
    name = f"races_{os.getpid()}"
    with psycopg.connect(urlunsplit(parts), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield urlunsplit(parts._replace(path=f"/{name}"))
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def check(found: dict[str, Any]) -> None:
    captures = found["two_captures"]
    assert captures["outcomes"] == {"won + won + won + won": ROUNDS}
    assert captures["capture_lines"] == ROUNDS
    assert captures["balance_fen"] == 10_000 - ROUNDS * 10
    assert captures["adds_up"]

    either = found["capture_against_release"]
    assert either["outcomes"] == {"won + wrong-state": ROUNDS}
    assert either["spent_is_captured"]
    assert either["adds_up"]

    five = " + ".join(["account-low-balance"] * 3 + ["won"] * 5)
    assert found["eight_holds_for_five_pictures"] == {"outcomes": {five: ROUNDS}, "adds_up": True}

    twice = found["the_same_job_twice"]
    assert twice["outcomes"] == {"won + wrong-state": ROUNDS}
    assert twice["balance_fen"] == 10_000 - ROUNDS * 10

    moves = found["publish_against_pause"]
    assert set(moves["outcomes"]) <= {"won + wrong-state"}
    assert moves["histories_that_disagree"] == 0

    decisions = found["two_decisions_on_one_raise"]
    assert decisions["outcomes"] == {"won + wrong-state": ROUNDS}
    assert decisions["decision_and_quota_agree"]

    keys = " + ".join(["too-many-credentials"] * 3 + ["won"])
    assert set(found["third_key_of_two"]["outcomes"]) == {keys}
    assert found["numbers_are_given_once"]["made"] == 20
    assert found["eight_processes_at_one_quota"]["through"] == 100
    taken = found["eight_processes_take_up_forty_jobs"]
    assert taken["outcomes"] == {" + ".join(["won"] * 8): 1}
    assert taken["taken_up"] == {"('running', 1)": 40}
    read = found["rows_read_after_three_hundred"]
    assert read["line"] <= 5 and read["claim"] <= 5, read
    assert found["blocks_read_for_a_count"]["blocks"] <= 20


def test_exactly_one_wins_on_sqlite(tmp_path: Path) -> None:
    check(run(f"sqlite:///{tmp_path / 'races.sqlite3'}", tmp_path, REDIS_URL=""))


@pytest.mark.postgres
def test_exactly_one_wins_on_postgresql(empty_database: str, tmp_path: Path) -> None:
    check(run(empty_database, tmp_path, REDIS_URL=""))


@pytest.mark.redis
def test_the_quota_is_exact_in_redis(tmp_path: Path, server: Callable[[str], str]) -> None:
    database = f"sqlite:///{tmp_path / 'races.sqlite3'}"
    redis = {"FUSION_QUOTA_URL": server("redis"), "RACE_ONLY": "quota"}
    store_at(server("redis")).reset()
    assert run(database, tmp_path, **redis)["eight_processes_at_one_quota"]["through"] == 100
