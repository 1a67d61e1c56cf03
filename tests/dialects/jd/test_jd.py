"""face_morph and face_parser: signature, transcripts, what is charged, what the pictures are."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from campaigns import ledger
from campaigns.models import Account
from fusion import parsing, read_picture
from fusionsite.dialects.jd import signature
from fusionsite.dialects.jd.errors import BUSINESS as STATUSES
from fusionsite.dialects.jd.errors import NOT_SAID
from fusionsite.dialects.jd.errors import SYSTEM as CODES
from tests.dialects import arranging
from tests.dialects.documenting import DOCS, bullet_list, table, written
from tests.dialects.jd.asking import MORPH, PARSER, ask, morph, parser
from tests.dialects.jd.cases import BUSINESS, BUSINESS_ALSO, SYSTEM, SYSTEM_ALSO
from tests.dialects.transcripts import RECORDING, Case, at_the_time, compare, forget_counts, play
from tests.dialects.wire import Answer, send
from tests.dialects.world import NOW, World, base64_of, picture

FOLDER = Path(__file__).parent / "transcripts"
PAGE = DOCS / "jd.md"
FIELDS = ["code", "charge", "remainTimes", "remainSeconds", "msg", "result"]


def test_vector() -> None:  # J1
    assert signature.sign("0123456789abcdef0123456789abcdef", "1541491668060") == (
        "bad3628a17174bd8c8cfddd245e6a980"
    )


def test_upper_case_hex_is_a_signature_too() -> None:
    sign = signature.sign("secret", "1541491668060")
    assert signature.is_signed("secret", "1541491668060", sign.upper())
    assert not signature.is_signed("other", "1541491668060", sign)


def check(said: Answer) -> None:
    assert said.status == 200
    assert said.headers["Content-Type"].startswith("application/json")
    assert list(said.json) == FIELDS and isinstance(said.json["code"], str)


def test_transcripts_of_the_gateways_codes(world: World, subtests: pytest.Subtests) -> None:
    for case in SYSTEM:
        with subtests.test(case.name):
            said = compare(FOLDER, case, world)
            check(said)
            assert said.json["code"] == case.name
            if case.name != "10000":
                assert said.json["msg"] == CODES[case.name].msg
                assert said.json["result"] is None and said.json["charge"] is False


def test_transcripts_of_the_business_codes(world: World, subtests: pytest.Subtests) -> None:
    for case in BUSINESS:
        with subtests.test(case.name):
            said = compare(FOLDER, case, world)
            check(said)
            assert said.json["code"] == "10000"
            results = said.json["result"]
            first = results[0] if isinstance(results, list) else results
            assert str(first["status"]) == case.name.partition(".")[0]
            assert ("image" in first) == (first["status"] == 200) == said.json["charge"]
            assert isinstance(first["used_time"], int)


def test_no_documented_code_is_missing() -> None:
    recorded = {file.stem for file in FOLDER.glob("*.http")}
    statuses = {f"{number}.face_morph" for number in STATUSES}
    statuses |= {f"{number}.face_parser" for number, said in STATUSES.items() if said.parser}
    assert recorded >= set(CODES) | statuses
    assert not set(CODES) & set(NOT_SAID)


def test_same_code_for_other_reasons(world: World, subtests: pytest.Subtests) -> None:
    for number, case in enumerate(SYSTEM_ALSO):
        with subtests.test(f"{number}: {case.name}"):
            _raw, said = play(world, case)
            check(said)
            assert said.json["code"] == case.name
    for number, case in enumerate(BUSINESS_ALSO):
        with subtests.test(f"business {number}: {case.name}"):
            _raw, said = play(world, case)
            check(said)
            assert str(said.json["result"]["status"]) == case.name


def answer(world: World, raw: bytes, **more: Any) -> Any:
    _raw, said = play(world, Case("", lambda _world: raw, **more))
    return said.json


def encoded(result: dict[str, Any]) -> bytes:
    return base64.b64decode(result["image"], validate=True)


def test_morph_is_a_png_the_size_of_the_target(world: World) -> None:
    result = answer(world, ask(MORPH))["result"]
    assert encoded(result).startswith(b"\x89PNG")
    assert read_picture(encoded(result)).shape == read_picture(picture("template.jpg")).shape


def test_parser_gives_ids_in_one_channel_the_size_of_the_picture(world: World) -> None:
    with Image.open(io.BytesIO(encoded(answer(world, ask(PARSER))["result"]))) as mask:
        assert (mask.mode, mask.size) == ("L", (160, 160))
        ids = np.asarray(mask)
    assert ids.max() <= 10 and {0, 1, 6} <= set(np.unique(ids))


def test_palette_is_the_documented_one(world: World) -> None:
    plain = answer(world, ask(PARSER))["result"]
    painted = answer(world, ask(PARSER, more={"palette": "1"}))["result"]
    with Image.open(io.BytesIO(encoded(plain))) as mask:
        ids = np.asarray(mask)
    with Image.open(io.BytesIO(encoded(painted))) as colours:
        assert colours.mode == "RGB"
        assert (np.asarray(colours) == parsing.paint(ids)).all()
    assert tuple(parsing.paint(np.array([[10]], np.uint8))[0, 0]) == (255, 0, 102)


def test_picture_without_a_face_is_all_background(world: World) -> None:
    result = answer(world, ask(PARSER, parser(image=base64_of("noface.jpg"))))["result"]
    with Image.open(io.BytesIO(encoded(result))) as mask:
        assert result["status"] == 200 and not np.asarray(mask).any()


def test_one_entry_gives_an_object_and_several_a_list(world: World) -> None:
    assert isinstance(answer(world, ask(MORPH, morph()))["result"], dict)
    assert isinstance(answer(world, ask(MORPH, [morph()]))["result"], dict)
    both = answer(world, ask(MORPH, [morph(image_source=""), morph()]))
    assert [result["status"] for result in both["result"]] == [1002, 200]
    assert both["charge"] is True and both["msg"] == "查询成功,扣费"


@pytest.mark.usefixtures("db")
def test_what_is_left_is_true_to_the_account(world: World) -> None:
    with at_the_time():
        forget_counts()
        before = ledger.remaining(world.account)
        said = send(ask(MORPH, [morph(), morph()])).json
        assert said["remainTimes"] == before - 2 == ledger.remaining(world.account)
        said = send(ask(MORPH, morph(image_source=base64_of("noface.jpg")))).json
        assert said["remainTimes"] == before - 2 and said["charge"] is False
        Account.objects.filter(pk=world.account.pk).update(unlimited=True)
        said = send(ask(MORPH)).json
        assert said["remainTimes"] == -1 and said["remainSeconds"] == -1
        assert said["charge"] is False


def test_free_calls_of_the_day_are_counted_down(world: World) -> None:
    said = answer(world, ask(MORPH), arrange=arranging.account(free_daily=3, billing="packs_only"))
    assert said["remainTimes"] == 2


def test_edge_of_the_window_is_inside(world: World) -> None:
    early = str((NOW - 299) * 1000)
    assert answer(world, ask(MORPH, timestamp=early))["code"] == "10000"


def test_content_type_does_not_matter(world: World) -> None:
    raw = ask(MORPH).replace(
        b"Host:", b"Content-Type: application/x-www-form-urlencoded\r\nHost:", 1
    )
    assert answer(world, raw)["result"]["status"] == 200


def test_transcript_of_the_error_table_is_in_the_docs() -> None:
    system = table(
        ("code", "msg", "Cause", "Remedy"),
        ((f"`{code}`", s.msg, s.cause, s.remedy) for code, s in CODES.items()),
    )
    business = table(
        ("status", "face_morph", "face_parser", "Cause"),
        ((f"`{n}`", s.morph, s.parser or "not said", s.cause) for n, s in STATUSES.items()),
    )
    never = "\nDocumented by the service and never said here:\n\n" + bullet_list(NOT_SAID)
    text = f"Of the gateway:\n\n{system}\nOf the APIs, inside code 10000:\n\n{business}{never}"
    page = written(PAGE, text)
    if RECORDING:
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "run python -m tests.dialects.record"
