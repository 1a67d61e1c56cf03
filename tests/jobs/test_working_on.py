"""Whether every job that waits is taken up, with as few messages as that takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.utils import timezone

from fusionsite.jobs import execution, photos, tasks, telling
from fusionsite.jobs.models import FusionJob, Heartbeat
from fusionsite.jobs.submission import FusionRequest, submit
from tests.jobs.test_jobs import Requests, campaign, material, request_of

__all__ = ["campaign", "material", "request_of"]
pytestmark = pytest.mark.django_db
State = FusionJob.State


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The keys of the jobs that messages were sent for."""
    keys: list[int] = []
    monkeypatch.setattr(tasks.execute_job, "apply_async", lambda args, **_: keys.append(args[0]))
    return keys


@pytest.fixture
def submitted(
    request_of: Requests, django_capture_on_commit_callbacks: Any
) -> Callable[[], FusionJob]:
    """Submits and commits."""

    def act() -> FusionJob:
        request: FusionRequest = request_of()
        with django_capture_on_commit_callbacks(execute=True):
            return submit(request)

    return act


def a_worker(processes: int, *, silent: timedelta = timedelta(0)) -> None:
    Heartbeat.objects.create(
        worker=f"w{Heartbeat.objects.count()}",
        engine="warp 1",
        processes=processes,
        beat_at=timezone.now() - silent,
    )


def states(*jobs: FusionJob) -> list[str]:
    return [FusionJob.objects.get(pk=job.pk).state for job in jobs]


def test_one_message_does_all_that_waits(
    request_of: Requests, sent: list[int], settings: LazySettings
) -> None:
    settings.FUSION_WORK_ON_S = 60
    jobs = [submit(request_of()) for _ in range(3)]
    tasks.execute_job(jobs[1].pk)
    assert states(*jobs) == [State.SUCCEEDED] * 3
    began = [FusionJob.objects.get(pk=jobs[number].pk).started_at for number in (1, 0, 2)]
    assert began == sorted(began, key=str)
    assert sent == []


def test_whoever_stops_passes_the_next_one_on(
    request_of: Requests, sent: list[int], settings: LazySettings
) -> None:
    settings.FUSION_WORK_ON_S = 0
    jobs = [submit(request_of()) for _ in range(3)]
    tasks.execute_job(jobs[1].pk)
    assert states(*jobs) == [State.QUEUED, State.SUCCEEDED, State.QUEUED]
    assert sent == [jobs[0].pk]
    tasks.execute_job(jobs[0].pk)
    tasks.execute_job(jobs[2].pk)
    assert sent == [jobs[0].pk, jobs[2].pk]


def test_a_message_that_comes_late_does_what_is_left(request_of: Requests, sent: list[int]) -> None:
    first, second = submit(request_of()), submit(request_of())
    tasks.execute_job(first.pk)
    third = submit(request_of())
    tasks.execute_job(second.pk)
    assert states(first, second, third) == [State.SUCCEEDED] * 3


def test_a_job_that_comes_while_the_last_one_is_ended_is_done_too(
    request_of: Requests, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    """It had no message: when it was counted, a process was still at work."""
    settings.FUSION_WORK_ON_S = 60
    first = submit(request_of())
    late: list[FusionJob] = []
    erase = photos.erase

    def one_comes(job: FusionJob, **options: Any) -> None:
        erase(job, **options)
        if not late:
            late.append(submit(request_of()))

    monkeypatch.setattr(photos, "erase", one_comes)
    tasks.execute_job(first.pk)
    assert states(first, *late) == [State.SUCCEEDED] * 2


def test_the_next_one_is_taken_up_with_the_end_of_the_last_or_not_at_all(
    request_of: Requests, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.FUSION_WORK_ON_S = 60
    jobs = [submit(request_of()) for _ in range(3)]
    seen: list[list[str]] = []
    ready = telling.ready

    def away_once(job: FusionJob, *given: Any, **facts: Any) -> None:
        if not seen:
            seen.append(states(*jobs))
            raise OperationalError
        ready(job, *given, **facts)

    def look(job: FusionJob, **_: Any) -> None:
        seen.append(states(*jobs))

    monkeypatch.setattr(telling, "ready", away_once)
    monkeypatch.setattr(photos, "erase", look)
    tasks.execute_job(jobs[0].pk)
    done, failed, running, queued = State.SUCCEEDED, State.FAILED, State.RUNNING, State.QUEUED
    assert seen[1:] == [[failed, queued, queued], [failed, done, running], [failed, done, done]]
    assert list(FusionJob.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 1, 1]


def test_as_many_messages_as_processes_without_work(
    submitted: Callable[[], FusionJob], sent: list[int]
) -> None:
    a_worker(2)
    a_worker(1)
    jobs = [submitted() for _ in range(4)]
    assert sent == [job.pk for job in jobs[:3]]
    FusionJob.objects.claim_next(timezone.now())  # at work counts as much as waiting
    submitted()
    assert len(sent) == 3
    for job in jobs[1:]:
        execution.execute(job.pk)
    last = submitted()
    assert sent[3:] == [last.pk]


@pytest.mark.parametrize("silent", [None, timedelta(minutes=11)])
def test_every_job_has_its_message_while_no_worker_has_told_its_size(
    submitted: Callable[[], FusionJob], sent: list[int], silent: timedelta | None
) -> None:
    if silent is not None:
        a_worker(1, silent=silent)
    jobs = [submitted() for _ in range(3)]
    assert sent == [job.pk for job in jobs]


def test_the_sweeper_wakes_processes_that_sleep_while_jobs_wait(
    request_of: Requests, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_own", {"name": "w", "processes": 3})
    jobs = [submit(request_of()) for _ in range(4)]  # their messages were lost
    FusionJob.objects.claim(jobs[0].pk, timezone.now(), worker="elsewhere/1")
    assert tasks.sweep() == {"put_back": 0, "given_up": 0}
    assert sent == [jobs[1].pk, jobs[2].pk]


def test_the_sweeper_wakes_nobody_without_need(
    request_of: Requests, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_own", {"name": "w", "processes": 1})
    assert tasks.sweep() == {"put_back": 0, "given_up": 0}
    jobs = [submit(request_of()) for _ in range(2)]
    FusionJob.objects.claim(jobs[0].pk, timezone.now(), worker="elsewhere/1")
    tasks.sweep()
    assert sent == []


def test_the_one_that_waits_longest_is_next(request_of: Requests) -> None:
    first, second = submit(request_of()), submit(request_of())
    FusionJob.objects.filter(pk=first.pk).update(queued_at=timezone.now() + timedelta(seconds=1))
    taken = [FusionJob.objects.claim_next(timezone.now(), worker="w") for _ in range(3)]
    assert taken == [second, first, None]
    assert taken[0] is not None and (taken[0].state, taken[0].attempts) == (State.RUNNING, 1)
    assert taken[0].material_version is not None


def test_a_worker_tells_its_name_and_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_own", {})

    class Worker:
        concurrency = 5

    tasks.know_oneself(sender="celery@here", instance=Worker())
    a_worker(1, silent=timedelta(days=2))
    tasks.beat()
    told = Heartbeat.objects.get()  # one that has been silent for a day is forgotten
    assert (told.worker, told.processes) == ("celery@here", 5)
    assert Heartbeat.objects.processes() == 5


def test_a_job_late_in_a_run_has_its_whole_time(settings: LazySettings) -> None:
    longer = settings.CELERY_TASK_SOFT_TIME_LIMIT - settings.FUSION_JOB_SOFT_LIMIT_S
    hard = settings.CELERY_TASK_TIME_LIMIT - settings.FUSION_JOB_HARD_LIMIT_S
    assert longer == hard == settings.FUSION_WORK_ON_S
