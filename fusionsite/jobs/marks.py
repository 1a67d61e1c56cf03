"""What is laid over a made picture before its label: a partner's mark, the campaign's own dress.

The legal label is drawn after all of it, on top.
"""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from django.core.files.storage import default_storage
from numpy.typing import NDArray
from PIL import Image

from campaigns.models import Campaign
from fusion import Box
from fusion.faces import RGB
from fusion.label import Corner, draw_label

log = logging.getLogger(__name__)

NICKNAME_SHARE = 0.06  # of the short side, a little larger than the label
LOGO_SHARE = 0.10
LOGO_MAX_WIDTH = 0.4
_OPPOSITE: dict[str, Corner] = {
    "bottom_right": "top-left",
    "bottom_left": "top-right",
    "top_right": "bottom-left",
    "top_left": "bottom-right",
}
_ABOVE: dict[str, Corner] = {
    "bottom_right": "top-right",
    "bottom_left": "top-left",
    "top_right": "bottom-right",
    "top_left": "bottom-left",
}


@dataclass(frozen=True)
class Layer:
    """A picture to lay over another: uint8 h×w×3, what to multiply by (255 = 1), what to add."""

    factor: NDArray[np.uint8]
    addend: NDArray[np.uint8]


def draw(picture: RGB, encoded: bytes, box: Box) -> None:
    """Lays a caller's own mark, fitted to `box`, over `picture` (uint8 H×W×3, changed in place).

    Its transparency counts; what lies beyond the edge is cut off. Raises OSError for a file whose
    header was fine and whose body is not.
    """
    if box.width < 1 or box.height < 1:
        return
    with Image.open(io.BytesIO(encoded)) as opened:
        _lay(picture, _fitted(opened.convert("RGBA"), box.width, box.height), box)


def dress(picture: RGB, campaign: Campaign, nickname: str, *, faces: Sequence[Box]) -> list[Box]:
    """Frame, logo and nickname over `picture`; returns what the label should not cover.

    A file that cannot be read is left out: a visitor's picture does not fail for an ornament.
    """
    height, width = picture.shape[:2]
    taken: list[Box] = []
    if campaign.frame_overlay:
        _put(picture, campaign.frame_overlay.name, Box(0, 0, width, height))
    if campaign.logo_on_picture and campaign.logo and (size := _size(campaign.logo.name)):
        box = _logo_box(size, _OPPOSITE[campaign.label_corner], width, height)
        _put(picture, campaign.logo.name, box)
        taken.append(box)
    if nickname:
        corner = _ABOVE[campaign.label_corner]
        avoid = [*faces, *taken]
        box = draw_label(picture, nickname, corner=corner, height_share=NICKNAME_SHARE, avoid=avoid)
        taken.append(box)
    return taken


def draw_label_mark(picture: RGB, campaign: Campaign, label: Box) -> None:
    """The campaign's own mark beside its label, as high as the label, towards the middle."""
    size = _size(campaign.label_mark.name) if campaign.label_mark else None
    if size is None:
        return
    height, width = picture.shape[:2]
    across = max(1, round(label.height * size[0] / size[1]))
    gap = max(2, label.height // 5)
    if label.left - gap - across >= 0:
        left, top = label.left - gap - across, label.top
    elif label.right + gap + across <= width:
        left, top = label.right + gap, label.top
    else:  # a long label leaves room above it alone, or below it at the upper edge
        left = label.left
        top = label.top - gap - label.height if label.top > height / 2 else label.bottom + gap
    _put(picture, campaign.label_mark.name, Box(left, top, across, label.height))


def _logo_box(size: tuple[int, int], corner: Corner, width: int, height: int) -> Box:
    short = min(width, height)
    scale = min(short * LOGO_SHARE / size[1], width * LOGO_MAX_WIDTH / size[0])
    across, down = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    inset = max(2, round(short * 0.03))
    left = width - across - inset if corner.endswith("right") else inset
    top = height - down - inset if corner.startswith("bottom") else inset
    return Box(left, top, across, down)


# --- Files of campaigns ----------------------------------------------------------------------


def _put(picture: RGB, name: str | None, box: Box) -> None:
    with _left_out_if_broken(name):
        _lay(picture, _artwork(str(name), box.width, box.height), box)


def _size(name: str | None) -> tuple[int, int] | None:
    with _left_out_if_broken(name):
        return _read(str(name)).size
    return None


@contextmanager
def _left_out_if_broken(name: str | None) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # whatever a storage or a broken file throws
        log.warning("artwork %s is left out: %s", name, type(error).__name__)


@lru_cache(maxsize=6)
def _artwork(name: str, width: int, height: int) -> Layer:
    """A campaign's file in the size it is laid over; a new upload always has a new name."""
    return _fitted(_read(name), width, height)


@lru_cache(maxsize=12)
def _read(name: str) -> Image.Image:
    with default_storage.open(name) as file, Image.open(io.BytesIO(file.read())) as opened:
        return opened.convert("RGBA")


def _fitted(artwork: Image.Image, width: int, height: int) -> Layer:
    pixels = np.asarray(artwork.resize((width, height), Image.Resampling.LANCZOS), np.float32)
    opacity = pixels[..., 3:] / 255
    factor = np.repeat(np.rint(255 - pixels[..., 3:]), 3, axis=2).astype(np.uint8)
    return Layer(factor, np.rint(pixels[..., :3] * opacity).astype(np.uint8))


def _lay(picture: RGB, layer: Layer, box: Box) -> None:
    height, width = picture.shape[:2]
    left, top = max(box.left, 0), max(box.top, 0)
    right, bottom = min(box.right, width), min(box.bottom, height)
    if left >= right or top >= bottom:
        return
    rows = slice(top - box.top, bottom - box.top)
    columns = slice(left - box.left, right - box.left)
    region = picture[top:bottom, left:right]
    cv2.multiply(region, layer.factor[rows, columns], dst=region, scale=1 / 255)
    cv2.add(region, layer.addend[rows, columns], dst=region)
