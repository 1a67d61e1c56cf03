"""What a made picture says of itself: the visible label, the metadata, and our seal on both."""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

import cv2
import numpy as np
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from PIL import Image

from campaigns.models import Campaign
from fusion import Box, write_picture
from fusion.faces import RGB
from fusion.label import (
    DEFAULT_TEXT,
    Corner,
    Provenance,
    draw_label,
    embed_xmp,
    read_aigc,
    split_xmp,
    xmp_packet,
)
from fusionsite.jobs import marks
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import Order
from fusionsite.jobs.watermark import draw_watermark
from fusionsite.results.storing import MadePicture
from templates_app.publishing import is_lawful_label

CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


def mark(picture: RGB, *, job: FusionJob, order: Order, faces: Sequence[Box]) -> MadePicture:
    """Labels the picture (changed in place), encodes it, and writes its metadata.

    Camera data and places are gone by construction: the file is encoded anew from pixels.
    """
    if job.preview:
        draw_watermark(picture)
    _label(picture, job.campaign, faces)
    encoded = write_picture(picture, format=order.picture_format)
    provenance = Provenance(
        content_id=str(job.public_id),
        seal=_seal(str(job.public_id), timezone.now(), picture, encoded),
        producer=settings.FUSION_PROVIDER_CODE or settings.FUSION_PROVIDER_NAME,
        propagator=settings.FUSION_PROVIDER_CODE or settings.FUSION_PROVIDER_NAME,
        caller_metadata=order.metadata,
    )
    height, width = picture.shape[:2]
    return MadePicture(
        encoded=embed_xmp(encoded, xmp_packet(provenance)),
        content_type=CONTENT_TYPES[order.picture_format],
        width=width,
        height=height,
    )


def _label(picture: RGB, campaign: Campaign | None, faces: Sequence[Box]) -> None:
    if campaign is None:
        draw_label(picture, DEFAULT_TEXT, avoid=faces)
        return
    label = draw_label(
        picture,
        _lawful(campaign),
        corner=cast(Corner, campaign.label_corner.replace("_", "-")),
        height_share=campaign.label_height_percent / 100,
        avoid=faces,
    )
    marks.draw_label_mark(picture, campaign, label)


def _lawful(campaign: Campaign) -> str:
    """The campaign's own words while they say that a machine made it; else the default.

    The gate looked at them once; they may have changed since.
    """
    if campaign.label_text and is_lawful_label(campaign.label_text, campaign.languages):
        return campaign.label_text
    return DEFAULT_TEXT


# --- Was it made here? -----------------------------------------------------------------------

# unchanged: the very file; resaved: the same picture, saved again or changed a little;
# borrowed: our seal, but on another picture; none: nothing of ours in the file.
Found = Literal["unchanged", "resaved", "borrowed", "none"]
MOST_DIFFERENT_BITS = 10  # of 64; saving again changes one or two, another scene about 32
_SEAL = re.compile(r"1\.(\d{9,11})\.([0-9a-f]{16})\.([0-9a-f]{32})\.([\w-]{43})")


@dataclass(frozen=True)
class Trace:
    """What a file says of where it was made; `made_at` only where our seal is on it."""

    found: Found
    made_at: datetime | None = None


def trace(encoded: bytes) -> Trace:
    """Looks for our seal in a picture. Raises OSError for a file that is none or is too large.

    Everything is in the file itself: nothing is looked up, so it also answers for what was erased.
    """
    with Image.open(io.BytesIO(encoded)) as opened:
        if opened.width * opened.height > settings.FUSION_PHOTO_MAX_PIXELS:
            raise OSError("more pixels than are looked at")
        opened.draft("RGB", (1080, 1080))
        shape = _shape_of(np.asarray(opened.convert("RGB")))
        other_packet = opened.info.get("xmp")
    bare, packet = split_xmp(encoded)
    fields = read_aigc(packet or other_packet or b"")
    seal = _SEAL.fullmatch(fields.get("ReservedCode1", ""))
    if seal is None or not _is_ours(fields.get("ProduceID", ""), seal):
        return Trace("none")
    made_at = datetime.fromtimestamp(int(seal[1]), UTC)
    if hashlib.sha256(bare).hexdigest()[:32] == seal[3]:
        return Trace("unchanged", made_at)
    differing = (int(shape, 16) ^ int(seal[2], 16)).bit_count()
    return Trace("resaved" if differing <= MOST_DIFFERENT_BITS else "borrowed", made_at)


def _seal(content_id: str, now: datetime, picture: RGB, encoded: bytes) -> str:
    """Time, coarse shape and digest of a picture, signed together with its number."""
    digest = hashlib.sha256(encoded).hexdigest()[:32]
    said = f"1.{int(now.timestamp())}.{_shape_of(picture)}.{digest}"
    return f"{said}.{_signer().signature(f'{content_id}.{said}')}"


def _is_ours(content_id: str, seal: re.Match[str]) -> bool:
    said, _, signature = seal[0].rpartition(".")
    expected = _signer().signature(f"{content_id}.{said}")
    return constant_time_compare(signature, expected)


def _signer() -> signing.Signer:
    return signing.Signer(salt="fusionsite.jobs.provenance")


def _shape_of(picture: RGB) -> str:
    """Whether it gets brighter from left to right, in 8 by 8 places: 64 bits as 16 hex digits.

    Of 64 places a picture's pixels tell more than enough: about 100 a side are looked at.
    """
    height, width = picture.shape[:2]
    step = max(1, min(height, width) // 100)
    looked_at = (-(-width // step), -(-height // step))
    few = cv2.resize(picture, looked_at, interpolation=cv2.INTER_NEAREST)
    grey = cv2.cvtColor(few, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    bits = np.packbits(small[:, 1:] > small[:, :-1])
    return bits.tobytes().hex()
