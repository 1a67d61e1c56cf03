"""The user's skin in the template's light: coarse colour maps and what to do with them.

Colours are CIE Lab (D65) on the coarse grid. Skin is split into a low band (tone and light,
taken from the template) and what stands out from it (the user's features and their shading).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fusion.colour import (
    cheek_colour,
    patch_colours,
    patch_windows,
    skin_distance,
    smooth_step,
    to_rgb,
)

if TYPE_CHECKING:
    from fusion.faces import Floats

LOW_BANDS = 0.26, 0.7
"""Blurs of the low band in eye distances, for skins far apart and for skins alike.

A narrow band takes the template's tone and light, a wide one leaves the user's modelling.
"""
ALIKE, APART = 8.0, 26.0
"""Distance of the cheeks' colours (Lab) below which skins are alike, above which far apart."""


SLOPE_BRIGHTER, SLOPE_DARKER, SLOPE_GLOSS = 0.45, 0.85, -0.6
"""Contrast of skin as a power of the brightness ratio: template brighter, darker; gloss."""
FINE_GAIN = 1.1
DEEP_FROM, DEEP_TO = 0.25, 0.6
"""How much darker than skin (share of its lightness) hair, brows and frames are."""
EYE_TINT = 0.5
"""The same for their colour: a photo's warm light is in the teeth as it is in the skin."""
GREY_CUT = 0.6
PATCH_PULL = 0.9
"""Share of what is left between the two faces' cheeks, nose and forehead that is taken away."""
PATCH_REACH = 0.3
"""In eye distances."""
EYE_SHARE = 0.8
"""Share of the skin's change of lightness that eyeballs and teeth follow."""


class Tone(NamedTuple):
    """Skin of one face on a grid, in Lab.

    ``cheek`` (3,) the median of both cheeks, ``low`` (2, r, c, 3) the low bands, narrow and wide,
    ``weight`` (r, c) how far a cell counts as skin, ``patches`` (n, 3) the colours of SKIN_PATCHES.
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
    low = low_bands(lab, weight, cheek, eye)
    return Tone(cheek, low, weight, patch_colours(lab, points, eye))


def low_bands(lab: Floats, weight: Floats, cheek: Floats, eye: float) -> Floats:
    """Blurred skin colour, narrow and wide (2, rows, columns, 3); away from skin the cheek's."""
    rows, columns = weight.shape
    packed = np.dstack([(lab - cheek) * weight[..., None], weight])
    bands = np.empty((2, rows, columns, 3), np.float32)
    for number, (width, shrunk) in enumerate(zip(LOW_BANDS, (2, 4), strict=True)):
        size = (max(columns // shrunk, 1), max(rows // shrunk, 1))
        small = cv2.resize(packed, size, interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), width * eye / shrunk)
        low = small[..., :3] / (small[..., 3:] + 0.02)
        bands[number] = cv2.resize(low, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return bands + cheek


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
    apart = float(np.linalg.norm(tone.cheek - onto.cheek))
    wide = 1 - smooth_step(np.asarray(apart, np.float32), ALIKE, APART)
    own_low = tone.low[0] + wide * (tone.low[1] - tone.low[0])
    new_low = onto.low[0] + wide * (onto.low[1] - onto.low[0])
    shift = lab - own_low
    own, low = own_low[..., 0].clip(5), new_low[..., 0].clip(5)
    ratio = (low + 16) / (own + 16)
    lightness, slope, deep = _lightness(lab[..., 0], own, low, ratio)
    lit = np.empty_like(lab)
    lit[..., 0] = lightness
    for axis in (1, 2):
        lit[..., axis] = new_low[..., axis] + _chroma(shift[..., axis], ratio, deep)
    keep = 1 + deep * ((lightness / low).clip(0, 1) - 1)
    lit[..., 1:] *= keep[..., None]
    lit += _patch_pull(lit, onto, points, eye)
    calm = lab.copy()
    calm[..., 0] += EYE_SHARE * (low - own)
    calm[..., 1:] += EYE_TINT * (new_low - own_low)[..., 1:]
    lit += eyeballs[..., None] * (calm - lit)
    # Brightened pores and gloss would become specks.
    gain = np.minimum(slope, FINE_GAIN)
    gain += deep * (low / own - gain)
    gain += eyeballs * (1 - gain)
    gain = cv2.GaussianBlur(np.clip(gain, 0.4, 2.0).astype(np.float32), (0, 0), 1.0)
    return Relight(to_rgb(lit), np.asarray(gain, np.float32))


def _patch_pull(lit: Floats, onto: Tone, points: Floats, eye: float) -> Floats:
    """What brings cheeks, nose and forehead near the template's colours, fading around them."""
    missing = PATCH_PULL * (onto.patches - patch_colours(lit, points, eye))
    across, down = patch_windows(points, lit.shape, PATCH_REACH * eye)
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
    deep = smooth_step(1 - share, DEEP_FROM, DEEP_TO)
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
