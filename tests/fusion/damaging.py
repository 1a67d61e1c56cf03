"""`python -m tests.fusion.damaging`: reads damaged files and prints the memory it peaked at, in MB.

A process of its own, so that the peak is the reader's and nobody else's.
"""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from fusion import DEFAULT_LIMITS, FusionError, read_picture
from tests import pictures

if TYPE_CHECKING:
    from fusion import RGB

ROUNDS = 600
FORMATS = ("JPEG", "PNG", "WEBP")


def noise(width: int = 90, height: int = 60) -> RGB:
    """A small picture that no two of whose parts are alike."""
    rough = np.random.default_rng(5).integers(0, 256, (height // 6, width // 6, 3), np.uint8)
    return np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def saved(image: Image.Image, name: str = "PNG") -> bytes:
    """The image as a file of that format."""
    out = io.BytesIO()
    image.save(out, name)
    return out.getvalue()


CORPUS = [pictures.file_of(noise(), name) for name in FORMATS] + [
    pictures.in_cmyk(noise()),
    pictures.sixteen_bit(noise()),
    pictures.turned_by_exif(noise()),
    pictures.animated(noise(), "WEBP"),
    saved(Image.fromarray(noise()), "BMP"),
    pictures.a_png_that_claims(2**31 - 1, 2**31 - 1),
]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The file cut off anywhere, with up to twelve bytes changed."""
    cut = bytearray(content[: chance.randint(1, len(content))])
    for _ in range(chance.randint(0, 12)):
        cut[chance.randrange(len(cut))] ^= chance.randint(1, 255)
    return bytes(cut)


def the_largest() -> list[bytes]:
    """Files of as many pixels as are let in, whole and cut off: what takes the most memory."""
    side = int(DEFAULT_LIMITS.max_pixels**0.5)
    whole = [saved(Image.new("RGB", (side, side), "teal"), name) for name in ("PNG", "JPEG")]
    return [*whole, *(content[: len(content) * 9 // 10] for content in whole)]


def peak_mb() -> int:
    """The most memory this process has held. getrusage would count the parent's, before exec."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    """The corpus as it is, then as many damaged files, then the largest."""
    chance = random.Random(1)
    files = [*CORPUS, *(damaged(chance.choice(CORPUS), chance) for _ in range(ROUNDS))]
    for content in [*files, *the_largest()]:
        try:
            read_picture(content)
        except FusionError:
            continue
    print(peak_mb())


if __name__ == "__main__":
    main()
