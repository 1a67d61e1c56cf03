"""Transcripts: per documented code the request and the answer, recorded and compared."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from campaigns import quota
from campaigns.models import Hold
from fusionsite.jobs import photos
from fusionsite.jobs.models import FusionJob
from tests.dialects.wire import Answer, send
from tests.dialects.world import NOW, World

RECORDING = os.environ.get("RECORD_TRANSCRIPTS") == "1"
_MARK = b"\r\n\r\n======== answer ========\r\n"
_LONG = re.compile(rb"[A-Za-z0-9+/=]{5000,}")
_VOLATILE: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb'("RequestId": ?")[0-9a-f-]{36}'), rb"\1(a fresh uuid)"),
    (re.compile(rb'("task_id": ?")[0-9a-f-]{36}'), rb"\1(a fresh uuid)"),
    (re.compile(rb"(:8000/r/)[A-Za-z0-9_.~-]{20,}"), rb"\1(the link's own token)"),
    (re.compile(rb'("used_time": ?)[0-9]+'), rb"\g<1>(milliseconds)"),
    (
        re.compile(rb'("(?:Image|FusedImage|image|img_url|img_base64)": ?")[A-Za-z0-9+/=]{400,}'),
        rb"\1(the picture in base64)",
    ),
    (re.compile(rb'("(?:Create|Update)Time": ?")[^"]+'), rb"\1(a time)"),
)


@dataclass(frozen=True)
class Case:
    """One documented outcome: what must be so, what is sent, and the word it is answered with.

    repeat: how often the request is sent; the last answer counts.
    """

    name: str
    ask: Callable[[World], bytes]
    arrange: Callable[[World, pytest.MonkeyPatch], None] = lambda _world, _patch: None
    settings: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 1
    address: str = "203.0.113.9"


@contextmanager
def at_the_time(before_s: float = 0, *, tick: bool = True) -> Iterator[None]:
    """The moment that all signatures of the transcripts are made for, or some time before."""
    with time_machine.travel(NOW - before_s, tick=tick):
        yield


def play(world: World, case: Case) -> tuple[bytes, Answer]:
    """The request and its answer; whatever it changed is undone."""
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(**case.settings),
        at_the_time(tick=case.repeat == 1),  # a second call is meant to come in the same second
        transaction.atomic(),
    ):
        forget_counts()
        case.arrange(world, patch)
        raw = case.ask(world)
        for _ in range(case.repeat):
            answer = send(raw, address=case.address)
        assert_settled(world)
        transaction.set_rollback(True)
    return raw, answer


def assert_settled(world: World) -> None:
    """Nothing is held, nothing borrowed is left, every capture stands against a picture."""
    holds = Hold.objects.filter(account=world.account)
    assert not holds.filter(state=Hold.State.HELD).exists()
    made = FusionJob.objects.filter(state=FusionJob.State.SUCCEEDED).count()
    assert holds.filter(state=Hold.State.CAPTURED).count() == made
    assert not list(photos.held())


def forget_counts() -> None:
    """Empties every rate's window."""
    quota._store().reset()


def transcript(raw: bytes, answer: Answer) -> bytes:
    """Both as one file, with what changes from call to call named instead of shown."""
    asked = _LONG.sub(_shortened, raw)
    said = answer.raw()
    for pattern, word in _VOLATILE:
        said = pattern.sub(word, said)
    return asked + _MARK + said + b"\r\n"


def _shortened(found: re.Match[bytes]) -> bytes:
    text = found[0]
    return text[:40] + b"(... %d characters in all ...)" % len(text) + text[-8:]


def compare(folder: Path, case: Case, world: World) -> Answer:
    """Plays the case and holds it to its file; writes the file when recording."""
    raw, answer = play(world, case)
    found = transcript(raw, answer)
    file = folder / f"{case.name}.http"
    if RECORDING:
        folder.mkdir(exist_ok=True)
        file.write_bytes(found)
    assert file.read_bytes() == found, f"{file.name} differs"
    return answer
