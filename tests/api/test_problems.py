"""Whatever goes wrong is a problem document: never a page, never without a code and an id."""

import json
from typing import Any, NoReturn

import pytest
from django.conf import LazySettings
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.refusals import Refusal
from fusionsite.api import edge, problems, reach
from fusionsite.api.errors import TABLE, said
from fusionsite.api.pages import explained
from fusionsite.jobs.models import FusionJob
from fusionsite.requestlog.models import LoggedRequest
from tests.api.asking import HOST, ask, form
from tests.api.conftest import World
from tests.api.test_fusions import a_fusion
from tests.dialects import wire
from tests.dialects.wire import Answer, send
from tests.dialects.world import base64_of, picture

MEMBERS = {"type", "title", "status", "detail", "code", "charged", "request_id"}


def is_problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """The problem, if it is that one."""
    assert (answer.status, answer.headers["Content-Type"]) == (status, problems.MEDIA_TYPE)
    problem: dict[str, Any] = answer.json
    assert set(problem) >= MEMBERS and problem["code"] == code and problem["status"] == status
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    return problem


# --- How it was written ----------------------------------------------------------------------


def test_an_unknown_address_is_a_problem(world: World) -> None:
    for path in ("/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/fusions", "/api/v1/x"):
        is_problem(ask("GET", path, token=world.token), 404, "no-such-address")


def test_an_unknown_method_lists_those_that_are_known(world: World) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        said = ask(method, "/fusions", token=world.token)
        is_problem(said, 405, "method-not-allowed")
        assert set(said.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"17",
        b"null",
        b'{"a": NaN}',
        b"\xff",
        b'{"a": "\\ud800"}',
        b"[" * 9_999,
    ],
)
def test_a_body_that_is_no_json_object_is_malformed(world: World, body: bytes) -> None:
    is_problem(ask("POST", "/fusions", body, token=world.token), 400, "malformed-body")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "image/jpeg", ";;;", "x" * 200])
def test_another_media_type_is_not_read(world: World, kind: str) -> None:
    answer = ask("POST", "/fusions", b"{}", token=world.token, content_type=kind)
    is_problem(answer, 415, "media-type-unsupported")


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=\x01"])
def test_a_form_without_its_boundary_is_malformed(world: World, kind: str) -> None:
    answer = ask("POST", "/fusions", b"x", token=world.token, content_type=kind)
    is_problem(answer, 400, "malformed-body")


def test_a_form_of_a_thousand_and_one_fields_is_malformed(world: World) -> None:
    body, kind = form({f"f{number}": "x" for number in range(1_001)})
    answer = ask("POST", "/fusions", body, token=world.token, content_type=kind)
    is_problem(answer, 400, "malformed-body")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "MAX_BODY_BYTES", 1024 * 1024)
    problem = is_problem(ask("POST", "/fusions", b"{" * 2**21), 413, "body-too-large")
    assert (problem["limit"], problem["unit"]) == (1, "MB")


def test_a_body_that_breaks_off_is_unreadable(world: World) -> None:
    raw = wire.request("POST", "/api/v1/fusions", {"Host": HOST, "Content-Length": "99"}, b"{}")
    is_problem(send(raw), 400, "body-unreadable")


def test_a_strange_host_changes_nothing(world: World) -> None:
    raw = wire.request(
        "GET", "/api/v1/key", {"Host": "evil.example", "Authorization": f"Bearer {world.token}"}
    )
    assert send(raw).status == 200


@pytest.mark.parametrize("accept", ["text/html", "image/png", "nonsense", ""])
def test_whatever_is_accepted_the_answer_is_json(world: World, accept: str) -> None:
    answer = ask("GET", "/key", token=world.token, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "application/json"


# --- Fields ----------------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"photos": None}, "photos", "required"),
    ({"photos": []}, "photos", "min-length"),
    ({"photos": "x"}, "photos", "not-a-list"),
    ({"photos": [{}]}, "photos[0]", "one-of"),
    ({"photos": ["x"]}, "photos[0]", "invalid"),
    ({"photos": [{"base64": 17}]}, "photos[0].base64", "wrong-type"),
    ({"photos": [{"base64": "x", "url": "http://x"}]}, "photos[0]", "one-of"),
    ({"photos": [{"file": "x"}]}, "photos[0].file", "unknown"),
    ({"photos": [{"base64": "AA"}] * 7}, "photos", "max-length"),
    ({"campaign": "100646"}, "campaign", "wrong-type"),
    ({"campaign": True}, "campaign", "wrong-type"),
    ({"campaign": 1.5}, "campaign", "wrong-type"),
    ({"campaign": 0}, "campaign", "min-value"),
    ({"campaign": None}, "campaign", "required"),
    ({"material": 17}, "material", "wrong-type"),
    ({"material": ""}, "material", "blank"),
    ({"template": {"base64": "AA"}}, "material", "one-of"),
    ({"face_degree": 101}, "face_degree", "max-value"),
    ({"face_degree": -1}, "face_degree", "min-value"),
    ({"face_degree": "70"}, "face_degree", "wrong-type"),
    ({"profile_degree": True}, "profile_degree", "wrong-type"),
    ({"skin_tone": "own"}, "skin_tone", "not-here"),
    ({"answer": "link "}, "answer", "invalid-choice"),
    ({"answer": ["link"]}, "answer", "wrong-type"),
    ({"format": "GIF"}, "format", "invalid-choice"),
    ({"link_life_s": 3_599}, "link_life_s", "min-value"),
    ({"link_life_s": 2_592_001}, "link_life_s", "max-value"),
    ({"faces": []}, "faces", "min-length"),
    ({"faces": [{"photo": 2}]}, "faces[0].photo", "max-value"),
    ({"faces": [{"photo": 0}]}, "faces[0].photo", "min-value"),
    ({"faces": [{"face": 1, "box": {}}]}, "faces[0].box.left", "required"),
    (
        {"faces": [{"box": {"left": 1, "top": 1, "width": 0, "height": 1}}]},
        "faces[0].box.width",
        "min-value",
    ),
    ({"surprise": 1}, "surprise", "unknown"),
    ({"faces": [{"nose": 1}]}, "faces[0].nose", "unknown"),
]


@pytest.mark.parametrize(("change", "field", "code"), WRONG, ids=lambda part: str(part)[:40])
def test_a_field_that_will_not_do_is_named(
    world: World, change: dict[str, Any], field: str, code: str
) -> None:
    problem = is_problem(
        ask("POST", "/fusions", a_fusion(world, **change), token=world.token),
        400,
        "invalid-request",
    )
    assert (field, code) in {(error["field"], error["code"]) for error in problem["errors"]}
    assert field in problem["detail"] or field.split("[")[0] in problem["detail"]
    assert not FusionJob.objects.exists()


def test_base64_that_is_none_and_other_wrong_photos_name_their_number(world: World) -> None:
    good = {"base64": base64_of("face.jpg")}
    for wrong, code in (
        ({"base64": "***"}, "photo-not-base64"),
        ({"base64": "aGVsbG8="}, "photo-not-a-picture"),
        ({"url": "ftp://example.org/x.jpg"}, "photo-address-wrong"),
        ({"url": "http://127.0.0.1/x.jpg"}, "photo-not-fetched"),
        ({"base64": base64_of("face.jpg")[:400]}, "photo-damaged"),
    ):
        answer = ask(
            "POST", "/fusions?wait=5", a_fusion(world, photos=[good, wrong]), token=world.token
        )
        problem = answer.json
        assert (answer.status, problem["code"]) == (422, code), problem
        assert problem["errors"][0]["field"] == "photos[1]"


def test_a_form_names_its_fields_in_the_same_way(world: World) -> None:
    body, kind = form({"photos": picture("face.jpg"), "face_degree": "much", "faces": "{"})
    answer = ask("POST", "/fusions", body, token=world.token, content_type=kind)
    assert is_problem(answer, 400, "invalid-request")["errors"][0]["field"] == "faces"
    body, kind = form({"photos": picture("face.jpg"), "face_degree": "much", "template": b"x"})
    answer = ask("POST", "/fusions", body, token=world.token, content_type=kind)
    assert is_problem(answer, 400, "invalid-request")["errors"][0]["field"] == "face_degree"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ["campaign", "material", "template", "photos", "faces", "face_degree", "answer", "format"]


def test_bodies_of_any_shape_are_answered(world: World) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), VALUES, max_size=5))
    def answered(body: dict[str, Any]) -> None:
        answer = ask("POST", "/fusions", json.dumps(body).encode(), token=world.token)
        assert answer.status in (201, 202, 400, 404, 422, 429), answer.body
        assert answer.headers["X-Request-Id"] == answer.json["request_id"]

    answered()


# --- What broke ------------------------------------------------------------------------------


def test_code_that_breaks_is_a_problem_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> NoReturn:
        raise ZeroDivisionError("secret details")

    monkeypatch.setattr(reach, "jobs", broken)
    answer = ask("GET", "/fusions", token=world.token)
    is_problem(answer, 500, "internal-error")
    assert b"secret details" not in answer.body


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_a_database_that_restarts_is_a_moment_to_wait(
    world: World, monkeypatch: pytest.MonkeyPatch, away: type[Exception]
) -> None:
    def lost(*_args: object, **_kwargs: object) -> NoReturn:
        raise away("server closed the connection")

    monkeypatch.setattr(reach, "jobs", lost)
    answer = ask("GET", "/fusions", token=world.token)
    is_problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "3"


def test_problems_are_logged_under_their_id_and_code(world: World) -> None:
    answer = ask("POST", "/fusions", {}, token=world.token)
    line = LoggedRequest.objects.get()
    assert (line.door, line.operation, line.status) == ("api", "POST /fusions", 400)
    assert (line.code, line.request_id) == ("invalid-request", answer.headers["X-Request-Id"])
    assert line.credential == world.key and line.organisation == world.account.organisation


def test_the_line_of_a_fusion_names_its_campaign_and_job(world: World) -> None:
    made = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token)
    line = LoggedRequest.objects.get()
    assert (line.campaign, str(line.job), line.charged) == (world.campaign, made.json["id"], True)
    assert line.answer_bytes == len(made.body)
    ask("GET", made.json["url"], token=world.token)
    assert LoggedRequest.objects.latest("pk").operation == "GET /fusions/{fusion}"


# --- Words -----------------------------------------------------------------------------------


def test_sentences_come_in_the_callers_language(world: World) -> None:
    body = a_fusion(world, photos=[{"base64": base64_of("noface.jpg")}])
    chinese = {"Accept-Language": "zh-CN,zh;q=0.9"}
    answer = ask("POST", "/fusions?wait=5", body, token=world.token, headers=chinese)
    assert answer.headers["Content-Language"] == "zh-hans"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json["detail"])
    assert answer.json["title"] == "No face"


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.code)
def test_every_reason_has_a_problem_and_its_place_on_the_page(kind: type[Refusal]) -> None:
    shown = explained(kind)
    assert shown.sentence and "%(" not in shown.sentence + shown.advice
    assert 400 <= shown.status < 600
    assert problems.type_url(kind.code).endswith(f"/api/docs/errors/#{kind.code}")


def test_reasons_that_pass_by_themselves_say_when(world: World) -> None:
    for kind in TABLE:
        if TABLE[kind].status in (429, 503):
            refusal = kind.__new__(kind)
            Refusal.__init__(refusal)
            assert problems.headers(refusal)["Retry-After"] == "5", kind


def test_a_reason_without_a_cell_takes_its_parents() -> None:
    class Stranger(Refusal):
        pass

    assert said(Stranger()).status == 500


@pytest.mark.django_db
def test_the_page_of_codes_explains_each_of_them() -> None:
    page = Client().get(reverse("api:errors")).content.decode()
    for kind in TABLE:
        assert f'id="{kind.code}"' in page


def test_nothing_of_it_is_cached_by_others(world: World, settings: LazySettings) -> None:
    said = ask("POST", "/fusions", {}, token=world.token)
    assert said.headers["Cache-Control"] == "no-store"
    assert ask("GET", "/key", token=world.token).headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in said.headers["Vary"]
