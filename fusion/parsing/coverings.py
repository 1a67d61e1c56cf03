"""What only looks like hair or face: scalps, hats and scarves, dark glasses.

None of these has a network of its own. Each rule asks for something that hair (or a face) hardly
ever shows, so that what it misses stays hair; the figures behind the limits are in
docs/parsing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion.topology import LEFT_EYE, RIGHT_EYE

if TYPE_CHECKING:
    from fusion.faces import Floats
    from fusion.parsing.expectations import Expectations
    from fusion.parsing.frame import FaceFrame, Mask

FAINT_EDGE = 8.0
"""Colour difference (CIE 1976) below which skin just goes on beyond the supposed hairline."""
PATTERN_CONTRAST = 9.0
"""Median difference from the surroundings, in lightness; combed hair stays below."""
DYED_CHROMA, GARISH_CHROMA = 20.0, 52.0
HAIR_HUES = (10.0, 120.0)
"""Degrees from red over yellow; every natural hair colour with any chroma lies between."""
WHITE_CLOTH = 86.0
SAME_CLOTH = 7.0
CLOTH_SPREAD = 15.0
LENS_DARKNESS = 0.5
_CHIN, _NOSE_TIP, _BELOW_NOSE = 152, 4, 2


@dataclass(frozen=True)
class Scene:
    """A working picture in CIE Lab with its face and what is expected around it."""

    lab: Floats
    frame: FaceFrame
    expected: Expectations

    @property
    def lightness(self) -> Floats:
        """0..100, height x width."""
        return self.lab[..., 0]

    def blurred(self, values: Floats, radius: float) -> Floats:
        """Mean over a square of twice the radius (in units)."""
        reach = 2 * max(1, round(radius * self.frame.unit_px)) + 1
        return np.asarray(cv2.blur(values, (reach, reach)), np.float32)


def is_bare_scalp(scene: Scene, hair: Mask, skin: Mask) -> bool:
    """Whether the supposed hair is just the darker part of a bald head: no edge between the two."""
    weights = np.dstack([hair, skin]).astype(np.float32)
    shares = scene.blurred(weights, 0.05)
    means = [
        scene.blurred(scene.lab * weights[..., k : k + 1], 0.05) / (shares[..., k : k + 1] + 1e-6)
        for k in (0, 1)
    ]
    _, v = scene.frame.grid
    edge = (shares.min(axis=2) > 0.25) & (v > 0.1)
    if np.count_nonzero(edge) < 15:
        return False
    difference = np.linalg.norm(means[0] - means[1], axis=2)[edge]
    return float(np.median(difference)) < FAINT_EDGE


def cloth(scene: Scene, hair: Mask, skin: Mask) -> Mask:
    """Where a hat or a scarf is; empty if nothing about the supposed hair gives it away."""
    _, v = scene.frame.grid
    crown = hair & (scene.expected.rim > 0.5) & (v > 0.2)
    if np.count_nonzero(crown & (v > 0.32)) < 60:
        return np.zeros_like(hair)
    if not (
        _is_patterned(scene, crown)
        or _has_no_hair_colour(scene, crown, skin)
        or _goes_on_below_the_chin(scene, crown, hair, skin)
    ):
        return np.zeros_like(hair)
    return _like(scene, crown & (v > 0.32)) & (scene.frame.depth < 0.0)


def dark_glasses(scene: Scene) -> Mask:
    """Lenses that hide both eyes; empty if there are none."""
    u, v = scene.frame.grid
    cheek = scene.expected.bare & (v < float(scene.frame.placed[_NOSE_TIP, 1]) + 0.06)
    nothing = np.zeros_like(cheek)
    if np.count_nonzero(cheek) < 20:
        return nothing
    usual = float(np.median(scene.lightness[cheek]))
    zone, depths = nothing.copy(), []
    for eye in (LEFT_EYE, RIGHT_EYE):
        middle = scene.frame.placed[eye].mean(axis=0)
        lens = np.hypot((u - middle[0]) / 0.21, (v - middle[1] + 0.02) / 0.17) < 1.0
        below = lens & (v < middle[1] - 0.045) & (v > middle[1] - 0.10)
        below &= np.abs(u - middle[0]) < 0.10
        depths.append(float(np.median(scene.lightness[below])) if below.any() else usual)
        zone |= lens
    deepest = max(depths)
    if deepest > LENS_DARKNESS * usual or deepest > usual - 15.0:
        return nothing
    return np.asarray(zone & (scene.lightness < (deepest + usual) / 2), bool)


def _is_patterned(scene: Scene, crown: Mask) -> bool:
    """Light and dark beside each other, deep inside: checks, stripes, badges."""
    inside = cv2.erode(crown.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if np.count_nonzero(inside) < 40:
        return False
    sigma = 0.03 * scene.frame.unit_px
    contrast = np.abs(scene.lightness - cv2.GaussianBlur(scene.lightness, (0, 0), sigma))
    return float(np.median(contrast[inside])) > PATTERN_CONTRAST


def _has_no_hair_colour(scene: Scene, crown: Mask, skin: Mask) -> bool:
    """Colours that do not grow, in light that leaves the skin its own."""
    skin_chroma, skin_hue = _chroma_and_hue(np.median(scene.lab[skin], axis=0))
    if skin_chroma < 6.0 or not 0.0 < skin_hue < 90.0:
        return False
    colour = np.median(scene.lab[crown], axis=0)
    chroma, hue = _chroma_and_hue(colour)
    strange = chroma > DYED_CHROMA and not HAIR_HUES[0] < hue < HAIR_HUES[1]
    return strange or chroma > GARISH_CHROMA or (colour[0] > WHITE_CLOTH and chroma < 10.0)


def _goes_on_below_the_chin(scene: Scene, crown: Mask, hair: Mask, skin: Mask) -> bool:
    """A scarf closes under the chin, hair does not."""
    u, v = scene.frame.grid
    chin_u, chin_v = (float(n) for n in scene.frame.placed[_CHIN])
    neck = (np.abs(u - chin_u) < 0.18) & (v < chin_v - 0.06) & (v > chin_v - 0.25)
    if np.count_nonzero(neck) < 60:
        return False
    sides = [hair[side].mean() for side in scene.expected.beside_jaw if side.any()]
    if not sides or min(sides) < 0.4:
        return False
    below, above = (np.median(scene.lab[part], axis=0) for part in (neck, crown))
    own = np.median(scene.lab[skin], axis=0)
    near = float(np.linalg.norm(below - above))
    return near < SAME_CLOTH and near < 0.3 * float(np.linalg.norm(below - own))


def _like(scene: Scene, crown: Mask) -> Mask:
    """Pixels of the crown's colours; the scattered ones are left to their surroundings."""
    samples = scene.lab[crown]
    samples = samples[:: max(1, len(samples) // 400)]
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    best = np.zeros((len(samples), 1), np.int32)
    _, owner, centres = cv2.kmeans(samples, 4, best, stop, 2, cv2.KMEANS_PP_CENTERS)
    # Real hair at the brim is part of the crown, but a small one.
    colours = centres[np.bincount(owner.ravel(), minlength=4) > 0.15 * len(samples)]
    # Folds change lightness, not the dye.
    scale = np.array([0.5, 1.0, 1.0], np.float32)
    apart = np.stack([np.linalg.norm((scene.lab - c) * scale, axis=2) for c in colours])
    alike = (apart.min(axis=0) < CLOTH_SPREAD).astype(np.float32)
    return np.asarray(scene.blurred(alike, 0.03) > 0.5, bool)


def _chroma_and_hue(colour: Floats) -> tuple[float, float]:
    a, b = float(colour[1]), float(colour[2])
    return float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)))
