"""The default engine: the user's texture on the template's geometry, in the template's light.

Needs no model beyond the face networks. How it works and what it reaches is in docs/engines.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion import finding
from fusion.analysis import TemplateAnalysis
from fusion.blend import Crop, compose, crop_user, lay_over, match_detail, sample
from fusion.colour import to_lab
from fusion.errors import AnalysisNotUsable
from fusion.geometry import SourceMap, lay_out, source_map
from fusion.plate import Plate, eyes_and_mouth, feature_mask, fringe
from fusion.relight import relight, tone_of
from fusion.tone import cheek_in_photo, own_tone_gain, retoned, toned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from fusion.engines.base import FuseOptions, Swap
    from fusion.faces import RGB, Face, Floats


COARSE_BLUR = 0.7
"""In cells."""


class WarpEngine:
    """Landmark engine; one instance may be shared by threads."""

    name = "warp"
    version = "1"

    def __init__(self, networks_folder: Path | None = None) -> None:
        self._folder = networks_folder

    def find_faces(self, picture: RGB, *, every: bool = False) -> tuple[Face, ...]:
        """See Engine.find_faces."""
        return finding.find_faces(picture, every=every, folder=self._folder)

    def analyse(
        self,
        template: RGB,
        *,
        faces: Sequence[Face] | None = None,
        layer: npt.NDArray[np.uint8] | None = None,
        skin_mask: npt.NDArray[np.uint8] | None = None,
    ) -> TemplateAnalysis:
        """See Engine.analyse."""
        found = tuple(faces) if faces is not None else self.find_faces(template, every=True)
        return TemplateAnalysis(template, found, key=self._key, layer=layer, skin_mask=skin_mask)

    def fuse(self, template: TemplateAnalysis, swaps: Sequence[Swap], options: FuseOptions) -> RGB:
        """See Engine.fuse; also raises AnalysisNotUsable and NoSuchFace."""
        if template.key != self._key:
            raise AnalysisNotUsable(
                f"The template was analysed for {template.key!r}; this engine is {self._key!r}."
            )
        result = template.picture.copy()
        for swap in swaps:
            chosen = swap.options or options
            if chosen.face_degree > 0:
                _exchange(result, template, swap, chosen)
        if template.layer is not None:
            lay_over(result, template.layer)
        return result

    @property
    def _key(self) -> str:
        return f"{self.name} {self.version}"


def _exchange(result: RGB, template: TemplateAnalysis, swap: Swap, options: FuseOptions) -> None:
    """One face of the result, in place."""
    plate = template.plate(swap.template_face)
    if options.skin_tone == "own":
        gain = own_tone_gain(plate.tone.cheek, cheek_in_photo(swap.picture, swap.face))
        gain = gain ** np.float32(options.face_degree / 100)
        toned(result, template.skin(swap.template_face), gain)
        plate = retoned(plate, result)
    area = plate.grid.rectangle
    result[area] = _fused(np.ascontiguousarray(result[area]), plate, swap, options)


def _fused(rectangle: RGB, plate: Plate, swap: Swap, options: FuseOptions) -> RGB:
    """The plate's rectangle of the template with the user's face in it."""
    layout = lay_out(swap.face, plate.face, options.face_degree, options.profile_degree)
    where = source_map(layout, plate.face, plate.grid)
    crop = crop_user(swap.picture, swap.face, layout.scale)
    coarse = _coarse(crop, where, layout.scale, plate)
    # Two neighbouring cells should not be lit as differently as a hard edge between them would.
    coarse = np.asarray(cv2.GaussianBlur(coarse, (0, 0), COARSE_BLUR), np.float32)
    lab = to_lab(coarse)
    points = plate.grid.cells(layout.vertices)
    features = feature_mask(points, plate.grid, plate.eye)
    tone = tone_of(lab, points, plate.inside, features, plate.eye)
    eyeballs = eyes_and_mouth(points, plate.grid, plate.eye)
    lit = relight(lab, tone, plate.tone, eyeballs, points)
    hair = fringe(lab, tone.cheek, points, plate.inside, plate.grid, plate.eye)
    mask = plate.mask * (1 - hair * (1 - plate.beside)) * np.float32(options.face_degree / 100)
    texture = sample(crop, where, plate.grid, cv2.INTER_CUBIC)
    texture = match_detail(texture, plate, float(np.median(lit.gain)))
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
