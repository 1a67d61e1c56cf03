"""Numbers about a face, and the one place that turns them into a refusal.

The measures carry no verdict; ``usable`` compares them with limits. How the default limits were
calibrated is told in docs/engines.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from fusion.colour import skin_distance, to_lab
from fusion.errors import (
    FaceCovered,
    FaceOutsidePicture,
    FaceTooBlurred,
    FaceTooSmall,
    FaceTurnedAway,
)
from fusion.faces import RGB, Box, Face, Floats
from fusion.topology import CHEEKS, INNER_SKIN, NOSE_BRIDGE

SHARPNESS_CROP_PX = 200


def sharpness(picture: RGB, box: Box) -> float:
    """Variance of the Laplacian over the inner part of the face, at a face width of 200 px.

    Grey levels squared, 0 = no detail at all. Small faces are enlarged and so read low.
    """
    top, left = max(box.top, 0), max(box.left, 0)
    seen = picture[top : max(box.bottom, top + 1), left : max(box.right, left + 1)]
    if seen.size == 0:
        return 0.0
    zoom = SHARPNESS_CROP_PX / max(box.width, 1)
    size = (max(int(seen.shape[1] * zoom), 3), max(int(seen.shape[0] * zoom), 3))
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    grey = cv2.resize(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), size, interpolation=method)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def box_of(landmarks: Floats) -> Box:
    """The smallest upright box of whole pixels around all points."""
    low = np.floor(landmarks[:, :2].min(axis=0)).astype(int)
    high = np.ceil(landmarks[:, :2].max(axis=0)).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))


@dataclass(frozen=True)
class FaceLimits:
    """What a usable face must keep to; None switches a check off.

    Degrees for the angles, Lab units for darkness; shares are 0..1. Where the figures come from
    is told in docs/engines.md.
    """

    min_size_px: int | None = 34
    max_outside_share: float | None = 0.08
    max_yaw: float | None = 40.0
    max_pitch: float | None = 30.0
    min_sharpness: float | None = 5.0
    max_covered_share: float | None = 0.38


DEFAULT_FACE_LIMITS = FaceLimits()
_INNER_THEN_CHEEKS = np.concatenate([INNER_SKIN, CHEEKS])


def outside_share(face: Face, picture: RGB) -> float:
    """Share of the mesh points that lie outside the picture, 0..1."""
    height, width = picture.shape[:2]
    x, y = face.landmarks[:, 0], face.landmarks[:, 1]
    return float(np.mean((x < 0) | (y < 0) | (x > width - 1) | (y > height - 1)))


def brightness(face: Face, picture: RGB) -> float:
    """Median CIE lightness of the cheeks, 0 (black) .. 100 (white)."""
    return float(np.median(_colours(face, picture, CHEEKS)[:, 0]))


def covered_share(face: Face, picture: RGB) -> float:
    """Share of the inner face that looks like neither this face's cheeks nor its own other side.

    0..1. Beards and shadow read up to about 0.3; a hand has the colour of skin and is not seen.
    """
    colours = _colours(face, picture, _INNER_THEN_CHEEKS)
    inner, cheeks = colours[: len(INNER_SKIN)], colours[len(INNER_SKIN) :]
    cheek = np.median(cheeks, axis=0)
    return float(np.mean(skin_distance(inner, cheek.astype(np.float32)) > 1.4))


def glasses_darkness(face: Face, picture: RGB) -> float:
    """Depth of the deepest dark stretch across the nose bridge, 0..1.

    Relative to the lighter of what lies above and below: shade has one dark side, a frame two
    light ones.
    """
    steps = np.linspace(0, len(NOSE_BRIDGE) - 1, 25)
    line = np.stack(
        [
            np.interp(steps, np.arange(len(NOSE_BRIDGE)), face.landmarks[NOSE_BRIDGE, axis])
            for axis in (0, 1)
        ],
        axis=1,
    )
    lightness = _lab_at(line.astype(np.float32), face, picture)[:, 0] + 4.0
    dips = [
        1.0 - lightness[i] / min(lightness[max(i - 8, 0) : i].max(), lightness[i + 1 : i + 9].max())
        for i in range(1, len(lightness) - 1)
    ]
    return float(max(max(dips), 0.0))


GLASSES_DARKNESS = 0.23


def wears_glasses(face: Face, picture: RGB) -> bool:
    """A hint, not a verdict: thin or transparent frames pass unseen."""
    return glasses_darkness(face, picture) >= GLASSES_DARKNESS


def usable(face: Face, picture: RGB, limits: FaceLimits = DEFAULT_FACE_LIMITS) -> None:
    """Returns when the face keeps to the limits; raises the FaceError of the first it misses."""
    _check_size(face, limits)
    _check_frame(face, picture, limits)
    _check_pose(face, limits)
    if limits.min_sharpness is not None and face.sharpness < limits.min_sharpness:
        raise FaceTooBlurred(measured=face.sharpness, limit=limits.min_sharpness, box=face.box)
    if limits.max_covered_share is not None:
        share = covered_share(face, picture)
        if share > limits.max_covered_share:
            raise FaceCovered(
                measured=100 * share, limit=100 * limits.max_covered_share, unit="%", box=face.box
            )


def _check_size(face: Face, limits: FaceLimits) -> None:
    if limits.min_size_px is not None and face.size_px < limits.min_size_px:
        raise FaceTooSmall(
            measured=face.size_px, limit=limits.min_size_px, unit="pixels", box=face.box
        )


def _check_frame(face: Face, picture: RGB, limits: FaceLimits) -> None:
    share = outside_share(face, picture)
    if limits.max_outside_share is not None and share > limits.max_outside_share:
        raise FaceOutsidePicture(
            measured=100 * share, limit=100 * limits.max_outside_share, unit="%", box=face.box
        )


def _check_pose(face: Face, limits: FaceLimits) -> None:
    pairs = ((face.pose.yaw, limits.max_yaw), (face.pose.pitch, limits.max_pitch))
    for angle, limit in pairs:
        if limit is not None and abs(angle) > limit:
            raise FaceTurnedAway(pose=face.pose, measured=abs(angle), limit=limit, box=face.box)


def _colours(face: Face, picture: RGB, points: npt.NDArray[np.intp]) -> Floats:
    return _lab_at(face.landmarks[points, :2], face, picture)


def _lab_at(points: Floats, face: Face, picture: RGB) -> Floats:
    """Lab at positions of the picture, each averaged over about a fortieth of the face."""
    size = max(face.box.width // 80, 0)
    height, width = picture.shape[:2]
    x = np.clip(np.round(points[:, 0]).astype(int), 0, width - 1)
    y = np.clip(np.round(points[:, 1]).astype(int), 0, height - 1)
    around = np.arange(-size, size + 1)
    rows = np.clip(y[:, None] + around, 0, height - 1)
    columns = np.clip(x[:, None] + around, 0, width - 1)
    places = (rows[:, :, None] * width + columns[:, None, :]).reshape(len(x), -1)
    around_each = picture.reshape(-1, 3).take(places, axis=0).astype(np.float32)
    # A sum by multiplication: for so few numbers `mean` takes ten times as long.
    sums = (np.ones((1, places.shape[1]), np.float32) @ around_each)[:, 0]
    return np.asarray(to_lab((sums / np.float32(places.shape[1]))[None])[0], np.float32)
