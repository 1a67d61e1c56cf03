"""Eyebrows, eyes, nose and lips, drawn from the refined mesh at the picture's own size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion.parsing import palette
from fusion.parsing.frame import FaceFrame, Mask, grown, signed_distance
from fusion.topology import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
)

if TYPE_CHECKING:
    from fusion.faces import RGB, Floats
    from fusion.parsing.palette import Ids

# fmt: off
NOSE_SIDES = np.array([
    193, 188, 174, 198, 49, 102, 64, 98, 97, 2, 326, 327, 294, 331, 279, 420, 399, 412, 417,
], np.intp)
# fmt: on
"""From beside the bridge down, along the base, and up on the other side."""
_BRIDGE, _BETWEEN_BROWS = 168, 8
_NOSE_TOP = 0.4
"""Where the nose begins: this share of the way from the bridge to between the brows."""

_CORNER_TO_CORNER = 11
"""Both lip outlines start at the left corner and have the right one at this place, less one."""
_MIDDLE_OF_UPPER, _MIDDLE_OF_LOWER = 13, 14
SMALLEST_OPENING = 0.015


def draw_parts(ids: Ids, picture: RGB, frame: FaceFrame) -> None:
    """Write the parts of the face into ``ids`` (height x width of the frame), in place.

    Hair stays on top of eyebrows: a fringe hides them.
    """
    unit, points = frame.unit_px, frame.points
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    for brow, number in ((LEFT_BROW, palette.LEFT_EYEBROW), (RIGHT_BROW, palette.RIGHT_EYEBROW)):
        _draw_brow(ids, grey, frame, points[brow], number)
    top = points[_BRIDGE] + _NOSE_TOP * (points[_BETWEEN_BROWS] - points[_BRIDGE])
    nose = np.concatenate([top[None], points[NOSE_SIDES]])
    ids[frame.draw(grown(nose, -0.003 * unit))] = palette.NOSE
    for eye, number in ((LEFT_EYE, palette.LEFT_EYE), (RIGHT_EYE, palette.RIGHT_EYE)):
        ids[frame.draw(grown(points[eye], 0.004 * unit))] = number
    _draw_mouth(ids, frame)


def _draw_mouth(ids: Ids, frame: FaceFrame) -> None:
    unit, points = frame.unit_px, frame.points
    outer = grown(points[LIPS], 0.002 * unit)
    inner = points[INNER_LIPS]
    upper, lower = _halves(outer)
    inner_upper, inner_lower = _halves(inner)
    between = ((inner_upper + inner_lower) / 2)[::-1]
    ids[frame.draw(np.concatenate([upper, between]))] = palette.UPPER_LIP
    ids[frame.draw(np.concatenate([lower, between]))] = palette.LOWER_LIP
    opening = np.hypot(*(points[_MIDDLE_OF_UPPER] - points[_MIDDLE_OF_LOWER])) / unit
    if opening > SMALLEST_OPENING:
        ids[frame.draw(grown(inner, -0.004 * unit))] = palette.INNER_MOUTH


def _halves(outline: Floats) -> tuple[Floats, Floats]:
    """Upper and lower half of a lip outline, both from the left corner to the right."""
    upper = outline[:_CORNER_TO_CORNER]
    lower = np.concatenate([outline[:1], outline[: _CORNER_TO_CORNER - 2 : -1]])
    return upper, lower


def _draw_brow(ids: Ids, grey: Ids, frame: FaceFrame, outline: Floats, number: int) -> None:
    """The mesh says roughly where a brow is, darkness says exactly which pixels it has."""
    unit = frame.unit_px
    low = np.maximum(np.floor(outline.min(axis=0) - 0.06 * unit).astype(int), 0)
    high = np.ceil(outline.max(axis=0) + 0.06 * unit).astype(int) + 1
    high = np.minimum(high, (frame.width, frame.height))
    if (high - low < 3).any():
        return
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    drawn = frame.draw(outline)[window]
    depth = signed_distance(drawn) / unit
    brow = _dark_enough(grey[window], drawn, depth, unit)
    region = ids[window]
    region[brow & (region != palette.HAIR)] = number


def _dark_enough(grey: Ids, drawn: Mask, depth: Floats, unit: float) -> Mask:
    """Brow pixels of a window, from ``depth`` inside the mesh's outline and from darkness."""
    lightness = cv2.GaussianBlur(grey.astype(np.float32) / 2.55, (0, 0), max(0.3, 0.004 * unit))
    core, around = depth > 0.008, (depth < -0.012) & (depth > -0.05)
    if np.count_nonzero(core) < 4 or np.count_nonzero(around) < 4:
        return drawn
    dark, skin = float(np.percentile(lightness[core], 35)), float(np.median(lightness[around]))
    evidence = np.zeros_like(lightness)
    if skin > dark + 3.0:
        spread = max(3.0, 0.35 * (skin - dark))
        difference = (lightness - skin) ** 2 - (lightness - dark) ** 2
        evidence = np.clip(difference / (2 * spread**2), -1.0, 1.0)
    return np.asarray((100.0 * (depth + 0.004) + evidence > 0) & (depth > -0.03))
