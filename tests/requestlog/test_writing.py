"""A line per call, of every door: what it says, what it never says, and that it cannot hurt."""

import atexit
import threading
from datetime import timedelta
from queue import SimpleQueue
from typing import Any, NoReturn

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.utils import timezone

from campaigns.models import Credential
from fusionsite.jobs.models import FusionJob
from fusionsite.requestlog import tasks, writing
from fusionsite.requestlog.models import KEPT_DAYS, LoggedRequest
from fusionsite.requestlog.writing import Noted, note
from tests.dialects.aigs import asking as aigs
from tests.dialects.jd import asking as jd
from tests.dialects.tencent_fuseapi import asking as fuseapi
from tests.dialects.tencent_v3 import asking as v3
from tests.dialects.transcripts import at_the_time
from tests.dialects.wire import Answer, send
from tests.dialects.world import World, base64_of
from tests.factories import a_credential

NO_FACE = base64_of("noface.jpg")
DOORS: dict[str, tuple[str, bytes, bytes, str]] = {
    "tencent_v3": (
        "FuseFace",
        v3.ask("FuseFace", v3.fuse_face()),
        v3.ask("FuseFace", v3.fuse_face({"Image": NO_FACE})),
        "FailedOperation.NoFaceDetected",
    ),
    "tencent_fuseapi": (
        "/fuseapi/face",
        fuseapi.ask(),
        fuseapi.ask(fuseapi.fields(img_data=NO_FACE)),
        "1000",
    ),
    "jd_morph": (
        "/jdai/face_morph",
        jd.ask(body=jd.morph()),
        jd.ask(body=jd.morph(image_source=NO_FACE)),
        "201",
    ),
    "jd_parser": (
        "/jdai/face_parser",
        jd.ask(jd.PARSER),
        jd.ask(jd.PARSER, body=b"[]"),
        "1002",
    ),
    "aigs": (
        "/v1/faceswap",
        aigs.ask(),
        aigs.ask(aigs.fields(image_base64=NO_FACE)),
        "no_face_image",
    ),
}


def sent(raw: bytes) -> tuple[Answer, LoggedRequest]:
    with at_the_time():
        answer = send(raw)
    return answer, LoggedRequest.objects.latest("pk")


@pytest.mark.parametrize("door", DOORS)
def test_every_door_leaves_a_line_for_a_call_that_went_well(world: World, door: str) -> None:
    operation, good, _bad, _code = DOORS[door]
    answer, line = sent(good)
    job = FusionJob.objects.get()
    assert LoggedRequest.objects.count() == 1
    assert (line.door, line.operation, line.status, line.code) == (door, operation, 200, "")
    assert line.organisation == world.account.organisation and line.credential is not None
    assert line.campaign == job.campaign and line.job == job.public_id and line.charged
    assert line.request_id == job.request_id
    assert line.answer_bytes == len(answer.body)
    assert line.request_bytes == len(good.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("door", DOORS)
def test_every_door_leaves_a_line_for_a_refusal(world: World, door: str) -> None:
    _operation, _good, bad, code = DOORS[door]
    _answer, line = sent(bad)
    assert (line.door, line.code, line.charged) == (door, code, False)
    assert line.credential is not None


def test_the_request_id_of_the_line_is_the_one_of_the_answer(world: World) -> None:
    answer, line = sent(v3.ask("FuseFace", v3.fuse_face()))
    assert answer.json["Response"]["RequestId"] == line.request_id


def test_a_wrong_key_is_the_sites_line_and_nobody_elses(world: World) -> None:
    _answer, line = sent(aigs.ask(token="wrong"))
    assert line.organisation is None and line.credential is None and line.code == "bad_key"


def test_a_list_of_materials_belongs_to_its_campaign(world: World) -> None:
    fields = {"ActivityId": world.campaign.project_id}
    _answer, line = sent(v3.ask("DescribeMaterialList", fields))
    assert line.campaign == world.campaign and line.job is None and not line.charged


def test_a_line_costs_one_statement(world: World, django_assert_num_queries: Any) -> None:
    noted = Noted("id", "aigs", "/v1/faceswap", 200, 5, credential=world.aigs, campaign=None)
    _loaded = world.aigs.account
    with django_assert_num_queries(1):
        note(noted)


def test_a_log_that_fails_breaks_no_call(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> NoReturn:
        raise OperationalError("database is locked")

    monkeypatch.setattr(LoggedRequest.objects, "bulk_create", fail)
    with at_the_time():
        assert send(aigs.ask()).status == 200
    assert not LoggedRequest.objects.exists()


class TestLater:
    """Lines that wait for each other, as on a running site."""

    @pytest.fixture(autouse=True)
    def gathered(self, settings: LazySettings) -> None:
        settings.FUSION_REQUEST_LOG_WAIT_S = 0.01

    @pytest.fixture
    def nobody_writes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writing, "_start", lambda: None)
        monkeypatch.setattr(writing, "_more", threading.Event())

    @pytest.mark.django_db
    @pytest.mark.usefixtures("nobody_writes")
    def test_a_call_waits_for_no_line_and_all_are_written_together(
        self, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(0):
            for number in range(5):
                note(Noted(f"id {number}", "aigs", "/v1/faceswap", 200, 5))
        with django_assert_num_queries(1):
            writing.flush()
        lines = LoggedRequest.objects.order_by("pk")
        assert [line.request_id for line in lines] == [f"id {n}" for n in range(5)]
        with django_assert_num_queries(0):
            writing.flush()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.usefixtures("nobody_writes", "trails_can_be_emptied")
    def test_a_line_about_a_key_that_is_gone_does_not_take_others_along(self) -> None:
        made = a_credential()
        lost = Noted("lost", "aigs", "/v1/faceswap", 200, 5, credential=made.credential)
        stays = Noted("stays", "aigs", "/v1/faceswap", 200, 5)
        note(lost)
        note(stays)
        Credential.objects.filter(pk=made.credential.pk).delete()
        writing.flush()
        assert [line.request_id for line in LoggedRequest.objects.all()] == ["stays"]

    def test_a_thread_of_the_process_writes_again_and_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: SimpleQueue[str] = SimpleQueue()

        def flush() -> None:
            written.put(writing._waiting.popleft().request_id)
            raise RuntimeError("once")  # does not end the writer

        monkeypatch.setattr(writing, "flush", flush)
        monkeypatch.setattr(writing, "close_old_connections", lambda: None)
        monkeypatch.setattr(atexit, "register", lambda _flush: None)  # ours must not outlive us
        for name in ("first", "second"):
            note(Noted(name, "aigs", "/v1/faceswap", 200, 5))
            assert written.get(timeout=20) == name


def test_no_line_holds_a_picture_an_address_or_a_secret(world: World) -> None:
    for _operation, good, bad, _code in DOORS.values():
        sent(good)
        sent(bad)
    text = repr(list(LoggedRequest.objects.values()))
    for never in ("203.0.113.9", "SecretKey", base64_of("face.jpg")[:40], "fk_example0_"):
        assert never not in text


@pytest.mark.django_db
def test_lines_are_erased_after_thirty_days() -> None:
    now = timezone.now()
    for days in (0, KEPT_DAYS - 1, KEPT_DAYS + 1, 400):
        note(Noted(f"of {days}", "api", "GET /usage", 200, 1))
        LoggedRequest.objects.filter(request_id=f"of {days}").update(at=now - timedelta(days=days))
    assert tasks.erase_old() == 2
    assert {line.request_id for line in LoggedRequest.objects.all()} == {"of 0", "of 29"}
    assert tasks.erase_old() == 0


@pytest.mark.django_db
def test_old_lines_go_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    for number in range(3):
        note(Noted(str(number), "api", "GET /usage", 200, 1))
    LoggedRequest.objects.update(at=timezone.now() - timedelta(days=40))
    assert [tasks.erase_old() for _ in range(3)] == [2, 1, 0]
