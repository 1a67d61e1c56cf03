"""What stands far behind the sitter: skies, stars, moon, hills, mist, lights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fusionsite.demo.art.canvas import DESIGN_HEIGHT, Canvas, Colour, f32, ramp, rgb
from fusionsite.demo.art.outline import ellipse

if TYPE_CHECKING:
    from collections.abc import Sequence


def gradient(canvas: Canvas, stops: Sequence[tuple[float, Colour]]) -> None:
    """Fills the canvas with colours at given heights (units), blended between them."""
    heights = [height for height, _ in stops]
    colours = np.array([f32(colour) for _, colour in stops])
    canvas.fill((0, 0, 0))
    for channel in range(3):
        canvas.pixels[..., channel] = np.interp(canvas.y, heights, colours[:, channel])


def stars(canvas: Canvas, count: int, seed: int, lowest: float = DESIGN_HEIGHT) -> None:
    """Small points of light, few bright and many faint, down to the height `lowest`."""
    generator = np.random.default_rng(seed)
    tints = f32([[1, 1, 1], [0.8, 0.9, 1], [1, 0.9, 0.75]])
    for _ in range(count):
        at = (generator.uniform(0, canvas.width), generator.uniform(0, lowest))
        size = min(3.2, 0.55 + generator.exponential(0.55))
        part = canvas.crop(*canvas.window(at[0] - 10, at[1] - 10, at[0] + 10, at[1] + 10))
        if 0 not in part.shape:
            tint = tints[generator.integers(3)]
            part.screen(tint, part.spot(at, size) * generator.uniform(0.25, 1))


def moon(canvas: Canvas, x: float, y: float, radius: float, colour: Colour, seed: int) -> None:
    """A full moon with seas, a soft bright rim and a wide halo."""
    away = np.hypot(canvas.x - x, canvas.y - y) / radius
    canvas.screen(f32(colour) * 0.9, np.exp(-np.clip(away - 1, 0, 9) / 0.30) * 0.38)
    seas = ramp(canvas.noise(radius * 0.75, 4, seed), -0.1, 1.5)
    specks = canvas.noise(radius * 0.16, 4, seed + 1)
    face = f32(colour) * (1.02 - 0.17 * seas - 0.022 * specks)[..., None]
    face = face * (1 - 0.16 * ramp(away, 0.5, 1.0))[..., None]
    canvas.over(face, 1 - ramp(away, 0.985, 1.012))


def ridge(
    canvas: Canvas, height: float, swing: float, colour: Colour, seed: int, soft: float = 2.5
) -> None:
    """A hill line across the picture: everything below it takes the colour."""
    generator = np.random.default_rng(seed)
    t = np.linspace(0, canvas.width, 300)
    line = np.zeros(300)
    for order in (0.6, 1.1, 1.9, 3.4, 6.1, 11.0):
        line += np.sin(t / canvas.width * 2 * np.pi * order + generator.uniform(0, 6.3)) / order
    profile = np.interp(canvas.x[0], t, height + swing * line / 2)
    canvas.over(colour, ramp(canvas.y - profile[None], -soft, soft))


def mist(canvas: Canvas, height: float, depth: float, colour: Colour, seed: int) -> None:
    """A drifting band of light haze round a height."""
    drift = canvas.noise(300, 4, seed) * 0.35
    band = np.exp(-(((canvas.y - height) / depth + drift) ** 2))
    canvas.screen(colour, band * np.clip(0.65 + 0.4 * canvas.noise(180, 4, seed + 1), 0, 1))


def bokeh(
    canvas: Canvas,
    count: int,
    colours: Sequence[Colour],
    sizes: tuple[float, float],
    area: tuple[float, float, float, float],
    power: float,
    seed: int,
) -> None:
    """Discs of light out of focus in an area given as left, top, right, bottom."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        at = (generator.uniform(area[0], area[2]), generator.uniform(area[1], area[3]))
        radius = generator.uniform(*sizes)
        colour = f32(colours[int(generator.integers(len(colours)))])
        strength = generator.uniform(0.25, 1) * power
        part = canvas.around(ellipse(at, radius * 1.3), 2)
        if 0 in part.shape:
            continue
        disc = part.mask(ellipse(at, radius), radius * 0.06)
        core = part.mask(ellipse(at, radius * 0.86), radius * 0.14)
        part.screen(colour, (disc * 0.55 + np.clip(disc - core, 0, 1) * 0.45) * strength)


def snow(
    canvas: Canvas, count: int, seed: int, keep_free: tuple[float, float, float, float]
) -> None:
    """Falling flakes of several depths, none inside the ellipse (x, y, radius x, radius y)."""
    generator = np.random.default_rng(seed)
    x, y, radius_x, radius_y = keep_free
    for _ in range(count):
        at = (generator.uniform(0, canvas.width), generator.uniform(0, DESIGN_HEIGHT))
        size = min(9.0, 1.1 + generator.exponential(1.7))
        if np.hypot((at[0] - x) / radius_x, (at[1] - y) / radius_y) < 1:
            continue
        part = canvas.crop(*canvas.window(at[0] - 30, at[1] - 30, at[0] + 30, at[1] + 30))
        if 0 in part.shape:
            continue
        if size < 4:
            part.screen(rgb(255, 252, 246), part.spot(at, size) * generator.uniform(0.5, 0.95))
        else:
            flake = part.mask(ellipse(at, size * 1.2), size * 0.4)
            part.screen(rgb(250, 246, 240), flake * generator.uniform(0.25, 0.5))
