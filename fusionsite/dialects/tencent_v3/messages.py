"""From an action's fields to a fusion request; values are checked here, their types before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings

from campaigns.admission import Caller, campaign_of_payer
from campaigns.models import Campaign
from campaigns.refusals import CampaignNotFound
from fusion import Box
from fusion.picture import PictureLimits
from fusionsite.dialects.base import LINK_LIFE, MIB, PARTNERS_FORMATS, Fault
from fusionsite.dialects.tencent_v3.errors import V2018
from fusionsite.dialects.tencent_v3.fields import Values
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import FaceOrder, Order
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest

MAX_MERGES = 6
MIN_RECT_PX = 30
MAX_LOGO_PX = 2160
MAX_KEY, MAX_VALUE = 32, 256
MAX_ASPECT = 10.0
MAX_SIDE_PX = {V2018: 3000, "2022-09-27": 4096}
ULTRA_MAX_SIDE_PX = 8000
MATERIAL_MAX_SIDE_PX = 1080  # intake keeps to it, so the look at a call is a second one
ULTRA_LINK_LIFE = timedelta(days=1)
# base64 carries three bytes in four characters: 5 MB of text are 3.75 MB of file.
MAX_BYTES = (5 * MIB * 3 // 4, 10 * MIB)
ULTRA_MAX_BYTES = (10 * MIB * 3 // 4, 20 * MIB)
_WARP_DEFAULT = 0.7
_PROJECT = re.compile(r"(?:at_)?([0-9]{1,19})")
_ID = re.compile(r"[A-Za-z0-9_]{1,64}")
_XML_TEXT = re.compile(r"[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
# A number that no face has.
_NO_FACE_NUMBER = 0


@dataclass(frozen=True)
class Asked:
    """A fusion action with its values checked. `request` lacks the caller and the campaign."""

    request: FusionRequest
    project_id: str = ""
    wants_review: bool = False


def campaign_of(caller: Caller, project_id: str) -> Campaign:
    """The campaign of that number if it is paid by the key's account, else CampaignNotFound."""
    found = _PROJECT.fullmatch(project_id)
    number = int(found[1]) if found else 0
    if caller.credential is None or not 0 < number < 2**63:
        raise CampaignNotFound
    return campaign_of_payer(caller.credential.account, project_id=number)


def material_id(text: str) -> str:
    """The id, or one that no material has when it could not be any."""
    return text if _ID.fullmatch(text) else "-"


def read_face_fusion(version: str, caller: Caller, fields: Values, call_id: str) -> Asked:
    """2018-12-01 FaceFusion: one user, one face."""
    merges: list[Values] = [{name: fields[name] for name in ("Image", "Url") if name in fields}]
    return _read_campaign_fusion(version, caller, fields, merges, call_id)


def read_fuse_face(version: str, caller: Caller, fields: Values, call_id: str) -> Asked:
    """FuseFace of both versions: up to six users into a stored material."""
    return _read_campaign_fusion(version, caller, fields, fields["MergeInfos"], call_id)


def _read_campaign_fusion(
    version: str,
    caller: Caller,
    fields: Values,
    merges: Sequence[Values],
    call_id: str,
) -> Asked:
    _require(fields["ProjectId"], "ProjectId")
    _require(fields["ModelId"], "ModelId")
    answer = _answer(fields)
    project, model = fields["ProjectId"], material_id(fields["ModelId"])
    _require(1 <= len(merges) <= MAX_MERGES, "MergeInfos")
    order = Order(
        faces=tuple(
            FaceOrder(
                photo=number,
                box=_rect(merge.get("InputImageFaceRect")),
                template_face=_face_number(merge.get("TemplateFaceID"), model, project),
            )
            for number, merge in enumerate(merges)
        ),
        metadata=_metadata(version, fields),
        max_answer_bytes=settings.FUSION_ANSWER_MAX_BYTES,
    )
    request = FusionRequest(
        caller=caller,
        campaign=None,
        model_id=model,
        photos=tuple(_photo(merge, "Image", "Url", MAX_BYTES) for merge in merges),
        order=order,
        face_degree=_turned(_degree(fields, "FuseFaceDegree")),
        profile_degree=_turned(_degree(fields, "FuseProfileDegree")),
        answer=answer,
        link_life=LINK_LIFE,
        limits=_limits(MAX_SIDE_PX[version]),
        max_aspect=MAX_ASPECT,
        max_material_side_px=MATERIAL_MAX_SIDE_PX,
        request_id=call_id,
    )
    wants_review = fields.get("CelebrityIdentify", 0) == 1
    return Asked(_with_logo(request, fields, MAX_BYTES), project, wants_review)


def read_ultra(version: str, caller: Caller, fields: Values, call_id: str) -> Asked:
    """2022-09-27 FuseFaceUltra: the template comes along, no campaign."""
    merges: Sequence[Values] = fields["MergeInfos"]
    answer = _answer(fields)
    _require(1 <= len(merges) <= MAX_MERGES, "MergeInfos")
    _check_ultra(fields)
    effects = fields.get("FusionUltraParam", {})
    order = Order(
        faces=tuple(
            FaceOrder(
                photo=number,
                box=_rect(merge.get("InputImageFaceRect")),
                template_box=_rect(merge.get("TemplateFaceRect")),
            )
            for number, merge in enumerate(merges)
        ),
        max_answer_bytes=settings.FUSION_ANSWER_MAX_BYTES,
    )
    request = FusionRequest(
        caller=caller,
        campaign=None,
        photos=tuple(_photo(merge, "Image", "Url", ULTRA_MAX_BYTES) for merge in merges),
        template=_photo(fields, "ModelImage", "ModelUrl", ULTRA_MAX_BYTES),
        order=order,
        profile_degree=round(100 * effects.get("WarpRadio", _WARP_DEFAULT)),
        answer=answer,
        link_life=ULTRA_LINK_LIFE,
        limits=_limits(ULTRA_MAX_SIDE_PX),
        template_limits=_limits(ULTRA_MAX_SIDE_PX),
        max_aspect=MAX_ASPECT,
        request_id=call_id,
    )
    return Asked(_with_logo(request, fields, ULTRA_MAX_BYTES))


# --- Values ----------------------------------------------------------------------------------


def _require(fine: object, parameter: str) -> None:
    if not fine:
        raise Fault("InvalidParameterValue.ParameterValueError", parameter=parameter)


def _answer(fields: Values) -> FusionJob.Answer:
    answers = {"url": FusionJob.Answer.LINK, "base64": FusionJob.Answer.BYTES}
    _require(fields["RspImgType"] in answers, "RspImgType")
    return answers[fields["RspImgType"]]


def _degree(fields: Values, name: str) -> int | None:
    degree: int | None = fields.get(name)
    _require(degree is None or 0 <= degree <= 100, name)
    return degree


def _turned(degree: int | None) -> int | None:
    """On the wire 100 is all template; in the engine 100 is all user."""
    return None if degree is None else 100 - degree


def _rect(members: Mapping[str, int] | None, min_px: int = MIN_RECT_PX) -> Box | None:
    if members is None:
        return None
    x, y, width, height = (members.get(name, -1) for name in ("X", "Y", "Width", "Height"))
    if not (0 <= x < 10**6 and 0 <= y < 10**6):
        raise Fault("InvalidParameterValue.FaceRectParameterValueError")
    if not (min_px <= width < 10**6 and min_px <= height < 10**6):
        raise Fault("InvalidParameterValue.FaceRectParameterValueError")
    return Box(x, y, width, height)


def _face_number(face_id: str | None, model_id: str, project_id: str) -> int | None:
    """The number in `<MaterialId>_<N>`, in a bare `<N>`, or in `<campaign>_<material>_<N>`."""
    if face_id is None:
        return None
    before, _underscore, number = face_id.rpartition("_")
    short = f"{project_id.removeprefix('at_')}_{model_id.rpartition('_')[2]}"
    fits = before in {"", model_id, short}
    if not fits or not (number.isascii() and number.isdigit() and len(number) < 4):
        return _NO_FACE_NUMBER
    return int(number)


def _metadata(version: str, fields: Values) -> tuple[tuple[str, str], ...]:
    codec = fields.get("FuseParam", {}).get("ImageCodecParam", {})
    entries: list[dict[str, str]] = codec.get("MetaData", [])
    _require(version == V2018 or len(entries) <= 1, "MetaData")
    for entry in entries:
        key, value = entry["MetaKey"], entry["MetaValue"]
        _require(1 <= len(key) <= MAX_KEY and _XML_TEXT.fullmatch(key), "MetaKey")
        _require(len(value) <= MAX_VALUE and _XML_TEXT.fullmatch(value), "MetaValue")
    return tuple((entry["MetaKey"], entry["MetaValue"]) for entry in entries)


def _photo(members: Values, image: str, url: str, max_bytes: tuple[int, int]) -> Photo:
    """The picture of two fields, of which the address wins."""
    if members.get(url):
        return Photo(url=members[url], max_bytes=max_bytes[1])
    return Photo(base64=members.get(image), max_bytes=max_bytes[0])


def _limits(max_side_px: int) -> PictureLimits:
    return PictureLimits(
        max_pixels=settings.FUSION_PHOTO_MAX_PIXELS,
        min_side_px=64,
        max_side_px=max_side_px,
        formats=PARTNERS_FORMATS,
    )


def _with_logo(request: FusionRequest, fields: Values, max_bytes: tuple[int, int]) -> FusionRequest:
    """The request with the caller's own mark. LogoAdd=0 leaves it away; the legal label stays."""
    logo: Values | None = fields.get("LogoParam")
    if logo is None:
        return request
    box = _rect(logo["LogoRect"], min_px=1)
    _require(box and box.width <= MAX_LOGO_PX and box.height <= MAX_LOGO_PX, "LogoRect")
    _require(logo.get("LogoUrl") or logo.get("LogoImage"), "LogoParam")
    if fields.get("LogoAdd", 1) == 0:
        return request
    limits = PictureLimits(min_side_px=1, max_side_px=MAX_LOGO_PX, formats=PARTNERS_FORMATS)
    return replace(
        request,
        mark=_photo(logo, "LogoImage", "LogoUrl", max_bytes),
        mark_limits=limits,
        order=replace(request.order, mark=box),
    )


def _check_ultra(fields: Values) -> None:
    effects: dict[str, Any] = fields.get("FusionUltraParam", {})
    shares = all(
        0 <= effects.get(name, 0) <= 1 for name in ("WarpRadio", "EnhanceRadio", "MpRadio")
    )
    switches = all(
        effects.get(name, 0) in (0, 1) for name in ("TeethEnhanceRadio", "MakeupTransferRadio")
    )
    if not (shares and switches):
        raise Fault("FailedOperation.ParameterValueError", parameter="FusionParam")
    if not 1 <= fields.get("SwapModelType", 1) <= 6:
        raise Fault("FailedOperation.ParameterValueError", parameter="SwapModelType")
