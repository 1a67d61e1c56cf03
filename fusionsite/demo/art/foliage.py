"""A garden: leaves with veins, grass blades, blossom out of focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fusionsite.demo.art.canvas import f32
from fusionsite.demo.art.outline import curve, ellipse, moved, points
from fusionsite.demo.art.solid import Surface, emboss

if TYPE_CHECKING:
    from fusionsite.demo.art.canvas import Canvas, Colour
    from fusionsite.demo.art.light import Lighting


def leaf(
    canvas: Canvas,
    root: Any,
    length: float,
    angle: float,
    colour: Colour,
    lighting: Lighting,
    slim: float = 0.30,
) -> None:
    """A pointed leaf with a midrib and side veins; `angle` in radians, 0 to the right."""
    half = points((0, 0), (0.18, 0.55), (0.42, 0.95), (0.7, 0.62), (1, 0))
    shape = np.vstack([half, half[::-1][1:-1] * [1, -1]]) * [length, slim * length]
    cos, sin = np.cos(angle), np.sin(angle)
    outline = moved(curve(shape, 80, closed=True) @ np.array([[cos, sin], [-sin, cos]]), *root)
    part = canvas.around(outline, 26)
    if 0 in part.shape:
        return
    along = ((part.x - root[0]) * cos + (part.y - root[1]) * sin) / length
    across = ((part.y - root[1]) * cos - (part.x - root[0]) * sin) / length
    veins = np.exp(-((np.sin((along - 1.1 * np.abs(across)) * 34) / 0.3) ** 2)) * 0.5
    midrib = np.exp(-((across / 0.012) ** 2))
    tint = f32(colour) * (0.86 + 0.22 * midrib + 0.14 * veins + 0.16 * along)[..., None]
    relief = f32(length * (0.10 * np.abs(across) - 0.008 * veins))
    mask = part.mask(outline)
    part.shadow(mask, (3, 6), 6, 0.35)
    surface = Surface(colour, gloss=0.10, shine=14, wrap=0.3)
    emboss(part, mask, surface, length * 0.08, lighting, relief, tint)


def leafy_wall(
    canvas: Canvas,
    count: int,
    area: tuple[float, float, float, float],
    colours: tuple[Colour, ...],
    lighting: Lighting,
    seed: int,
    length: tuple[float, float] = (60, 120),
) -> None:
    """Leaves pointing every way in an area (left, top, right, bottom), the last in front."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        root = (generator.uniform(area[0], area[2]), generator.uniform(area[1], area[3]))
        tone = f32(colours[int(generator.integers(len(colours)))]) * generator.uniform(0.75, 1.15)
        angle = generator.uniform(-2.9, -0.2) + generator.choice([0.0, 0.0, 1.6])
        leaf(canvas, root, generator.uniform(*length), angle, tone, lighting)


def petals_in_air(canvas: Canvas, count: int, colour: Colour, seed: int, free: Any) -> None:
    """Drifting petals, some out of focus, none inside the ellipse (x, y, radius x, radius y)."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        at = (generator.uniform(0, canvas.width), generator.uniform(0, 1000))
        if np.hypot((at[0] - free[0]) / free[2], (at[1] - free[1]) / free[3]) < 1:
            continue
        size = generator.uniform(4, 10)
        petal = ellipse(at, size, size * generator.uniform(0.4, 0.7), generator.uniform(0, 3.1), 30)
        part = canvas.around(petal, 14)
        if 0 not in part.shape:
            tone = f32(colour) * generator.uniform(0.85, 1.05)
            part.over(tone, part.mask(petal, generator.choice([0.5, 2.2])) * 0.85)
