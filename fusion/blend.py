"""Texture, light and template put together at full size, and the detail matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fusion.plate import detail_energy

if TYPE_CHECKING:
    from fusion.faces import RGB, Face, Floats
    from fusion.geometry import Grid, SourceMap
    from fusion.plate import Plate

WIDE_BLUR = 0.2
"""Extra blur of the mask for the low band, in eye distances."""
LOW_BLUR = 0.035
"""What counts as low band where the mask runs out, in eye distances."""
MOST_SHARPENING = 1.2


class Crop(NamedTuple):
    """The part of the user's photo that the face needs, perhaps shrunk.

    A photo pixel p lies at ``(p - origin) * zoom`` (pixel centres at whole numbers).
    """

    picture: RGB
    left: float
    top: float
    zoom_x: float
    zoom_y: float

    def x(self, photo_x: Floats) -> Floats:
        """Column in the crop of a photo's x."""
        return np.asarray((photo_x - self.left + 0.5) * self.zoom_x - 0.5, np.float32)

    def y(self, photo_y: Floats) -> Floats:
        """Row in the crop of a photo's y."""
        return np.asarray((photo_y - self.top + 0.5) * self.zoom_y - 0.5, np.float32)


def crop_user(picture: RGB, face: Face, zoom: float) -> Crop:
    """The user's face with some margin, shrunk to about ``zoom`` where that is below 0.8."""
    box, height, width = face.box, picture.shape[0], picture.shape[1]
    margin = int(0.35 * max(box.width, box.height)) + 4
    left, top = max(box.left - margin, 0), max(box.top - margin, 0)
    right, bottom = min(box.right + margin, width), min(box.bottom + margin, height)
    cut = picture[top:bottom, left:right]
    if zoom >= 0.8:
        return Crop(cut, left, top, 1.0, 1.0)
    size = (max(round(cut.shape[1] * zoom), 1), max(round(cut.shape[0] * zoom), 1))
    small = np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Crop(small, left, top, size[0] / cut.shape[1], size[1] / cut.shape[0])


def sample(crop: Crop, where: SourceMap, grid: Grid | None, method: int) -> RGB:
    """The user's texture in the template's geometry, on the grid or (given it) at full size."""
    enlarge = grid.enlarge if grid is not None else _as_is
    texture = cv2.remap(
        crop.picture,
        enlarge(crop.x(where.x)),
        enlarge(crop.y(where.y)),
        method,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if where.turned:
        other = cv2.remap(
            crop.picture,
            enlarge(crop.x(where.mirrored_x)),
            enlarge(crop.y(where.mirrored_y)),
            method,
            borderMode=cv2.BORDER_REPLICATE,
        )
        weight = enlarge(where.mirror_weight)
        texture = cv2.blendLinear(other, texture, weight, 1 - weight)
    return np.asarray(texture, np.uint8)


def _as_is(cells: Floats) -> Floats:
    return cells


def compose(
    template: RGB,
    texture: RGB,
    mask: Floats,
    lit: Floats,
    coarse: Floats,
    gain: Floats,
    plate: Plate,
) -> RGB:
    """The finished rectangle of the plate's grid.

    ``lit`` are the lit colours, ``coarse`` the texture's own, ``gain`` the factor for detail finer
    than the grid. The detail follows the mask, the low band a wider copy of it, so that tone runs
    out more softly than features do:
    template + mask * (gain * texture + lit - gain * coarse - template) + (wide - mask) * low.
    """
    wide = cv2.GaussianBlur(mask, (0, 0), WIDE_BLUR * plate.eye)
    wide = wide * _ramp(plate.inside)
    # Taken from where the user shows, so that refused hair leaves no shadow of itself.
    packed = np.dstack([(lit - plate.cells) * mask[..., None], mask])
    packed = cv2.GaussianBlur(packed, (0, 0), LOW_BLUR * plate.eye)
    apart = packed[..., :3] / (packed[..., 3:] + 0.02)
    amount = mask * gain
    shift = mask[..., None] * (lit - gain[..., None] * coarse) + (wide - mask)[..., None] * apart
    grid = plate.grid
    keep = grid.enlarge(1 - mask)
    factor = grid.enlarge(amount)
    kept = cv2.multiply(template, cv2.merge([keep] * 3), dtype=cv2.CV_32F)
    taken = cv2.multiply(texture, cv2.merge([factor] * 3), dtype=cv2.CV_32F)
    result = cv2.add(cv2.add(kept, taken), grid.enlarge(shift))
    # convertScaleAbs rounds and cuts at 255; what is below zero must not turn positive.
    return np.asarray(cv2.convertScaleAbs(np.maximum(result, 0.0)), np.uint8)


def _ramp(inside: Floats) -> Floats:
    return np.asarray(np.clip(inside / 0.08, 0, 1), np.float32)


def match_detail(texture: RGB, plate: Plate, gain: float) -> RGB:
    """The texture sharpened (never blurred) towards the template's detail."""
    wanted = plate.detail / max(gain, 0.3) ** 2
    eye_px = plate.face.eye_distance_px
    sigma = max(0.012 * eye_px, 0.8)
    have = detail_energy(texture, plate.face, plate.grid)
    if have >= 0.95 * wanted or have <= 0:
        return texture
    soft = cv2.GaussianBlur(texture, (0, 0), sigma)
    tried = cv2.addWeighted(texture, 2.0, soft, -1.0, 0)
    reached = detail_energy(np.asarray(tried, np.uint8), plate.face, plate.grid)
    root = np.sqrt([have, reached, wanted])
    amount = float(np.clip((root[2] - root[0]) / max(root[1] - root[0], 1e-3), 0, MOST_SHARPENING))
    return np.asarray(cv2.addWeighted(texture, 1 + amount, soft, -amount, 0), np.uint8)


def lay_over(picture: RGB, layer: RGB) -> None:
    """Draws an RGBA layer (HxWx4, straight alpha) over the picture, in place."""
    alpha = layer[..., 3]
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if rows.size == 0:
        return
    area = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    weight = alpha[area].astype(np.float32) / 255
    above = np.ascontiguousarray(layer[area][..., :3])
    below = np.ascontiguousarray(picture[area])
    picture[area] = cv2.blendLinear(above, below, weight, 1 - weight)
