"""The face's own coordinates, and shapes drawn in the picture's.

``u`` runs to the right and ``v`` up as the face sees the picture plane, the origin lies between
the eyes (mesh point 168), and one unit is the distance from the top of the forehead (point 10) to
the chin (point 152), so that every length of the parser holds for faces of any size and tilt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from fusion.topology import OVAL

if TYPE_CHECKING:
    from fusion.faces import Floats

Mask: TypeAlias = npt.NDArray[np.bool_]

_ORIGIN, _FOREHEAD_TOP, _CHIN = 168, 10, 152
_OVERSAMPLING = 3
_SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class FaceFrame:
    """A face in a picture of ``height`` x ``width`` pixels, by its mesh ``points`` (468, 2)."""

    points: Floats
    height: int
    width: int

    @cached_property
    def unit_px(self) -> float:
        """Pixels from the top of the forehead to the chin."""
        return max(float(np.hypot(*(self.points[_FOREHEAD_TOP] - self.points[_CHIN]))), 1e-3)

    @cached_property
    def up(self) -> Floats:
        """Unit vector from the chin to the forehead, in picture coordinates."""
        upwards = self.points[_FOREHEAD_TOP] - self.points[_CHIN]
        return np.asarray(upwards / self.unit_px, np.float32)

    @cached_property
    def right(self) -> Floats:
        """Unit vector across the face, to the right of an upright picture."""
        return np.array([-self.up[1], self.up[0]], np.float32)

    def place(self, points: Floats) -> Floats:
        """(u, v) of picture points (n, 2)."""
        offset = (points - self.points[_ORIGIN]) / self.unit_px
        return np.stack([offset @ self.right, offset @ self.up], axis=1)

    @cached_property
    def placed(self) -> Floats:
        """(u, v) of the mesh points, (468, 2)."""
        return self.place(self.points)

    @cached_property
    def grid(self) -> tuple[Floats, Floats]:
        """u and v of every pixel, two arrays of height x width."""
        x = (np.arange(self.width, dtype=np.float32) - self.points[_ORIGIN, 0]) / self.unit_px
        y = (np.arange(self.height, dtype=np.float32) - self.points[_ORIGIN, 1]) / self.unit_px
        u = x[None] * self.right[0] + y[:, None] * self.right[1]
        v = x[None] * self.up[0] + y[:, None] * self.up[1]
        return u, v

    @cached_property
    def depth(self) -> Floats:
        """Signed distance from the mesh outline in units, positive inside; height x width."""
        return signed_distance(self.draw(self.points[OVAL])) / self.unit_px

    def draw(self, polygon: Floats) -> Mask:
        """Pixels at least half covered by a polygon (n, 2), height x width."""
        mask = np.zeros((self.height, self.width), bool)
        low = np.maximum(np.floor(polygon.min(axis=0)).astype(int) - 1, 0)
        high = np.ceil(polygon.max(axis=0)).astype(int) + 2
        high = np.minimum(high, (self.width, self.height))
        if (high <= low).any():
            return mask
        columns, rows = (int(n) for n in high - low)
        fine = np.zeros((rows * _OVERSAMPLING, columns * _OVERSAMPLING), np.uint8)
        corners = (polygon - low + 0.5) * _OVERSAMPLING - 0.5
        fixed = np.round(corners * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(fine, [fixed], 255, shift=_SUBPIXEL_BITS)
        covered = cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_AREA) > 127
        mask[low[1] : high[1], low[0] : high[0]] = covered
        return mask


def grown(polygon: Floats, distance_px: float) -> Floats:
    """The closed polygon (n, 2) with every corner moved outwards (inwards if negative)."""
    along = np.roll(polygon, -1, axis=0) - np.roll(polygon, 1, axis=0)
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    outwards = distance_px if turns_clockwise(polygon) else -distance_px
    return np.asarray(polygon + normal * outwards, np.float32)


def turns_clockwise(polygon: Floats) -> bool:
    """Whether the corners run clockwise as seen in a picture (y down)."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) > 0


def signed_distance(mask: Mask) -> Floats:
    """Pixels to the mask's edge, positive inside, negative outside; same shape, float32."""
    inside = mask.astype(np.uint8)
    within = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    without = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    return np.asarray(within - without, np.float32)


def ramp(values: npt.NDArray[np.floating], start: float, end: float) -> Floats:
    """Smooth step from 0 at ``start`` to 1 at ``end`` (which may be the smaller one)."""
    share = np.clip((values - start) / (end - start), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), np.float32)
