"""Whatever is sent: the dialect's own form of error, no page, nothing charged, nothing kept."""

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzzing
from hypothesis import strategies as st

from campaigns import ledger
from campaigns.models import Hold
from fusionsite.dialects.aigs.errors import SAID
from fusionsite.dialects.jd.errors import SYSTEM
from fusionsite.dialects.tencent_fuseapi.errors import CODES as RETS
from fusionsite.dialects.tencent_v3.errors import CODES
from fusionsite.incoming import TolerantRequest
from fusionsite.jobs import photos
from fusionsite.jobs.models import FusionJob
from tests.dialects.aigs import asking as aigs
from tests.dialects.jd import asking as jd
from tests.dialects.tencent_fuseapi import asking as fuseapi
from tests.dialects.tencent_v3 import asking as v3
from tests.dialects.transcripts import at_the_time, forget_counts
from tests.dialects.wire import Answer, send
from tests.dialects.world import World

FEW = fuzzing(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Ask = Callable[[bytes], bytes]


def v3_action(action: str, version: str) -> Ask:
    return lambda body: v3.ask(action, None, version=version, body=body)


DOORS: dict[str, Ask] = {
    "v3 FaceFusion": v3_action("FaceFusion", v3.V2018),
    "v3 FuseFace": v3_action("FuseFace", v3.V2018),
    "v3 FuseFace 2022": v3_action("FuseFace", v3.V2022),
    "v3 FuseFaceUltra": v3_action("FuseFaceUltra", v3.V2022),
    "v3 DescribeMaterialList": v3_action("DescribeMaterialList", v3.V2018),
    "fuseapi": lambda body: fuseapi.ask(body),
    "jd face_morph": lambda body: jd.ask(jd.MORPH, body),
    "jd face_parser": lambda body: jd.ask(jd.PARSER, body),
    "aigs": lambda body: aigs.ask(body),
}
GOOD: dict[str, Any] = {
    "v3 FaceFusion": v3.face_fusion(),
    "v3 FuseFace": v3.fuse_face(),
    "v3 FuseFace 2022": v3.fuse_face(),
    "v3 FuseFaceUltra": v3.ultra(),
    "v3 DescribeMaterialList": {"ActivityId": 100646},
    "fuseapi": fuseapi.fields(),
    "jd face_morph": [jd.morph()],
    "jd face_parser": [jd.parser()],
    "aigs": aigs.fields(),
}


def check_form(door: str, said: Answer) -> None:
    """The dialect's own envelope, with a word that is documented."""
    answer = said.json
    if door.startswith("v3"):
        assert (said.status, said.headers["Content-Type"]) == (200, "application/json")
        error = answer["Response"].get("Error")
        assert answer["Response"]["RequestId"]
        assert error is None or (error["Code"] in CODES and error["Message"])
        assert error is None or error["Code"] != "InternalError"
    elif door == "fuseapi":
        assert said.status == 200 and (answer["ret"] == "0" or answer["ret"] in RETS)
        assert answer["ret"] != "-5"
    elif door.startswith("jd"):
        assert said.status == 200 and answer["code"] in SYSTEM and answer["code"] != "10030"
    else:
        assert said.status in (200, 401, 402, 403, 405)
        assert answer["code"] in {"success", *(word.code for word in SAID.values())}


@pytest.fixture
def knock(world: World) -> Callable[[str, bytes], Answer]:
    """Sends a request to a door and checks everything that must hold of any answer."""

    def send_and_check(door: str, raw: bytes) -> Answer:
        with at_the_time():
            forget_counts()
            before = ledger.balance(world.account)
            made = FusionJob.objects.filter(state="succeeded").count()
            said = send(raw)
            check_form(door, said)
            paid = FusionJob.objects.filter(state="succeeded").count() - made
            assert before - ledger.balance(world.account) == paid * world.account.price_fen
        assert not Hold.objects.filter(state=Hold.State.HELD).exists()
        assert not list(photos.held())
        return said

    return send_and_check


Knock = Callable[[str, bytes], Answer]

NUMBERS = st.one_of(st.integers(), st.floats(), st.just(10**400), st.just(-(2**63)))
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["\x00", "\ud800", "=" * 9, "data:image/png;base64,AA==", "A" * 1000, "é"]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn, good: Any) -> Any:
    """A good value with one of its members replaced, somewhere in its depth."""
    if isinstance(good, dict) and draw(st.booleans()):
        name = draw(st.sampled_from([*good, draw(st.text(max_size=6))]))
        return {**good, name: draw(spoilt(good.get(name)))}
    if isinstance(good, list) and good and draw(st.booleans()):
        return [draw(spoilt(good[0])), *good[1:]]
    return draw(VALUES)


@pytest.mark.parametrize("door", DOORS)
def test_values_of_any_type(door: str, knock: Knock) -> None:
    @FEW
    @given(spoilt(GOOD[door]))
    def fuzz(body: Any) -> None:
        knock(door, DOORS[door](json.dumps(body, ensure_ascii=True).encode()))

    fuzz()


@pytest.mark.parametrize("door", DOORS)
def test_bytes_of_any_kind(door: str, knock: Knock) -> None:
    @FEW
    @given(st.binary(max_size=200))
    def fuzz(body: bytes) -> None:
        knock(door, DOORS[door](body))

    fuzz()


DEEP = 100_000
BODIES = {
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "long number": b'{"ProjectId": ' + b"9" * 5_000 + b"}",
    "infinity": b'{"FuseFaceDegree": 1e999, "ActivityId": 1e999}',
    "not a number": b'{"ActivityId": NaN}',
    "half a surrogate": b'{"ProjectId": "\\ud800", "appid": "\\ud800", "image_url": "\\ud800"}',
    "another charset": '{"ProjectId": "活动"}'.encode("gb18030"),
    "sixteen bits": '{"ProjectId": "1"}'.encode("utf-16"),
    "truncated gzip": gzip.compress(b'{"ProjectId": "1"}' * 50)[:-9],
    "doubled name": b'{"ProjectId": "1", "ProjectId": 2}',
    "eleven megabytes": b'{"Image": "' + b"A" * 11 * 2**20 + b'"}',
    "broken base64": b'[{"image": "A", "image_source": "A", "image_target": "%%%"}]',
}


@pytest.mark.parametrize("door", DOORS)
def test_bodies_made_to_break(door: str, knock: Knock, subtests: pytest.Subtests) -> None:
    for name, body in BODIES.items():
        with subtests.test(name):
            knock(door, DOORS[door](body))


HEADERS = ["X-TC-Timestamp", "X-TC-Version", "X-TC-Action", "Authorization", "Content-Type", "Host"]


ONE_EACH = ["v3 FaceFusion", "fuseapi", "jd face_morph", "aigs"]


@pytest.mark.parametrize("door", ONE_EACH)
def test_header_that_is_missing_or_doubled(
    door: str, knock: Knock, subtests: pytest.Subtests
) -> None:
    raw = DOORS[door](json.dumps(GOOD[door]).encode())
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for header in [*HEADERS, "Content-Length"]:
        mine = [line for line in lines if line.startswith(header.encode() + b":")]
        without = b"\r\n".join(line for line in lines if line not in mine)
        with subtests.test(header):
            knock(door, without + blank + body)
            knock(door, b"\r\n".join([*lines, *mine]) + blank + body)


@pytest.mark.parametrize("door", ONE_EACH)
def test_content_length_that_lies(door: str, knock: Knock, subtests: pytest.Subtests) -> None:
    raw = DOORS[door](json.dumps(GOOD[door]).encode())
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    for length in ("-1", "x", "99999999999999999999", "5"):
        with subtests.test(length):
            declared = f"Content-Length: {length}".encode()
            knock(door, b"\r\n".join([*lines, declared]) + blank + body)


@pytest.mark.parametrize("door", ONE_EACH)
def test_other_methods(door: str, knock: Knock, subtests: pytest.Subtests) -> None:
    rest = DOORS[door](b"{}").partition(b"POST")[2]
    for method in (b"GET", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"BREW"):
        with subtests.test(method.decode()):
            knock(door, method + rest)
    assert send(b"HEAD" + rest).headers["Content-Type"].startswith("application/json")


def test_paths_below_fuseapi(knock: Knock) -> None:
    for path in ("/fuseapi/", "/fuseapi/face/x", "/fuseapi/../etc"):
        assert knock("fuseapi", fuseapi.ask(path=path)).json["ret"] == "-2100"


def test_host_that_is_not_ours_is_no_obstacle(knock: Knock) -> None:
    raw = jd.ask(jd.MORPH).replace(b"Host: 127.0.0.1:8000", b"Host: aiapi.jdcloud.com", 1)
    assert knock("jd face_morph", raw).json["code"] == "10000"


QUERIES = [
    "Action=FaceFusion",
    "Action=FaceFusion&Version",
    "Action=%ff&Version=%00",
    "Action=" + "x" * 40_000,
    "Action=DescribeMaterialList&Version=2018-12-01&Timestamp=1700000000&Nonce=1&SecretId=x"
    "&Signature=y&SignatureMethod=MD5",
    "Action=DescribeMaterialList&Version=2018-12-01&Timestamp=x&Nonce=1&SecretId=%00&Signature=%ff",
]


def test_queries_made_to_break(knock: Knock, subtests: pytest.Subtests) -> None:
    for query in QUERIES:
        with subtests.test(query[:60]):
            knock("v3", f"GET /?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


FLATTENED = [
    "ProjectId=1&ProjectId.X=2",
    "MergeInfos.x.Url=1",
    "MergeInfos.0=1",
    "MergeInfos.0.Url.X=1",
    "MergeInfos.99999.Url=1",
    ".=1",
    "FuseFaceDegree=%D9%A1",
]


def test_flattened_fields_made_to_break(knock: Knock, subtests: pytest.Subtests) -> None:
    for query in FLATTENED:
        with subtests.test(query):
            full = f"ProjectId=100646&ModelId={v3.MODEL}&RspImgType=url&{query}"
            knock("v3", v3.ask("FuseFace", {}, method="GET", query=full))


PARTS = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"--"),
    ("multipart/form-data; boundary=b", b"--b\r\n\r\n--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: x\r\n\r\nv\r\n--b--\r\n"),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="Image"\r\n\r\n\xff\r\n--b--\r\n',
    ),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="FuseParam"\r\n\r\n{\r\n--b--\r\n',
    ),
]


def test_parts_made_to_break(knock: Knock, subtests: pytest.Subtests) -> None:
    for content_type, body in PARTS:
        with subtests.test(body.decode("latin-1")):
            said = knock("v3", v3.ask("FaceFusion", None, content_type=content_type, body=body))
            code = said.json["Response"]["Error"]["Code"]
            assert code in ("InvalidRequest", "InvalidParameter")


MANY = "&".join(f"field{number}=1" for number in range(2_000))


@pytest.mark.parametrize(
    ("door", "path"), [("jd face_morph", jd.MORPH), ("aigs", aigs.PATH), ("fuseapi", fuseapi.PATH)]
)
def test_queries_of_the_others_made_to_break(door: str, path: str, knock: Knock) -> None:
    for query in (MANY, "%ff=%00", "token=%ff&appkey=%ff&timestamp=%00&sign=%ff"):
        knock(door, f"POST {path}?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


@pytest.mark.parametrize("charset", ["charset*=bogus''x", "charset=\x00", "charset*=utf-8''%ff"])
def test_content_type_that_cannot_be_read(charset: str, db: None) -> None:
    said: list[str] = []
    handler: Any = WSGIHandler()
    handler.request_class = TolerantRequest
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "CONTENT_TYPE": f"text/plain; {charset}",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    answer = json.loads(b"".join(handler(environ, lambda status, *_: said.append(status))))
    assert said == ["200 OK"]
    assert answer["Response"]["Error"]["Code"] == "MissingParameter"
