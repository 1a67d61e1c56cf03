"""A fur-trimmed hood that frames a face: it covers ears, neck and hairline of any sitter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fusionsite.demo.art.canvas import Canvas, Colour, Points, f32
from fusionsite.demo.art.cloth import tinted, weave
from fusionsite.demo.art.outline import beside, curve, moved, points, symmetric
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.solid import Surface, emboss
from fusionsite.demo.art.strands import HairColour, Lock, draw_locks, fur

if TYPE_CHECKING:
    from fusionsite.demo.art.light import Lighting
    from fusionsite.demo.art.mesh import Pose, Shape
    from fusionsite.demo.art.skin import Look

# The outlines below were drawn for a face of this width.
_DRAWN_WIDTH = 296.0
_LINING = (0.275, 0.173, 0.133)


@dataclass(frozen=True)
class Hooded:
    """One sitter in a hood: where, who, in which cloth, fur and hair."""

    pose: Pose
    shape: Shape
    look: Look
    cloth: Surface
    fur: Colour
    hair: HairColour
    seed: int

    @property
    def scale(self) -> float:
        """How much larger than drawn everything is."""
        return self.pose.width / _DRAWN_WIDTH

    def placed(self, right_half: Points, count: int = 400) -> Points:
        """A symmetric outline from offsets that were drawn relative to the face's centre."""
        half = right_half * self.scale + np.array([0, self.pose.y])
        return symmetric(half, self.pose.x, count)

    def opening(self) -> Points:
        """The edge of the hood round the face: at the hairline, inside the oval at the sides."""
        return self.placed(
            points((0, -170), (86, -154), (146, -90), (164, 14), (150, 132), (104, 224), (0, 266))
        )


def paint_hood(canvas: Canvas, sitter: Hooded, lighting: Lighting) -> None:
    """The hood's cloth, with a seam over the crown."""
    size, pose = sitter.scale, sitter.pose
    half = points(
        (0, -354), (126, -334), (222, -250), (268, -108),
        (266, 62), (228, 212), (160, 332), (0, 392),
    )  # fmt: skip
    mask = canvas.mask(sitter.placed(half))
    canvas.shadow(mask, (0, 18 * size), 26 * size, 0.5)
    across, down = (canvas.x - pose.x) / size, (canvas.y - pose.y) / size
    away = np.hypot(across, (down + 288) * 0.8)
    swirl = 5 * np.sin(away / 32 + canvas.noise(200 * size, 2, sitter.seed) * 1.2)
    seam = -9 * np.exp(-((across / 5) ** 2)) * (down < -138)
    soft = canvas.noise(120 * size, 3, sitter.seed + 1) * 3
    tint = tinted(sitter.cloth.colour, weave(canvas, sitter.seed + 2))
    relief = f32((swirl + seam + soft) * size)
    emboss(canvas, mask, sitter.cloth, 150 * size, lighting, relief, tint)


def paint_inside(canvas: Canvas, sitter: Hooded, lighting: Lighting) -> None:
    """What the hood frames: lining, face, hair at the temples, all in the hood's soft shade."""
    hole = canvas.mask(sitter.opening(), 2)
    inside = canvas.copy()
    inside.over(_LINING, np.ones(canvas.shape, np.float32))
    paint_face(inside, sitter.pose, sitter.shape, sitter.look, lighting)
    _fringe(inside, sitter)
    shade = np.clip(canvas.blur(1 - hole, 22 * sitter.scale) * 1.25, 0, 1)
    inside.multiply((0.36, 0.28, 0.30), shade)
    canvas.paste(inside, hole)


def paint_trim(canvas: Canvas, sitter: Hooded) -> None:
    """The fur along the hood's edge."""
    count = int(16000 * sitter.scale)
    fur(canvas, sitter.opening(), 78 * sitter.scale, sitter.fur, sitter.seed + 3, count)


def _fringe(canvas: Canvas, sitter: Hooded) -> None:
    """Hair that escapes at the temples and along the hood's edge."""
    locks = []
    for side in (-1, 1):
        for i in range(13):
            v = i / 12
            guide = points(
                (6 + 60 * v, -182 + 6 * v),
                (70 + 50 * v, -154 + 20 * v),
                (126 + 20 * v, -88 + 24 * v),
                (142 + 12 * v, 12 + 30 * v),
                (138 + 12 * v, 122 + 40 * v),
            )
            placed = moved(beside(guide * sitter.scale, side, sitter.pose.x), 0, sitter.pose.y)
            lit = 1.1 if side < 0 else 0.8
            locks.append(Lock(curve(placed, 50), 20 * sitter.scale, lit, 0.2, 0.2, 0.3))
    draw_locks(canvas, locks, sitter.hair, sitter.seed + 4, 1.8)
