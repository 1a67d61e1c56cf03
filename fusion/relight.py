"""The user's skin in the template's light: coarse colour maps and what to do with them.

Colours are CIE Lab (D65) on the coarse grid. Skin is split into a low band (tone and light,
taken from the template) and what stands out from it (the user's features and their shading).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fusion.colour import cheek_colour, patch_colours, skin_distance, smooth_step, to_rgb
from fusion.topology import SKIN_PATCHES

if TYPE_CHECKING:
    from fusion.faces import Floats

LOW_BAND = 0.5
"""Blur of the low band, in eye distances: the one dial between identity and tone."""


SLOPE_BRIGHTER, SLOPE_DARKER, SLOPE_GLOSS = 0.45, 0.85, -0.6
"""Contrast of skin as a power of the brightness ratio: template brighter, darker; gloss."""
GREY_CUT = 0.6
PATCH_PULL = 0.8
"""Share of what is left between the two faces' cheeks, nose and forehead that is taken away."""
PATCH_REACH = 0.4
"""In eye distances."""
EYE_SHARE = 0.8
"""Share of the skin's change of lightness that eyeballs and teeth follow."""


class Tone(NamedTuple):
    """Skin of one face on a grid, in Lab.

    ``cheek`` (3,) the median of both cheeks, ``low`` (r, c, 3) the low band, ``weight`` (r, c) how
    far a cell counts as skin, ``patches`` (n, 3) the colours of SKIN_PATCHES.
    """

    cheek: Floats
    low: Floats
    weight: Floats
    patches: Floats


def tone_of(lab: Floats, points: Floats, inside: Floats, features: Floats, eye: float) -> Tone:
    """The skin of a face whose landmarks lie at ``points`` (cells)."""
    cheek = cheek_colour(lab, points)
    likeness = np.clip(1.6 - skin_distance(lab, cheek), 0, 1)
    weight = likeness * (1 - features) * smooth_step(inside, 0.0, 0.06)
    low = low_band(lab, weight, cheek, eye)
    return Tone(cheek, low, weight, patch_colours(lab, points))


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


def relight(
    lab: Floats, tone: Tone, onto: Tone, eyeballs: Floats, points: Floats, eye: float
) -> Relight:
    """The user's coarse colours with the template's tone and light.

    ``lab``, ``tone`` and ``points`` are the user's, already in the template's geometry.
    """
    shift = lab - tone.low
    own, low = tone.low[..., 0].clip(5), onto.low[..., 0].clip(5)
    ratio = (low + 16) / (own + 16)
    lightness, slope, deep = _lightness(lab[..., 0], own, low, ratio)
    lit = np.empty_like(lab)
    lit[..., 0] = lightness
    for axis in (1, 2):
        lit[..., axis] = onto.low[..., axis] + _chroma(shift[..., axis], ratio, deep)
    keep = 1 + deep * ((lightness / low).clip(0, 1) - 1)
    lit[..., 1:] *= keep[..., None]
    lit += _patch_pull(lit, onto, points, eye)
    calm = lab.copy()
    calm[..., 0] += EYE_SHARE * (low - own)
    lit += eyeballs[..., None] * (calm - lit)
    gain = slope + deep * (low / own - slope)
    gain += eyeballs * (1 - gain)
    gain = cv2.GaussianBlur(np.clip(gain, 0.4, 2.0).astype(np.float32), (0, 0), 1.0)
    return Relight(to_rgb(lit), np.asarray(gain, np.float32))


def _patch_pull(lit: Floats, onto: Tone, points: Floats, eye: float) -> Floats:
    """What brings cheeks, nose and forehead near the template's colours, fading around them."""
    rows, columns = lit.shape[:2]
    missing = PATCH_PULL * (onto.patches - patch_colours(lit, points))
    middles = points[SKIN_PATCHES].mean(axis=1)
    reach = 2 * (PATCH_REACH * eye) ** 2
    across = np.exp(-((np.arange(columns) - middles[:, :1]) ** 2) / reach)
    down = np.exp(-((np.arange(rows) - middles[:, 1:]) ** 2) / reach)
    near = np.einsum("pr,pc->rcp", down, across)
    return np.asarray(near @ missing / (near.sum(axis=2, keepdims=True) + 0.15), np.float32)


def _lightness(
    lightness: Floats, own: Floats, low: Floats, ratio: Floats
) -> tuple[Floats, Floats, Floats]:
    """Lit lightness, slope for small differences, and how far a place counts as black (0..1)."""
    shift = lightness - own
    slope = np.where(ratio > 1, ratio**SLOPE_BRIGHTER, ratio**SLOPE_DARKER)
    share = (lightness / own).clip(0, 1)
    # Darker than skin: from the skin's slope to a plain quotient, so that black stays black.
    deep = smooth_step(1 - share, 0.15, 0.6)
    darker = low + (1 - deep) * slope * np.minimum(shift, 0) + deep * low * (share - 1)
    # Lighter than skin is mostly gloss, which adds the same light to any skin: on pale skin it
    # shows less. It also never leaves the room that is left up to white.
    room = (96 - low).clip(4)
    lift = np.maximum(shift, 0) * np.minimum(ratio**SLOPE_GLOSS, 1.0)
    lighter = low + room * (1 - np.exp(-lift / room))
    return np.where(shift < 0, darker, lighter), slope, deep


def _chroma(shift: Floats, ratio: Floats, deep: Floats) -> Floats:
    """Difference in a or b to carry over: redder and yellower whole, greyer only in part.

    What is greyer than the user's skin is gloss or shade under a cool light; on skin of another
    tone it would read as grey or blue paint.
    """
    apart = np.abs(np.log(ratio))
    part = 1 - GREY_CUT * smooth_step(apart, 0.05, 0.5) * (1 - deep)
    return np.where(shift < 0, shift * part, shift)
