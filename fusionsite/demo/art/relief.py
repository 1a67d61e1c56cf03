"""The face as a height field: a thin plate through the mesh, and its shadows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy.interpolate import RBFInterpolator

from fusionsite.demo.art.canvas import Canvas, Picture, Plane, f32, ramp
from fusionsite.demo.art.mesh import OVAL
from fusionsite.demo.art.solid import normals_of

if TYPE_CHECKING:
    from fusionsite.demo.art.light import Light

# The plate is solved on a grid this many face widths apart; finer than 1/90 shows nothing more.
_GRID_STEP = 1 / 90
# Nor does a grid finer than this many pixels, in a small picture.
_FEWEST_PX = 2.0
_SHADOW_STEPS = 30


@dataclass(frozen=True)
class Relief:
    """Heights in units (growing towards the viewer), unit normals, openness 0..1, pores."""

    height: Plane
    normals: Picture
    openness: Plane
    pores: Plane


def relief_of(canvas: Canvas, mesh: npt.NDArray[Any], face_width: float, seed: int) -> Relief:
    """The relief of a posed mesh on a canvas that surrounds it."""
    depth = _plate(canvas, mesh, face_width)
    depth = canvas.blur(depth, face_width * 0.011)
    centre = mesh[[168, 4, 152, 10], :2].mean(0)
    inner = centre + (mesh[OVAL, :2] - centre) * 0.80
    # The mesh folds over at its rim: only a strong blur there hides the row of dents.
    rim = 1 - canvas.mask(inner, face_width * 0.07)
    depth = depth + (canvas.blur(depth, face_width * 0.075) - depth) * rim
    pores = canvas.noise(face_width * 0.006, 1, seed)
    bumps = canvas.noise(face_width * 0.05, 4, seed + 1)
    rough = depth + (pores * 0.00034 + bumps * 0.0003) * face_width
    return Relief(-depth, normals_of(canvas, -rough), _openness(canvas, depth, face_width), pores)


def cast_shadow(canvas: Canvas, relief: Relief, light: Light, face_width: float) -> Plane:
    """1 where the light reaches the face, 0 in its own shadow, marched through the height field."""
    towards = light.direction
    sideways = max(1e-3, float(np.hypot(towards[0], towards[1])))
    lx, ly, lz = towards / sideways
    step = face_width * 0.012
    seen = np.ones(canvas.shape, np.float32)
    for k in range(1, _SHADOW_STEPS):
        way = k * step
        higher = canvas.shift(relief.height, -lx * way, -ly * way)
        # Climbing `way` towards the light raises the ray by -lz * way towards the viewer.
        above = higher - (relief.height - lz * way)
        seen = np.minimum(seen, 1 - ramp(above, 0, step * 2.2))
    return canvas.blur(seen, face_width * 0.014)


def _plate(canvas: Canvas, mesh: npt.NDArray[Any], face_width: float) -> Plane:
    """Depth in units: a smoothed thin-plate spline through the vertices and rings falling back."""
    flat = mesh[:, :2]
    depth = mesh[:, 2] / face_width
    # The cheeks' steep sides are flattened: they face away and would only alias.
    depth = np.where(depth > 0, 0.42 * np.tanh(depth / 0.42), depth)
    centre = flat[[168, 4, 152, 10]].mean(0)
    rim, rim_depth = flat[OVAL][::2], depth[OVAL][::2]
    rings = ((1.10, 0.07), (1.25, 0.20), (1.55, 0.45))
    where = np.vstack([flat, *(centre + (rim - centre) * grow for grow, _ in rings)])
    known = np.concatenate([depth, *(rim_depth + fall for _, fall in rings)])
    spline = RBFInterpolator(
        where / face_width, known, kernel="thin_plate_spline", smoothing=3e-4, neighbors=60
    )
    step = max(face_width * _GRID_STEP, _FEWEST_PX / canvas.scale)
    left, top = float(canvas.x.min()), float(canvas.y.min())
    columns = np.arange(left - step, canvas.x.max() + 2 * step, step)
    rows = np.arange(top - step, canvas.y.max() + 2 * step, step)
    grid = np.stack(np.meshgrid(columns, rows), -1)
    coarse = spline(grid.reshape(-1, 2) / face_width).reshape(grid.shape[:2])
    at_x = ((canvas.x - columns[0]) / step).astype(np.float32)
    at_y = ((canvas.y - rows[0]) / step).astype(np.float32)
    fine = cv2.remap(coarse.astype(np.float32), at_x, at_y, cv2.INTER_CUBIC)
    return np.asarray(fine * f32(face_width))


def _openness(canvas: Canvas, depth: Plane, face_width: float) -> Plane:
    """How much of the sky a point sees: less in hollows wide and near."""
    wide = np.clip((depth - canvas.blur(depth, face_width * 0.05)) / (face_width * 0.05), 0, 1)
    near = np.clip((depth - canvas.blur(depth, face_width * 0.02)) / (face_width * 0.02), 0, 1)
    return np.asarray((1 - 0.9 * wide) * (1 - 0.55 * near), np.float32)
