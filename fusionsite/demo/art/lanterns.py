"""Paper lanterns: round, ribbed, lit from inside, with gold caps and a tassel."""

from __future__ import annotations

import numpy as np

from fusionsite.demo.art.canvas import Canvas, Colour, f32, ramp, rgb
from fusionsite.demo.art.outline import ellipse, points
from fusionsite.demo.art.strands import Strands, tassel

_GOLD = rgb(232, 176, 84)


def lantern(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    seed: int,
    paper: Colour = (0.86, 0.16, 0.08),
    cord: float = 3.0,
    blurred: float = 0.0,
) -> None:
    """A lantern round (x, y); `cord` is its string's length in radii, `blurred` its defocus."""
    glow = np.exp(-((canvas.x - x) ** 2 + (canvas.y - y) ** 2) / (2 * (1.55 * radius) ** 2))
    canvas.screen(rgb(255, 120, 44), glow * 0.5)
    reach = radius * 0.5 + 3 * blurred
    part = canvas.crop(
        *canvas.window(
            x - radius - reach,
            y - radius * (0.9 + cord) - reach,
            x + radius + reach,
            y + radius * 2.1 + reach,
        )
    )
    if 0 in part.shape:
        return
    layer = part.copy()
    _string(layer, x, y, radius, cord, seed)
    _paper(layer, x, y, radius, paper)
    _caps(layer, x, y, radius)
    layer.pixels[:] = layer.blur(layer.pixels, blurred)
    part.paste(layer, np.ones(part.shape, np.float32))


def _paper(canvas: Canvas, x: float, y: float, radius: float, paper: Colour) -> None:
    across = np.clip((canvas.x - x) / radius, -1, 1)
    up = np.clip((canvas.y - y) / (radius * 0.82), -1, 1)
    flame = np.clip(1.10 - 0.62 * np.hypot(across * 0.95, (up - 0.12) * 0.9), 0, 1)
    colour = f32(paper) * (0.30 + 0.85 * flame)[..., None]
    colour = colour + rgb(255, 176, 62) * (np.clip(flame - 0.50, 0, 1) ** 1.25 * 1.65)[..., None]
    round_across = np.arcsin(np.clip(across / np.sqrt(np.clip(1 - up**2, 0.02, 1)), -1, 1))
    rib = np.abs(((round_across / np.pi * 11) % 1) - 0.5) * 2
    colour = colour * (1 - 0.30 * ramp(rib, 0.80, 1.0))[..., None]
    colour = colour * (1 - 0.10 * ramp(np.cos(up * 34), 0.5, 1.0))[..., None]
    canvas.over(colour, canvas.mask(ellipse((x, y), radius, radius * 0.82)))


def _caps(canvas: Canvas, x: float, y: float, radius: float) -> None:
    shine = 0.55 + 0.65 * np.cos(
        np.clip((canvas.x - x + radius * 0.12) / (radius * 0.42), -1, 1) * 1.4
    )
    for side in (-1, 1):
        near, far = y + side * radius * 0.72, y + side * radius * 0.88
        cap = points(
            (x - radius * 0.42, near),
            (x + radius * 0.42, near),
            (x + radius * 0.38, far),
            (x - radius * 0.38, far),
        )
        canvas.over(_GOLD * shine[..., None], canvas.mask(cap))


def _string(canvas: Canvas, x: float, y: float, radius: float, cord: float, seed: int) -> None:
    strands = Strands(canvas)
    strands.add(points((x, y - radius * 0.8), (x, y - radius * (0.8 + cord))), rgb(70, 34, 20), 2)
    tassel(strands, (x, y + radius * 0.86), radius * 0.85, radius * 0.42, rgb(236, 130, 44), seed)
    strands.lay()
