"""One entrance: a request becomes a job, a job becomes a picture, and everything is settled."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import storages
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from campaigns import ledger
from campaigns.admission import Caller
from campaigns.models import Account, Campaign, Hold
from campaigns.refusals import CampaignPaused, Refusal, TooFast
from fusion import read_picture
from fusionsite.jobs import execution, moderation, photos, provenance, tasks, workers
from fusionsite.jobs.consents import Agreement
from fusionsite.jobs.models import Consent, FusionJob
from fusionsite.jobs.orders import FaceOrder, Order
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import (
    Blocked,
    Busy,
    ConsentMissing,
    ConsentOutdated,
    KeyUsedTwice,
    NoFace,
    NoSuchFace,
    PhotoGone,
    PhotoNotAPicture,
    PhotoNotBase64,
    PhotoTooHeavy,
    PhotoTooLarge,
    SeveralFaces,
    StorageFailed,
    TookTooLong,
    WorkerLost,
)
from fusionsite.jobs.submission import FusionRequest, submit, submit_and_wait, take_answer
from fusionsite.results import storing
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.factories import a_campaign, a_pack, an_approved_material
from tests.pictures import a_face_picture, a_png_that_claims, file_of

pytestmark = pytest.mark.django_db

FACE = file_of(a_face_picture(480, 480, seed=2))
NO_FACE = file_of(np.full((300, 300, 3), 128, np.uint8))
State = FusionJob.State


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign()


@pytest.fixture
def material(campaign: Campaign) -> Material:
    return an_approved_material(campaign)


@pytest.fixture
def request_of(campaign: Campaign, material: Material) -> Callable[..., FusionRequest]:
    def make(**changes: Any) -> FusionRequest:
        text = campaign.consent("en")
        assert text is not None
        plain = FusionRequest(
            caller=Caller(door="upload", address="203.0.113.7", device="phone"),
            campaign=campaign,
            model_id=material.model_id,
            photos=(Photo(encoded=FACE),),
            agreement=Agreement(text=text, use_photo=True),
            visitor="v" * 64,
        )
        return replace(plain, **changes)

    return make


Requests = Callable[..., FusionRequest]


def photos_held() -> int:
    return len(list(photos.held()))


def settled(account: Account) -> bool:
    """Nothing is held any more, no photo is left, and the ledger adds up."""
    open_holds = Hold.objects.filter(account=account, state=Hold.State.HELD).count()
    return open_holds == 0 and photos_held() == 0 and ledger.adds_up(account)


@pytest.mark.usefixtures("run_jobs_at_once")
def test_it_works_from_photo_to_labelled_picture_and_one_charge(
    campaign: Campaign, request_of: Requests
) -> None:
    before = ledger.balance(campaign.account)
    job = submit_and_wait(request_of())
    assert job.state == State.SUCCEEDED and job.charged
    assert job.result is not None
    picture = read_picture(storing.read(job.result))
    assert picture.shape[:2] == (job.result.height, job.result.width)
    assert before - ledger.balance(campaign.account) == campaign.account.price_fen
    assert Consent.objects.get(job=job).text == campaign.consent("en")
    assert job.result.expires_at - job.result.created_at == timedelta(days=7)
    assert settled(campaign.account)


@pytest.mark.usefixtures("run_jobs_at_once")
@pytest.mark.parametrize(
    ("source", "charged"), [("free", False), ("pack", True), ("balance", True), ("monthly", True)]
)
def test_a_job_is_charged_when_its_picture_is_paid_for(
    campaign: Campaign, request_of: Requests, *, source: str, charged: bool
) -> None:
    account = campaign.account
    account.free_daily = 1 if source == "free" else 0
    account.billing = "monthly" if source == "monthly" else "prepaid"
    account.save()
    if source == "pack":
        a_pack(account)
    job = submit_and_wait(request_of())
    held = Hold.objects.get(reference=job.reference)
    assert {line.source for line in held.entries.all()} == {source}
    assert job.charged == FusionJob.objects.get().charged == held.charged == charged
    assert settled(account)


def test_job_waits_in_the_queue_until_a_worker_comes(request_of: Requests) -> None:
    first, second = submit(request_of()), submit(request_of())
    assert (first.state, first.place_in_queue, second.place_in_queue) == (State.QUEUED, 1, 2)
    assert photos_held() == 2
    execution.execute(first.pk)
    second.refresh_from_db()
    assert second.place_in_queue == 1


def test_second_worker_loses_the_claim(campaign: Campaign, request_of: Requests) -> None:
    job = submit(request_of())
    execution.execute(job.pk)
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED and job.attempts == 1
    assert Result.objects.count() == 1
    assert Hold.objects.filter(account=campaign.account).count() == 1


@pytest.mark.usefixtures("run_jobs_at_once")
def test_answer_as_bytes_is_not_kept(campaign: Campaign, request_of: Requests) -> None:
    job = submit_and_wait(request_of(answer=FusionJob.Answer.BYTES))
    assert read_picture(take_answer(job)).shape[2] == 3
    assert job.result is None and not Result.objects.exists() and job.charged
    assert settled(campaign.account)
    with pytest.raises(FileNotFoundError):
        take_answer(job)


@pytest.mark.usefixtures("run_jobs_at_once")
def test_face_regions_are_ids_the_size_of_the_photo(request_of: Requests) -> None:
    job = submit_and_wait(
        request_of(kind=FusionJob.Kind.PARSE, model_id="", answer=FusionJob.Answer.BYTES)
    )
    ids = photos_as_ids(take_answer(job))
    assert ids.shape == (480, 480)
    assert set(np.unique(ids)) <= set(range(11)) and ids.any()


def photos_as_ids(encoded: bytes) -> Any:
    with Image.open(io.BytesIO(encoded)) as image:
        return np.asarray(image)


@pytest.mark.usefixtures("run_jobs_at_once")
def test_template_sent_along_needs_no_material(request_of: Requests) -> None:
    template = Photo(encoded=file_of(a_face_picture(400, 500, seed=5)))
    job = submit_and_wait(request_of(model_id="", template=template))
    assert job.result is not None
    assert (job.result.width, job.result.height) == (400, 500)


@pytest.mark.usefixtures("run_jobs_at_once")
def test_refused_photo_costs_nothing_and_leaves_nothing(
    campaign: Campaign, request_of: Requests
) -> None:
    before = ledger.balance(campaign.account)
    job = submit_and_wait(request_of(photos=(Photo(encoded=NO_FACE),)))
    assert job.state == State.FAILED and not job.charged
    assert isinstance(job.refusal, NoFace)
    assert ledger.balance(campaign.account) == before
    assert settled(campaign.account)


@pytest.mark.usefixtures("run_jobs_at_once")
def test_several_faces_are_offered_with_their_boxes(request_of: Requests) -> None:
    crowd = Photo(encoded=file_of(a_face_picture(900, 480, faces=2, seed=3)))
    order = Order(faces=(FaceOrder(only_face=True),))
    job = submit_and_wait(request_of(photos=(crowd,), order=order))
    refusal = job.refusal
    assert isinstance(refusal, SeveralFaces)
    assert refusal.measured == 2 and len(refusal.faces) == 2
    assert list(refusal.size or ()) == [900, 480]
    chosen = Order(faces=(FaceOrder(number=2, only_face=True),))
    assert submit_and_wait(request_of(photos=(crowd,), order=chosen)).state == State.SUCCEEDED
    wrong = Order(faces=(FaceOrder(number=9),))
    job = submit_and_wait(request_of(photos=(crowd,), order=wrong))
    assert isinstance(job.refusal, NoSuchFace)


# --- Refused before there is a job -----------------------------------------------------------


@pytest.mark.parametrize(
    ("photo", "refusal"),
    [
        (Photo(encoded=b"plain text"), PhotoNotAPicture),
        (Photo(base64="***"), PhotoNotBase64),
        (Photo(base64="data:image/png;base64,AAAA"), PhotoNotBase64),
        (Photo(encoded=b"\xff\xd8\xff" + b"x" * 11 * 2**20), PhotoTooHeavy),
        (Photo(base64="A" * 16 * 2**20), PhotoTooHeavy),
    ],
    ids=["text", "not base64", "data header", "heavy", "heavy base64"],
)
def test_unusable_file_is_refused_before_there_is_a_job(
    campaign: Campaign, request_of: Requests, photo: Photo, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        submit(request_of(photos=(photo,)))
    assert not FusionJob.objects.exists()
    assert settled(campaign.account)


def test_picture_bomb_is_refused_by_its_header(request_of: Requests) -> None:
    with pytest.raises((PhotoTooLarge, Refusal)) as caught:
        submit(request_of(photos=(Photo(encoded=a_png_that_claims(9000, 9000)),)))
    assert caught.value.measured and caught.value.limit
    assert not FusionJob.objects.exists()


def test_visitor_without_consent_is_refused(request_of: Requests) -> None:
    with pytest.raises(ConsentMissing):
        submit(request_of(agreement=None))


def test_visitor_who_does_not_say_their_age_is_refused_where_it_is_asked(
    campaign: Campaign, request_of: Requests
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(age_rule=Campaign.AgeRule.REFUSE)
    campaign.refresh_from_db()
    text = campaign.consent("en")
    assert text is not None
    with pytest.raises(ConsentMissing):
        submit(request_of(campaign=campaign))
    grown = Agreement(text=text, use_photo=True, of_age=True)
    assert submit(request_of(campaign=campaign, agreement=grown)).state == State.QUEUED


def test_consent_to_words_that_have_changed_is_refused(
    campaign: Campaign, request_of: Requests
) -> None:
    request = request_of()
    text = campaign.consent("en")
    assert text is not None
    campaign.consent_texts.create(
        language="en", version=2, responsible="x", contact="y", body="new words"
    )
    with pytest.raises(ConsentOutdated):
        submit(request)


def test_full_queue_says_when_to_come_back(request_of: Requests, settings: Any) -> None:
    settings.FUSION_QUEUE_LENGTH = 1
    submit(request_of())
    with pytest.raises(Busy) as caught:
        submit(request_of())
    assert caught.value.retry_after_s and caught.value.retry_after_s >= 1
    assert photos_held() == 1


def test_paused_campaign_refuses_the_next_request(campaign: Campaign, request_of: Requests) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.PAUSED)
    campaign.refresh_from_db()
    with pytest.raises(CampaignPaused):
        submit(request_of(campaign=campaign))


def test_too_fast_names_the_layer(request_of: Requests, settings: Any) -> None:
    settings.FUSION_ADDRESS_RATE_PER_MIN = 1
    submit(request_of())
    with pytest.raises(TooFast) as caught:
        submit(request_of())
    assert caught.value.layer == "address"


# --- Once ------------------------------------------------------------------------------------


def test_same_key_and_request_is_the_same_job(campaign: Campaign, request_of: Requests) -> None:
    first = submit(request_of(idempotency_key="k1"))
    again = submit(request_of(idempotency_key="k1"))
    assert first.pk == again.pk
    assert Hold.objects.filter(account=campaign.account).count() == 1
    assert photos_held() == 1


def test_same_key_with_another_photo_is_refused(request_of: Requests) -> None:
    submit(request_of(idempotency_key="k1"))
    other = Photo(encoded=file_of(a_face_picture(480, 480, seed=9)))
    with pytest.raises(KeyUsedTwice):
        submit(request_of(idempotency_key="k1", photos=(other,)))


# --- When things break -----------------------------------------------------------------------


def test_nobody_does_the_job_in_time(
    campaign: Campaign, request_of: Requests, settings: Any
) -> None:
    settings.FUSION_JOB_WAIT_S = 0.05
    with pytest.raises(TookTooLong):
        submit_and_wait(request_of())
    job = FusionJob.objects.get()
    assert job.state == State.CANCELLED
    execution.execute(job.pk)  # the message comes after all
    job.refresh_from_db()
    assert job.state == State.CANCELLED and not Result.objects.exists()
    assert settled(campaign.account)


def test_cancelled_while_at_work_keeps_nothing(
    campaign: Campaign, request_of: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(request_of())
    real = execution._fuse

    def cancelled_meanwhile(running: FusionJob, order: Order) -> storing.MadePicture:
        made = real(running, order)
        execution.cancel(FusionJob.objects.get(pk=running.pk), TookTooLong())
        return made

    monkeypatch.setattr(execution, "_fuse", cancelled_meanwhile)
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not Result.objects.exists()
    assert not any(storages["results"].listdir("")[1])
    assert settled(campaign.account)


def test_engine_that_raises_gives_a_reason_and_the_money_back(
    campaign: Campaign, request_of: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "_fuse", lambda *_: 1 / 0)
    job = submit(request_of())
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.FAILED and job.reason and job.reason["code"] == "fusion-failed"
    assert settled(campaign.account)


def test_storage_that_is_full_gives_a_reason_and_the_money_back(
    campaign: Campaign, request_of: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(request_of())
    monkeypatch.setattr(
        storing, "keep", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "no space left"))
    )
    execution.execute(job.pk)
    job.refresh_from_db()
    assert isinstance(job.refusal, StorageFailed)
    assert settled(campaign.account)


def test_photo_erased_under_the_job_gives_a_reason(
    campaign: Campaign, request_of: Requests
) -> None:
    job = submit(request_of())
    photos.erase(job)
    execution.execute(job.pk)
    job.refresh_from_db()
    assert isinstance(job.refusal, PhotoGone)
    assert settled(campaign.account)


def lost(job: FusionJob, *, seconds: float) -> None:
    """As if its worker had been killed that long ago."""
    FusionJob.objects.filter(pk=job.pk).update(
        state=State.RUNNING,
        attempts=job.attempts + 1,
        started_at=timezone.now() - timedelta(seconds=seconds),
    )
    job.refresh_from_db()


def test_sweeper_puts_a_lost_job_back_and_it_is_done_once(
    campaign: Campaign, request_of: Requests
) -> None:
    job = submit(request_of())
    lost(job, seconds=60)
    assert tasks.sweep() == {"put_back": 1, "given_up": 0}
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED and job.attempts == 2
    assert settled(campaign.account)


def test_sweeper_leaves_a_job_that_is_still_at_work(request_of: Requests) -> None:
    job = submit(request_of())
    lost(job, seconds=5)
    assert tasks.sweep() == {"put_back": 0, "given_up": 0}


def test_sweeper_misses_a_dead_worker_of_this_machine_at_once(
    campaign: Campaign, request_of: Requests
) -> None:
    job = submit(request_of())
    assert FusionJob.objects.claim(job.pk, timezone.now(), worker=a_dead_worker()) is not None
    assert tasks.sweep() == {"put_back": 1, "given_up": 0}
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED and job.attempts == 2
    assert job.worker == workers.own_name()
    assert settled(campaign.account)


def test_sweeper_leaves_a_job_to_its_living_worker(request_of: Requests) -> None:
    job = submit(request_of())
    with a_living_worker() as name:
        FusionJob.objects.claim(job.pk, timezone.now(), worker=name)
        assert tasks.sweep() == {"put_back": 0, "given_up": 0}
    assert tasks.sweep() == {"put_back": 1, "given_up": 0}


def test_a_process_that_could_not_write_the_end_takes_the_job_up_again(
    campaign: Campaign, request_of: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(request_of())
    with monkeypatch.context() as while_away:
        while_away.setattr(FusionJob, "end", the_database_is_away)
        with pytest.raises(OperationalError):
            execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.RUNNING
    monkeypatch.setattr(tasks.execute_job, "apply_async", lambda args, **_: None)
    assert tasks.sweep() == {"put_back": 1, "given_up": 0}
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED and job.attempts == 2
    assert photos_held() == 0
    assert settled(campaign.account)


def the_database_is_away(*_: object, **__: object) -> bool:
    raise OperationalError


def test_a_forked_process_has_a_name_of_its_own() -> None:
    """A worker's pool is forked; each of its processes is missed by its own name."""
    ours = workers.own_name()
    with get_context("fork").Pool(1) as pool:
        forked = pool.apply(workers.own_name)
    assert forked != ours == workers.own_name()
    assert workers.is_gone(forked) and not workers.is_gone(ours)


def test_a_worker_of_another_machine_is_not_missed_at_once(request_of: Requests) -> None:
    """Its number may be anybody's here, or nobody's."""
    _place, _, being = a_dead_worker().rpartition("/")
    job = submit(request_of())
    FusionJob.objects.claim(job.pk, timezone.now(), worker=f"elsewhere pid:[1]/{being}")
    assert tasks.sweep() == {"put_back": 0, "given_up": 0}


@contextmanager
def a_living_worker() -> Iterator[str]:
    """The name of another process, which lives until the end."""
    print_name = "from fusionsite.jobs import workers; print(workers.own_name(), flush=True)"
    command = [sys.executable, "-c", f"import sys; {print_name}; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        yield it.stdout.readline().strip()


def a_dead_worker() -> str:
    """The name of a process that has ended."""
    with a_living_worker() as name:
        return name


def test_sweeper_gives_up_after_the_last_attempt(campaign: Campaign, request_of: Requests) -> None:
    job = submit(request_of())
    for _ in range(3):
        lost(job, seconds=60)
    assert tasks.sweep() == {"put_back": 0, "given_up": 1}
    job.refresh_from_db()
    refusal = job.refusal
    assert isinstance(refusal, WorkerLost) and refusal.measured == 3
    assert settled(campaign.account)


def test_photo_of_a_killed_worker_is_gone_after_ten_minutes(request_of: Requests) -> None:
    job = submit(request_of())
    assert photos.erase_stale(timezone.now() + timedelta(minutes=9)) == 0
    assert photos.erase_stale(timezone.now() + timedelta(minutes=11)) == 1
    assert photos_held() == 0
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_files_without_a_row_are_orphans_after_a_minute(request_of: Requests) -> None:
    job = submit(request_of())
    FusionJob.objects.filter(pk=job.pk).update(public_id="00000000-0000-4000-8000-000000000000")
    assert photos.erase_stale() == 0
    assert photos.erase_stale(timezone.now() + timedelta(minutes=2)) == 1


def test_broker_that_is_away_is_a_delay_not_a_loss(
    campaign: Campaign,
    request_of: Requests,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(
            tasks.execute_job,
            "apply_async",
            lambda *_, **__: (_ for _ in ()).throw(OSError("connection refused")),
        )
        job = submit(request_of())
    assert job.state == State.QUEUED
    FusionJob.objects.filter(pk=job.pk).update(queued_at=timezone.now() - timedelta(minutes=2))
    assert tasks.sweep()["put_back"] == 1
    execution.execute(job.pk)
    assert settled(campaign.account)


def test_photo_never_travels_in_the_message(
    request_of: Requests, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(tasks.execute_job, "apply_async", lambda *args, **_: sent.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        job = submit(request_of())
    assert sent == [((job.pk,),)]


def test_blocked_photo_is_refused_without_a_charge_and_the_finding_is_kept(
    campaign: Campaign, request_of: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = moderation.Finding("adult", "nudity", 92.0)
    monkeypatch.setattr(moderation, "examine", lambda pictures: [[finding] for _ in pictures])
    job = submit(request_of())
    execution.execute(job.pk)
    job.refresh_from_db()
    assert isinstance(job.refusal, Blocked)
    assert job.moderation == [[finding.to_json()]]
    assert settled(campaign.account)


@pytest.mark.parametrize(
    ("own_words", "drawn"),
    [
        ("", "AI 合成 / AI generated"),
        ("Made with love", "AI 合成 / AI generated"),
        ("AI生成", "AI生成"),
    ],
)
def test_label_stays_lawful_whatever_the_campaign_writes_later(
    campaign: Campaign, request_of: Requests, monkeypatch: Any, own_words: str, drawn: str
) -> None:
    texts: list[str] = []
    monkeypatch.setattr(provenance, "draw_label", lambda _p, text, **_: texts.append(text))
    job = submit(request_of())
    Campaign.objects.filter(pk=campaign.pk).update(label_text=own_words)
    execution.execute(job.pk)
    assert texts == [drawn]
