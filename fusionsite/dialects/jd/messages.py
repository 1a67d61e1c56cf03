"""Bodies of the JD APIs: one entry or a list of them; requests and results per entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from campaigns.admission import Caller
from fusion.picture import PictureLimits
from fusionsite.dialects.base import MIB, PARTNERS_FORMATS, NotJson, parse_json
from fusionsite.dialects.jd.errors import BusinessFault
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import Order
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest

# "Less than 2 MB": the last byte below it.
MAX_BYTES = 2 * MIB - 1
MIN_SIDE_PX, MAX_SIDE_PX = 50, 2048
_NOT_KEPT = timedelta(minutes=10)


@dataclass(frozen=True)
class Entries:
    """The entries of a body; `single` when the result is one object and not a list."""

    entries: Sequence[Any]
    single: bool


def read_entries(body: bytes) -> Entries:
    """The entries; raises the status 1005 (no JSON), 1002 (nothing in it) or 1006 (too many)."""
    try:
        given = parse_json(body)
    except NotJson as error:
        raise BusinessFault(1005) from error
    if isinstance(given, dict):
        return Entries([given], single=True)
    if not isinstance(given, list) or not given:
        raise BusinessFault(1002)
    if len(given) > settings.FUSION_JD_MAX_ENTRIES:
        raise BusinessFault(1006)
    return Entries(given, single=len(given) == 1)


def _texts(entry: Any, names: Sequence[str]) -> list[str]:
    """The entry's pictures; raises the status 1002 unless each is a text with something in it."""
    if not isinstance(entry, Mapping):
        raise BusinessFault(1002)
    texts = [entry.get(name) for name in names]
    if not all(isinstance(text, str) and text for text in texts):
        raise BusinessFault(1002)
    return texts  # type: ignore[return-value]


def _limits() -> PictureLimits:
    return PictureLimits(
        max_bytes=MAX_BYTES,
        max_pixels=MAX_SIDE_PX**2,
        min_side_px=MIN_SIDE_PX,
        max_side_px=MAX_SIDE_PX,
        formats=PARTNERS_FORMATS,
    )


def morph_request(entry: Any, caller: Caller, call_id: str) -> FusionRequest:
    """face_morph: the face of image_source in the picture image_target, answered as PNG."""
    source, target = _texts(entry, ("image_source", "image_target"))
    return FusionRequest(
        caller=caller,
        campaign=None,
        photos=(Photo(base64=source),),
        template=Photo(base64=target),
        order=Order(picture_format="PNG"),
        answer=FusionJob.Answer.BYTES,
        link_life=_NOT_KEPT,
        limits=_limits(),
        template_limits=_limits(),
        request_id=call_id,
    )


def parser_request(entry: Any, caller: Caller, call_id: str, *, painted: bool) -> FusionRequest:
    """face_parser: the picture's regions as a PNG of class ids, or painted."""
    (image,) = _texts(entry, ("image",))
    return FusionRequest(
        caller=caller,
        campaign=None,
        photos=(Photo(base64=image),),
        kind=FusionJob.Kind.PARSE,
        order=Order(painted=painted),
        answer=FusionJob.Answer.BYTES,
        link_life=_NOT_KEPT,
        limits=_limits(),
        request_id=call_id,
    )
