"""What is known about a template, as a value that can be stored and loaded again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fusion.errors import NoSuchFace
from fusion.plate import Plate, prepare

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from fusion.faces import RGB, Face


class TemplateAnalysis:
    """A template, its faces and everything that is prepared from them."""

    def __init__(
        self,
        picture: RGB,
        faces: tuple[Face, ...],
        *,
        key: str,
        layer: npt.NDArray[np.uint8] | None = None,
        skin_mask: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        self.picture = picture
        self.faces = faces
        self.key = key
        self.layer = layer
        self.skin_mask = skin_mask
        self._plates: dict[int, Plate] = {}

    def plate(self, face: int) -> Plate:
        """The prepared face with this number; NoSuchFace when there is none."""
        if not 0 <= face < len(self.faces):
            raise NoSuchFace(measured=face, limit=len(self.faces))
        if face not in self._plates:
            self._plates[face] = prepare(self.picture, self.faces[face])
        return self._plates[face]
