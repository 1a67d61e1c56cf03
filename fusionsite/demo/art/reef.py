"""The sea behind a diver: light shafts, rock, corals, fish and bubbles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fusionsite.demo.art.canvas import DESIGN_HEIGHT, Canvas, Colour, Points, f32, ramp, rgb
from fusionsite.demo.art.outline import bend, curve, ellipse, moved, points, ribbon
from fusionsite.demo.art.solid import Surface, emboss, piece

if TYPE_CHECKING:
    from fusionsite.demo.art.light import Lighting


def shafts(canvas: Canvas, seed: int, strength: float = 0.5) -> None:
    """Sunlight in beams that fan out from above the picture and fade with depth."""
    generator = np.random.default_rng(seed)
    angle = np.arctan2(canvas.x - 330, canvas.y + 260)
    steps = np.linspace(-1.6, 1.6, 400)
    wobble = np.convolve(generator.normal(0, 1, 460), np.hanning(22), "same")[30:430]
    beam = np.interp(angle, steps, wobble / wobble.std())
    depth = 1 - ramp(canvas.y, 0, 0.92 * DESIGN_HEIGHT)
    canvas.screen(rgb(190, 245, 235), np.clip(beam, 0, 1) * depth * strength)


def coral(
    canvas: Canvas, root: Any, height: float, colour: Colour, lighting: Lighting, seed: int
) -> None:
    """A branching coral: forks that divide, thin out and end in round tips."""
    generator = np.random.default_rng(seed)
    surface = Surface(colour, gloss=0.08, shine=10, wrap=0.35)

    def grow(at: Points, angle: float, length: float, thick: float, level: int) -> None:
        tip = at + length * np.array([np.sin(angle), -np.cos(angle)])
        line = bend(at, tip, generator.normal(0, 0.10), 12)
        outline = ribbon(line, thick * np.linspace(1, 0.72, 12))
        piece(canvas, outline, surface, thick, lighting, (2, 4), 0.3)
        piece(canvas, ellipse(tip, thick * 0.74, count=24), surface, thick, lighting, (1, 2), 0.2)
        if level == 0:
            return
        for turn in (-1, 1):
            fork = angle + turn * generator.uniform(0.25, 0.55)
            grow(tip, fork, length * generator.uniform(0.66, 0.86), thick * 0.76, level - 1)

    grow(np.asarray(root, np.float64), generator.normal(0, 0.1), height * 0.34, height * 0.055, 4)


def fan_coral(canvas: Canvas, root: Any, radius: float, colour: Colour, seed: int) -> None:
    """A sea fan: a flat net of fine branches."""
    generator = np.random.default_rng(seed)
    part = canvas.around(ellipse(root, radius * 1.1), 4)
    total = np.zeros(part.shape, np.float32)
    for i in range(34):
        angle = -np.pi / 2 + (i / 33 - 0.5) * 2.3 + float(generator.normal(0, 0.03))
        reach = radius * generator.uniform(0.75, 1.0)
        tip = np.asarray(root) + reach * np.array([np.cos(angle), np.sin(angle)])
        line = bend(root, tip, generator.normal(0, 0.14), 20)
        total = np.maximum(total, part.mask(ribbon(line, np.linspace(3.0, 0.9, 20))))
    for k in range(1, 8):
        arc = np.linspace(-2.65, -0.5, 60)
        ring = radius * (k / 8.5) * (1 + 0.03 * np.sin(arc * 23 + k))
        net = np.stack([root[0] + ring * np.cos(arc), root[1] + ring * np.sin(arc)], 1)
        total = np.maximum(total, part.mask(ribbon(net, 0.9)) * 0.7)
    part.over(
        f32(colour) * (0.75 + 0.3 * ramp(-part.y, -root[1], -root[1] + radius))[..., None], total
    )


def fish(
    canvas: Canvas,
    x: float,
    y: float,
    size: float,
    heading: int,
    colour: Colour,
    lighting: Lighting,
) -> None:
    """A striped reef fish that swims to the right (heading 1) or left (-1)."""
    flip = np.array([heading, 1]) * size
    body = curve(
        moved(
            points((-1, 0), (-0.5, -0.36), (0.1, -0.46), (0.65, -0.24), (0.95, 0.02),
                   (0.65, 0.22), (0.1, 0.42), (-0.5, 0.32)) * flip, x, y),
        120, closed=True,
    )  # fmt: skip
    tail = points((-0.86, 0), (-1.42, -0.46), (-1.26, 0), (-1.42, 0.46)) * flip
    fin = points((-0.4, -0.34), (-0.1, -0.74), (0.42, -0.36)) * flip
    under = points((-0.1, 0.36), (-0.22, 0.66), (0.26, 0.38)) * flip
    pale = Surface(f32(colour) * 0.85, gloss=0.1)
    for part_outline in (tail, fin, under):
        outline = curve(moved(part_outline, x, y), 50, closed=True)
        piece(canvas, outline, pale, size * 0.2, lighting, (0, 2), 0.1)
    part = canvas.around(body, 4)
    stripes = ramp(np.cos((part.x - x) / size * 5.4 + 0.5), 0.50, 0.62)[..., None]
    tint = f32(colour) + (rgb(250, 246, 236) - f32(colour)) * 0.88 * stripes
    edge = np.exp(-(((np.cos((part.x - x) / size * 5.4 + 0.5) - 0.5) / 0.10) ** 2))[..., None]
    tint = tint * (1 - 0.6 * edge)
    emboss(
        part,
        part.mask(body),
        Surface(colour, gloss=0.25, shine=20),
        size * 0.4,
        lighting,
        tint=tint,
    )
    eye = (x + heading * 0.64 * size, y - 0.08 * size)
    for radius, tone in ((0.11, rgb(250, 248, 238)), (0.07, rgb(12, 12, 16))):
        part.over(tone, part.mask(ellipse(eye, radius * size, count=24)))


def bubbles(
    canvas: Canvas, count: int, seed: int, columns: tuple[tuple[float, float], ...]
) -> None:
    """Bubbles that rise in the given columns (left, right): bright rims, a glint."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        left, right = columns[generator.integers(len(columns))]
        at = (generator.uniform(left, right), generator.uniform(10, 900))
        radius = min(30.0, 3 + generator.exponential(7))
        part = canvas.around(ellipse(at, radius * 1.2), 3)
        if 0 in part.shape:
            continue
        away = np.hypot(part.x - at[0], part.y - at[1]) / radius
        inside = 1 - ramp(away, 0.94, 1.04)
        part.screen(rgb(200, 250, 250), inside * (0.08 + 0.65 * ramp(away, 0.70, 0.98)))
        across = (part.x - at[0]) / radius + 0.38
        down = (part.y - at[1]) / radius + 0.42
        glint = np.exp(-((across / 0.2) ** 2) - (down / 0.15) ** 2)
        part.screen((1, 1, 1), glint * 0.95)
