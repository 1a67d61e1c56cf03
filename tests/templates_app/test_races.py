"""Whoever comes second loses safely: raced over real connections, on both databases."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).parents[2]
Happened: TypeAlias = dict[str, list[tuple[list[str], bool]]]
WINNERS = {"eight_uploads": 8}


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Happened:
    place = tmp_path_factory.mktemp("race")
    return run_races(f"sqlite:///{place / 'race.sqlite3'}", place)


@pytest.fixture
def empty_database(server: Callable[[str], str]) -> Iterator[str]:
    """The address of a PostgreSQL database of our own, gone afterwards."""
    url, name = server("postgres"), f"fusion_race_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{url.rpartition('/')[0]}/{name}"
        link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run_races(database_url: str, place: Path) -> Happened:
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "FUSION_VAR_DIR": str(place),
        "PYTHONPATH": str(ROOT),
    }
    finished = subprocess.run(
        [sys.executable, "-m", "tests.templates_app.racing"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    happened: Happened = json.loads(finished.stdout)
    return happened


def check(happened: Happened) -> None:
    assert len(happened) == 8
    for scenario, rounds in happened.items():
        for got, rows_are_right in rounds:
            assert got.count("won") == WINNERS.get(scenario, 1), (scenario, got)
            assert not [outcome for outcome in got if outcome.startswith("UNEXPECTED")], got
            assert rows_are_right, (scenario, got)


def test_exactly_one_wins_on_sqlite(on_sqlite: Happened) -> None:
    check(on_sqlite)


def test_a_loser_is_told_of_the_other_decision(on_sqlite: Happened) -> None:
    decided = [set(got) for got, _ in on_sqlite["approve_against_reject"]]
    assert decided == [{"won", "AlreadyDecided"}] * len(decided)


@pytest.mark.postgres
def test_exactly_one_wins_on_postgresql(empty_database: str, tmp_path: Path) -> None:
    check(run_races(empty_database, tmp_path))
