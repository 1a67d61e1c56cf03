"""What only looks like hair or face: scalps, hats and scarves, dark glasses, mouth masks.

None of these has a network of its own. Each rule asks for something that hair (or a face) hardly
ever shows, so that what it misses stays hair; the figures behind the limits are in
docs/parsing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion.parsing.frame import grown
from fusion.topology import LEFT_EYE, LIPS, RIGHT_EYE

if TYPE_CHECKING:
    from fusion.faces import Floats
    from fusion.parsing.expectations import Expectations
    from fusion.parsing.frame import FaceFrame, Mask

FAINT_EDGE = 8.0
"""Colour difference (CIE 1976) below which skin just goes on beyond the supposed hairline."""
SMOOTH = 0.02
"""Fine contrast of skin at the working size is about 0.01 of its lightness, of hair 0.03 and more,
of white hair 0.016."""
PATTERN_CONTRAST = 10.0
"""Median difference from the surroundings, in lightness; combed hair stays below."""
DYED_CHROMA, GARISH_CHROMA = 20.0, 52.0
HAIR_HUES = (10.0, 120.0)
"""Degrees from red over yellow; every natural hair colour with any chroma lies between."""
WHITE_CLOTH = 87.0
NIGHT = 18.0
"""Lightness below which black hair, black cloth and a shadow cannot be told apart."""
SAME_CLOTH = 7.0
CLOTH_SPREAD = 15.0
CROWN_TOP = 0.32
"""Above this, no brim shows anything but the hat."""
LENS_DARKNESS = 0.5
MASK_DIFFERENCE, MASK_EVENNESS, MASK_DETAIL = 18.0, 12.0, 0.03
SHADE_CHROMA = 9.0
_CHIN, _NOSE_TIP, _MIDDLE_OF_NOSE, _BELOW_NOSE = 152, 4, 195, 2


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
    """Whether the supposed hair is a shaded part of a bald head: smooth, and no edge before it."""
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
    return float(np.median(difference)) < FAINT_EDGE and _detail(scene, hair & (v > 0.1)) < SMOOTH


def _detail(scene: Scene, place: Mask) -> float:
    """Median contrast of the finest structures, as a share of the lightness they are seen in."""
    sigma = 0.012 * scene.frame.unit_px + 0.3
    contrast = np.abs(scene.lightness - cv2.GaussianBlur(scene.lightness, (0, 0), sigma))
    return float(np.median(contrast[place]) / max(np.median(scene.lightness[place]), 1.0))


def cloth(scene: Scene, hair: Mask, skin: Mask) -> Mask:
    """Where a hat or a scarf is; empty if nothing about the supposed hair gives it away."""
    _, v = scene.frame.grid
    crown = hair & (scene.expected.rim > 0.5) & (v > 0.2)
    if np.count_nonzero(crown & (v > CROWN_TOP)) < 60 or not skin.any():
        return np.zeros_like(hair)
    if not (
        _is_patterned(scene, crown)
        or _has_no_hair_colour(scene, crown, skin)
        or _goes_on_below_the_chin(scene, crown, hair, skin)
    ):
        return np.zeros_like(hair)
    top = crown & (v > CROWN_TOP)
    worn = top | (_like(scene, top) & (scene.frame.depth < 0.0))
    return worn | (_filled(worn) & (v > CROWN_TOP))


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


def _filled(mask: Mask) -> Mask:
    """The mask with its holes: a badge belongs to the cap."""
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    drawn = np.zeros(mask.shape, np.uint8)
    cv2.drawContours(drawn, outlines, -1, 1, cv2.FILLED)
    return np.asarray(drawn > 0, bool)


def mouth_mask(scene: Scene) -> Mask:
    """A mask over mouth and nose: lips and cheeks of one smooth colour that is no shade of skin."""
    frame = scene.frame
    _, v = frame.grid
    lips = frame.draw(grown(frame.points[LIPS], -0.005 * frame.unit_px))
    around = ~frame.draw(grown(frame.points[LIPS], 0.03 * frame.unit_px))
    below = (frame.depth > 0.03) & (v < float(frame.placed[_BELOW_NOSE, 1])) & around
    above = scene.expected.bare & (v > float(frame.placed[_MIDDLE_OF_NOSE, 1]))
    nothing = np.zeros_like(lips)
    if min(np.count_nonzero(part) for part in (lips, below, above)) < 15:
        return nothing
    of_lips, of_mask, of_skin = (np.median(scene.lab[p], axis=0) for p in (lips, below, above))
    if (
        np.linalg.norm(of_lips - of_mask) > MASK_EVENNESS
        or np.linalg.norm(of_mask - of_skin) < MASK_DIFFERENCE
        or _may_be_shaded(of_mask, of_skin)
        or _detail(scene, below) > MASK_DETAIL
    ):
        return nothing
    nearer = np.linalg.norm(scene.lab - of_mask, axis=2) < np.linalg.norm(
        scene.lab - of_skin, axis=2
    )
    smooth = scene.blurred(nearer.astype(np.float32), 0.04) > 0.5
    eyes_v = float(frame.placed[np.concatenate([LEFT_EYE, RIGHT_EYE]), 1].min())
    return np.asarray(smooth & (v < eyes_v - 0.03) & (frame.depth > -0.05), bool)


def _may_be_shaded(colour: Floats, skin: Floats) -> bool:
    """Whether a colour is the skin's in less or more light: the same chroma for its lightness."""
    expected = skin[1:] * colour[0] / max(float(skin[0]), 1.0)
    return float(np.linalg.norm(colour[1:] - expected)) < SHADE_CHROMA * min(
        1.0, float(colour[0]) / max(float(skin[0]), 1.0)
    )


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
    if min(below[0], above[0]) < NIGHT:
        return False
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
