"""Draws test faces that the face networks find, and files that are wrong in one way each.

No photograph is involved: a face is a few ellipses, lines and a blur.
"""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from fusion import RGB, write_picture

Floats = npt.NDArray[np.float64]

SKIN = (205, 160, 134)
SKIN_TONES = (SKIN, (236, 196, 172), (150, 104, 80), (110, 76, 60))


def a_face_picture(
    width: int = 540,
    height: int = 540,
    *,
    faces: int = 1,
    face_px: int | None = None,
    seed: int = 1,
    background: tuple[int, int, int] = (70, 96, 120),
) -> RGB:
    """A picture with that many drawn faces side by side, each ``face_px`` wide."""
    picture = np.full((height, width, 3), background, np.uint8)
    step = width / faces
    size = face_px or int(min(step, height) * 0.45)
    for index in range(faces):
        centre = (int(step * (index + 0.5)), height // 2)
        draw_face(picture, centre, size, seed + index)
    noise = np.random.default_rng(seed).normal(0, 3, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def draw_face(picture: RGB, centre: tuple[int, int], face_px: int, seed: int = 1) -> None:
    """Draw one face, ``face_px`` wide, at that place; the seed varies tone and features."""
    rng = np.random.default_rng(seed)
    skin = np.array(SKIN_TONES[seed % len(SKIN_TONES)], float)
    head = _Head(picture, centre, face_px / 100.0)
    hair = tuple(int(v) for v in skin * 0.25)
    head.ellipse((0, -14), (60, 76), hair)
    head.ellipse((0, 78), (24, 40), tuple(skin * 0.75))
    head.ellipse((0, 128), (95, 45), tuple(int(v) for v in rng.integers(40, 200, 3)))
    head.ellipse((0, 0), (50, 68), tuple(skin))
    head.soften(26)
    for side in (-1, 1):
        head.ellipse((side * 27, 14), (13, 11), tuple(np.minimum(skin * (1.06, 0.96, 0.95), 255)))
    head.soften(9)
    _eyes(head, skin, rng)
    _nose_and_mouth(head, skin, rng)
    head.soften(1.2)


def _eyes(head: _Head, skin: Floats, rng: np.random.Generator) -> None:
    apart = 21 + float(rng.uniform(-1.5, 1.5))
    iris = tuple(int(v) for v in rng.integers(30, 110, 3))
    for side in (-1, 1):
        x = side * apart
        head.ellipse((x, -9), (14, 9), tuple(skin * 0.8))
        head.ellipse((x, -8), (9.5, 4.6), (232, 228, 224))
        head.ellipse((x, -8), (4.4, 4.4), iris)
        head.ellipse((x, -8), (2.1, 2.1), (15, 12, 12))
        head.ellipse((x - 1.5, -9.5), (0.9, 0.9), (255, 255, 255))
        head.arc((x, -8), (10.5, 5.4), 190, 350, tuple(skin * 0.3), 1.6)
        head.arc((x, -18), (13, 5), 195, 345, tuple(skin * 0.35), 3.0)


def _nose_and_mouth(head: _Head, skin: Floats, rng: np.random.Generator) -> None:
    smile = float(rng.uniform(3, 6))
    head.arc((5, 4), (5, 16), 300, 60, tuple(skin * 0.86), 1.6)
    head.ellipse((0, 14), (8, 6), tuple(np.minimum(skin * 1.07, 255)))
    for side in (-1, 1):
        head.arc((side * 7, 16), (5, 5), 40, 140, tuple(skin * 0.7), 1.4)
        head.ellipse((side * 4, 19), (2.2, 1.3), tuple(skin * 0.42))
    head.ellipse((0, 34), (16, 5.5), tuple(skin * (0.84, 0.62, 0.62)))
    head.arc((0, 33 - smile), (16, smile), 15, 165, tuple(skin * 0.42), 1.3)
    head.arc((0, 50), (12, 4), 200, 340, tuple(skin * 0.85), 1.4)


class _Head:
    """A picture with a coordinate system: the face's centre, its width 100."""

    def __init__(self, picture: RGB, centre: tuple[int, int], scale: float) -> None:
        self.picture, self.centre, self.scale = picture, centre, scale

    def ellipse(
        self, at: tuple[float, float], axes: tuple[float, float], colour: tuple[float, ...]
    ) -> None:
        """A filled ellipse with half axes ``axes``."""
        cv2.ellipse(
            self.picture, self._at(at), self._axes(axes), 0, 0, 360, colour, -1, cv2.LINE_AA
        )

    def arc(
        self,
        at: tuple[float, float],
        axes: tuple[float, float],
        start: float,
        end: float,
        colour: tuple[float, ...],
        thick: float,
    ) -> None:
        """Part of an ellipse's line, angles in degrees clockwise from the right."""
        line = max(round(thick * self.scale), 1)
        cv2.ellipse(
            self.picture, self._at(at), self._axes(axes), 0, start, end, colour, line, cv2.LINE_AA
        )

    def soften(self, by: float) -> None:
        """Blur what was drawn so far, within the head's square."""
        half = int(110 * self.scale)
        x, y = self.centre
        top, left = max(y - half, 0), max(x - half, 0)
        square = self.picture[top : y + half, left : x + half]
        square[:] = cv2.GaussianBlur(square, (0, 0), max(by * self.scale * 0.35, 0.4))

    def _at(self, at: tuple[float, float]) -> tuple[int, int]:
        return (
            round(self.centre[0] + at[0] * self.scale),
            round(self.centre[1] + at[1] * self.scale),
        )

    def _axes(self, axes: tuple[float, float]) -> tuple[int, int]:
        return (max(round(axes[0] * self.scale), 1), max(round(axes[1] * self.scale), 1))


def file_of(picture: RGB, format: str = "JPEG", quality: int = 90) -> bytes:
    """The picture's file, without metadata."""
    return write_picture(picture, format, quality)


def turned_by_exif(picture: RGB) -> bytes:
    """A JPEG that lies on its side and says in EXIF (orientation 6) how to stand it up.

    It also carries a camera name and a place, which nobody should keep.
    """
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 0.0)})
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(picture)))
    return _saved(lying, "JPEG", quality=90, exif=exif)


def animated(picture: RGB, format: str) -> bytes:
    """A GIF, PNG or WEBP file of two frames."""
    frames = [Image.fromarray(picture), Image.fromarray(picture[:, ::-1].copy())]
    return _saved(frames[0], format, save_all=True, append_images=frames[1:], duration=200)


def in_cmyk(picture: RGB) -> bytes:
    """A JPEG in printing colours."""
    return _saved(Image.fromarray(picture).convert("CMYK"), "JPEG", quality=90)


def sixteen_bit(picture: RGB) -> bytes:
    """A PNG with 16 bits per channel."""
    written, encoded = cv2.imencode(".png", picture[:, :, ::-1].astype(np.uint16) * 257)
    assert written
    return encoded.tobytes()


def with_transparency(picture: RGB) -> bytes:
    """A PNG whose upper rows are see-through."""
    alpha = np.full(picture.shape[:2], 255, np.uint8)
    alpha[: picture.shape[0] // 10] = 0
    return _saved(Image.fromarray(np.dstack([picture, alpha])), "PNG")


def _saved(picture: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def with_swapped_primaries(picture: RGB, format: str = "JPEG") -> bytes:
    """A file whose colour profile says that its red is green and its green is red."""
    return _saved(Image.fromarray(picture), format, quality=90, icc_profile=swapped_primaries())


def swapped_primaries() -> bytes:
    """An RGB profile that is sRGB's with two primaries exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for name in (b"s\0R\0G\0B", b"sRGB"):
        profile = profile.replace(name, name.replace(b"R", b"X"))
    tags = {bytes(profile[at : at + 4]): at + 4 for at in range(132, 132 + 12 * profile[131], 12)}
    red, green = (slice(tags[name], tags[name] + 8) for name in (b"rXYZ", b"gXYZ"))
    profile[red], profile[green] = profile[green], profile[red]
    return bytes(profile)


def cmyk_on_black_paper(picture: RGB) -> bytes:
    """A JPEG whose printing profile says that black ink is white and all else is black."""
    table = bytearray()
    for corner in range(16):  # C, M, Y, K, the last one changing fastest
        table += bytes([255 if corner & 1 else 0, 128, 128])  # Lab
    ramp = bytes(range(256))
    lut = struct.pack(">4s4xBBBx", b"mft1", 4, 3, 2)
    lut += struct.pack(">9i", *(65536 * (row == column) for row in range(3) for column in range(3)))
    lut += 4 * ramp + bytes(table) + 3 * ramp
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(lut))
    header = struct.pack(
        ">I4sI4s4s4s12x4s", 144 + len(lut), b"test", 0x02400000, b"prtr", b"CMYK", b"Lab ", b"acsp"
    ).ljust(68, b"\0")
    header += struct.pack(">III", 0xF6D6, 0x10000, 0xD32D)  # the white that Lab is measured from
    profile = header.ljust(128, b"\0") + tags + lut
    printed = Image.fromarray(picture).convert("CMYK")
    return _saved(printed, "JPEG", quality=90, icc_profile=profile)


def a_png_that_claims(width: int, height: int) -> bytes:
    """A few bytes whose header declares a picture of that size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def a_layer(width: int, height: int, *, channels: int = 4, bits: int = 8) -> bytes:
    """A PNG to lie over a picture: a bar at the lower edge."""
    layer = np.zeros((height, width, channels), np.uint8 if bits == 8 else np.uint16)
    layer[-height // 10 :] = 200
    written, encoded = cv2.imencode(".png", layer.squeeze())
    assert written
    return encoded.tobytes()
