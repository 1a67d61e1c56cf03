"""Cloth as relief: folds along lines, weave, knit, brocade and stitched borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fusionsite.demo.art.canvas import Canvas, Colour, Plane, Points, f32
from fusionsite.demo.art.outline import curve, ribbon
from fusionsite.demo.art.solid import Surface, emboss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fusionsite.demo.art.light import Lighting


def folds(canvas: Canvas, lines: Iterable[tuple[Points, float, float]]) -> Plane:
    """Relief of folds: (line, half width, height); each swells from its start and runs out."""
    relief = np.zeros(canvas.shape, np.float32)
    swell = np.sin(np.pi * np.linspace(0.03, 0.97, 60) ** 0.8)
    for line, half_width, height in lines:
        band = ribbon(curve(line, 60), half_width * (0.25 + 0.75 * swell))
        rows, columns = canvas.window(
            *(band.min(0) - 3 * half_width), *(band.max(0) + 3 * half_width)
        )
        part = canvas.crop(rows, columns)
        if 0 not in part.shape:
            relief[rows, columns] += height * part.mask(band, half_width * 0.55)
    return relief


def hanging(
    canvas: Canvas, spacing: float, depth: float, seed: int, lean: float = 0.0, meet: float = 0.0
) -> Plane:
    """Relief of cloth that hangs in uneven pleats, `spacing` apart, leaning by `lean` per unit."""
    across = canvas.x + lean * (canvas.y - 540) + meet * (canvas.y - 540) ** 2 / 1080
    phase = across / spacing * 2 * np.pi + 1.7 * canvas.noise(spacing * 7, 2, seed)
    uneven = 0.65 + 0.35 * canvas.noise(spacing * 5, 2, seed + 1)
    return np.asarray(depth * (np.sin(phase) + 0.35 * np.sin(2.3 * phase)) * uneven, np.float32)


def weave(canvas: Canvas, seed: int, amount: float = 0.025) -> Plane:
    """Fine unevenness of woven cloth, as a factor's deviation from 1."""
    fine = canvas.noise(4, 2, seed) * amount
    return np.asarray(fine + canvas.noise(70, 3, seed + 1) * amount, np.float32)


def tinted(colour: Colour, unevenness: Plane) -> Any:
    """A picture of one colour times (1 + unevenness)."""
    return f32(colour) * (1 + unevenness[..., None])


def border(
    canvas: Canvas,
    line: Points,
    half_width: float,
    surface: Surface,
    lighting: Lighting,
    stitches: Colour | None = None,
) -> None:
    """A raised band along a line, with a row of slanted stitches on it if a colour is given."""
    part = canvas.around(ribbon(line, half_width), 14)
    mask = part.mask(ribbon(line, half_width))
    part.shadow(mask, (2, 5), 5, 0.5)
    emboss(part, mask, surface, half_width * 0.8, lighting)
    if stitches is None:
        return
    step = max(2, int(len(line) * 1.4 * half_width / _length(line)))
    for i in range(0, len(line) - step, step):
        a = line[i] + (line[i + step] - line[i]) * 0.2
        b = line[i] + (line[i + step] - line[i]) * 0.8
        part.over(stitches, part.mask(ribbon(np.stack([a, b]), half_width * 0.28)) * 0.7)


def _length(line: Points) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())
