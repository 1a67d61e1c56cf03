"""File bytes to an upright RGB array within limits, and back.

The header is read, and every limit checked, before a single pixel is decoded: a small file may
declare a picture that would fill the memory. JPEG is decoded by OpenCV (libjpeg-turbo with
reduced decoding), everything else by Pillow.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from fusion import profiles
from fusion.errors import (
    NotAPicture,
    PictureError,
    PictureFormatNotSupported,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooSmall,
    PictureTruncated,
)

if TYPE_CHECKING:
    from fusion.faces import RGB

try:
    import pi_heif
except ImportError:  # pragma: no cover - HEIF is read only where the package is installed
    HEIF_READABLE = False
else:
    pi_heif.register_heif_opener()
    HEIF_READABLE = True

ALL_FORMATS = frozenset({"JPEG", "PNG", "WEBP", "HEIF", "BMP"})
COPIED_PIXELS = {"JPEG": 16e6, "PNG": 16e6, "WEBP": 16e6, "BMP": 16e6, "HEIF": 26e6}
"""Beyond this Pillow's copies of a picture would fill half a gigabyte.

Larger plain PNG and WebP files are decoded without copies; larger ones with transparency, 16 bits,
several frames or EXIF are refused.
"""


@dataclass(frozen=True)
class PictureLimits:
    """What is accepted. ``reduce_to_short_side_px`` asks for a reduced decode of big JPEGs.

    A JPEG is then decoded at 1/2, 1/4 or 1/8 of its size, as long as the shorter side keeps at
    least this many pixels; other formats come whole.
    """

    max_bytes: int = 20_000_000
    max_pixels: int = 40_000_000
    min_side_px: int = 16
    max_side_px: int = 12_000
    formats: frozenset[str] = ALL_FORMATS
    reduce_to_short_side_px: int | None = None


DEFAULT_LIMITS = PictureLimits()


def read_picture(data: bytes, limits: PictureLimits = DEFAULT_LIMITS) -> RGB:
    """The picture in a file's bytes: upright (EXIF applied), uint8 HxWx3; transparency on white.

    Colours are sRGB: an embedded profile is applied. Of an animation you get the first frame;
    16-bit pictures are brought to 8 bits. Raises the PictureError that names what is wrong.
    """
    name = _accepted_format(data, limits)
    try:
        return _decode(data, name, limits)
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, ArithmeticError) as broken:
        raise _what_broke(data, broken) from broken
    except (IndexError, KeyError, TypeError, struct.error, cv2.error) as broken:
        raise NotAPicture from broken


def check_picture(data: bytes, limits: PictureLimits = DEFAULT_LIMITS) -> tuple[int, int]:
    """Reads the header alone: width and height in pixels, as they are stored.

    Raises the PictureError for a file that breaks the limits.

    Cheap enough for a web process: no pixel is decoded. A picture that passes may still turn out
    damaged when it is decoded.
    """
    name = _accepted_format(data, limits)
    try:
        size = _webp_size(data) if name == "WEBP" else _open(data, name).size
        _check_size(*size, limits)
        return size
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, ArithmeticError) as broken:
        raise _what_broke(data, broken) from broken
    except (IndexError, KeyError, TypeError, struct.error) as broken:
        raise NotAPicture from broken


def _accepted_format(data: bytes, limits: PictureLimits) -> str:
    if len(data) > limits.max_bytes:
        raise PictureTooHeavy(
            measured=len(data) / 1e6, limit=limits.max_bytes / 1e6, unit="megabytes"
        )
    name = picture_format(data)
    if name not in limits.formats:
        accepted = ", ".join(sorted(limits.formats))
        raise PictureFormatNotSupported(
            f"The picture is a {name} file; accepted formats: {accepted}."
        )
    return name


def picture_format(data: bytes) -> str:
    """JPEG, PNG, WEBP, HEIF, BMP or the name of another known format; NotAPicture if none."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    if data[:2] == b"BM" and len(data) > 26:
        return "BMP"
    for start, name in _REFUSED.items():
        if data.startswith(start):
            return name
    raise NotAPicture


_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_REFUSED = {
    b"GIF8": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"%PDF": "PDF",
    b"\x00\x00\x01\x00": "ICO",
    b"8BPS": "PSD",
    b"\x00\x00\x00\x0cjP": "JPEG2000",
}


def _decode(data: bytes, name: str, limits: PictureLimits) -> RGB:
    if name == "WEBP":
        # Pillow reserves the whole canvas when it opens a WebP file, so look first.
        _check_size(*_webp_size(data), limits)
    opened = _open(data, name)
    _check_size(*opened.size, limits)
    return profiles.to_srgb(_in_own_colours(opened, data, name, limits), opened)


def _in_own_colours(
    opened: ImageFile.ImageFile, data: bytes, name: str, limits: PictureLimits
) -> RGB:
    if name == "JPEG":
        _check_complete(data)
        if opened.mode in {"RGB", "L"}:
            return _decode_whole(data, _reduction(opened.size, limits))
    if opened.width * opened.height <= COPIED_PIXELS[name]:
        return _pixels(opened)
    if name in {"PNG", "WEBP"} and _is_plain(opened):
        _check_tail(data, name)
        opened.close()
        return _decode_whole(data, 1)
    raise PictureTooLarge(
        measured=opened.width * opened.height / 1e6,
        limit=COPIED_PIXELS[name] / 1e6,
        unit=f"megapixels, as a {name} file of this kind",
    )


def _is_plain(opened: ImageFile.ImageFile) -> bool:
    """One opaque 8-bit picture that needs no turning."""
    if opened.mode not in {"RGB", "L"} or getattr(opened, "is_animated", False):
        return False
    return not {"exif", "transparency"} & opened.info.keys()


def _check_tail(data: bytes, name: str) -> None:
    declared = int.from_bytes(data[4:8], "little") + 8
    whole = data.rfind(b"IEND") > 0 if name == "PNG" else len(data) >= declared
    if not whole:
        raise PictureTruncated(measured=len(data) / 1000, unit="kilobytes")


def _open(data: bytes, name: str) -> ImageFile.ImageFile:
    """The file with its header read.

    Not through Image.open: that warns at a size of its own, where our limits raise with figures.
    """
    if name == "HEIF" and not HEIF_READABLE:
        raise PictureFormatNotSupported("HEIF pictures cannot be read by this installation.")
    Image.init()
    factory, _ = Image.OPEN[name]
    return factory(io.BytesIO(data), "")


def _check_size(width: int, height: int, limits: PictureLimits) -> None:
    if width * height > limits.max_pixels:
        raise PictureTooLarge(
            measured=width * height / 1e6, limit=limits.max_pixels / 1e6, unit="megapixels"
        )
    if max(width, height) > limits.max_side_px:
        raise PictureTooLarge(
            measured=max(width, height), limit=limits.max_side_px, unit="pixels along one side"
        )
    if min(width, height) < limits.min_side_px:
        raise PictureTooSmall(measured=min(width, height), limit=limits.min_side_px, unit="pixels")


def _check_complete(data: bytes) -> None:
    """Look for the end marker behind the first scan; thumbnails in the header have their own."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if data.rfind(b"\xff\xd9", at) < 0:  # it is last in most files
        raise PictureTruncated(measured=len(data) / 1000, unit="kilobytes")


def _reduction(size: tuple[int, int], limits: PictureLimits) -> int:
    wanted = limits.reduce_to_short_side_px
    if wanted is None:
        return 1
    return max((by for by in (1, 2, 4, 8) if min(size) / by >= wanted), default=1)


def _decode_whole(data: bytes, reduction: int) -> RGB:
    raw = np.frombuffer(data, np.uint8)
    if reduction == 1:
        decoded = cv2.imdecode(raw, cv2.IMREAD_COLOR_RGB)
    else:
        flags = {
            2: cv2.IMREAD_REDUCED_COLOR_2,
            4: cv2.IMREAD_REDUCED_COLOR_4,
            8: cv2.IMREAD_REDUCED_COLOR_8,
        }
        decoded = cv2.imdecode(raw, flags[reduction])
        decoded = None if decoded is None else cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
    if decoded is None:
        raise NotAPicture
    return np.asarray(decoded, np.uint8)


def _pixels(opened: Image.Image) -> RGB:
    turned = ImageOps.exif_transpose(opened)
    if turned.mode == "CMYK":
        turned = profiles.from_cmyk(turned)
    if turned.mode in {"I", "F"} or turned.mode.startswith("I;16"):
        grey = np.asarray(turned, np.float32)
        eight_bits = np.clip(grey / 257.0, 0, 255).round().astype(np.uint8)
        return np.repeat(eight_bits[..., None], 3, axis=2)
    if turned.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in turned.info:
        whole = turned.convert("RGBA")
        ground = Image.new("RGBA", whole.size, "white")
        turned = Image.alpha_composite(ground, whole)
    return np.array(turned.convert("RGB"))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as the WebP header declares them (RFC 9649)."""
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        return width, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _what_broke(data: bytes, broken: Exception) -> PictureError:
    if isinstance(broken, UnidentifiedImageError):
        return NotAPicture()
    said = str(broken).lower()
    if "truncated" in said or "not enough" in said or isinstance(broken, EOFError):
        return PictureTruncated(measured=len(data) / 1000, unit="kilobytes")
    return NotAPicture()


def write_picture(rgb: RGB, format: str = "JPEG", quality: int = 90) -> bytes:
    """The picture as the bytes of a JPEG, PNG or WEBP file without any metadata.

    ``quality`` 1..100 is for JPEG and WEBP. Raises PictureFormatNotSupported for other formats.
    """
    endings = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
    if format not in endings:
        raise PictureFormatNotSupported(
            f"A {format} file cannot be written; JPEG, PNG and WEBP can."
        )
    settings = {
        "JPEG": [cv2.IMWRITE_JPEG_QUALITY, quality],
        "PNG": [cv2.IMWRITE_PNG_COMPRESSION, 3],
        "WEBP": [cv2.IMWRITE_WEBP_QUALITY, quality],
    }
    written, encoded = cv2.imencode(
        endings[format], cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), settings[format]
    )
    if not written:
        raise PictureError(f"The picture could not be written as {format}.")
    return encoded.tobytes()
