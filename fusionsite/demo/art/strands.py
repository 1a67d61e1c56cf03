"""Thousands of thin lines drawn at once: hair in locks, fur, feathers, tassels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from fusionsite.demo.art.canvas import Canvas, Colour, Plane, Points, f32
from fusionsite.demo.art.outline import bend, curve, normals, resample

# Lines are drawn this many times finer than the picture, and never coarser than a design unit:
# no line can be thinner than a pixel, so coarser ones would grow into a thicket in small pictures.
_FINER = 2


class Strands:
    """Collects lines in the order given, rasterised at double size and laid on in one go."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        height, width = canvas.shape
        self._finer = max(_FINER, int(np.ceil(1 / canvas.scale)))
        self._ink = np.zeros((height * self._finer, width * self._finer, 4), np.uint8)

    def add(self, line: Points, colour: Colour, width: float = 1.0, taper: bool = False) -> None:
        """One line of `width` units; with `taper` it thins out towards its end."""
        fixed = self._canvas.to_pixels(line, self._finer)
        value = (*(int(255 * v) for v in np.clip(colour, 0, 1)), 255)
        thick = width * self._canvas.scale * self._finer
        pieces = 3 if taper and thick > 2 else 1
        for i in range(pieces):
            part = fixed[i * len(fixed) // pieces : (i + 1) * len(fixed) // pieces + 1]
            size = max(1, round(thick * (1 - i / (pieces + 0.5))))
            cv2.polylines(self._ink, [part], False, value, size, cv2.LINE_AA, 4)

    def shaded(self, line: Points, colours: npt.NDArray[Any], width: float = 1.0) -> None:
        """One line whose colour changes along it; one colour per piece, rows of (n, 3)."""
        fixed = self._canvas.to_pixels(line, self._finer)
        values = np.hstack([np.clip(colours, 0, 1) * 255, np.full((len(colours), 1), 255.0)])
        size = max(1, round(width * self._canvas.scale * self._finer))
        cuts = np.linspace(0, len(fixed) - 1, len(colours) + 1).astype(int)
        for first, last, value in zip(cuts[:-1], cuts[1:], values.tolist(), strict=True):
            part = fixed[first : last + 1]
            cv2.polylines(self._ink, [part], False, value, size, cv2.LINE_AA, 4)

    def cover(self) -> Plane:
        """How much of each pixel the lines cover."""
        return self._small()[..., 3]

    def lay(self, opacity: float = 1.0, soft: float = 0.0) -> Plane:
        """Draws the lines on the canvas; returns what they cover."""
        small = self._canvas.blur(self._small(), soft)
        cover = small[..., 3] * opacity
        self._canvas.pixels *= 1 - cover[..., None]
        self._canvas.pixels += small[..., :3] * opacity
        self._canvas.skin *= 1 - cover
        return np.asarray(cover, np.float32)

    def _small(self) -> npt.NDArray[Any]:
        height, width = self._canvas.shape
        small = cv2.resize(self._ink, (width, height), interpolation=cv2.INTER_AREA)
        return small.astype(np.float32) / 255


@dataclass(frozen=True)
class Lock:
    """A strip of hair round a guide line: how wide, how lit, how its ends fray."""

    guide: Points
    width: float
    light: float = 1.0
    fray: float = 0.15
    point: float = 0.25
    sheen: float = 0.35


@dataclass(frozen=True)
class HairColour:
    """The colour of hair in shade, in light and in its sheen."""

    dark: Colour
    light: Colour
    sheen: Colour


BLACK_HAIR = HairColour((0.065, 0.045, 0.045), (0.26, 0.185, 0.165), (0.66, 0.52, 0.44))
BROWN_HAIR = HairColour((0.12, 0.070, 0.042), (0.40, 0.25, 0.15), (0.72, 0.52, 0.34))


def draw_locks(
    canvas: Canvas, locks: list[Lock], colour: HairColour, seed: int, density: float = 1.5
) -> Plane:
    """Draws locks one after the other, each shaded along its length and across; returns the cover.

    `density` is strands per unit of width. The sheen sits where the guide turns towards the light,
    broken up from strand to strand as on real hair.
    """
    generator = np.random.default_rng(seed)
    strands = Strands(canvas)
    for lock in locks:
        _draw_lock(strands, lock, colour, generator, density)
    canvas.multiply((0.42, 0.34, 0.32), canvas.blur(strands.cover(), 7) * 0.75)
    return strands.lay()


def _draw_lock(
    strands: Strands,
    lock: Lock,
    colour: HairColour,
    generator: np.random.Generator,
    density: float,
) -> None:
    count = max(6, int(lock.width * density))
    guide = resample(lock.guide, 37)
    side = normals(guide)
    t = np.linspace(0, 1, 37)
    profile = np.minimum(1, 0.62 + 1.6 * t) * (lock.point + (1 - lock.point) * (1 - t**3))
    for _ in range(count):
        across = generator.uniform(-1, 1)
        wander = generator.normal(0, 0.10) * np.sin(t * generator.uniform(2, 6)) * lock.fray * 6
        offset = (across + wander * t) * profile * lock.width / 2
        line = guide + side * offset[:, None]
        last = int(37 * generator.uniform(1 - lock.fray, 1)) if lock.fray else 37
        strands.shaded(line[: max(19, last)], _lock_colours(lock, colour, across, generator))


def _lock_colours(
    lock: Lock, colour: HairColour, across: float, generator: np.random.Generator
) -> npt.NDArray[Any]:
    t = np.linspace(0, 1, 18)[:, None]
    rounded = np.sqrt(max(0.0, 1 - across * across))
    body = (0.15 + 0.75 * rounded) * lock.light * generator.uniform(0.6, 1.25)
    dark, light, sheen = (f32(c) for c in (colour.dark, colour.light, colour.sheen))
    tone = dark + (light - dark) * np.clip(body * (0.75 + 0.25 * np.cos(5 * t)), 0, 1)
    where = lock.sheen + generator.normal(0, 0.035) + 0.05 * across
    shine = np.exp(-(((t - where) / 0.13) ** 2)) * rounded * lock.light
    return np.asarray(tone + (sheen - tone) * np.clip(shine * generator.uniform(0.1, 0.9), 0, 1))


def tassel(
    strands: Strands, top: Any, length: float, width: float, colour: Colour, seed: int
) -> None:
    """Hanging threads that spread a little towards their ends."""
    generator = np.random.default_rng(seed)
    for _ in range(int(width * 2.6) + 8):
        spread = generator.uniform(-1, 1)
        root = (top[0] + spread * width * 0.32, top[1])
        tip = (top[0] + spread * width * 0.5, top[1] + length * generator.uniform(0.93, 1.03))
        tone = f32(colour) * generator.uniform(0.55, 1.1) * (1 - 0.35 * spread)
        strands.add(bend(root, tip, generator.normal(0, 0.03)), tone, 1.3)


def fur(
    canvas: Canvas,
    rim: Points,
    width: float,
    colour: Colour,
    seed: int,
    count: int = 9000,
    key: tuple[float, float] = (-0.6, -0.8),
) -> Plane:
    """A fur trim along a closed rim, growing outwards with tufts; returns what it covers.

    Three passes, from the dark ground to the lit tips; tufts lean together, so that it reads as
    fur and not as tinsel.
    """
    generator = np.random.default_rng(seed)
    line = curve(rim, 600, closed=True)
    out = -normals(line)
    if np.sum((line - line.mean(0)) * out) < 0:
        out = -out
    along = np.stack([-out[:, 1], out[:, 0]], 1)
    lean = _smooth_ring(generator, 600, 14) * 0.28
    strands = Strands(canvas)
    for step in range(count):
        depth = step / count
        i = int(generator.integers(600))
        reach = generator.beta(1.3, 1.3)
        root = line[i] + out[i] * (reach * width * (0.95 - 0.2 * depth))
        tuft = lean[i] + generator.normal(0, 0.42)
        aim = out[i] * (0.9 - 1.3 * (1 - reach)) + along[i] * tuft + np.array([0, 0.25])
        length = width * generator.uniform(0.35, 0.62)
        round_light = (out[i] @ np.array(key)) * (reach - 0.35) * 1.5
        shade = np.clip(0.40 + 0.48 * depth + 0.26 * round_light, 0.2, 1.04)
        shade *= generator.uniform(0.86, 1.08)
        hairs = bend(root, root + aim * length, generator.normal(0, 0.22), 6)
        strands.add(hairs, f32(colour) * shade, 1.25, taper=True)
    canvas.shadow(strands.cover(), (2, 7), 9, 0.5)
    return strands.lay()


def _smooth_ring(generator: np.random.Generator, count: int, waves: int) -> npt.NDArray[Any]:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    total = np.zeros(count)
    for order in range(waves, waves * 5, waves // 2):
        total += np.sin(order * angle + generator.uniform(0, 6.28)) / order * waves
    return np.asarray(total / max(1e-6, total.std()))
