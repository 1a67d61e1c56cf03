"""When to come back: one header for every protocol, also while the database is away."""

from collections.abc import Callable

import pytest
from django.db import InterfaceError, OperationalError

from campaigns import purse
from fusionsite.jobs import submission
from fusionsite.jobs.refusals import Busy
from tests.dialects.aigs import asking as aigs
from tests.dialects.arranging import raising
from tests.dialects.jd import asking as jd
from tests.dialects.tencent_fuseapi import asking as fuseapi
from tests.dialects.tencent_v3 import asking as v3
from tests.dialects.transcripts import Case, play
from tests.dialects.world import World

# How each protocol says that it is busy.
BUSY: dict[Callable[[], bytes], bytes] = {
    lambda: v3.ask("FaceFusion", v3.face_fusion()): b'"ServiceUnavailable"',
    lambda: fuseapi.ask(): b'"-20004"',
    lambda: jd.ask(): b"10020",
    lambda: aigs.ask(): b'"false"',
}
doors = pytest.mark.parametrize(
    ("ask", "busy"), BUSY.items(), ids=["tencent_v3", "tencent_fuseapi", "jd", "aigs"]
)


@doors
def test_a_busy_site_says_when_to_come_back(
    world: World, ask: Callable[[], bytes], busy: bytes
) -> None:
    case = Case(
        "busy",
        lambda _world: ask(),
        lambda _world, patch: patch.setattr(submission, "admit", raising(Busy(retry_after_s=6.2))),
    )
    _raw, answer = play(world, case)
    assert answer.headers["Retry-After"] == "7"
    assert busy in answer.body


@doors
@pytest.mark.parametrize("away", [OperationalError("shut down"), InterfaceError("closed")], ids=str)
def test_a_database_that_restarts_is_a_busy_site(
    world: World, ask: Callable[[], bytes], busy: bytes, away: Exception
) -> None:
    case = Case(
        "away",
        lambda _world: ask(),
        lambda _world, patch: patch.setattr(purse, "read", raising(away)),
    )
    _raw, answer = play(world, case)
    assert answer.headers["Retry-After"] == "3"
    assert busy in answer.body


def test_what_does_not_pass_by_itself_names_no_time(world: World) -> None:
    _raw, answer = play(world, Case("", lambda _world: v3.ask("FaceFusion", {})))
    assert "Retry-After" not in answer.headers
