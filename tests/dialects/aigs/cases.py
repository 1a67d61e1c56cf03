"""One case per documented answer of faceswap."""

from typing import Any

from tests.dialects import arranging
from tests.dialects.aigs.asking import ask, fields
from tests.dialects.transcripts import Case
from tests.dialects.world import base64_of


def case(name: str, *args: Any, **more: Any) -> Case:
    """A case whose request is made when it is played."""
    asking = {key: more.pop(key) for key in list(more) if key not in Case.__dataclass_fields__}
    return Case(name, lambda _world: ask(*args, **asking), **more)


GOOD = [
    case("ok"),
    case("ok.data_header", fields(image_base64=f"data:image/jpeg;base64,{base64_of('face.jpg')}")),
]
FAILURES = [
    case("no_token", token=None),
    case("no_json", b"image_url=1"),
    case("no_image", fields(image_base64=None)),
    case("no_template", fields(template_base64="")),
    case("image_error", fields(image_url="http://127.0.0.1/me.jpg")),
    case("template_error", fields(template_base64="***")),
    case("no_face_image", fields(image_base64=base64_of("noface.jpg"))),
    case("no_face_template", fields(template_base64=base64_of("noface.jpg"))),
    case("forbidden", arrange=arranging.moderated("violence")),
    case("size", fields(image_base64=base64_of("tiny.jpg"))),
    case("rate", repeat=2),
    case("false", arrange=arranging.storage_full),
    case("used_up", arrange=arranging.without_money),
    case("bad_key", token="wrong"),
    case("unknown", arrange=arranging.code_breaks),
]
ALSO = [
    case("no_token", token=""),
    case("no_json", b"[]"),
    case("no_json", fields(image_base64=17)),
    case("image_error", fields(image_base64="aGVsbG8=")),
    case("image_error", fields(image_url="ftp://example.org/me.jpg")),
    case("size", fields(image_base64=base64_of("wide.png"))),
    case("size", fields(template_base64="A" * 8 * 2**20)),
    case("size", fields(image_base64="A" * 16 * 2**20)),
    case("used_up", arrange=arranging.only_packs),
    case("used_up", arrange=arranging.standing("in_arrears")),  # type: ignore[arg-type]
    case("bad_key", token="%00"),
    case("bad_key", token="%ff%fe"),
    case("bad_key", arrange=arranging.key(disabled_at="2023-01-01T00:00:00Z")),
    case("bad_key", arrange=arranging.key(dialects=["api"])),
    case("bad_key", arrange=arranging.key(addresses=["198.51.100.0/24"])),
    case("false", arrange=arranging.nobody_works, settings={"FUSION_JOB_WAIT_S": 0.05}),
    case("false", settings={"FUSION_QUEUE_LENGTH": 0}),
    case("unknown", settings={"FUSION_DIALECTS": []}),
]
