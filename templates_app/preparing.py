"""A file as it was uploaded to the picture a material keeps: upright, sRGB, JPEG, no metadata.

Whatever is changed on the way is named, so that nobody is surprised by another picture.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from PIL import Image

from fusion import RGB, PictureLimits, profiles, read_picture, write_picture
from fusion.errors import (
    PictureError,
    PictureFormatNotSupported,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooSmall,
    PictureTruncated,
)
from fusion.picture import picture_format
from templates_app import refusals

if TYPE_CHECKING:
    from django.utils.functional import Promise

MAX_SIDE_PX = 1080
MIN_SIDE_PX = 64
MAX_BYTES = 500 * 1024
FIT_MAX_BYTES = 20 * 1024 * 1024
FIT_MAX_PIXELS = 40_000_000
ANY_PIXELS = 2**60
"""No limit of its own: the limits of the sides say it in the words people expect."""
THUMBNAIL_SIDE_PX = 480
QUALITIES = (95, 92, 88, 84, 78, 70, 60, 45, 30)
EXIF_ORIENTATION = 0x0112

CHANGES: dict[str, Promise] = {
    "turned": _("It was turned upright, as the camera noted."),
    "converted": _("It was converted to JPEG."),
    "cmyk": _("It was in printing colours (CMYK); compare the colours with your original."),
    "sixteen_bit": _("It had 16 bits per colour; 8 were kept."),
    "profile": _("Its colour profile was applied; the picture is now plain sRGB."),
    "flattened": _("It had see-through parts; they were put on white."),
    "metadata": _("Camera data, places and other metadata were removed."),
    "resized": _("It was made smaller to fit the limits."),
}


@dataclass(frozen=True)
class Prepared:
    """The picture a material keeps, its JPEG file, and what was changed (keys of CHANGES)."""

    picture: RGB
    file: bytes
    quality: int
    changes: tuple[str, ...]

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.picture.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.picture.shape[0])


@dataclass(frozen=True)
class Fit:
    """What "fit for me" makes of a file, and the figures to say so beforehand."""

    prepared: Prepared
    original_width: int
    original_height: int
    original_bytes: int

    def sentence(self) -> str:
        """What goes in and what comes out, in the reader's language."""
        return translated(
            "From {before_width} × {before_height} px, {before_kb} KB to {width} × {height} px,"
            " {kb} KB (JPEG, quality {quality})."
        ).format(
            before_width=self.original_width,
            before_height=self.original_height,
            before_kb=_kilobytes(self.original_bytes),
            width=self.prepared.width,
            height=self.prepared.height,
            kb=_kilobytes(len(self.prepared.file)),
            quality=self.prepared.quality,
        )


def prepare(data: bytes) -> Prepared:
    """The upload as a material keeps it; a refusal names what is wrong with the file."""
    limits = PictureLimits(
        max_bytes=MAX_BYTES,
        max_pixels=ANY_PIXELS,
        max_side_px=MAX_SIDE_PX,
        min_side_px=MIN_SIDE_PX,
    )
    picture, changes = _read(data, limits)
    file, quality = _within_bytes(picture)
    return Prepared(picture, file, quality, tuple(changes))


def plan_fit(data: bytes) -> Fit:
    """The upload brought within the limits for a material, with the figures before and after."""
    limits = PictureLimits(
        max_bytes=FIT_MAX_BYTES, max_pixels=FIT_MAX_PIXELS, min_side_px=MIN_SIDE_PX
    )
    picture, changes = _read(data, limits)
    height, width = picture.shape[:2]
    fitted = shrunk(picture, MAX_SIDE_PX)
    if fitted.shape != picture.shape:
        changes.append("resized")
    file, quality = _within_bytes(fitted)
    return Fit(Prepared(fitted, file, quality, tuple(changes)), width, height, len(data))


def shrunk(picture: RGB, side_px: int) -> RGB:
    """The picture with its longer side at most that long; as it is, if it already was."""
    height, width = picture.shape[:2]
    scale = side_px / max(height, width)
    if scale >= 1:
        return picture
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def thumbnail(picture: RGB) -> bytes:
    """A small JPEG for lists."""
    return write_picture(shrunk(picture, THUMBNAIL_SIDE_PX), "JPEG", 82)


def change_sentences(changes: list[str]) -> list[str]:
    """What intake changed, in the reader's language."""
    return [str(CHANGES[change]) for change in changes]


def _read(data: bytes, limits: PictureLimits) -> tuple[RGB, list[str]]:
    """The upright sRGB picture and what had to be changed; limits first, nothing moving."""
    try:
        if picture_format(data) == "GIF" and _moves(data, "GIF"):
            raise refusals.MaterialAnimated
        picture = read_picture(data, limits)
    except PictureError as wrong:
        raise _refusal_of(wrong, limits) from wrong
    name = picture_format(data)
    if _moves(data, name):
        raise refusals.MaterialAnimated
    with Image.open(io.BytesIO(data), formats=[name]) as opened:
        return picture, _changes(opened, data, name)


def _moves(data: bytes, name: str) -> bool:
    with Image.open(io.BytesIO(data), formats=[name]) as opened:
        return bool(getattr(opened, "is_animated", False))


def _changes(opened: Image.Image, data: bytes, name: str) -> list[str]:
    """Keys of CHANGES, in the order in which they are told."""
    info = opened.info
    seen = {
        "turned": opened.getexif().get(EXIF_ORIENTATION, 1) != 1,
        "converted": name != "JPEG",
        "cmyk": opened.mode == "CMYK",
        "sixteen_bit": opened.mode.startswith("I;16") or (name == "PNG" and data[24] == 16),
        "profile": profiles.is_applied(opened),
        "flattened": opened.mode in {"RGBA", "LA", "PA"} or "transparency" in info,
        "metadata": bool(opened.getexif()) or "xmp" in info or "comment" in info,
    }
    return [change for change, happened in seen.items() if happened]


def _within_bytes(picture: RGB) -> tuple[bytes, int]:
    """The best JPEG that keeps the byte limit, and its quality."""
    for quality in QUALITIES:
        file = write_picture(picture, "JPEG", quality)
        if len(file) <= MAX_BYTES:
            return file, quality
    raise refusals.MaterialTooHeavy(
        measured=_kilobytes(len(file)), limit=_kilobytes(MAX_BYTES), unit="KB"
    )


def _kilobytes(size_bytes: int) -> int:
    return -(-size_bytes // 1024)


def _refusal_of(wrong: PictureError, limits: PictureLimits) -> refusals.MaterialRefusal:
    """Our sentence for what the picture reader says."""
    match wrong:
        case PictureTooHeavy():
            heavy = round((wrong.measured or 0) * 1e6)
            return refusals.MaterialTooHeavy(
                measured=_kilobytes(heavy), limit=_kilobytes(limits.max_bytes), unit="KB"
            )
        case PictureTooLarge() if (wrong.limit or 0) == limits.max_side_px:
            return refusals.MaterialTooLarge(measured=wrong.measured, limit=wrong.limit, unit="px")
        case PictureTooLarge():
            return refusals.MaterialTooManyPixels(
                measured=wrong.measured, limit=wrong.limit, unit="megapixels"
            )
        case PictureTooSmall():
            return refusals.MaterialTooFewPixels(
                measured=wrong.measured, limit=wrong.limit, unit="px"
            )
        case PictureTruncated():
            return refusals.MaterialIncomplete()
        case PictureFormatNotSupported():
            return refusals.MaterialFormat()
        case _:
            return refusals.MaterialNotAPicture()
