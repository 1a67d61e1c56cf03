"""Hair and face skin of a small picture: expectations, then what the picture's own colours say.

Two rounds of mixtures per class turn expectations into probabilities, an edge-keeping filter
(He, Sun, Tang, "Guided Image Filtering", 2013) smooths them, GrabCut (Rother, Kolmogorov, Blake
2004) draws the edge of the hair. The same picture always gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from fusion.parsing import mixtures
from fusion.parsing.expectations import CLASSES, HAIR, SKIN, Expectations, expect

if TYPE_CHECKING:
    from fusion.faces import RGB, Floats
    from fusion.parsing.frame import FaceFrame, Mask

EXPECTATION_POWER = 1.2
COLOUR_POWER = 0.6
"""Pixels are not independent, so their colour counts for less than its full likelihood."""
COMPONENTS = (3, 3, 5, 5)
SAMPLES = 600
SEED = 7
SURE_HAIR, SURE_REST = 0.95, 0.03


@dataclass(frozen=True)
class Layers:
    """Masks of the working picture, and the class probabilities (height, width, 4) behind them."""

    hair: Mask
    skin: Mask
    probabilities: Floats
    expectations: Expectations


def separate(picture: RGB, frame: FaceFrame, yaw_degrees: float, person: Floats) -> Layers:
    """Hair and face skin of a picture whose face is about 100 px high.

    ``person`` is the silhouette's probability 0..1 at the picture's size.
    """
    expected = expect(frame, yaw_degrees, person)
    probabilities = _by_colour(picture, frame, expected.classes)
    hair = _edge_of_hair(picture, probabilities[..., HAIR])
    hair = _touching(hair, expected.rim > 0.6)
    skin = _face_skin(frame, expected, probabilities, hair)
    return Layers(hair, skin, probabilities, expected)


def features_of(picture: RGB, unit_px: float) -> tuple[Floats, Floats]:
    """Colour and texture of every pixel, (height, width, 4), and lightness 0..100."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    lightness = lab[..., 0]
    detail = np.abs(lightness - cv2.GaussianBlur(lightness, (0, 0), 0.012 * unit_px + 0.3))
    texture = np.sqrt(cv2.GaussianBlur(detail, (0, 0), 0.02 * unit_px + 0.3)) * 8.0
    # Shading changes lightness more than hue, so it counts for less.
    scaled = (lightness * 0.6 - 30.0, lab[..., 1] * 1.3, lab[..., 2] * 1.3, texture - 8.0)
    return np.dstack(scaled).astype(np.float32), np.asarray(lightness, np.float32)


def _by_colour(picture: RGB, frame: FaceFrame, expected: Floats) -> Floats:
    height, width = expected.shape[:2]
    features, lightness = features_of(picture, frame.unit_px)
    rows = features.reshape(-1, features.shape[2])
    terms = mixtures.monomials(rows)
    log_expected = np.log(expected.reshape(-1, CLASSES)) * EXPECTATION_POWER
    random = np.random.default_rng(SEED)
    probabilities = expected
    for certain in (0.55, 0.6):
        models = [
            _model(rows, probabilities[..., k].ravel(), COMPONENTS[k], certain, random)
            for k in range(CLASSES)
        ]
        logs = log_expected + COLOUR_POWER * mixtures.log_densities(models, terms)
        odds = np.exp(logs - logs.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        smoothed = _guided(lightness / 100.0, odds.reshape(height, width, CLASSES), frame.unit_px)
        probabilities = np.clip(smoothed, 0.0, 1.0)
    return probabilities


def _model(
    rows: Floats, weights: Floats, components: int, certain: float, random: np.random.Generator
) -> mixtures.Mixture:
    chosen = np.flatnonzero(weights > certain)
    if chosen.size < 40:
        chosen = np.argsort(-weights, kind="stable")[:40]
    if chosen.size > SAMPLES:
        chosen = chosen[random.integers(chosen.size, size=SAMPLES)]
    return mixtures.fit(rows[chosen], weights[chosen], components, random)


def _guided(guide: Floats, maps: Floats, unit_px: float) -> Floats:
    """The maps (height, width, n) smoothed, but not across edges of the guide."""
    radius = max(1, round(0.035 * unit_px))

    def mean(values: npt.NDArray[np.floating]) -> Floats:
        return np.asarray(cv2.blur(values, (2 * radius + 1, 2 * radius + 1)), np.float32)

    guide_mean = mean(guide)
    spread = mean(guide * guide) - guide_mean * guide_mean + 1e-3
    maps_mean = mean(maps)
    together = mean(maps * guide[..., None]) - maps_mean * guide_mean[..., None]
    slope = together / spread[..., None]
    offset = maps_mean - slope * guide_mean[..., None]
    return mean(slope) * guide[..., None] + mean(offset)


def _edge_of_hair(picture: RGB, hair: Floats) -> Mask:
    """Hair against everything else, cut along edges of the picture."""
    labels = np.where(hair > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[hair > SURE_HAIR] = cv2.GC_FGD
    labels[hair < SURE_REST] = cv2.GC_BGD
    is_hair = (labels & 1) == 1
    # Its colour models have five components each and refuse to start from fewer pixels.
    if min(np.count_nonzero(is_hair), np.count_nonzero(~is_hair)) < 20:
        return np.asarray(is_hair, bool)
    cv2.setRNGSeed(SEED)
    hair_model, rest_model = np.zeros((1, 65)), np.zeros((1, 65))
    nowhere = (0, 0, 1, 1)
    cv2.grabCut(
        np.ascontiguousarray(picture),
        labels,
        nowhere,
        rest_model,
        hair_model,
        2,
        cv2.GC_INIT_WITH_MASK,
    )
    return np.asarray((labels & 1) == 1, bool)


def _touching(mask: Mask, anchor: Mask) -> Mask:
    """The pieces of the mask that reach into the anchor."""
    _, pieces = cv2.connectedComponents(mask.astype(np.uint8))
    reaching = np.unique(pieces[anchor & mask])
    kept = np.zeros(int(pieces.max()) + 1, bool)
    kept[reaching] = True
    kept[0] = False
    return np.asarray(kept[pieces])


def _face_skin(frame: FaceFrame, expected: Expectations, probabilities: Floats, hair: Mask) -> Mask:
    """Skin of the face, its forehead and ears (not the neck), in one piece around the middle."""
    is_skin = (probabilities[..., SKIN:].argmax(axis=2) == 0) & ~hair
    scalp = (expected.below_brows < 0.5) & (expected.rim + expected.forehead > 0.3)
    place = (frame.depth > -0.01) | scalp | (expected.ears > 0.3)
    core = (frame.depth > 0.02) & (expected.below_brows > 0.5)
    skin = ((is_skin & place) | core) & ~hair
    return _largest(skin, frame.depth > 0.1)


def _largest(mask: Mask, anchor: Mask) -> Mask:
    """The piece of the mask with the most pixels in the anchor."""
    _, pieces = cv2.connectedComponents(mask.astype(np.uint8))
    inside = pieces[anchor & mask]
    if inside.size == 0:
        return mask & anchor
    return np.asarray(pieces == np.bincount(inside).argmax())
