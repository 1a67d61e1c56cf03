"""Draws a caller's own mark into a made picture; the legal label is drawn after it, over it."""

import io

import numpy as np
from PIL import Image

from fusion import Box
from fusion.faces import RGB


def draw(picture: RGB, encoded: bytes, box: Box) -> None:
    """Lays the mark, fitted to `box`, over `picture` (uint8 H×W×3, changed in place).

    Its transparency counts; what lies beyond the edge is cut off. Raises OSError for a file whose
    header was fine and whose body is not.
    """
    height, width = picture.shape[:2]
    left, top = max(box.left, 0), max(box.top, 0)
    right, bottom = min(box.right, width), min(box.bottom, height)
    if left >= right or top >= bottom:
        return
    with Image.open(io.BytesIO(encoded)) as opened:
        mark = opened.convert("RGBA").resize((box.width, box.height), Image.Resampling.LANCZOS)
    cut = mark.crop((left - box.left, top - box.top, right - box.left, bottom - box.top))
    pixels = np.asarray(cut, np.float32)
    opacity = pixels[..., 3:] / 255
    region = picture[top:bottom, left:right]
    region[:] = np.rint(region * (1 - opacity) + pixels[..., :3] * opacity).astype(np.uint8)
