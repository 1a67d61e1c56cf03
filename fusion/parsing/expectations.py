"""Where hair, skin, clothes and background are to be expected around a face, before any colour.

The head is an ellipsoid behind the mesh: hair lies on its rim and may hang beside it, the neck
below it, clothes further down. Constants are in units of the face frame and were set on frontal,
turned and tilted faces together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion.parsing.frame import FaceFrame, Mask, grown, ramp
from fusion.topology import LEFT_BROW, LEFT_EYE, RIGHT_BROW, RIGHT_EYE

if TYPE_CHECKING:
    from fusion.faces import Floats

HAIR, SKIN, CLOTHES, BACKGROUND = range(4)
CLASSES = 4

_TABLE_PER_UNIT = 64
_TABLE_U, _TABLE_TOP, _TABLE_BOTTOM = 1.6, 1.4, -2.0
_BACK_OF_THE_NOSE_BRIDGE = 0.40
"""How far behind the bridge of the nose the middle of the head lies."""
BEARD_REACH = -0.06
"""As far out of the mesh as a beard may stand."""
_LEFT_TRAGUS, _RIGHT_TRAGUS = 234, 454
_LEFT_TEMPLE, _RIGHT_TEMPLE = 54, 284
_BELOW_NOSE, _FOREHEAD_TOP, _CHIN = 2, 10, 152


@dataclass(frozen=True)
class Expectations:
    """Per pixel of the frame's picture, all float32 of its height and width.

    ``classes`` (height, width, 4) sums to one; the rest are memberships 0..1: ``rim`` of the part
    of the head where hair grows, ``beside_jaw`` and ``below_jaw`` of the ways of hanging hair on
    the left and on the right, ``ears`` of the places of the ears, ``below_brows`` of
    everything from the eyebrows down, ``forehead`` of the zone between brows and hairline.
    ``bare`` are the pixels of cheeks and nose: skin without beard or hair on nearly every face.
    """

    classes: Floats
    rim: Floats
    beside_jaw: tuple[Mask, Mask]
    below_jaw: tuple[Mask, Mask]
    ears: Floats
    below_brows: Floats
    forehead: Floats
    bare: Mask

    def without_hair(self, place: Mask) -> Expectations:
        """The same, where that place is known to be something the person wears."""
        classes = self.classes.copy()
        classes[place, CLOTHES] += classes[place, HAIR]
        classes[place, HAIR] = 1e-4
        return replace(self, classes=classes)


def expect(frame: FaceFrame, yaw_degrees: float, person: Floats) -> Expectations:
    """What the face alone and the person's silhouette (0..1, same size) let expect."""
    _, v = frame.grid
    rim, hanging, neck, clothes = np.moveaxis(_around_the_head(frame, yaw_degrees), -1, 0)
    inside = ramp(frame.depth, -0.03, 0.05)
    brows_v = float(frame.placed[np.concatenate([LEFT_BROW, RIGHT_BROW]), 1].mean()) + 0.02
    below_brows = 1.0 - ramp(v, brows_v, brows_v + 0.08)
    forehead = _forehead(frame, brows_v)
    ears = _ears(frame, yaw_degrees, brows_v) * (1.0 - inside)

    outside = 1.0 - inside
    hair = np.maximum(rim, hanging) * outside
    skin = np.maximum(inside, 0.9 * neck)
    # The mesh ends below or above the true hairline: on the forehead colour must decide.
    top_v = float(frame.placed[_FOREHEAD_TOP, 1])
    hair_there = 0.10 + 0.25 * ramp(v, top_v - 0.15, top_v + 0.15)
    hair += forehead * (hair_there - hair)
    skin += forehead * (1.0 - hair_there - skin)
    hair *= (1.0 - inside * below_brows) * (1.0 - 0.5 * ears)
    skin = np.maximum(skin, 0.5 * ears)
    clothes = clothes * outside + 1e-3

    whole = (hair + skin + clothes) / person
    empty = 1.0 - person + 0.01 * outside
    classes = np.dstack([hair / whole, skin / whole, clothes / whole, empty]) + 2e-3
    classes /= classes.sum(axis=2, keepdims=True)
    bare = _above_the_beard(frame) & (inside * below_brows > 0.9)
    beside_jaw, below_jaw = _ways_of_hanging_hair(frame)
    return Expectations(
        classes.astype(np.float32), rim, beside_jaw, below_jaw, ears, below_brows, forehead, bare
    )


def _around_the_head(frame: FaceFrame, yaw_degrees: float) -> Floats:
    """Rim, hanging hair, neck and clothes at every pixel, (height, width, 4)."""
    u, v = frame.grid
    turned = float(np.sin(np.radians(np.clip(yaw_degrees, -70.0, 70.0))))
    # A head turned to the right shows more of itself on the left, and is deeper than wide.
    from_head = (u + _BACK_OF_THE_NOSE_BRIDGE * turned) / (1.0 + 0.12 * abs(turned))
    columns = (from_head + _TABLE_U) * _TABLE_PER_UNIT
    rows = (_TABLE_TOP - v) * _TABLE_PER_UNIT
    return np.asarray(
        cv2.remap(_head(), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


@lru_cache(maxsize=1)
def _head() -> Floats:
    """The same for an upright head seen from the front, as a table over (v downwards, u)."""
    rows = int((_TABLE_TOP - _TABLE_BOTTOM) * _TABLE_PER_UNIT)
    v = (_TABLE_TOP - np.arange(rows, dtype=np.float32) / _TABLE_PER_UNIT)[:, None]
    aside = np.abs(
        np.arange(2 * _TABLE_U * _TABLE_PER_UNIT, dtype=np.float32) / _TABLE_PER_UNIT - _TABLE_U
    )[None]
    radius = np.hypot(aside / 0.62, (v - 0.12) / 0.72)
    rim = np.exp(-(((radius - 0.95) / 0.38) ** 2)) * ramp(v, -0.45, -0.05)
    hanging = 0.5 * ramp(aside, 0.22, 0.42) * ramp(aside, 1.05, 0.62)
    hanging = hanging * ramp(v, 0.25, -0.1) * ramp(v, -1.7, -0.7)
    neck = ramp(v, -0.45, -0.62) * ramp(aside, 0.42, 0.22) * ramp(v, -1.15, -0.8)
    clothes = ramp(0.25 * np.maximum(aside - 0.3, 0.0) - v, 0.62, 1.0)
    layers = np.broadcast_arrays(rim, hanging, neck, clothes)
    return np.dstack(layers).astype(np.float32)


def _ways_of_hanging_hair(frame: FaceFrame) -> tuple[tuple[Mask, Mask], tuple[Mask, Mask]]:
    """Beside the jaw and below it, each on the left and on the right of the face."""
    u, v = frame.grid
    chin_u, chin_v = (float(n) for n in frame.placed[_CHIN])
    nose_v = float(frame.placed[_BELOW_NOSE, 1])
    beside = (v < nose_v) & (v > chin_v) & (frame.depth < BEARD_REACH) & (frame.depth > -0.25)
    below = v < chin_v
    left = u < chin_u
    return (beside & left, beside & ~left), (below & left, below & ~left)


def _forehead(frame: FaceFrame, brows_v: float) -> Floats:
    """Membership of the zone from the eyebrows to a fifth of a unit above the mesh."""
    u, v = frame.grid
    temples = frame.placed[[_LEFT_TEMPLE, _RIGHT_TEMPLE], 0]
    middle = float(temples.mean())
    half = max(float(temples[1] - temples[0]) / 2, 0.1)
    top_v = float(frame.placed[_FOREHEAD_TOP, 1])
    across = ramp(np.abs(u - middle) / half, 1.20, 0.86)
    return across * ramp(v, brows_v, brows_v + 0.06) * ramp(v, top_v + 0.26, top_v + 0.14)


def _above_the_beard(frame: FaceFrame) -> Mask:
    """Pixels above the base of the nose, without eyes and brows."""
    _, v = frame.grid
    bare = v > float(frame.placed[_BELOW_NOSE, 1])
    for part in (LEFT_BROW, RIGHT_BROW, LEFT_EYE, RIGHT_EYE):
        bare &= ~frame.draw(grown(frame.points[part], 0.02 * frame.unit_px))
    return np.asarray(bare, bool)


def _ears(frame: FaceFrame, yaw_degrees: float, brows_v: float) -> Floats:
    """Membership of two ellipses beside the mesh, from the brows to the base of the nose."""
    u, v = frame.grid
    nose_v = float(frame.placed[_BELOW_NOSE, 1])
    turned = float(np.sin(np.radians(yaw_degrees)))
    nearest = np.zeros_like(u)
    for point, side in ((_LEFT_TRAGUS, -1.0), (_RIGHT_TRAGUS, 1.0)):
        shown = float(np.clip(-side * turned, -0.5, 1.0))
        half = 0.075 + 0.09 * shown
        centre_u = float(frame.placed[point, 0]) + side * (half - 0.02)
        centre_v = (brows_v + nose_v) / 2 - 0.02
        radius = np.hypot((u - centre_u) / half, (v - centre_v) / 0.22)
        nearest = np.maximum(nearest, ramp(radius, 1.25, 0.85))
    return nearest
