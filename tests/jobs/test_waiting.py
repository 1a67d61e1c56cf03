"""Waiting: one looks for all, nobody sleeps past the end of their job."""

import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import OperationalError

from campaigns.admission import Caller
from fusionsite.jobs import execution, waiting
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import TookTooLong
from fusionsite.jobs.submission import FusionRequest, submit
from tests.factories import a_campaign, an_approved_material
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db
FACE = file_of(a_face_picture(480, 480, seed=2))


@pytest.fixture
def job() -> FusionJob:
    campaign = a_campaign()
    model_id = an_approved_material(campaign).model_id
    caller = Caller(door="demo", address="203.0.113.7")
    return submit(FusionRequest(caller, campaign, (Photo(encoded=FACE),), model_id=model_id))


def test_job_that_has_ended_is_seen_at_the_first_look(job: FusionJob) -> None:
    execution.execute(job.pk)
    assert waiting.wait_for(job, 0.5)
    assert job.state == FusionJob.State.SUCCEEDED and job.result is not None


def test_time_that_is_over_ends_the_wait(job: FusionJob) -> None:
    FusionJob.objects.filter(pk=job.pk).update(state=FusionJob.State.RUNNING)
    assert not waiting.wait_for(job, 0.05)
    assert job.state == FusionJob.State.RUNNING
    assert not waiting._waiters and not waiting._looking


def test_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    answers = iter([OperationalError("the server closed the connection"), [an_ended_job(7)]])

    def look(pks: Iterable[int]) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(waiting, "_ended", look)
    thread = watched.start(7)
    thread.join(5)
    assert not thread.is_alive() and next(answers, None) is None


def an_ended_job(pk: int) -> FusionJob:
    return FusionJob(pk=pk, state=FusionJob.State.SUCCEEDED)


class Watched:
    """Threads that wait without a database: a look asks `ended` instead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ended: set[int] = set()
        self.looks: list[tuple[int, list[int]]] = []
        monkeypatch.setattr(waiting, "_ended", self._look)

    def _look(self, pks: Iterable[int]) -> list[FusionJob]:
        self.looks.append((threading.get_ident(), list(pks)))
        return [an_ended_job(pk) for pk in self.ended & set(pks)]

    def start(self, pk: int) -> threading.Thread:
        thread = threading.Thread(target=waiting.wait_for, args=(FusionJob(pk=pk), 20))
        thread.start()
        return thread

    def until_looked_for(self, count: int) -> None:
        deadline = time.monotonic() + 10
        while not any(len(pks) == count for _, pks in self.looks[-1:]):
            assert time.monotonic() < deadline
            threading.Event().wait(0.005)


def test_one_of_many_looks_for_all_and_hands_over_when_it_leaves(monkeypatch: Any) -> None:
    watched = Watched(monkeypatch)
    threads = {pk: watched.start(pk) for pk in range(1, 6)}
    watched.until_looked_for(5)
    assert len({ident for ident, pks in watched.looks if len(pks) == 5}) == 1
    for pk, thread in threads.items():  # the one that looks is among the first to go
        watched.ended.add(pk)
        thread.join(5)
        assert not thread.is_alive()
    assert not waiting._waiters and not waiting._looking


def test_caller_that_gave_up_too_late_sees_the_picture(
    job: FusionJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job succeeds between the last look and the cancelling."""
    stale = FusionJob.objects.get(pk=job.pk)
    execution.execute(job.pk)
    assert not execution.cancel(stale, TookTooLong())
    assert stale.state == FusionJob.State.SUCCEEDED and stale.result is not None
