"""`manage.py erase`: by hand, with a report, and it fails while anything is left."""

from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from campaigns.admission import Caller
from fusionsite.jobs import execution, photos
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import TookTooLong
from fusionsite.jobs.submission import FusionRequest, submit
from fusionsite.results.models import Result
from tests.factories import a_campaign, an_approved_material
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db
FACE = file_of(a_face_picture(480, 480, seed=2))
AWAY = "django.core.files.storage.InMemoryStorage.delete"


def a_job() -> FusionJob:
    campaign = a_campaign()
    model_id = an_approved_material(campaign).model_id
    caller = Caller(door="demo", address="203.0.113.7")
    return submit(FusionRequest(caller, campaign, (Photo(encoded=FACE),), model_id=model_id))


def broken(*_: object) -> None:
    raise OSError("storage is away")


def erase() -> str:
    said = StringIO()
    call_command("erase", stdout=said)
    return said.getvalue()


def test_it_erases_what_is_due_and_leaves_the_rest() -> None:
    due, kept = a_job(), a_job()
    execution.execute(due.pk)
    Result.objects.update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=2)
    )
    said = erase()
    assert "pictures erased: 1; failed: 0" in said
    assert "photos held for jobs at work: 1" in said
    assert list(photos.held()) == [str(kept.public_id)]
    assert Result.objects.get().erased_why == Result.Why.EXPIRED


@pytest.mark.usefixtures("pictures_in_memory")
def test_it_fails_and_names_what_is_overdue_while_the_storage_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    execution.execute(a_job().pk)
    Result.objects.update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=2)
    )
    with monkeypatch.context() as patch:
        patch.setattr(AWAY, broken)
        said = StringIO()
        with pytest.raises(CommandError, match="The storage fails"):
            call_command("erase", stdout=said)
        assert f"overdue: {Result.objects.get().key}" in said.getvalue()
    assert "pictures erased: 1; failed: 0" in erase()


def stored_by_a_lost_attempt(job: FusionJob, attempt: int) -> str:
    """As if a worker had been killed between storing its picture and saying so."""
    name = f"{job.result_key[0]}/{job.result_key}-{attempt}.jpg"
    return storages["results"].save(name, ContentFile(b"picture"))


def ended_long_ago(job: FusionJob) -> None:
    FusionJob.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(minutes=5))


def test_picture_of_a_lost_attempt_is_cleared_and_the_delivered_one_stays() -> None:
    job = a_job()
    orphan = stored_by_a_lost_attempt(job, 1)
    FusionJob.objects.filter(pk=job.pk).update(attempts=1)
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.leftovers and job.result is not None
    erase()
    assert storages["results"].exists(orphan)  # whoever stored it may still be at work
    ended_long_ago(job)
    assert "leftovers of lost attempts cleared: 1; failed: 0" in erase()
    assert not storages["results"].exists(orphan)
    assert storages["results"].exists(job.result.file_name)


def test_late_worker_that_delivered_keeps_its_file() -> None:
    """Thought lost, put back, taken by another: the first one delivers all the same."""
    job = a_job()
    late = FusionJob.objects.claim(job.pk, timezone.now())
    assert late is not None
    FusionJob.objects.filter(pk=job.pk).update(attempts=2)
    execution._deliver(late, execution._make(late), execution.Shift(until=0))
    job.refresh_from_db()
    assert job.state == FusionJob.State.SUCCEEDED and job.result is not None
    ended_long_ago(job)
    erase()
    assert storages["results"].exists(job.result.file_name)


def test_job_given_up_leaves_no_picture_behind() -> None:
    job = a_job()
    orphan = stored_by_a_lost_attempt(job, 1)
    FusionJob.objects.filter(pk=job.pk).update(attempts=1, state=FusionJob.State.RUNNING)
    job.refresh_from_db()
    execution.give_up(job, TookTooLong())
    ended_long_ago(job)
    erase()
    assert not storages["results"].exists(orphan)


@pytest.mark.parametrize("late", [SoftTimeLimitExceeded(), OperationalError("gone")], ids=repr)
def test_picture_that_was_stored_before_the_job_broke_is_cleared(
    monkeypatch: pytest.MonkeyPatch, late: Exception
) -> None:
    job = a_job()
    with monkeypatch.context() as patch:
        patch.setattr("fusionsite.jobs.execution.ledger.capture", mock.Mock(side_effect=late))
        execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == FusionJob.State.FAILED and job.leftovers
    stored = f"{job.result_key[0]}/{job.result_key}-1.jpg"
    assert storages["results"].exists(stored)
    ended_long_ago(job)
    erase()
    assert not storages["results"].exists(stored)


def test_refused_photo_needs_no_clearing() -> None:
    job = a_job()
    photos.erase(job)
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == FusionJob.State.FAILED and not job.leftovers
