"""Where each point of the template's face looks into the user's photo.

The template is never warped. The user's mesh is posed like the template's head (a similarity in
three dimensions), moved towards the user's own proportions as far as the degrees say, and
rasterised on a coarse grid; the grid then holds, per cell, a position in the user's photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from fusion.align import fit_similarity
from fusion.topology import FEATURES, MEAN_FACE, MIRROR, OVAL, RIGID, TRIANGLES

if TYPE_CHECKING:
    from fusion.faces import RGB, Face, Floats

CELLS_ACROSS = 64
"""Grid cells over the width of a face: fine enough for any smooth map."""
MARGIN = 0.08
"""Free space around the face's box, in face widths."""
RING = 1.45
"""How far outside the oval the map has gone back to a plain similarity."""
LAYOUT = 0.76
"""Share of the way from the template's proportions to the user's that full degree goes."""
INNER_RADIUS, OUTER_RADIUS = 0.85, 1.1
"""Between these shares of the oval's radius the inner degree fades into the profile degree."""
SOURCE_INSET = 0.01
"""How far inside the user's outline its edge is sampled, as a share of the radius."""
PROFILE_POWER = 0.15
"""Makes the lower half of the profile degree count: most outlines differ little."""
DEPTH = 0.7
"""Share of the mesh's depth that is believed when a head is turned into another pose.

The network draws turned faces deeper than they are; with all of it features slide sideways.
"""
_DEPTH = np.array([1, 1, DEPTH], np.float32)
_OTHER_SIDE = np.array([-1, 1, 1], np.float32)
MIRROR_FROM, MIRROR_TO = 14.0, 30.0
"""Relative yaw (degrees) over which the hidden side is replaced by the visible one."""


@dataclass(frozen=True)
class Grid:
    """A coarse grid over a rectangle of the template: origin and size in pixels, and in cells."""

    left: int
    top: int
    width: int
    height: int
    columns: int
    rows: int

    @property
    def rectangle(self) -> tuple[slice, slice]:
        """Rows and columns of the template under the grid."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    @property
    def step(self) -> float:
        """Pixels per cell."""
        return self.width / self.columns

    def cells(self, points: Floats) -> Floats:
        """Template pixels (n, 2+) as cell coordinates (n, 2); whole numbers are cell centres."""
        origin = np.array([self.left, self.top], np.float32)
        zoom = np.array([self.columns / self.width, self.rows / self.height], np.float32)
        return (points[:, :2] - origin + 0.5) * zoom - 0.5

    def pixels(self, cells: Floats) -> Floats:
        """Cell coordinates (n, 2) as template pixels: the inverse of ``cells``."""
        origin = np.array([self.left, self.top], np.float32)
        zoom = np.array([self.width / self.columns, self.height / self.rows], np.float32)
        return (cells + 0.5) * zoom - 0.5 + origin

    def shrink(self, picture: RGB | Floats) -> Floats:
        """Mean per cell of an array over the grid's rectangle, float32."""
        size = (self.columns, self.rows)
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32)

    def enlarge(self, cells: Floats) -> Floats:
        """A map of the grid at the rectangle's full size, bilinear."""
        size = (self.width, self.height)
        return np.asarray(cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR), np.float32)


def grid_around(face: Face, picture_width: int, picture_height: int) -> Grid:
    """The grid over a face and its margin, cut at the edge of the picture."""
    box = face.box
    margin = MARGIN * box.width
    left = max(int(box.left - margin), 0)
    top = max(int(box.top - margin), 0)
    right = min(int(box.right + margin) + 1, picture_width)
    bottom = min(int(box.bottom + margin) + 1, picture_height)
    step = max(box.width / CELLS_ACROSS, 1.0)
    width, height = max(right - left, 8), max(bottom - top, 8)
    columns, rows = max(round(width / step), 8), max(round(height / step), 8)
    return Grid(left, top, width, height, columns, rows)


class Raster(NamedTuple):
    """Cells covered by a mesh: flat cell numbers, corner numbers (n, 3), their weights (n, 3)."""

    cells: npt.NDArray[np.intp]
    corners: npt.NDArray[np.intp]
    weights: Floats

    def spread(self, values: Floats) -> Floats:
        """Per-vertex values (v, k) interpolated at the covered cells (n, k)."""
        return np.asarray(np.einsum("nc,nck->nk", self.weights, values[self.corners]), np.float32)


def rasterise(vertices: Floats, triangles: npt.NDArray[np.intp], rows: int, columns: int) -> Raster:
    """Which cells the front-facing triangles cover; where two overlap, the later one wins."""
    corners = vertices[triangles]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    doubled = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low = np.maximum(np.ceil(corners.min(axis=1) - 1e-3), 0).astype(np.intp)
    high = np.floor(corners.max(axis=1) + 1e-3).astype(np.intp)
    high = np.minimum(high, np.array([columns - 1, rows - 1]))
    spans = np.maximum(high - low + 1, 0)
    counts = np.where(doubled > 1e-6, spans[:, 0] * spans[:, 1], 0)
    which = np.repeat(np.arange(len(triangles)), counts)
    offset = np.arange(which.size) - np.repeat(np.cumsum(counts) - counts, counts)
    x = low[which, 0] + offset % spans[which, 0]
    y = low[which, 1] + offset // spans[which, 0]
    from_a_x, from_a_y = x - a[which, 0], y - a[which, 1]
    across, down = (b - a) / doubled[:, None].clip(1e-6), (c - a) / doubled[:, None].clip(1e-6)
    second = from_a_x * down[which, 1] - from_a_y * down[which, 0]
    third = from_a_y * across[which, 0] - from_a_x * across[which, 1]
    weights = np.stack([1.0 - second - third, second, third], axis=1)
    inside = weights.min(axis=1) >= -1e-3
    chosen = which[inside]
    return Raster((y * columns + x)[inside], triangles[chosen], weights[inside].astype(np.float32))


class Layout(NamedTuple):
    """The user's mesh laid over the template's face.

    ``vertices`` (468, 2) are in template pixels, ``source`` and ``mirrored`` (468, 2) in pixels
    of the user's photo, ``mirror_weight`` (468,) says how much of the mirrored side to take.
    ``onto_source`` is the 2x3 affine that stands in outside the face. ``scale`` is template
    pixels per photo pixel.
    """

    vertices: Floats
    source: Floats
    mirrored: Floats
    mirror_weight: Floats
    onto_source: Floats
    scale: float


def lay_out(user: Face, template: Face, face_degree: int, profile_degree: int) -> Layout:
    """The layout of one user on one template face at the given degrees (0..100)."""
    weight = _hidden_weight(user.pose.yaw - template.pose.yaw)
    mean = MEAN_FACE * _DEPTH
    to_head = fit_similarity(user.landmarks[RIGID] * _DEPTH, mean[RIGID])
    head = to_head.apply(user.landmarks * _DEPTH)
    head += weight[:, None] * (head[MIRROR] * _OTHER_SIDE - head)
    target = template.landmarks * _DEPTH
    onto = fit_similarity(head[RIGID], target[RIGID])
    posed = onto.apply(head)[:, :2]
    # The rigid points leave the expression's share of place, size and tilt; it is not likeness.
    posed = fit_similarity(posed[FEATURES], target[FEATURES, :2]).apply(posed)
    degree = _degrees(face_degree / 100.0, (profile_degree / 100.0) ** PROFILE_POWER)
    vertices = target[:, :2] + LAYOUT * degree[:, None] * (posed - target[:, :2])
    source = _drawn_in(user.landmarks[:, :2])
    mirrored = source[MIRROR]
    flat = fit_similarity(vertices[OVAL], source[OVAL])
    affine = np.hstack([flat.scale * flat.rotation, flat.shift[:, None]])
    scale = to_head.scale * onto.scale
    return Layout(vertices, source, mirrored, weight, affine.astype(np.float32), scale)


def _hidden_weight(relative_yaw: float) -> Floats:
    """Per vertex, how far it lies on the side that the user's photo does not show (0..1)."""
    amount = _smooth_step(abs(relative_yaw), MIRROR_FROM, MIRROR_TO)
    # A nose that points right in the picture hides the side with positive x.
    sideways = MEAN_FACE[:, 0] * np.sign(relative_yaw)
    return np.asarray(amount * _smooth_step(sideways, 0.0, 0.2), np.float32)


def _drawn_in(points: Floats) -> Floats:
    """The user's mesh with its outline a little inside the face: hair and ears begin there."""
    middle = points[OVAL].mean(axis=0)
    inset = SOURCE_INSET * _smooth_step(oval_radius(), 0.7, 1.0)
    return np.asarray(points + inset[:, None] * (middle - points), np.float32)


def _degrees(face: float, profile: float) -> Floats:
    """Per vertex: ``face`` in the middle, falling to ``profile`` on the outline."""
    radius = oval_radius()
    fade = _smooth_step(radius, INNER_RADIUS, OUTER_RADIUS)
    return np.asarray(face * (1 - fade + profile * fade), np.float32)


@lru_cache(maxsize=1)
def oval_radius() -> Floats:
    """Distance of each mean-face vertex from the middle, 1 = on the outline along its ray."""
    middle = MEAN_FACE[OVAL, :2].mean(axis=0)
    outline = MEAN_FACE[OVAL, :2] - middle
    around = np.arctan2(outline[:, 1], outline[:, 0])
    order = np.argsort(around)
    reach = np.hypot(*outline.T)[order]
    offset = MEAN_FACE[:, :2] - middle
    angle = np.arctan2(offset[:, 1], offset[:, 0])
    limit = np.interp(angle, around[order], reach, period=2 * np.pi)
    return np.asarray(np.hypot(*offset.T) / limit, np.float32)


class SourceMap(NamedTuple):
    """Per grid cell, where to look in the user's photo: x and y (rows, columns), photo pixels."""

    x: Floats
    y: Floats
    mirrored_x: Floats
    mirrored_y: Floats
    mirror_weight: Floats
    turned: bool


def source_map(layout: Layout, template: Face, grid: Grid) -> SourceMap:
    """The layout on the grid; outside the face the map runs out into the plain similarity."""
    count = len(layout.vertices)
    middle = template.landmarks[OVAL, :2].mean(axis=0)
    ring = middle + RING * (template.landmarks[OVAL, :2] - middle)
    ring_source = _through(layout.onto_source, ring)
    vertices = grid.cells(np.vstack([layout.vertices, ring]))
    turned = bool(layout.mirror_weight.max() > 0.01)
    values = np.zeros((count + len(ring), 5), np.float32)
    values[:count, :2], values[count:, :2] = layout.source, ring_source
    values[:count, 2:4], values[count:, 2:4] = layout.mirrored, ring_source
    values[:count, 4] = layout.mirror_weight
    values[count:, 4] = layout.mirror_weight[OVAL]
    raster = rasterise(vertices, triangles_with_ring(), grid.rows, grid.columns)
    x, y = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
    everywhere = grid.pixels(np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32))
    cells = np.zeros((grid.rows * grid.columns, 5), np.float32)
    cells[:, :2] = cells[:, 2:4] = _through(layout.onto_source, everywhere)
    cells[raster.cells] = raster.spread(values)
    planes = np.ascontiguousarray(cells.T).reshape(5, grid.rows, grid.columns)
    return SourceMap(planes[0], planes[1], planes[2], planes[3], planes[4], turned)


@lru_cache(maxsize=1)
def triangles_with_ring() -> npt.NDArray[np.intp]:
    """The mesh's triangles plus a band from the oval to 36 ring vertices numbered from 468."""
    inner = OVAL
    outer = np.arange(len(OVAL)) + len(MEAN_FACE)
    next_inner, next_outer = np.roll(inner, -1), np.roll(outer, -1)
    band = np.concatenate(
        [
            np.stack([inner, outer, next_outer], axis=1),
            np.stack([inner, next_outer, next_inner], axis=1),
        ]
    )
    # The band first: where a face turned away folds over it, the face wins.
    return np.concatenate([band, TRIANGLES])


def _through(affine: Floats, points: Floats) -> Floats:
    return np.asarray(points @ affine[:, :2].T + affine[:, 2], np.float32)


def _smooth_step(value: float | Floats, low: float, high: float) -> Floats:
    share = np.clip((np.asarray(value, np.float32) - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), np.float32)
