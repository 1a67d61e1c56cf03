"""The user's skin in the template's light: coarse colour maps and what to do with them.

Colours are CIE Lab (D65) on the coarse grid. Skin is split into a low band (tone and light,
taken from the template) and what stands out from it (the user's features and their shading).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fusion.colour import cheek_colour, skin_distance, smooth_step, to_rgb

if TYPE_CHECKING:
    from fusion.faces import Floats

LOW_BAND = 0.26
"""Blur of the low band, in eye distances: the one dial between identity and tone."""


class Tone(NamedTuple):
    """Skin of one face on a grid: ``cheek`` median Lab (3,), ``low`` its low band (r, c, 3)."""

    cheek: Floats
    low: Floats
    weight: Floats


def tone_of(lab: Floats, points: Floats, inside: Floats, features: Floats, eye: float) -> Tone:
    """The skin of a face whose landmarks lie at ``points`` (cells)."""
    cheek = cheek_colour(lab, points)
    likeness = np.clip(1.6 - skin_distance(lab, cheek), 0, 1)
    weight = likeness * (1 - features) * smooth_step(inside, 0.0, 0.06)
    return Tone(cheek, low_band(lab, weight, cheek, eye), weight)


def low_band(lab: Floats, weight: Floats, cheek: Floats, eye: float) -> Floats:
    """Blurred skin colour (rows, columns, 3); where no skin is near, the cheek's."""
    rows, columns = weight.shape
    half = (max(columns // 2, 1), max(rows // 2, 1))
    packed = np.dstack([(lab - cheek) * weight[..., None], weight])
    packed = cv2.resize(packed, half, interpolation=cv2.INTER_AREA)
    packed = cv2.GaussianBlur(packed, (0, 0), LOW_BAND * eye / 2)
    low = packed[..., :3] / (packed[..., 3:] + 0.02)
    low = cv2.resize(low, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(low + cheek, np.float32)


class Relight(NamedTuple):
    """Lit colours on the grid (RGB) and the gain for the detail finer than the grid (r, c)."""

    cells: Floats
    gain: Floats


def relight(lab: Floats, tone: Tone, onto: Tone, eyeballs: Floats) -> Relight:
    """The user's coarse colours with the template's tone and light.

    ``lab`` and ``tone`` are the user's, already in the template's geometry.
    """
    shift = lab - tone.low
    own, low = tone.low[..., 0].clip(5), onto.low[..., 0].clip(5)
    ratio = (low + 16) / (own + 16)
    slope = np.where(ratio > 1, ratio**0.45, ratio**0.85)
    lightness = lab[..., 0]
    share = (lightness / own).clip(0, 1)
    # Darker than skin: from the skin's slope to a plain quotient, so that black stays black.
    deep = smooth_step(1 - share, 0.15, 0.6)
    plain = low * share
    darker = (1 - deep) * (low + slope * np.minimum(shift[..., 0], 0)) + deep * plain
    # Lighter than skin: what is left of the room up to white, softly.
    room = (100 - low).clip(4)
    lift = np.maximum(shift[..., 0], 0) * slope
    lighter = low + room * (1 - np.exp(-lift / room))
    lit = np.where(shift[..., 0] < 0, darker, lighter)
    out = np.empty_like(lab)
    out[..., 0] = lit
    keep = (lit / low).clip(0, 1) * deep + (1 - deep)
    chroma = np.where(ratio > 1, 1.0, 0.9)
    for axis in (1, 2):
        out[..., axis] = (onto.low[..., axis] + shift[..., axis] * chroma) * keep
    calm = lab.copy()
    calm[..., 0] = lightness + 0.35 * (low - own)
    out += eyeballs[..., None] * (calm - out)
    gain = slope * (1 - deep) + deep * (low / own)
    gain += eyeballs * (1 - gain)
    return Relight(to_rgb(out), np.clip(gain, 0.4, 2.0).astype(np.float32))
