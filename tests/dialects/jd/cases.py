"""One case per documented code of the gateway, and per status of both APIs."""

from typing import Any

from campaigns.models import Layer, Standing
from fusion import errors
from tests.dialects import arranging
from tests.dialects.jd.asking import MORPH, PARSER, ask, morph, parser
from tests.dialects.transcripts import Case
from tests.dialects.world import NOW, SECRET_ID, base64_of

EARLY = str((NOW - 301) * 1000)


def case(name: str, *args: Any, **more: Any) -> Case:
    """A case whose request is made when it is played."""
    asking = {key: more.pop(key) for key in list(more) if key not in Case.__dataclass_fields__}
    return Case(name, lambda _world: ask(*args, **asking), **more)


SYSTEM = [
    case("10000"),
    case("10001", appkey="f" * 32),
    case("10003", "/jdai/face_swap"),
    case("10004", without=("appkey",)),
    case("10010", arrange=arranging.without_money),
    case("10020", settings={"FUSION_QUEUE_LENGTH": 0}),
    case("10030", arrange=arranging.code_breaks),
    case("10040", arrange=arranging.account(month_cap_fen=0, month_cap_hard=True)),
    case("10041", without=("timestamp",)),
    case("10042", without=("sign",)),
    case("10043", arrange=arranging.rate(Layer.CREDENTIAL), repeat=2),
    case("10044", arrange=arranging.rate(Layer.SITE), repeat=2),
    case("10045", timestamp=EARLY),
    case("10046", timestamp="now"),
    case("10047", secretkey="wrong"),
    case("10048", arrange=arranging.key(dialects=["jd_parser"])),
    case("10050", arrange=arranging.standing(Standing.FREEZE)),
    case("10060", settings={"FUSION_DIALECTS": ["jd_parser"]}),
    case("11010", arrange=arranging.nobody_works, settings={"FUSION_JOB_WAIT_S": 0.05}),
    case("11030", arrange=arranging.engine_breaks),
]
SYSTEM_ALSO = [
    case("10001", appkey=SECRET_ID),
    case("10001", appkey="\x00"),
    case("10004", appkey=""),
    case("10045", timestamp=str(NOW)),
    case("10046", timestamp="1e12"),
    case("10047", sign="é"),
    case("10048", arrange=arranging.key(addresses=["198.51.100.0/24"])),
    case("10050", arrange=arranging.key(disabled_at="2023-01-01T00:00:00Z")),
    case("10060", settings={"FUSION_BLOCKED_NETWORKS": ["203.0.113.0/24"]}),
    case("10020", arrange=arranging.counters_away),
    case("10003", "/jdai/"),
]
HEAVY = "A" * (2 * 2**20 * 4 // 3 + 4)
BUSINESS = [
    case("200.face_morph", MORPH),
    case("200.face_morph.list", MORPH, [morph(), morph(image_source="")]),
    case("200.face_parser", PARSER),
    case("200.face_parser.palette", PARSER, more={"palette": "1"}),
    case("201.face_morph", MORPH, morph(image_source=base64_of("noface.jpg"))),
    case("1002.face_morph", MORPH, [{"image_source": base64_of("face.jpg")}]),
    case("1003.face_morph", MORPH, morph(image_target="data:image/png;base64,AAAA")),
    case("1004.face_morph", MORPH, morph(image_source=base64_of("tiny.jpg"))),
    case("1005.face_morph", MORPH, b"image_source=1"),
    case("1006.face_morph", MORPH, [morph()] * 9),
    case("1007.face_morph", MORPH, morph(image_source="R0lGODlhAQABAAAAACw=")),
    case("1002.face_parser", PARSER, []),
    case("1003.face_parser", PARSER, parser(image="***")),
    case("1004.face_parser", PARSER, parser(image=HEAVY)),
    case("1005.face_parser", PARSER, b"[{]"),
    case("1006.face_parser", PARSER, arrange=arranging.moderated("violence")),
    case("1007.face_parser", PARSER, parser(image="aGVsbG8=")),
]
BUSINESS_ALSO = [
    case("201", MORPH, morph(image_target=base64_of("noface.jpg"))),
    case("201", MORPH, arrange=arranging.face(errors.FaceTurnedAway(measured=60, limit=40))),
    case("1002", MORPH, ["text"]),
    case("1002", MORPH, b'"text"'),
    case("1002", MORPH, b"17"),
    case("1002", MORPH, morph(image_source=17)),
    case("1004", MORPH, morph(image_source=base64_of("wide.png"))),
    case("1005", MORPH, b""),
    case("1005", MORPH, b"\xff\xfe[]"),
    case("1007", MORPH, morph(image_source=base64_of("face.jpg")[:400])),
]
