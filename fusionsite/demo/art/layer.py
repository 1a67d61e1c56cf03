"""A front layer: what lies before the face and is drawn over the fused picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from fusionsite.demo.art.canvas import Canvas, Colour, Plane


class Layer:
    """Colour and opacity that grow as things are added, in the geometry of a canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._colour = np.zeros((*canvas.shape, 3), np.float32)
        self._opacity = np.zeros(canvas.shape, np.float32)

    def add(self, colour: Colour, mask: Plane) -> None:
        """Lays a colour over what is there; the mask (0..1) is its opacity."""
        above = np.clip(mask, 0, 1)
        total = above + self._opacity * (1 - above)
        share = (above / np.maximum(total, 1e-6))[..., None]
        self._colour += (np.asarray(colour, np.float32) - self._colour) * share
        self._opacity = np.asarray(total, np.float32)

    def rgba(self) -> npt.NDArray[np.uint8]:
        """The layer as (h, w, 4) uint8, colour not multiplied by opacity."""
        stacked = np.dstack([self._colour, self._opacity])
        return np.asarray(np.clip(stacked, 0, 1) * 255 + 0.5, np.uint8)
