"""Ornaments: silk flowers, hairpins, strings of pearls, pendants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fusionsite.demo.art.canvas import Canvas, Colour, Points, f32, rgb
from fusionsite.demo.art.outline import curve, ellipse, moved, points, resample, ribbon
from fusionsite.demo.art.solid import Surface, bead, emboss, piece
from fusionsite.demo.art.strands import Strands

if TYPE_CHECKING:
    from fusionsite.demo.art.light import Lighting

GOLD = Surface(rgb(238, 178, 78), gloss=0.55, shine=34, metal=0.75, hollow_dark=0.6)
PEARL = Surface(rgb(240, 232, 220), gloss=0.75, shine=46, wrap=0.35)
RUBY = Surface(rgb(186, 20, 34), gloss=1.0, shine=50)
JADE = Surface(rgb(96, 190, 160), gloss=0.7, shine=40, wrap=0.4)


def flower(
    canvas: Canvas,
    centre: Any,
    radius: float,
    colour: Colour,
    lighting: Lighting,
    seed: int,
    petals: int = 6,
    rows: int = 2,
    heart: Surface = GOLD,
) -> None:
    """A silk flower: rows of notched petals, the inner ones smaller and deeper in colour."""
    generator = np.random.default_rng(seed)
    for row in range(rows):
        size = radius * (1 - 0.42 * row / max(1, rows - 1)) if rows > 1 else radius
        turn = generator.uniform(0, 6.28)
        for i in range(petals):
            angle = turn + i * 2 * np.pi / petals + generator.normal(0, 0.06)
            tone = f32(colour) * (1.05 - 0.16 * row) * generator.uniform(0.93, 1.05)
            _petal(canvas, centre, angle, size * generator.uniform(0.92, 1.05), tone, lighting)
    for i in range(7):
        angle = i * 2.4
        away = radius * 0.10 * np.sqrt(i)
        at = (centre[0] + away * np.cos(angle), centre[1] + away * np.sin(angle))
        bead(canvas, at, radius * 0.075, heart, lighting)


def _petal(
    canvas: Canvas, centre: Any, angle: float, size: float, colour: Colour, lighting: Lighting
) -> None:
    # Along the petal, and its half width there: a narrow foot, a broad notched end.
    half = points((0.10, 0.03), (0.35, 0.25), (0.70, 0.36), (0.96, 0.24), (1.0, 0.07), (0.93, 0.0))
    shape = np.vstack([half, half[::-1] * [1, -1]]) * size
    cos, sin = np.cos(angle), np.sin(angle)
    turned = shape @ np.array([[cos, sin], [-sin, cos]]) + np.asarray(centre)
    part = canvas.around(turned, size * 0.36)
    if 0 in part.shape:
        return
    mask = part.mask(curve(turned, 60, closed=True))
    part.shadow(mask, (size * 0.04, size * 0.08), size * 0.07, 0.45)
    along = ((part.x - centre[0]) * cos + (part.y - centre[1]) * sin) / size
    across = ((part.y - centre[1]) * cos - (part.x - centre[0]) * sin) / size
    veins = np.sin(across / np.maximum(along, 0.15) * 26) * size * 0.012
    cup = 0.16 * size * np.clip(along, 0, 1.1) ** 2
    tint = f32(colour) * (0.62 + 0.46 * np.clip(along, 0, 1))[..., None]
    surface = Surface(colour, gloss=0.06, shine=9, wrap=0.35)
    emboss(part, mask, surface, size * 0.16, lighting, relief=veins + cup, tint=tint)


def pearls(
    canvas: Canvas,
    line: Points,
    radius: float,
    lighting: Lighting,
    surface: Surface = PEARL,
    gap: float = 2.15,
) -> None:
    """A string of beads along a line, `gap` radii from one to the next."""
    length = float(np.hypot(*np.diff(line, axis=0).T).sum())
    for at in resample(line, max(2, int(length / (gap * radius)))):
        bead(canvas, at, radius, surface, lighting)


def rod(
    canvas: Canvas, start: Any, end: Any, half_width: float, surface: Surface, lighting: Lighting
) -> None:
    """A straight pin that thins out towards its end."""
    line = resample(np.array([start, end], np.float64), 30)
    outline = ribbon(line, half_width * np.linspace(1, 0.45, 30))
    piece(canvas, outline, surface, half_width, lighting, drop=(2, 6))


def pendant(
    canvas: Canvas, top: Any, length: float, lighting: Lighting, drop: Surface = RUBY
) -> None:
    """A fine chain of gold and pearl beads with a drop at its end."""
    x, y = top
    at = 0.0
    i = 0
    while at < length - 14:
        radius = 3.0 if i % 3 else 4.6
        bead(canvas, (x, y + at), radius, GOLD if i % 3 else PEARL, lighting)
        at += 2 * radius
        i += 1
    tear = points((0, -13), (5, -3), (7.5, 5), (4.5, 11), (0, 13), (-4.5, 11), (-7.5, 5), (-5, -3))
    piece(canvas, curve(moved(tear, x, y + length), 50, closed=True), drop, 7, lighting, (2, 4))


def rosette(
    canvas: Canvas, centre: Any, radius: float, lighting: Lighting, stone: Surface = RUBY
) -> None:
    """A stone in a gold setting with a ring of pearls."""
    bead(canvas, centre, radius, GOLD, lighting)
    for i in range(12):
        angle = i * np.pi / 6
        at = (
            centre[0] + radius * 0.80 * np.cos(angle),
            centre[1] + radius * 0.80 * np.sin(angle),
        )
        bead(canvas, at, radius * 0.17, PEARL, lighting)
    piece(canvas, ellipse(centre, radius * 0.52), stone, radius * 0.4, lighting, (1, 3))


def pompom(
    canvas: Canvas, centre: Any, radius: float, colour: Colour, lighting: Lighting, seed: int
) -> None:
    """A ball of velvet threads, lit as a ball, with its shadow."""
    generator = np.random.default_rng(seed)
    part = canvas.around(ellipse(centre, radius * 1.5), radius)
    if 0 in part.shape:
        return
    part.shadow(part.mask(ellipse(centre, radius)), (radius * 0.2, radius * 0.4), radius * 0.3)
    strands = Strands(part)
    key = lighting.key.direction
    count = int(radius * 26)
    for i in range(count):
        angle, reach = generator.uniform(0, 2 * np.pi), np.sqrt(1 - i / count)
        way = np.array([np.cos(angle), np.sin(angle)])
        depth = np.sqrt(max(0.0, 1 - reach**2))
        lit = float(np.clip(way @ key[:2] * reach - depth * key[2], 0, 1))
        tone = f32(colour) * (0.30 + 0.85 * lit) * generator.uniform(0.8, 1.12)
        root = np.asarray(centre) + way * reach * radius * 0.8
        tip = root + way * radius * 0.26 + generator.normal(0, radius * 0.06, 2)
        strands.add(np.stack([root, tip]), tone, 1.5)
    strands.lay()
