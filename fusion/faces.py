"""What is known of a face: frozen values that every module and caller shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

RGB: TypeAlias = npt.NDArray[np.uint8]
"""Upright picture, HxWx3, sRGB, 0..255."""

Floats: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of its picture; it may reach beyond the picture's edge."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column right of the box."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """First row below the box."""
        return self.top + self.height

    @property
    def area(self) -> int:
        """Square pixels."""
        return self.width * self.height

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(across, 0) * max(down, 0)
        return shared / max(self.area + other.area - shared, 1)


@dataclass(frozen=True)
class Pose:
    """Where a head points, in degrees; all zero looks straight into the camera.

    Yaw is positive when the nose points to the right of the picture, pitch when it points up,
    roll when the head leans clockwise in the picture plane.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Face:
    """One face of one picture.

    ``landmarks`` are the 468 mesh points (MediaPipe Face Mesh topology) as float32 (468, 3):
    x and y in pixels of the picture, z on the same scale, smaller = nearer to the camera;
    read-only. ``score`` is the detector's (0..1), ``presence`` the mesh network's word that there
    is a face at all (0..1). ``sharpness`` is the variance of the Laplacian of a 200-px crop.
    """

    box: Box
    score: float
    presence: float
    landmarks: Floats = field(repr=False, compare=False)
    pose: Pose
    sharpness: float

    @property
    def size_px(self) -> int:
        """The shorter side of the box."""
        return min(self.box.width, self.box.height)

    @property
    def eye_distance_px(self) -> float:
        """Between the eye centres."""
        left = self.landmarks[[33, 133], :2].mean(axis=0)
        right = self.landmarks[[263, 362], :2].mean(axis=0)
        return float(np.hypot(*(right - left)))
