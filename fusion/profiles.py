"""Embedded colour profiles (ICC.1:2022): what a camera or a program meant by its numbers, in sRGB.

Phones photograph in Display P3 and designers hand over Adobe RGB; read as sRGB, skin turns pale.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from fusion.faces import RGB

_KIND = slice(16, 20)  # "data colour space" in the profile's header
_RGB_MODES = frozenset({"RGB", "RGBA", "RGBa", "P", "PA"})
_MOST_BYTES = 4_000_000  # twice the largest printing profile; a few of them are remembered
_ROWS = 512


def is_applied(opened: Image.Image) -> bool:
    """Whether the file has a profile that changes its colours.

    One of sRGB does not, nor one that is broken or for another kind of colour: such a picture is
    read as if it had none.
    """
    return _transform_of(opened) is not None


def to_srgb(picture: RGB, opened: Image.Image) -> RGB:
    """The decoded picture, uint8 HxWx3, with its file's profile applied if that is one for RGB."""
    transform = _transform_of(opened) if opened.mode in _RGB_MODES else None
    if transform is None:
        return picture
    turned = np.empty_like(picture)
    for top in range(0, len(picture), _ROWS):  # Pillow copies what it is given
        rows = slice(top, top + _ROWS)
        strip = Image.fromarray(picture[rows])
        transform.apply_in_place(strip)
        turned[rows] = np.asarray(strip)
    return turned


def from_cmyk(opened: Image.Image) -> Image.Image:
    """A CMYK picture in sRGB: by its profile, or by Pillow's plain formula without one."""
    transform = _transform_of(opened)
    return opened.convert("RGB") if transform is None else transform.apply(opened)


def _transform_of(opened: Image.Image) -> ImageCms.ImageCmsTransform | None:
    profile = opened.info.get("icc_profile") or b""
    if len(profile) > _MOST_BYTES:
        return None
    if b"sRGB" in profile or b"s\0R\0G\0B" in profile:  # its name, in either spelling
        return None
    if opened.mode in _RGB_MODES and profile[_KIND] == b"RGB ":
        return _transform(profile, "RGB")
    if opened.mode == "CMYK" and profile[_KIND] == b"CMYK":
        return _transform(profile, "CMYK")
    return None


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Phones write the same few bytes into every photo."""
    try:
        return ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return None
