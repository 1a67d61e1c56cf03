"""The default engine: the user's texture on the template's geometry, in the template's light.

Needs no model beyond the face networks. How it works and what it reaches is in docs/engines.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fusion import finding, fusing, tone
from fusion.analysis import TemplateAnalysis
from fusion.blend import lay_over
from fusion.errors import AnalysisNotUsable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from fusion.engines.base import FuseOptions, Swap
    from fusion.faces import RGB, Face
    from fusion.fusing import Drawn
    from fusion.plate import Plate


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
                self._exchange(result, template, swap, chosen)
        if template.layer is not None:
            lay_over(result, template.layer)
        return result

    @property
    def _key(self) -> str:
        return f"{self.name} {self.version}"

    def _exchange(
        self, result: RGB, template: TemplateAnalysis, swap: Swap, options: FuseOptions
    ) -> None:
        """One face of the result, in place."""
        plate = template.plate(swap.template_face)
        if options.skin_tone == "own":
            user = tone.cheek_in_photo(swap.picture, swap.face)
            gain = tone.own_tone_gain(plate.tone.cheek, user)
            gain = gain ** np.float32(options.face_degree / 100)
            tone.toned(result, template.skin(swap.template_face), gain)
            plate = tone.retoned(plate, result)
        area = plate.grid.rectangle
        rectangle = np.ascontiguousarray(result[area])
        drawn = self._draw(rectangle, plate, swap, options)
        result[area] = fusing.finish(rectangle, plate, drawn, options.face_degree)

    def _draw(self, rectangle: RGB, plate: Plate, swap: Swap, options: FuseOptions) -> Drawn:
        """The user's face in the template's place, not yet lit; ``rectangle`` is the plate's."""
        del rectangle
        return fusing.draw_warped(
            plate, swap.picture, swap.face, options.face_degree, options.profile_degree
        )
