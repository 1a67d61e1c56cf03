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

from fusion.parsing import coverings, mixtures
from fusion.parsing.expectations import BACKGROUND, CLASSES, HAIR, SKIN, Expectations, expect

if TYPE_CHECKING:
    from fusion.faces import RGB, Floats
    from fusion.parsing.frame import FaceFrame, Mask

EXPECTATION_POWER = 1.2
COLOUR_POWER = 0.6
"""Pixels are not independent, so their colour counts for less than its full likelihood."""
COMPONENTS = (3, 3, 5, 5)
SAMPLES = 600
SEED = 7
DARK_CHEEK, LIT_CHEEK = 100.0, 170.0
"""Brightest channel (0..255) of a cheek below which a picture counts as underexposed, and the one
it is brought to."""
SURE_HAIR, SURE_REST, SURE_BACKGROUND = 0.95, 0.03, 0.8
SMALLEST_START = 20
EDGE_MARGIN_PX = 8
"""What GrabCut sees around everything that may be hair."""


@dataclass(frozen=True)
class Layers:
    """Masks of the working picture: hair, face skin, and what hides parts of the face."""

    hair: Mask
    skin: Mask
    covered: Mask


def separate(picture: RGB, frame: FaceFrame, yaw_degrees: float, person: Floats) -> Layers:
    """Hair and face skin of a picture whose face is about 100 px high.

    ``person`` is the silhouette's probability 0..1 at the picture's size.
    """
    expected = expect(frame, yaw_degrees, person)
    picture = _lit(picture, expected.bare)
    lab = np.asarray(
        cv2.cvtColor(picture.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), np.float32
    )
    scene = coverings.Scene(lab, frame, expected)
    hair, skin = _hair_and_skin(picture, scene)
    worn = coverings.cloth(scene, hair, skin)
    if worn.any():
        # It has taught what hair looks like; hair below it must be looked for again.
        scene = coverings.Scene(lab, frame, expected.without_hair(worn))
        hair, skin = _hair_and_skin(picture, scene)
        hair &= ~worn
    covered = coverings.dark_glasses(scene)
    if not covered.any():
        covered = coverings.mouth_mask(scene)
    return Layers(hair, skin & ~covered, covered)


def _lit(picture: RGB, cheeks: Mask) -> RGB:
    """The picture made brighter where its face is dark, so that the limits hold by night, too."""
    if not cheeks.any():
        return picture
    usual = max(float(np.median(picture[cheeks].max(axis=1))), 1.0)
    if usual >= DARK_CHEEK:
        return picture
    return np.asarray(cv2.convertScaleAbs(picture, alpha=LIT_CHEEK / usual), np.uint8)


def _hair_and_skin(picture: RGB, scene: coverings.Scene) -> tuple[Mask, Mask]:
    frame, expected = scene.frame, scene.expected
    probabilities = _by_colour(scene.lab, frame, expected)
    hair = _touching(_edge_of_hair(picture, probabilities), expected.rim > 0.6)
    skin = _face_skin(frame, expected, probabilities, hair)
    if not coverings.is_bare_scalp(scene, hair, skin):
        return hair, skin
    nothing = np.zeros_like(hair)
    return nothing, _face_skin(frame, expected, probabilities, nothing)


def _features(lab: Floats, unit_px: float) -> Floats:
    """Colour and texture of every pixel, (height, width, 4)."""
    lightness = lab[..., 0]
    detail = np.abs(lightness - cv2.GaussianBlur(lightness, (0, 0), 0.012 * unit_px + 0.3))
    texture = np.sqrt(cv2.GaussianBlur(detail, (0, 0), 0.02 * unit_px + 0.3)) * 8.0
    # Shading changes lightness more than hue, so it counts for less.
    scaled = (lightness * 0.6 - 30.0, lab[..., 1] * 1.3, lab[..., 2] * 1.3, texture - 8.0)
    return np.dstack(scaled).astype(np.float32)


def _by_colour(lab: Floats, frame: FaceFrame, expected: Expectations) -> Floats:
    """Probability of each class, (height, width, 4), not quite summing to one."""
    height, width = lab.shape[:2]
    features = _features(lab, frame.unit_px)
    rows = features.reshape(-1, features.shape[2])
    terms = mixtures.monomials(rows)
    classes = expected.classes
    random = np.random.default_rng(SEED)
    probabilities = expected.classes
    # Neither a beard nor a fringe may teach that skin looks like hair; ears are redder than cheeks.
    bare = expected.bare
    for certain in (0.55, 0.6):
        weights = probabilities.copy()
        weights[..., SKIN] *= bare
        models = [
            _model(rows, weights[..., k].ravel(), COMPONENTS[k], certain, random)
            for k in range(CLASSES)
        ]
        logs = np.log(
            classes.reshape(-1, CLASSES)
        ) * EXPECTATION_POWER + COLOUR_POWER * mixtures.log_densities(models, terms)
        odds = np.exp(logs - logs.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        smoothed = _guided(lab[..., 0] / 100.0, odds.reshape(height, width, CLASSES), frame.unit_px)
        probabilities = np.clip(smoothed, 0.0, 1.0)
        classes = _hanging_from_somewhere(expected, probabilities[..., HAIR])
        bare = bare | (expected.ears > 0.5)
    return probabilities


def _hanging_from_somewhere(expected: Expectations, hair: Floats) -> Floats:
    """The expected classes, with hair below the jaw only as far as there is hair beside it."""
    classes = expected.classes.copy()
    for beside, below in zip(expected.beside_jaw, expected.below_jaw, strict=True):
        if beside.any():
            there = float(np.percentile(hair[beside], 80))
            classes[below, HAIR] *= max(0.05, min(1.0, 2.0 * there))
    return classes


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


def _edge_of_hair(picture: RGB, probabilities: Floats) -> Mask:
    """Hair against everything else, cut along edges of the picture."""
    hair = probabilities[..., HAIR]
    labels = np.where(hair > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[hair > SURE_HAIR] = cv2.GC_FGD
    labels[(hair < SURE_REST) | (probabilities[..., BACKGROUND] > SURE_BACKGROUND)] = cv2.GC_BGD
    is_hair = (labels & 1) == 1
    if not is_hair.any():
        return np.asarray(is_hair, bool)
    around = _bounds(labels != cv2.GC_BGD, EDGE_MARGIN_PX)
    cut = np.ascontiguousarray(labels[around])
    # The colour models of GrabCut refuse to start from less.
    if min(np.count_nonzero(is_hair[around]), np.count_nonzero(~is_hair[around])) < SMALLEST_START:
        return np.asarray(is_hair, bool)
    cv2.setRNGSeed(SEED)
    rest_model, hair_model = np.zeros((1, 65)), np.zeros((1, 65))
    nowhere = (0, 0, 1, 1)
    cv2.grabCut(
        np.ascontiguousarray(picture[around]),
        cut,
        nowhere,
        rest_model,
        hair_model,
        2,
        cv2.GC_INIT_WITH_MASK,
    )
    is_hair = np.zeros(hair.shape, bool)
    is_hair[around] = (cut & 1) == 1
    return is_hair


def _bounds(mask: Mask, margin: int) -> tuple[slice, slice]:
    """Rows and columns of the mask's upright box, widened."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + 1 + margin),
        slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + 1 + margin),
    )


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
