"""fuseapi/face: its signature, its transcripts, its settings."""

import base64
from pathlib import Path
from typing import Any

import pytest

from fusion import read_picture
from fusionsite.dialects.tencent_fuseapi import signature
from fusionsite.dialects.tencent_fuseapi.errors import CODES, NOT_SAID
from tests.dialects.documenting import DOCS, bullet_list, table, written
from tests.dialects.tencent_fuseapi.asking import ask, fields, original
from tests.dialects.tencent_fuseapi.cases import ALSO, FAILURES, GOOD
from tests.dialects.transcripts import RECORDING, Case, compare, play
from tests.dialects.wire import Answer
from tests.dialects.world import SECRET_KEY, World

FOLDER = Path(__file__).parent / "transcripts"
PAGE = DOCS / "fuseapi.md"
L1 = (
    "a=1250000001&b=&k=AKIDEXAMPLE0000000000000000000000001&e=1702592000&t=1700000000"
    "&r=1234567890&u=0&f=",
    "LceirpQi1iMlusgj+zb/aRsAznhhPTEyNTAwMDAwMDEmYj0maz1BS0lERVhBTVBMRTAwMDAwMDAwMDAwMDAwMDAw"
    "MDAwMDAwMDEmZT0xNzAyNTkyMDAwJnQ9MTcwMDAwMDAwMCZyPTEyMzQ1Njc4OTAmdT0wJmY9",
)
L2 = (
    "u=100000000001&a=1250000001&k=AKIDEXAMPLE0000000000000000000000001&e=1702592000"
    "&t=1700000000&r=1234567890&f=",
    "NkHAPPGjGJxIfHWKZMKow/35Dd11PTEwMDAwMDAwMDAwMSZhPTEyNTAwMDAwMDEmaz1BS0lERVhBTVBMRTAwMDAw"
    "MDAwMDAwMDAwMDAwMDAwMDAwMDEmZT0xNzAyNTkyMDAwJnQ9MTcwMDAwMDAwMCZyPTEyMzQ1Njc4OTAmZj0=",
)


@pytest.mark.parametrize(("text", "header"), [L1, L2], ids=["L1", "L2"])
def test_vectors(text: str, header: str) -> None:
    assert signature.write(text, "ExampleSecretKey0000000000000001") == header
    ticket = signature.parse(header)
    assert (ticket.appid, ticket.expires, ticket.created) == (
        "1250000001",
        1_702_592_000,
        1_700_000_000,
    )
    assert signature.is_signed(ticket, "ExampleSecretKey0000000000000001")
    assert not signature.is_signed(ticket, "another")


def test_header_may_be_broken_into_lines_and_lack_its_padding() -> None:
    header = signature.write(original(), SECRET_KEY).rstrip("=")
    broken = "\r\n".join(header[at : at + 76] for at in range(0, len(header), 76))
    assert signature.parse(f" {broken} ").original == original().encode()


def test_fields_may_come_in_any_order_and_some_be_left_away(world: World) -> None:
    for names in (("a", "b", "k", "e", "t", "r", "u", "f"), ("a", "k", "t", "e", "r")):
        every = dict(pair.split("=") for pair in original().split("&"))
        text = "&".join(f"{name}={every[name]}" for name in names)
        assert answer(world, ask(signed=text))["ret"] == "0"


def answer(world: World, raw: bytes, **settings: Any) -> Any:
    _raw, said = play(world, Case("", lambda _world: raw, settings=settings))
    return said.json


def check(said: Answer) -> None:
    assert said.status == 200 and said.headers["Content-Type"] == "application/json"


def test_transcripts_of_everything_that_goes_well(world: World, subtests: pytest.Subtests) -> None:
    for case in GOOD:
        with subtests.test(case.name):
            said = compare(FOLDER, case, world)
            check(said)
            assert said.json["ret"] == "0" and said.json["img_url"]


def test_transcripts_of_every_failure(world: World, subtests: pytest.Subtests) -> None:
    for case in FAILURES:
        with subtests.test(case.name):
            said = compare(FOLDER, case, world)
            check(said)
            assert said.json == {"ret": case.name, "msg": CODES[case.name].msg}


def test_no_documented_ret_is_missing() -> None:
    recorded = {file.stem for file in FOLDER.glob("*.http") if not file.name.startswith("ok.")}
    assert recorded == set(CODES)
    assert not set(CODES) & set(NOT_SAID)


def test_same_ret_for_other_reasons(world: World, subtests: pytest.Subtests) -> None:
    for number, case in enumerate(ALSO):
        with subtests.test(f"{number}: {case.name}"):
            _raw, said = play(world, case)
            check(said)
            assert said.json["ret"] == case.name


def test_base64_is_a_picture_and_repeated_where_the_settings_say_so(world: World) -> None:
    raw = ask(fields(rsp_img_type="base64"))
    plain = answer(world, raw)
    assert set(plain) == {"img_url", "ret"}
    assert read_picture(base64.b64decode(plain["img_url"])).shape[2] == 3
    assert "img_base64" in answer(world, raw, FUSION_FUSEAPI_IMG_BASE64=True)


def test_ret_is_a_number_where_the_settings_say_so(world: World) -> None:
    assert answer(world, ask(), FUSION_FUSEAPI_INTEGER_RET=True)["ret"] == 0
    assert answer(world, ask(b"{"), FUSION_FUSEAPI_INTEGER_RET=True)["ret"] == -1009


def test_smaller_pictures_where_the_settings_say_so(world: World) -> None:
    assert answer(world, ask(), FUSION_FUSEAPI_MAX_SIDE_PX=100)["ret"] == "-3"
    assert answer(world, ask(), FUSION_FUSEAPI_MAX_BYTES=1000)["ret"] == "-3"


def test_numbers_are_taken_for_numbers_of_accounts(world: World) -> None:
    given = fields(appid=1250000001, uin=100000000001, project_id=100646, porn_detect=0)
    assert answer(world, ask(given))["ret"] == "0"


def test_transcript_of_the_error_table_is_in_the_docs() -> None:
    rows = ((f"`{ret}`", s.msg, s.cause, s.remedy) for ret, s in CODES.items())
    never = "\nDocumented by the service and never said here:\n\n" + bullet_list(NOT_SAID)
    page = written(PAGE, table(("ret", "msg", "Cause", "Remedy"), rows) + never)
    if RECORDING:
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "run python -m tests.dialects.record"
