"""A template's face prepared for fusion: everything that does not depend on the user.

All maps live on the coarse grid of ``geometry``; lengths are in eye distances, so that they mean
the same on every template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from fusion import colour, measure, relight
from fusion.geometry import Grid, grid_around
from fusion.topology import (
    BEARD_PARTS,
    CORE_FACE,
    INNER_FACE,
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    LIPS,
    NOSE_BASE,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
)

Bits: TypeAlias = npt.NDArray[np.uint8]

if TYPE_CHECKING:
    from fusion.faces import RGB, Face, Floats

MASK_FROM, MASK_TO = 0.0, 0.08
"""The mask rises from 0 to 1 between these distances inside the oval."""
RIM, STRAND_RIM = 0.04, 0.18
"""How far in from the outline hair must begin, in the template and in the user's photo."""
TEMPLE_HEIGHT = 0.5
TEMPLE_FADE = 0.3
"""Width of the mask's edge at the temples, where the arms of glasses cross it."""
FOREHEAD_DISTANCE = 0.9
FRINGE_DISTANCE, STRAND_DISTANCE = 1.8, 1.05
"""Colour distance from the cheek (in tolerances) beyond which a rim cell is hair, not skin.

The second is for the user's photo, whose strands of hair would look like dirt in the template.
"""


@dataclass(frozen=True)
class Plate:
    """One face of one template on its grid.

    ``cells`` and ``lab`` (rows, columns, 3): the template's colours, RGB 0..255 and CIE Lab;
    ``inside`` the distance inside the oval in eye distances; ``hair`` what covers the rim and
    ``beside`` where the arms of glasses run, 0..1; ``tone`` its skin; ``eye`` the eye
    distance in cells; ``detail`` the Laplacian energy of the inner face at full size;
    ``glasses`` whether it wears any.
    """

    face: Face
    grid: Grid
    cells: Floats
    lab: Floats
    inside: Floats
    hair: Floats
    tone: relight.Tone
    beside: Floats
    eye: float
    detail: float
    glasses: bool


def prepare(picture: RGB, face: Face) -> Plate:
    """The plate of one face of the picture."""
    height, width = picture.shape[:2]
    grid = grid_around(face, width, height)
    cells = grid.shrink(picture[grid.rectangle])
    lab = colour.to_lab(cells)
    points = grid.cells(face.landmarks)
    eye = face.eye_distance_px / grid.step
    inside = inside_oval(points, grid, eye)
    features = feature_mask(points, grid, eye)
    tone = relight.tone_of(lab, points, inside, features, eye)
    beside = temples(points, grid, eye)
    hair = fringe(lab, tone.cheek, points, inside, grid, eye)
    detail = detail_energy(picture[grid.rectangle], face, grid)
    glasses = measure.wears_glasses(face, picture)
    return Plate(face, grid, cells, lab, inside, hair, tone, beside, eye, detail, glasses)


def face_mask(plate: Plate, user_points: Floats, user_hair: Floats, soft_temples: float) -> Floats:
    """Where the user's face shows, 0..1: inside both outlines and under neither one's hair.

    ``soft_temples`` 0..1 widens the edge where the arms of glasses would be cut off.
    """
    inside = np.minimum(plate.inside, inside_oval(user_points, plate.grid, plate.eye))
    oval = colour.smooth_step(inside, MASK_FROM, MASK_TO)
    beside = plate.beside * np.float32(soft_temples)
    oval += beside * (np.minimum(colour.smooth_step(inside, 0.0, TEMPLE_FADE), oval) - oval)
    return np.asarray(oval * (1 - plate.hair) * (1 - user_hair * (1 - beside)), np.float32)


def inside_oval(points: Floats, grid: Grid, eye: float) -> Floats:
    """Distance from the oval in eye distances, positive inside, (rows, columns)."""
    filled = filled_polygons([points[OVAL]], grid)
    inner = cv2.distanceTransform(filled, cv2.DIST_L2, 5)
    outer = cv2.distanceTransform(1 - filled, cv2.DIST_L2, 5)
    return np.asarray((inner - outer) / eye, np.float32)


def feature_mask(points: Floats, grid: Grid, eye: float) -> Floats:
    """Brows, eyes and lips with a little around them, 0..1: places that are no plain skin."""
    parts = [points[part] for part in (LIPS, LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW)]
    filled = filled_polygons([_hull(p) for p in parts], grid)
    return np.asarray(_grown(filled, 0.07 * eye), np.float32)


def temples(points: Floats, grid: Grid, eye: float) -> Floats:
    """Where the arms of glasses run from the eyes to the ears, 0..1, soft along their sides."""
    left, right = points[LEFT_EYE].mean(axis=0), points[RIGHT_EYE].mean(axis=0)
    across = (right - left) / max(float(np.hypot(*(right - left))), 1e-6)
    middle = (left + right) / 2
    y, x = np.mgrid[0 : grid.rows, 0 : grid.columns].astype(np.float32)
    along = ((x - middle[0]) * across[0] + (y - middle[1]) * across[1]) / eye
    above = ((y - middle[1]) * across[0] - (x - middle[0]) * across[1]) / eye
    outwards = colour.smooth_step(np.abs(along), 0.55, 0.8)
    return np.asarray(outwards * np.exp(-(((above - 0.08) / TEMPLE_HEIGHT) ** 4)), np.float32)


def eyes_and_mouth(points: Floats, grid: Grid, eye: float) -> Floats:
    """Eyeballs and the inside of the mouth, soft edged, 0..1: never lit like skin."""
    filled = filled_polygons([points[p] for p in (LEFT_EYE, RIGHT_EYE, INNER_LIPS)], grid)
    return np.asarray(cv2.GaussianBlur(filled.astype(np.float32), (0, 0), 0.02 * eye + 0.3))


def fringe(
    lab: Floats,
    cheek: Floats,
    points: Floats,
    inside: Floats,
    grid: Grid,
    eye: float,
    *,
    limit: float = FRINGE_DISTANCE,
    rim_width: float = RIM,
    spare_beard: bool = False,
) -> Floats:
    """Hair, hat or other cover that reaches over the oval's rim, soft edged, 0..1.

    Unlike skin, reaching into the rim (``rim_width`` eye distances), and outside the inner face
    and its features; with ``spare_beard`` a beard belongs to the face.
    """
    above_brows = colour.smooth_step(
        -_below(points[LEFT_BROW].mean(axis=0), points, grid), 0.1, 0.25
    )
    distance = colour.skin_distance(lab, cheek)
    unlike = distance > limit + (FOREHEAD_DISTANCE - limit) * above_brows
    inner = filled_polygons([points[CORE_FACE]], grid)
    spared = np.maximum(inner, _grown(_brows_and_eyes(points, grid), 0.06 * eye))
    if spare_beard and _bearded(distance, points):
        spared[_below(points[NOSE_BASE], points, grid) > 0] = 1
    candidates = (unlike & (spared == 0) & (inside > -0.06)).astype(np.uint8)
    count, labels = cv2.connectedComponents(candidates, connectivity=4)
    if count < 2:
        return np.zeros(lab.shape[:2], np.float32)
    rim = (inside > -0.06) & (inside < rim_width)
    touching = np.bincount(labels[rim & (candidates > 0)], minlength=count) > 0
    touching[0] = False
    covered = _grown(touching[labels].astype(np.uint8), 0.035 * eye).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(covered, (0, 0), 0.045 * eye), np.float32)


def _bearded(distance: Floats, points: Floats) -> bool:
    """Whether both jaws and the chin are mostly unlike the cheeks: hair on one side is no beard."""
    rows, columns = distance.shape
    x = np.clip(np.round(points[BEARD_PARTS, 0]).astype(int), 0, columns - 1)
    y = np.clip(np.round(points[BEARD_PARTS, 1]).astype(int), 0, rows - 1)
    return bool(((distance[y, x] > 0.9).mean(axis=1) > 0.4).all())


def _below(origin: Floats, points: Floats, grid: Grid) -> Floats:
    """How far each cell lies below a point, along the face's own axis, in eye distances."""
    left, right = points[LEFT_EYE].mean(axis=0), points[RIGHT_EYE].mean(axis=0)
    apart = right - left
    y, x = np.mgrid[0 : grid.rows, 0 : grid.columns].astype(np.float32)
    down = (y - origin[1]) * apart[0] - (x - origin[0]) * apart[1]
    return np.asarray(down / max(float(apart @ apart), 1e-6), np.float32)


def _brows_and_eyes(points: Floats, grid: Grid) -> Bits:
    parts = [points[p] for p in (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LIPS)]
    return filled_polygons([_hull(p) for p in parts], grid)


def filled_polygons(polygons: list[Floats], grid: Grid) -> Bits:
    """Polygons in cell coordinates, filled: uint8 (rows, columns), 0 or 1."""
    canvas = np.zeros((grid.rows, grid.columns), np.uint8)
    for polygon in polygons:
        # Four binary digits of a cell keep small eyes on coarse grids in their place.
        corners = np.round(polygon * 16).astype(np.int32)
        cv2.fillPoly(canvas, [corners], 1, shift=4)
    return canvas


def _hull(points: Floats) -> Floats:
    return np.asarray(cv2.convexHull(points)[:, 0], np.float32)


def _grown(mask: Bits, by_cells: float) -> Bits:
    reach = max(round(by_cells), 1)
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.dilate(mask, shape), np.uint8)


DETAIL_EYE_PX = 100.0


def detail_energy(picture: RGB, face: Face, grid: Grid) -> float:
    """Laplacian variance over the inner face with the eyes 100 px apart, grey levels squared.

    ``picture`` is the grid's rectangle, of the template or of a result.
    """
    zoom = DETAIL_EYE_PX / max(face.eye_distance_px, 1.0)
    origin = np.array([grid.left, grid.top], np.float32)
    hull = face.landmarks[INNER_FACE, :2] - origin
    low = np.maximum(hull.min(axis=0).astype(int), 0)
    high = hull.max(axis=0).astype(int) + 1
    inner = picture[low[1] : high[1], low[0] : high[0]]
    if min(inner.shape[:2]) < 3:
        return 0.0
    grey = cv2.cvtColor(inner, cv2.COLOR_RGB2GRAY)
    size = (max(int(inner.shape[1] * zoom), 3), max(int(inner.shape[0] * zoom), 3))
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    grey = cv2.resize(grey, size, interpolation=method)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())
