"""The body of faceswap: two pictures, each by address or as base64."""

import re
from typing import Any

from django.conf import settings

from campaigns.admission import Caller
from fusion.picture import PictureLimits
from fusionsite.dialects.base import LINK_LIFE, MIB, PARTNERS_FORMATS, Fault, NotJson, parse_json
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest

MAX_BYTES = 5 * MIB
MIN_SIDE_PX, MAX_SIDE_PX = 50, 2048
TEMPLATE_MAX_SIDE_PX = 4096
_DATA_HEADER = re.compile(r"data:image/[a-z0-9.+-]{1,20};base64,", re.IGNORECASE)


def read(body: bytes) -> dict[str, Any]:
    """The body's fields; raises a fault for what is no JSON object with both pictures."""
    try:
        given = parse_json(body)
    except NotJson as error:
        raise Fault("no_json") from error
    if not isinstance(given, dict):
        raise Fault("no_json")
    for name in ("image", "template"):
        values = [given.get(f"{name}_url"), given.get(f"{name}_base64")]
        if not all(value is None or isinstance(value, str) for value in values):
            raise Fault("no_json")
        if not any(values):
            raise Fault(f"no_{name}")
    return given


def request_of(fields: dict[str, Any], caller: Caller, call_id: str) -> FusionRequest:
    """The fusion that is asked for."""
    formats = PARTNERS_FORMATS | {"WEBP"}
    pixels = settings.FUSION_PHOTO_MAX_PIXELS
    return FusionRequest(
        caller=caller,
        campaign=None,
        photos=(_photo(fields, "image"),),
        template=_photo(fields, "template"),
        link_life=LINK_LIFE,
        limits=PictureLimits(MAX_BYTES, pixels, MIN_SIDE_PX, MAX_SIDE_PX, formats),
        template_limits=PictureLimits(MAX_BYTES, pixels, 64, TEMPLATE_MAX_SIDE_PX, formats),
        request_id=call_id,
    )


def _photo(fields: dict[str, Any], name: str) -> Photo:
    """The address goes first; a data: header of base64 is taken off."""
    if url := fields.get(f"{name}_url"):
        return Photo(url=url)
    return Photo(base64=_DATA_HEADER.sub("", fields[f"{name}_base64"], count=1))
