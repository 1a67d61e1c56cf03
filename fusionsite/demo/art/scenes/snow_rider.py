"""Snow rider: a fur-trimmed hood at dusk below snowy peaks, flakes in the air."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fusionsite.demo.art import sky
from fusionsite.demo.art.canvas import Canvas, Plane, Points, f32, ramp, rgb
from fusionsite.demo.art.cloth import border, folds, tinted, weave
from fusionsite.demo.art.hood import Hooded, paint_hood, paint_inside, paint_trim
from fusionsite.demo.art.jewels import GOLD
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import beside, curve, ellipse, points, ribbon, symmetric
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss, piece
from fusionsite.demo.art.strands import BROWN_HAIR

if TYPE_CHECKING:
    from fusionsite.demo.art.layer import Layer

_X = 405.0
_LIGHTING = Lighting(
    key=Light((-0.52, -0.58, -0.72), (1.16, 1.06, 0.96)),
    rim=Light((0.92, -0.10, -0.26), (0.66, 0.34, 0.30)),
    fill=Light((0.1, 0.85, -0.5), (0.17, 0.19, 0.24)),
    ambient=(0.17, 0.18, 0.22),
)
_PARKA = Surface(rgb(218, 142, 30), gloss=0.05, shine=10, hollow_dark=0.7)
_YARN = Surface(rgb(176, 40, 46), gloss=0.02, shine=6, hollow_dark=0.9)
_SITTER = Hooded(
    pose=Pose(_X, 438, 296),
    shape=Shape(smile=0.8, jaw=0.08, variety=103),
    look=Look(brow=rgb(62, 44, 34), iris=rgb(72, 96, 84), blush=1.0, gloss=0.55),
    cloth=_PARKA,
    fur=rgb(252, 242, 228),
    hair=BROWN_HAIR,
    seed=24,
)


def paint(canvas: Canvas) -> None:
    """Paints the scene; flakes before the face are the front layer."""
    _mountains(canvas)
    _parka(canvas)
    paint_hood(canvas, _SITTER, _LIGHTING)
    paint_inside(canvas, _SITTER, _LIGHTING)
    _scarf(canvas)
    paint_trim(canvas, _SITTER)
    sky.snow(canvas, 150, 51, (_X, 440, 190, 260))


def front(layer: Layer) -> None:
    """A few soft flakes close to the viewer, off the eyes and the mouth."""
    canvas = layer.canvas
    flakes = ((306, 352, 5.0), (512, 392, 4.0), (290, 520, 4.5), (424, 316, 3.6), (520, 540, 4.5))
    for x, y, size in flakes:
        layer.add(
            rgb(255, 253, 248), canvas.mask(ellipse((x, y), size, count=30), size * 0.55) * 0.7
        )


def _mountains(canvas: Canvas) -> None:
    dusk = [
        (0, rgb(34, 64, 122)),
        (260, rgb(96, 126, 178)),
        (470, rgb(238, 176, 158)),
        (640, rgb(250, 214, 180)),
    ]
    sky.gradient(canvas, dusk)
    canvas.pixels += canvas.noise(300, 4, 1)[..., None] * f32([0.014, 0.012, 0.010])
    sky.moon(canvas, 706, 132, 50, rgb(255, 240, 214), 4)
    _peaks(canvas, 330, 210, rgb(120, 138, 182), 11)
    sky.mist(canvas, 590, 60, rgb(240, 190, 170), 12)
    _peaks(canvas, 500, 170, rgb(74, 98, 150), 14)
    sky.mist(canvas, 730, 60, rgb(200, 190, 206), 13)
    sky.ridge(canvas, 770, 60, rgb(226, 228, 240), 16, 3)
    _pines(canvas)


def _peaks(canvas: Canvas, height: float, swing: float, shade: Points, seed: int) -> None:
    """A jagged range: shaded rock flanks, snow on the sides that face the light."""
    generator = np.random.default_rng(seed)
    xs = np.linspace(-60, canvas.width + 60, 9) + generator.normal(0, 22, 9)
    ys = height + swing * (np.arange(9) % 2) * generator.uniform(0.7, 1.1, 9)
    profile = np.interp(canvas.x[0], xs, ys)[None]
    profile = profile + 9 * canvas.noise(60, 4, seed)[:1]
    below = canvas.y - profile
    leaning = np.interp(canvas.x[0], xs[:-1], np.sign(np.diff(ys)))[None]
    ridges = canvas.noise(120, 5, seed + 1) + 0.9 * leaning
    snow = ramp(ridges - below / (swing * 1.1), -0.9, 0.3)[..., None]
    lit = f32(shade) + (rgb(250, 244, 244) - f32(shade)) * (0.30 + 0.45 * snow)
    canvas.over(lit * (1 - 0.12 * ramp(below, 0, swing * 2))[..., None], ramp(below, -1.5, 1.5))


def _pines(canvas: Canvas) -> None:
    """Snowy firs at both sides."""
    generator = np.random.default_rng(19)
    places = [(x, generator.uniform(744, 800)) for x in (24, 78, 128, 690, 742, 796)]
    for x, foot in sorted(places, key=lambda at: at[1]):
        tall = generator.uniform(150, 230)
        for tier in range(6):
            top = foot - tall * (1 - tier / 7.5)
            wide = tall * (0.07 + 0.042 * tier)
            bough = points(
                (x, top),
                (x + wide, top + tall * 0.27),
                (x, top + tall * 0.22),
                (x - wide, top + tall * 0.27),
            )
            canvas.over(rgb(30, 62, 84), canvas.mask(bough, 0.8))
            cap = points(
                (x, top),
                (x + wide * 0.72, top + tall * 0.19),
                (x + wide * 0.1, top + tall * 0.13),
                (x - wide * 0.8, top + tall * 0.21),
            )
            canvas.over(rgb(232, 236, 246), canvas.mask(cap, 1.2) * 0.85)


def _parka(canvas: Canvas) -> None:
    half = points((0, 720), (150, 740), (270, 800), (352, 900), (392, 1030), (404, 1160))
    mask = canvas.mask(symmetric(half, _X, 300))
    canvas.shadow(mask, (0, 6), 20, 0.45)
    quilting = []
    for side in (-1, 1):
        for i in range(4):
            y = 880 + 74 * i
            line = points((30, y + 30), (170, y + 18), (290, y), (400, y + 34))
            quilting.append((beside(line, side, _X), 7.0, -15.0))
        for i in range(3):
            line = points((180 + 60 * i, 860), (206 + 62 * i, 980), (210 + 64 * i, 1110))
            quilting.append((beside(line, side, _X), 12.0, 8.0))
    relief = folds(canvas, quilting) + canvas.noise(120, 3, 22) * 2.0
    emboss(canvas, mask, _PARKA, 110, _LIGHTING, relief, tinted(_PARKA.colour, weave(canvas, 20)))
    placket = ribbon(curve(points((_X, 800), (_X, 940), (_X, 1120)), 60), 26)
    piece(canvas, placket, _PARKA.tinted(rgb(196, 120, 22)), 14, _LIGHTING, (3, 5), 0.4)
    for y in (930, 1020):
        toggle = ribbon(curve(points((_X - 32, y), (_X + 32, y)), 30), 8.5)
        piece(canvas, toggle, Surface(rgb(190, 134, 82), gloss=0.4, shine=26), 8, _LIGHTING, (2, 6))
        for side in (-1, 1):
            cord = curve(
                points((_X + side * 14, y), (_X + side * 60, y - 6), (_X + side * 92, y)), 50
            )
            border(canvas, cord, 4, Surface(rgb(240, 224, 196), gloss=0.03), _LIGHTING)
            bead(canvas, (_X + side * 96, y), 11, GOLD, _LIGHTING)


def _scarf(canvas: Canvas) -> None:
    """A thick knitted scarf that carries the chin."""
    for line, half_width, seed in (
        (points((-158, 690), (-100, 750), (0, 774), (100, 750), (158, 690)), 58, 40),
        (points((-140, 640), (-96, 690), (0, 716), (96, 690), (140, 640)), 44, 41),
    ):
        spine = curve(line + np.array([_X, 0]), 160)
        band = ribbon(spine, half_width * (0.8 + 0.2 * np.sin(np.pi * np.linspace(0, 1, 160))))
        mask = canvas.mask(band)
        canvas.shadow(mask, (2, -6), 11, 0.4)
        canvas.shadow(mask, (2, 12), 12, 0.5)
        emboss(canvas, mask, _YARN, half_width * 0.85, _LIGHTING, _cables(canvas, seed))


def _cables(canvas: Canvas, seed: int) -> Plane:
    """Knitted stitches: rows of slanting loops."""
    bow = canvas.y + ((canvas.x - _X) / 150) ** 2 * 34
    column = canvas.x / 9.0
    slant = np.abs(((column % 1) - 0.5) * 2)
    loops = np.sin(2 * np.pi * (bow / 11.0 - 0.7 * slant))
    wobble = canvas.noise(50, 3, seed) * 2.2
    return f32(1.7 * loops * (0.45 + 0.55 * slant) - 1.6 * ramp(slant, 0.8, 1.0) + wobble)
