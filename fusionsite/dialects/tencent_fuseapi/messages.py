"""The fields of fuseapi/face, checked, and its answers."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from campaigns.admission import Caller, campaign_of_payer
from campaigns.models import Campaign
from campaigns.refusals import CampaignNotFound
from fusion.picture import PictureLimits
from fusionsite.dialects.base import LINK_LIFE, PARTNERS_FORMATS, Fault, NotJson, parse_json
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import Order
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest

REQUIRED = ("appid", "uin", "project_id", "model_id", "img_data", "rsp_img_type")
# Account numbers come as numbers from some clients.
_NUMBERS_TOO = frozenset({"appid", "uin", "project_id"})
_ANSWERS = {"url": FusionJob.Answer.LINK, "base64": FusionJob.Answer.BYTES}
_ID = re.compile(r"[A-Za-z0-9_]{1,64}")
_PROJECT = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Asked:
    """The fields of a call, all there and all text; their values are not looked at yet."""

    appid: str
    uin: str
    project_id: str
    model_id: str
    img_data: str
    rsp_img_type: str


def read(body: bytes) -> Asked:
    """The fields; raises -1009 (no JSON object), -6 (missing, empty) or -1000 (wrong type)."""
    try:
        given = parse_json(body)
    except NotJson as error:
        raise Fault("-1009") from error
    if not isinstance(given, dict):
        raise Fault("-1009")
    if any(given.get(name) in (None, "") for name in REQUIRED):
        raise Fault("-6")
    return Asked(**{name: _text(name, given[name]) for name in REQUIRED})


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if name in _NUMBERS_TOO and isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**20 else ""
    raise Fault("-1000")


def campaign_of(caller: Caller, asked: Asked) -> Campaign:
    """The campaign of that number if the key's account pays it, else CampaignNotFound."""
    if caller.credential is None or not _PROJECT.fullmatch(asked.project_id):
        raise CampaignNotFound
    return campaign_of_payer(caller.credential.account, project_id=int(asked.project_id))


def request_of(asked: Asked, caller: Caller, campaign: Campaign, call_id: str) -> FusionRequest:
    """The fusion that is asked for."""
    return FusionRequest(
        caller=caller,
        campaign=campaign,
        model_id=asked.model_id,
        photos=(Photo(base64=asked.img_data),),
        order=Order(max_answer_bytes=settings.FUSION_ANSWER_MAX_BYTES),
        answer=_ANSWERS[asked.rsp_img_type],
        link_life=LINK_LIFE,
        limits=PictureLimits(
            max_bytes=settings.FUSION_FUSEAPI_MAX_BYTES,
            max_pixels=settings.FUSION_PHOTO_MAX_PIXELS,
            min_side_px=64,
            max_side_px=settings.FUSION_FUSEAPI_MAX_SIDE_PX,
            formats=PARTNERS_FORMATS,
        ),
        request_id=call_id,
    )


def check_values(asked: Asked) -> None:
    """Raises -1000 for a value that no call can have."""
    if asked.rsp_img_type not in _ANSWERS or not _ID.fullmatch(asked.model_id):
        raise Fault("-1000")


def delivered(picture: str, asked: Asked) -> dict[str, Any]:
    """The good answer: the address or the base64 text, in the same field."""
    answer: dict[str, Any] = {"img_url": picture, "ret": ret_of("0")}
    if asked.rsp_img_type == "base64" and settings.FUSION_FUSEAPI_IMG_BASE64:
        answer["img_base64"] = picture
    return answer


def ret_of(code: str) -> str | int:
    """As text, like the service's own example, or as a number where the settings say so."""
    return int(code) if settings.FUSION_FUSEAPI_INTEGER_RET else code
