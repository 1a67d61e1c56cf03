"""What all dialects share: bodies, JSON, replays, addresses, and the turn-off at the entrance."""

import io
from typing import Any

import pytest
import structlog
from django.conf import LazySettings
from django.test import Client, RequestFactory

from fusionsite.dialects import base
from fusionsite.dialects.tencent_v3.errors import CODES
from tests.dialects import arranging, wire
from tests.dialects.tencent_v3 import asking as v3
from tests.dialects.transcripts import Case, at_the_time, forget_counts, play
from tests.dialects.wire import send
from tests.dialects.world import NOW, SECRET_ID, SECRET_KEY, World


def a_request(body: bytes, **environ: Any) -> Any:
    request = RequestFactory().post("/", body, content_type="application/json")
    request.META.update(environ)
    return request


def test_body_up_to_its_limit() -> None:
    assert base.read_body(a_request(b"x" * 100), 100) == b"x" * 100
    with pytest.raises(base.BodyTooLarge):
        base.read_body(a_request(b"x" * 101), 100)


def test_body_without_a_declared_length_is_read_to_its_end() -> None:
    stream = io.BytesIO(b"x" * 100)
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True, "wsgi.input": stream}
    assert base.read_body(a_request(b"", **chunked), 100) == b"x" * 100
    stream.seek(0)
    with pytest.raises(base.BodyTooLarge):
        base.read_body(a_request(b"", **chunked), 99)


def test_body_shorter_than_declared_is_unreadable() -> None:
    with pytest.raises(base.BodyUnreadable):
        base.read_body(a_request(b"x" * 10, CONTENT_LENGTH="11"), 100)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"NaN", b"[" * 100_000, b"9" * 5_000, b'"\\ud800"', b"{} {}"]
)
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(base.NotJson):
        base.parse_json(body)


def test_json_with_a_byte_order_mark() -> None:
    assert base.parse_json('\ufeff{"a": "人"}'.encode()) == {"a": "人"}


def test_signature_that_comes_twice_is_logged(world: World) -> None:
    raw = v3.ask("DescribeMaterialList", {"ActivityId": 100646})
    with at_the_time(), structlog.testing.capture_logs() as lines:
        forget_counts()
        send(raw)
        assert not [line for line in lines if line["event"] == "signature_replayed"]
        send(raw)
    replays = [line for line in lines if line["event"] == "signature_replayed"]
    assert len(replays) == 1 and replays[0]["credential"] == world.tencent.secret_id


def test_every_call_leaves_a_line_without_a_secret(world: World) -> None:
    with at_the_time(), structlog.testing.capture_logs() as lines:
        forget_counts()
        send(v3.ask("FaceFusion", v3.face_fusion(ModelId="qc_100646_000000_99")))
    (line,) = [line for line in lines if line["event"] == "partner_call"]
    assert line["said"] == "InvalidParameterValue.MaterialIdNotFound"
    assert line["credential"] == world.tencent.secret_id
    assert "Authorization" not in str(lines) and SECRET_KEY not in str(lines)


def test_home_page_is_for_visitors(client: Client, db: None) -> None:
    assert client.get("/").headers["Content-Type"].startswith("text/html")
    assert client.get("/?language=en").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/?Action=FaceFusion", {}),
        ("GET", "/", {"X-TC-Action": "FaceFusion"}),
        ("GET", "/", {"X-TC-Version": "2018-12-01"}),
        ("HEAD", "/", {"X-TC-Action": "FaceFusion"}),
        ("POST", "/", {}),
        ("DELETE", "/", {}),
    ],
)
def test_calls_to_the_home_page_are_calls(
    world: World, method: str, target: str, headers: dict[str, str]
) -> None:
    said = send(wire.request(method, target, {"Host": "anywhere.example.org", **headers}))
    assert said.status == 200 and said.headers["Content-Type"] == "application/json"


def code_of(world: World, raw: bytes, *arrange: arranging.Arrange, **settings: Any) -> str:
    def every(world: World, patch: pytest.MonkeyPatch) -> None:
        for one in arrange:
            one(world, patch)

    _raw, said = play(world, Case("", lambda _world: raw, arrange=every, settings=settings))
    return str(said.json["Response"].get("Error", {}).get("Code", "ok"))


def test_an_error_hides_those_behind_it(world: World) -> None:
    """Each step of the v3 order, with everything behind it wrong as well."""
    wrong: dict[str, Any] = {
        "action": "NoSuchAction",
        "version": "1999-01-01",
        "secret_id": "AKIDnobody",
        "secret_key": "wrong",
        "timestamp": 1,
        "region": "gz",
        "without": ("Authorization",),
        "body": b"[",
    }
    mended: dict[str, Any] = {}
    steps: list[tuple[str, str, Any]] = [
        ("AuthFailure.InvalidAuthorization", "without", ()),
        ("AuthFailure.SignatureExpire", "timestamp", NOW),
        ("AuthFailure.SecretIdNotFound", "secret_id", SECRET_ID),
        ("AuthFailure.SignatureFailure", "secret_key", SECRET_KEY),
        ("NoSuchVersion", "version", v3.V2018),
        ("InvalidAction", "action", "FaceFusion"),
        ("InvalidParameterValue", "region", ""),
        ("InvalidParameter", "body", b'{"Colour": 1}'),
        ("UnknownParameter", "body", b'{"CelebrityIdentify": "1"}'),
        ("MissingParameter", "body", None),
    ]
    for code, name, right in steps:
        asking = wrong | mended
        action = asking.pop("action")
        raw = v3.ask(action, v3.face_fusion(), **asking)
        assert code_of(world, raw) == code, name
        mended[name] = right


def test_the_account_goes_before_the_campaign_and_that_before_the_picture(world: World) -> None:
    nothing_right = v3.face_fusion(ProjectId="999999", ModelId="x", Image="***")
    raw = v3.ask("FaceFusion", nothing_right)
    in_arrears = arranging.standing("in_arrears")  # type: ignore[arg-type]
    assert code_of(world, raw, in_arrears) == "ResourceUnavailable.InArrears"
    assert code_of(world, raw) == "InvalidParameterValue.ActivityIdNotFound"
    raw = v3.ask("FaceFusion", v3.face_fusion(ModelId="x", Image="***"))
    assert code_of(world, raw) == "InvalidParameterValue.MaterialIdNotFound"
    merge = {"Image": "***", "TemplateFaceID": "77"}
    assert code_of(world, v3.ask("FuseFace", v3.fuse_face(merge))) == (
        "FailedOperation.TemplateFaceIDNotExist"
    )
    raw = v3.ask("FaceFusion", v3.face_fusion(Image="***"))
    assert code_of(world, raw) == "FailedOperation.ImageDecodeFailed"


@pytest.mark.parametrize("face_id", ["1", f"{v3.MODEL}_1", "100646_9_1"])
def test_three_ways_to_name_a_face(world: World, face_id: str) -> None:
    raw = v3.ask("FuseFace", v3.fuse_face({"TemplateFaceID": face_id}))
    assert code_of(world, raw) == "ok"


def test_faces_that_are_not_there(world: World, subtests: pytest.Subtests) -> None:
    for face_id in ("", "0", "2", "x", f"{v3.MODEL}_0", "100646_8_1", "1_1"):
        with subtests.test(face_id):
            raw = v3.ask("FuseFace", v3.fuse_face({"TemplateFaceID": face_id}))
            assert code_of(world, raw) == "FailedOperation.TemplateFaceIDNotExist"


def test_region_may_be_demanded(world: World, settings: LazySettings) -> None:
    raw = v3.ask("FaceFusion", v3.face_fusion(), region="")
    assert code_of(world, raw) == "ok"
    assert code_of(world, raw, FUSION_TENCENT_REGION_REQUIRED=True) == "MissingParameter"


def test_null_is_absent(world: World) -> None:
    given = v3.face_fusion() | {"Url": None, "FuseParam": None}
    assert code_of(world, v3.ask("FaceFusion", given)) == "ok"


def test_every_code_is_a_word_or_two() -> None:
    assert all(code.replace(".", "").isalnum() for code in CODES)
