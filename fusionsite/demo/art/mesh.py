"""The generic face in points: a symmetric mean mesh, made friendly, posed and placed.

Vertex numbers are those of the 468-point face mesh of Kartynnik et al., "Real-time facial surface
geometry from monocular video on mobile GPUs", 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionsite.demo.art.canvas import Points, ramp

# (468, 3) float32: the mean of frontal meshes and their mirror images, in face widths (the x
# distance of the outermost vertices), z growing away from the viewer. No single person's likeness.
MEAN_FACE: npt.NDArray[Any] = np.load(Path(__file__).with_name("mean_face.npy"))

# fmt: off
OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
UPPER_LIP_OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291]
UPPER_LIP_INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308]
LOWER_LIP_INNER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308]
LOWER_LIP_OUTER = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291]
# Each from the outer to the inner corner; the viewer's left eye first.
UPPER_LIDS = [[33, 246, 161, 160, 159, 158, 157, 173, 133],
              [263, 466, 388, 387, 386, 385, 384, 398, 362]]
LOWER_LIDS = [[33, 7, 163, 144, 145, 153, 154, 155, 133],
              [263, 249, 390, 373, 374, 380, 381, 382, 362]]
BROWS_UPPER = [[70, 63, 105, 66, 107], [300, 293, 334, 296, 336]]
BROWS_LOWER = [[46, 53, 52, 65, 55], [276, 283, 282, 295, 285]]
NOSTRILS = [[20, 60, 166, 79, 239, 238], [250, 290, 392, 309, 459, 458]]
# fmt: on
CHEEKS = (50, 280)
NOSE_TIP, NOSE_BRIDGE, FOREHEAD, CHIN = 4, 6, 151, 152
MOUTH_CORNERS = (61, 291)


@dataclass(frozen=True)
class Pose:
    """Where the face stands: its centre and width in units, its turn in degrees.

    Positive yaw turns the nose to the left of the picture, positive pitch lowers it, positive
    roll leans the head clockwise.
    """

    x: float
    y: float
    width: float
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True)
class Shape:
    """What sets one painted face apart from the mean, in fractions of the face width."""

    smile: float = 0.5
    open_eyes: float = 0.008
    slim: float = 0.94
    jaw: float = 0.06
    full_lips: float = 1.1
    large_eyes: float = 0.09
    slim_nose: float = 0.10
    variety: int | None = None


def posed(pose: Pose, shape: Shape) -> npt.NDArray[Any]:
    """The mesh in design units, (468, 3)."""
    mesh = MEAN_FACE.astype(np.float64)
    if shape.variety is not None:
        mesh = _varied(mesh, shape.variety)
    _close_mouth(mesh, shape.full_lips)
    _smile(mesh, shape.smile)
    _open_eyes(mesh, shape.open_eyes)
    _enlarge_eyes(mesh, shape.large_eyes)
    nose = np.exp(-((mesh[:, 0] / 0.17) ** 4 + ((mesh[:, 1] - 0.20) / 0.13) ** 4))
    mesh[:, 0] *= 1 - shape.slim_nose * nose
    mesh[:, 0] *= shape.slim * (1 - shape.jaw * ramp(mesh[:, 1], 0.30, 0.74))
    turned = mesh @ _rotation(pose).T * pose.width
    turned[:, :2] += [pose.x, pose.y]
    return np.asarray(turned)


def oval(mesh: npt.NDArray[Any]) -> Points:
    """The outline of the face in design units, (36, 2)."""
    return np.asarray(mesh[OVAL, :2])


def _close_mouth(mesh: npt.NDArray[Any], fullness: float) -> None:
    """The mean of smiling people has a wide, open mouth: closes and narrows it, fills the lips."""
    for upper, lower in zip(UPPER_LIP_INNER, LOWER_LIP_INNER, strict=True):
        mesh[upper] = mesh[lower] = 0.78 * mesh[upper] + 0.22 * mesh[lower]
    # The line between closed lips dips in its middle under the upper lip's own bead.
    mesh[[13, 14], 1] += 0.0025
    mesh[[82, 312, 87, 317], 1] += 0.001
    middle = mesh[13, 1]
    for i, (upper, lower) in enumerate(zip(UPPER_LIP_OUTER, LOWER_LIP_OUTER, strict=True)):
        bulge = np.sin(np.pi * i / 10)
        if upper == lower:
            continue
        inner = mesh[UPPER_LIP_INNER[i], 1]
        mesh[upper, 1] = inner - (0.062 * bulge**0.8 + 0.002) * fullness
        mesh[lower, 1] = inner + (0.084 * bulge**0.8 + 0.002) * fullness
    mesh[[37, 267], 1] -= 0.007 * fullness
    mesh[0, 1] += 0.002
    mesh[MOUTH_CORNERS, 1] = mesh[[78, 308], 1]
    near = np.exp(-(((mesh[:, 1] - middle) / 0.13) ** 2 + (mesh[:, 0] / 0.26) ** 4))
    mesh[:, 0] *= 1 - 0.14 * near


def _smile(mesh: npt.NDArray[Any], amount: float) -> None:
    """Lifts and widens the corners of the mouth and, less, the cheeks beside them."""
    corner = mesh[MOUTH_CORNERS[0]].copy()
    side = np.sign(mesh[:, 0])
    away = np.hypot((np.abs(mesh[:, 0]) - abs(corner[0])) / 0.12, (mesh[:, 1] - corner[1]) / 0.11)
    pull = np.exp(-(away**2)) * amount
    mesh[:, 1] -= 0.020 * pull
    mesh[:, 0] += 0.022 * pull * side
    cheek = np.hypot((np.abs(mesh[:, 0]) - 0.27) / 0.13, (mesh[:, 1] - 0.16) / 0.12)
    lift = np.exp(-(cheek**2)) * amount
    mesh[:, 1] -= 0.012 * lift
    mesh[:, 2] -= 0.020 * lift


def _open_eyes(mesh: npt.NDArray[Any], amount: float) -> None:
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        for i in range(1, 8):
            bulge = np.sin(np.pi * i / 8)
            mesh[upper[i], 1] -= amount * bulge
            mesh[lower[i], 1] += 0.4 * amount * bulge


def _enlarge_eyes(mesh: npt.NDArray[Any], amount: float) -> None:
    for side in (-1, 1):
        centre = np.array([side * 0.230, -0.055])
        away = mesh[:, :2] - centre
        near = np.exp(-(np.sum((away / [0.15, 0.09]) ** 2, 1) ** 2))
        mesh[:, :2] += away * (amount * near)[:, None]


def _varied(mesh: npt.NDArray[Any], seed: int) -> npt.NDArray[Any]:
    """Another face: smooth, mirror-symmetric, random displacements of the mean."""
    generator = np.random.default_rng(seed)
    changed = mesh.copy()
    for _ in range(9):
        centre = np.array([generator.uniform(0, 0.42), generator.uniform(-0.4, 0.7)])
        reach = generator.uniform(0.14, 0.30)
        step = generator.normal(0, 0.013, 3)
        for sign in (1.0, -1.0):
            squared = np.sum((changed[:, :2] * [sign, 1] - centre) ** 2, 1)
            pull = np.exp(-squared / (2 * reach**2))[:, None]
            changed = changed + pull * step * [sign, 1, 1]
    return changed


def _rotation(pose: Pose) -> npt.NDArray[Any]:
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_z = [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    about_x = [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    about_y = [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
    return np.asarray(np.array(about_z) @ np.array(about_x) @ np.array(about_y))
