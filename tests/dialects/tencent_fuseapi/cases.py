"""One case per documented ret of fuseapi, and one per way of answering."""

from typing import Any

from campaigns.models import Layer, Standing
from fusion import errors
from tests.dialects import arranging
from tests.dialects.tencent_fuseapi.asking import ask, fields, original
from tests.dialects.transcripts import Case
from tests.dialects.world import NOW, OTHER_SECRET_ID, World, base64_of


def case(ret: str, *args: Any, **more: Any) -> Case:
    """A case whose request is made when it is played."""
    asking = {key: more.pop(key) for key in list(more) if key not in Case.__dataclass_fields__}
    return Case(ret, lambda _world: ask(*args, **asking), **more)


def trial_call(_world: World) -> bytes:
    return ask(fields(project_id="100647", model_id="qc_100647_154023_1"))


GOOD = [
    case("ok.url"),
    case("ok.base64", fields(rsp_img_type="base64")),
    case("ok.form_content_type", content_type="application/x-www-form-urlencoded"),
]
FAILURES = [
    case("1000", fields(img_data=base64_of("noface.jpg"))),
    case("-1", fields(uin="100000000002")),
    case("-3", fields(img_data="A" * (5 * 2**20 + 4))),
    case("-4", arrange=arranging.detector_breaks),
    case("-5", arrange=arranging.code_breaks),
    case("-6", fields(model_id="")),
    case("-7", signed=original(e=NOW - 1, t=NOW - 100)),
    case("-8", arrange=arranging.material_without_faces),
    case("-1000", fields(rsp_img_type="URL")),
    case("-1001", fields(img_data="data:image/jpeg;base64,/9j/4AAQ")),
    case("-1002", arrange=arranging.photo_lost),
    case("-1003", arrange=arranging.counters_away),
    case("-1004", arrange=arranging.storage_full),
    case("-1007", arrange=arranging.engine_breaks),
    case("-1008", arrange=arranging.face(errors.FaceTooSmall(measured=20, limit=34))),
    case("-1009", b'{"appid": "1250000001",}'),
    Case("-2011", trial_call, repeat=2),
    case("-2012", arrange=arranging.rate(Layer.CREDENTIAL), repeat=2),
    case("-2013", arrange=arranging.rate(Layer.ACCOUNT), repeat=2),
    case("-2014", arrange=arranging.cap_reached),
    case("-2015", secret_key="wrong", settings={"FUSION_FAILED_SIGNATURES_PER_MIN": 1}, repeat=2),
    case("-2100", b"", method="GET"),
    case("-2102", arrange=arranging.withdrawn),
    case("-2103", fields(model_id="qc_100646_154022_10")),
    case("-20001", authorization=""),
    case("-20002", authorization="not base64 at all"),
    case("-20003", secret_key="wrong"),
    case("-20004", arrange=arranging.rate(Layer.SITE), repeat=2),
    case("-20005", arrange=arranging.nobody_works, settings={"FUSION_JOB_WAIT_S": 0.05}),
]
# The same ret for another reason.
ALSO = [
    case("-1", arrange=arranging.standing(Standing.IN_ARREARS)),
    case("-3", fields(img_data=base64_of("wide.png"))),
    case("-3", fields(img_data="A" * 7 * 2**20)),
    case("-6", fields(img_data=None)),
    case("-7", signed=original(t=NOW + 400, e=NOW + 5000)),
    case("-7", signed=original(e=NOW + 91 * 86_400)),
    case("-1000", fields(project_id="999999")),
    case("-1000", fields(project_id="a name")),
    case("-1000", fields(model_id="qc_100646_000000_99")),
    case("-1000", fields(img_data=["A"])),
    case("-1009", b"[]"),
    case("-1009", b"\xff\xfe"),
    case("-2100", content_type="multipart/form-data; boundary=x"),
    case("-2100", path="/fuseapi/video"),
    case("-2102", arrange=arranging.material_file_lost),
    case("-2103", arrange=arranging.campaign(fee_state="stopped")),
    case("-2103", arrange=arranging.key(dialects=["tencent_v3"])),
    case("-20002", authorization="AAAA"),
    case("-20003", signed=original(e=0)),
    case("-20003", signed=original(k=OTHER_SECRET_ID)),
    case("-20003", signed=original(a="1250000002")),
    case("-20003", fields(appid="1250000002")),
    case("-20005", settings={"FUSION_DIALECTS": []}),
]
