"""The visitor's own skin tone over the template's visible skin, under the template's light."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from fusion import colour, relight
from fusion.parsing import parse
from fusion.topology import CHEEKS, LIPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fusion.faces import RGB, Face, Floats
    from fusion.plate import Plate

HAIR = 10
"""The parser's id."""
REACH = 1.5
"""How far from the middle of the face its skin is looked for, in heights of the face."""
COVER_SIDE_PX = 320
CHROMA_TOLERANCE = 13.0
DARKEST, BRIGHTEST = 0.30, 1.35
MOST_TINT = 1.20
SOFTENED = 0.75
"""Power of the brightness ratio: exposure differs between photos as much as skin does."""


def skin_cover(
    picture: RGB, plate: Plate, faces: Sequence[Face], mask: npt.NDArray[np.uint8] | None
) -> Floats:
    """Where the skin of the plate's person shows, 0..1, (H, W).

    From the stored mask where there is one: the part nearer to this face than to any other.
    Else the parser's face and what below it has the chroma of the cheeks and is connected with it.
    """
    height, width = picture.shape[:2]
    zoom = min(COVER_SIDE_PX / max(height, width), 1.0)
    size = (max(round(width * zoom), 8), max(round(height * zoom), 8))
    ours = _nearest(plate.face, faces, zoom, size)
    if mask is not None:
        whole = cv2.resize(ours, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(mask.astype(np.float32) / 255 * whole, np.float32)
    thumb = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    regions = parse(picture, face=plate.face)
    small = np.asarray(cv2.resize(regions, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    cover = _by_region_and_colour(np.asarray(thumb, np.float32), small, plate, zoom) * ours
    grown = cv2.resize(cover, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown, np.float32)


def _nearest(face: Face, faces: Sequence[Face], zoom: float, size: tuple[int, int]) -> Floats:
    """1 where this face is the nearest in face heights and within reach, soft at the border."""
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    far = [_distance(one, x / zoom, y / zoom) for one in faces]
    own = _distance(face, x / zoom, y / zoom)
    nearest = np.minimum.reduce(far) >= own - 1e-6
    within = 1 - colour.smooth_step(own, REACH * 0.75, REACH)
    return np.asarray(nearest * within, np.float32)


def _distance(face: Face, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Floats:
    middle = face.landmarks[:, :2].mean(axis=0)
    size = max(face.box.width, face.box.height)
    return np.asarray(np.hypot(x - middle[0], y - middle[1]) / size, np.float32)


def _by_region_and_colour(
    thumb: Floats, regions: npt.NDArray[np.uint8], plate: Plate, zoom: float
) -> Floats:
    """The parser's face, and below it (the parser knows no neck) what has the colour of skin."""
    lab = colour.to_lab(thumb)
    cheek = plate.tone.cheek
    # Shaded skin keeps its hue while its chroma falls with its lightness.
    scale = (lab[..., 0] / max(float(cheek[0]), 5.0)).clip(0.25, 1.2)
    red = (lab[..., 1] - cheek[1] * scale) / CHROMA_TOLERANCE
    yellow = (lab[..., 2] - cheek[2] * scale) / CHROMA_TOLERANCE
    dark = np.maximum(0.35 - scale, 0) / 0.08
    likeness = 1 - colour.smooth_step(np.sqrt(red**2 + yellow**2 + dark**2), 0.8, 1.5)
    face = ((regions > 0) & (regions < HAIR)).astype(np.uint8)
    mouth_y = float(plate.face.landmarks[LIPS, 1].mean()) * zoom
    below = (np.arange(len(lab)) > mouth_y)[:, None] & (regions != HAIR)
    skin = np.maximum(((likeness > 0.5) & below).astype(np.uint8), face)
    _, labels = cv2.connectedComponents(skin, connectivity=4)
    ours = (labels == np.bincount(labels[face > 0], minlength=1).argmax()) & (labels > 0)
    cover = ours * np.maximum(likeness, face).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 1.2), np.float32)


def own_tone_gain(template_cheek: Floats, user_cheek: Floats) -> Floats:
    """Factors (3,) in linear light that carry the template's skin to the user's tone."""
    template = _linear(colour.to_rgb(template_cheek[None, None])[0, 0])
    user = _linear(colour.to_rgb(user_cheek[None, None])[0, 0])
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    brightness = float(user @ weights) / max(float(template @ weights), 1e-4)
    tint = user / np.maximum(template, 1e-4) / max(brightness, 1e-4)
    softened = np.clip(brightness**SOFTENED, DARKEST, BRIGHTEST)
    return np.asarray(softened * np.clip(tint, 1 / MOST_TINT, MOST_TINT), np.float32)


def cheek_in_photo(picture: RGB, face: Face) -> Floats:
    """Median Lab of the user's cheeks in the photo, (3,)."""
    height, width = picture.shape[:2]
    x = np.clip(np.round(face.landmarks[CHEEKS, 0]).astype(int), 0, width - 1)
    y = np.clip(np.round(face.landmarks[CHEEKS, 1]).astype(int), 0, height - 1)
    lab = colour.to_lab(picture[y, x].astype(np.float32)[None])
    return np.asarray(np.median(lab[0], axis=0), np.float32)


def toned(picture: RGB, cover: Floats, gain: Floats) -> None:
    """Multiplies the covered skin, in place and in linear light."""
    rows, columns = np.flatnonzero(cover.max(axis=1) > 0), np.flatnonzero(cover.max(axis=0) > 0)
    if rows.size == 0:
        return
    area = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    levels = np.arange(256, dtype=np.float32)
    table = np.stack([_encoded(_linear(levels) * factor) for factor in gain], axis=-1)
    changed = cv2.LUT(picture[area], table[None].clip(0, 255).round().astype(np.uint8))
    weight = np.ascontiguousarray(cover[area])
    picture[area] = cv2.blendLinear(
        np.asarray(changed, np.uint8), np.ascontiguousarray(picture[area]), weight, 1 - weight
    )


def retoned(plate: Plate, picture: RGB) -> Plate:
    """The plate with its colours taken anew from the toned picture."""
    cells = plate.grid.shrink(np.ascontiguousarray(picture[plate.grid.rectangle]))
    lab = colour.to_lab(cells)
    points = plate.grid.cells(plate.face.landmarks)
    cheek, patches = colour.cheek_colour(lab, points), colour.patch_colours(lab, points, plate.eye)
    low = relight.low_bands(lab, plate.tone.weight, cheek, plate.eye)
    tone = relight.Tone(cheek, low, plate.tone.weight, patches)
    return replace(plate, cells=cells, lab=lab, tone=tone)


def _linear(levels: Floats) -> Floats:
    """sRGB 0..255 to linear light 0..1 (IEC 61966-2-1)."""
    share = levels / np.float32(255)
    low = share / np.float32(12.92)
    return np.asarray(np.where(share <= 0.04045, low, ((share + 0.055) / 1.055) ** 2.4), np.float32)


def _encoded(linear: Floats) -> Floats:
    low = linear * np.float32(12.92)
    high = 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    return np.asarray(255 * np.where(linear <= 0.0031308, low, high), np.float32)
