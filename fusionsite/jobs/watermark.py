"""The words across a picture that was made to try a campaign out before it is published."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fusion.faces import RGB
from fusion.label import FONT_FILE

TEXT = "PREVIEW / 预览"
OPACITY = 0.34
ANGLE = 28  # degrees; rising, as people read it


def draw_watermark(picture: RGB) -> None:
    """Writes the words across `picture` (uint8 H×W×3, changed in place), readable on any ground."""
    height, width = picture.shape[:2]
    bright, dark = _words(width, height)
    for stencil, ink in ((dark, 0.0), (bright, 255.0)):
        part = stencil[..., None]
        picture[:] = np.rint(picture * (1 - part) + ink * part).astype(np.uint8)


@lru_cache(maxsize=4)
def _words(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How much white, and how much of the dark rim around it, lies on each pixel (0-1)."""
    font = ImageFont.truetype(str(FONT_FILE), max(12, round(min(width, height) * 0.085)))
    rim_px = max(1, round(font.size / 14))
    return _stencil(width, height, font, 0), _stencil(width, height, font, rim_px)


def _stencil(
    width: int, height: int, font: ImageFont.FreeTypeFont, rim_px: int
) -> NDArray[np.float32]:
    side = round((width**2 + height**2) ** 0.5)
    sheet = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(sheet)
    step_x, step_y = font.getlength(TEXT) * 1.35, font.size * 3.1
    for row in range(round(side / step_y) + 1):
        shift = step_x / 2 if row % 2 else 0.0
        for column in range(-1, round(side / step_x) + 1):
            at = (column * step_x + shift, row * step_y)
            draw.text(at, TEXT, fill=255, font=font, stroke_width=rim_px)
    turned = sheet.rotate(ANGLE, Image.Resampling.BICUBIC)
    left, top = (side - width) // 2, (side - height) // 2
    cut = turned.crop((left, top, left + width, top + height))
    return np.asarray(cut, np.float32) * np.float32(OPACITY / 255)
