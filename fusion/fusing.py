"""From a user's photo and a prepared template face to the finished rectangle, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fusion import measure
from fusion.blend import Crop, compose, crop_user, match_detail, sample
from fusion.colour import to_lab
from fusion.geometry import SourceMap, lay_out, source_map
from fusion.plate import (
    STRAND_DISTANCE,
    STRAND_RIM,
    Plate,
    eyes_and_mouth,
    face_mask,
    feature_mask,
    fringe,
)
from fusion.relight import relight, tone_of

if TYPE_CHECKING:
    from fusion.faces import RGB, Face, Floats

COARSE_BLUR = 0.7
"""In cells: two neighbours should not be lit as differently as a hard edge between them would."""


class Drawn(NamedTuple):
    """A user's face in the place of a template's, in its own light.

    ``texture`` fills the plate's rectangle, ``coarse`` (rows, columns, 3) is the same on its grid,
    RGB 0..255; ``points`` (468, 2) are the landmarks of what was drawn, in cells; ``framed`` says
    whether arms of glasses may cross the outline; ``cover`` (rows, columns) is 1 where the texture
    is good, or None where it is good everywhere inside the outline.
    """

    texture: RGB
    coarse: Floats
    points: Floats
    framed: bool
    cover: Floats | None = None


def draw_warped(
    plate: Plate, picture: RGB, face: Face, face_degree: int, profile_degree: int
) -> Drawn:
    """The user's own pixels, moved into the template's geometry."""
    layout = lay_out(face, plate.face, face_degree, profile_degree)
    where = source_map(layout, plate.face, plate.grid)
    crop = crop_user(picture, face, layout.scale)
    return Drawn(
        sample(crop, where, plate.grid, cv2.INTER_CUBIC),
        _coarse(crop, where, layout.scale, plate),
        plate.grid.cells(layout.vertices),
        plate.glasses or measure.wears_glasses(face, picture),
    )


def finish(rectangle: RGB, plate: Plate, drawn: Drawn, face_degree: int) -> RGB:
    """The template's rectangle with the drawn face in it, lit, masked and blended."""
    coarse = np.asarray(cv2.GaussianBlur(drawn.coarse, (0, 0), COARSE_BLUR), np.float32)
    lab = to_lab(coarse)
    points, grid, eye = drawn.points, plate.grid, plate.eye
    tone = tone_of(lab, points, plate.inside, feature_mask(points, grid, eye), eye)
    lit = relight(lab, tone, plate.tone, eyes_and_mouth(points, grid, eye), points, eye)
    hair = fringe(
        lab,
        tone.cheek,
        points,
        plate.inside,
        grid,
        eye,
        limit=STRAND_DISTANCE,
        rim_width=STRAND_RIM,
        spare_beard=True,
    )
    mask = face_mask(plate, points, hair, 1.0 if drawn.framed else 0.0)
    mask *= np.float32(face_degree / 100)
    if drawn.cover is not None:
        mask *= drawn.cover
    texture = match_detail(drawn.texture, plate, float(np.median(lit.gain)))
    return compose(rectangle, texture, mask, lit.cells, coarse, lit.gain, plate)


def _coarse(crop: Crop, where: SourceMap, scale: float, plate: Plate) -> Floats:
    """The user's texture at the grid's own resolution, RGB 0..255."""
    zoom = scale / plate.grid.step / ((crop.zoom_x + crop.zoom_y) / 2)
    height, width = crop.picture.shape[:2]
    size = (max(round(width * zoom), 1), max(round(height * zoom), 1))
    small = np.asarray(cv2.resize(crop.picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    thumb = Crop(
        small, crop.left, crop.top, crop.zoom_x * size[0] / width, crop.zoom_y * size[1] / height
    )
    return sample(thumb, where, None, cv2.INTER_LINEAR).astype(np.float32)
