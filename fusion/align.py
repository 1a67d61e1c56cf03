"""The 468-point face mesh of a candidate, and what its geometry says: presence, pose, fit.

The mesh network (MediaPipe Face Mesh, 192 px input) wants the face upright in the middle of a
square region; the region comes from the detector, or from an earlier mesh of the same face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion import networks
from fusion.faces import RGB, Floats, Pose
from fusion.topology import MEAN_FACE, RIGID

if TYPE_CHECKING:
    from pathlib import Path

    from fusion.detect import Detection

INPUT_PX = 192
REGION_SCALE = 1.5
"""Side of the region in units of the detection's side."""
STEEP_PITCH = 20.0
"""Beyond this many degrees up or down a second pass, started from the first, is better."""


@dataclass(frozen=True)
class Region:
    """A turned square of the picture: centre, side (pixels) and tilt (radians, clockwise)."""

    centre_x: float
    centre_y: float
    side: float
    tilt: float

    def onto(self, side_px: int) -> Floats:
        """2x3 matrix that carries picture coordinates into the square drawn ``side_px`` wide."""
        zoom = side_px / self.side
        cos, sin = np.cos(self.tilt) * zoom, np.sin(self.tilt) * zoom
        turn = np.array([[cos, sin], [-sin, cos]])
        shift = side_px / 2 - turn @ (self.centre_x, self.centre_y)
        return np.hstack([turn, shift[:, None]]).astype(np.float32)


@dataclass(frozen=True)
class Similarity:
    """target = scale * rotation @ source + shift, in two or three dimensions."""

    scale: float
    rotation: Floats
    shift: Floats

    def apply(self, points: Floats) -> Floats:
        """The moved points, same shape (n, d)."""
        moved = self.scale * points @ self.rotation.T + self.shift
        return np.asarray(moved, np.float32)


def region_of(detection: Detection) -> Region:
    """The square in which the mesh network expects this candidate."""
    side = detection.side * REGION_SCALE
    return Region(detection.centre_x, detection.centre_y, side, detection.tilt)


def region_of_landmarks(landmarks: Floats) -> Region:
    """The square for a second look at a face whose mesh is known."""
    across = landmarks[263, :2] - landmarks[33, :2]
    tilt = float(np.arctan2(across[1], across[0]))
    cos, sin = np.cos(tilt), np.sin(tilt)
    upright = landmarks[:, :2] @ np.array([[cos, -sin], [sin, cos]], np.float32)
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = np.array([[cos, -sin], [sin, cos]]) @ ((low + high) / 2)
    side = float((high - low).max()) * REGION_SCALE
    return Region(float(middle[0]), float(middle[1]), side, tilt)


def mesh(picture: RGB, region: Region, folder: Path | None = None) -> tuple[Floats, float]:
    """Landmarks (468, 3) in picture pixels and the presence probability 0..1."""
    crop = cut_out(picture, region, INPUT_PX)
    tensor = (crop.astype(np.float32) / 255.0)[None]
    outputs = networks.run("mesh", tensor, folder)
    presence = float(1.0 / (1.0 + np.exp(-np.clip(outputs[1][0], -80.0, 80.0))))
    raw = outputs[0].reshape(468, 3)
    back = cv2.invertAffineTransform(region.onto(INPUT_PX))
    landmarks = np.empty((468, 3), np.float32)
    landmarks[:, :2] = raw[:, :2] @ back[:, :2].T + back[:, 2]
    landmarks[:, 2] = raw[:, 2] * (region.side / INPUT_PX)
    return landmarks, presence


def mesh_twice_if_steep(
    picture: RGB, region: Region, folder: Path | None = None
) -> tuple[Floats, float]:
    """As ``mesh``; a face that looks far up or down gets a second pass from its own region."""
    landmarks, presence = mesh(picture, region, folder)
    if presence >= 0.5 and abs(pose_of(landmarks).pitch) > STEEP_PITCH:
        return mesh(picture, region_of_landmarks(landmarks), folder)
    return landmarks, presence


def cut_out(picture: RGB, region: Region, side_px: int) -> RGB:
    """The region upright, ``side_px`` square; black where it leaves the picture."""
    matrix = region.onto(side_px)
    shrink = int(region.side / side_px)
    if shrink >= 2:
        # Bilinear sampling alone would skip pixels: first shrink what the region covers.
        reach = region.side * 0.75
        height, width = picture.shape[:2]
        left, top = (max(int(c - reach), 0) for c in (region.centre_x, region.centre_y))
        right = min(int(region.centre_x + reach) + 1, width)
        bottom = min(int(region.centre_y + reach) + 1, height)
        if right - left >= shrink and bottom - top >= shrink:
            size = ((right - left) // shrink, (bottom - top) // shrink)
            seen = picture[top : top + size[1] * shrink, left : left + size[0] * shrink]
            picture = np.asarray(cv2.resize(seen, size, interpolation=cv2.INTER_AREA), np.uint8)
            offset = (shrink - 1) / 2
            enlarge = np.array([[shrink, 0, left + offset], [0, shrink, top + offset], [0, 0, 1]])
            matrix = (matrix @ enlarge).astype(np.float32)
    cut = cv2.warpAffine(picture, matrix, (side_px, side_px), flags=cv2.INTER_LINEAR)
    return np.asarray(cut, np.uint8)


def fit_similarity(source: Floats, target: Floats) -> Similarity:
    """Least-squares similarity of point sets (n, d) after Umeyama, IEEE TPAMI 13(4), 1991."""
    middle_source, middle_target = source.mean(axis=0), target.mean(axis=0)
    from_middle, to_middle = source - middle_source, target - middle_target
    covariance = (to_middle.T @ from_middle / len(source)).astype(np.float64)
    left, stretch, right = np.linalg.svd(covariance)
    mirror = np.ones(source.shape[1])
    if np.linalg.det(left) * np.linalg.det(right) < 0:
        mirror[-1] = -1.0
    rotation = left @ np.diag(mirror) @ right
    spread = max(float((from_middle**2).sum()) / len(source), 1e-9)
    scale = float((stretch * mirror).sum()) / spread
    shift = middle_target - scale * rotation @ middle_source
    return Similarity(scale, rotation.astype(np.float32), shift.astype(np.float32))


def pose_of(landmarks: Floats) -> Pose:
    """Yaw, pitch and roll from the rotation that carries the symmetric mean face onto this one."""
    turn = fit_similarity(MEAN_FACE[RIGID], landmarks[RIGID]).rotation.astype(np.float64)
    # The face looks along -z; x runs right, y down.
    looks = -turn[:, 2]
    yaw = np.degrees(np.arctan2(looks[0], -looks[2]))
    pitch = np.degrees(np.arctan2(-looks[1], np.hypot(looks[0], looks[2])))
    roll = np.degrees(np.arctan2(turn[1, 0], turn[0, 0]))
    return Pose(float(yaw), float(pitch), float(roll))
