"""Two lanterns: two people in festive cloaks, side by side over a river of lights."""

from __future__ import annotations

import numpy as np

from fusionsite.demo.art import sky
from fusionsite.demo.art.canvas import Canvas, f32, ramp, rgb
from fusionsite.demo.art.cloth import border, folds, hanging, tinted, weave
from fusionsite.demo.art.hood import Hooded, paint_hood, paint_inside, paint_trim
from fusionsite.demo.art.jewels import GOLD, JADE, RUBY, flower, rosette
from fusionsite.demo.art.lanterns import lantern
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import beside, curve, ellipse, moved, points, ribbon
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss, piece
from fusionsite.demo.art.strands import BLACK_HAIR

_LIGHTING = Lighting(
    key=Light((-0.35, -0.66, -0.74), (1.16, 1.00, 0.82)),
    rim=Light((0.90, -0.10, -0.28), (0.62, 0.30, 0.14)),
    fill=Light((0.0, 0.85, -0.5), (0.20, 0.13, 0.09)),
    ambient=(0.17, 0.16, 0.19),
)
_LEFT = Hooded(
    pose=Pose(236, 400, 232, yaw=4, roll=1.5),
    shape=Shape(smile=0.7, jaw=0.05, variety=111),
    look=Look(brow=rgb(34, 28, 26), iris=rgb(62, 42, 30), blush=0.7, gaze=(0.12, 0.02), seed=5),
    cloth=Surface(rgb(24, 74, 116), gloss=0.05, shine=10, hollow_dark=0.7),
    fur=rgb(226, 214, 198),
    hair=BLACK_HAIR,
    seed=60,
)
_RIGHT = Hooded(
    pose=Pose(566, 470, 226, yaw=-5, roll=-2),
    shape=Shape(smile=0.8, jaw=0.10, large_eyes=0.13, slim=0.93, variety=114),
    look=Look(
        lip=rgb(186, 66, 66), brow=rgb(40, 30, 26), iris=rgb(74, 48, 30), blush=0.9,
        brow_weight=0.7, lashes=0.75, gaze=(-0.14, 0.02), seed=8,
    ),
    cloth=Surface(rgb(196, 34, 36), gloss=0.05, shine=10, hollow_dark=0.7),
    fur=rgb(252, 244, 232),
    hair=BLACK_HAIR,
    seed=70,
)  # fmt: skip


def paint(canvas: Canvas) -> None:
    """Paints the scene; the viewer's left sitter is the first seat."""
    _river_night(canvas)
    for sitter in (_LEFT, _RIGHT):
        _cloak(canvas, sitter)
        paint_hood(canvas, sitter, _LIGHTING)
        paint_inside(canvas, sitter, _LIGHTING)
        _collar(canvas, sitter)
        paint_trim(canvas, sitter)
    _ornaments(canvas)
    _held_lantern(canvas)
    canvas.screen(rgb(255, 150, 70), canvas.spot((392, 842), 170) * 0.22)
    canvas.multiply(rgb(40, 40, 70), ramp(canvas.y, 880, 1130) * 0.7)


def _river_night(canvas: Canvas) -> None:
    night = [
        (0, rgb(28, 14, 50)),
        (420, rgb(92, 34, 74)),
        (660, rgb(150, 62, 70)),
        (800, rgb(52, 22, 52)),
        (1080, rgb(18, 10, 30)),
    ]
    sky.gradient(canvas, night)
    canvas.pixels += canvas.noise(260, 4, 2)[..., None] * f32([0.012, 0.006, 0.010])
    sky.stars(canvas, 180, 3, 420)
    sky.moon(canvas, 430, 218, 168, rgb(255, 196, 128), 15)
    sky.mist(canvas, 560, 70, rgb(150, 80, 80), 6)
    sky.ridge(canvas, 640, 60, rgb(66, 24, 58), 8, 3)
    sky.ridge(canvas, 720, 44, rgb(36, 14, 42), 10, 3)
    warm = [(1.0, 0.62, 0.25), (1.0, 0.42, 0.20), (1.0, 0.80, 0.50)]
    sky.bokeh(canvas, 60, warm, (5, 17), (0, 640, 810, 960), 0.6, 11)
    spots = (
        (84, 96, 26),
        (196, 44, 17),
        (620, 60, 20),
        (742, 150, 34),
        (770, 420, 24),
        (44, 330, 22),
    )
    for i, (x, y, radius) in enumerate(spots):
        lantern(canvas, x, y, radius, i, cord=1.3, blurred=2.0)


def _cloak(canvas: Canvas, sitter: Hooded) -> None:
    size, pose = sitter.scale, sitter.pose
    half = points((0, 280), (150, 300), (262, 366), (336, 470), (372, 610), (392, 900), (392, 1100))
    outline = sitter.placed(half, 300)
    mask = canvas.mask(outline)
    canvas.shadow(mask, (0, 6), 22, 0.5)
    lines = []
    for side in (-1, 1):
        for i in range(5):
            line = points((40 + 62 * i, 420 + 10 * i), (52 + 68 * i, 560), (56 + 76 * i, 800))
            lines.append((moved(beside(line * size, side, pose.x), 0, pose.y), 12.0, 11.0))
    relief = folds(canvas, lines) + hanging(canvas, 66, 2.0, sitter.seed + 5)
    tint = tinted(sitter.cloth.colour, weave(canvas, sitter.seed + 6))
    emboss(canvas, mask, sitter.cloth, 110 * size, _LIGHTING, relief, tint)
    for side in (-1, 1):
        hem = points((22, 380), (28, 520), (34, 700), (40, 900)) * size
        edge = curve(moved(beside(hem, side, pose.x), 0, pose.y), 120)
        border(canvas, edge, 5.5, GOLD, _LIGHTING)


def _collar(canvas: Canvas, sitter: Hooded) -> None:
    """A padded collar that carries the chin inside the hood."""
    half = points((0, 236), (60, 228), (112, 186), (140, 150), (160, 210), (130, 300), (0, 350))
    mask = canvas.mask(sitter.placed(half, 200))
    deeper = sitter.cloth.tinted(f32(sitter.cloth.colour) * 0.8)
    canvas.shadow(mask, (0, -6), 10, 0.45)
    emboss(canvas, mask, deeper, 26, _LIGHTING, hanging(canvas, 15, 1.2, sitter.seed + 7))


def _held_lantern(canvas: Canvas) -> None:
    """The lantern that both came with, on a bamboo pole in a mittened hand."""
    wood = Surface(rgb(196, 150, 84), gloss=0.3, shine=20)
    wool = Surface(rgb(150, 18, 28), gloss=0.03, shine=7, wrap=0.3)
    pole = curve(points((392, 742), (480, 782), (632, 872)), 80)
    lantern(canvas, 392, 846, 66, 80, cord=0.75)
    piece(canvas, ribbon(pole, np.linspace(3.4, 5.5, 80)), wood, 5, _LIGHTING, (3, 7))
    for i in range(12, 80, 16):
        bead(canvas, pole[i], 5.6, wood.tinted(rgb(150, 104, 54)), _LIGHTING, 0.7)
    piece(canvas, ellipse((610, 884), 36, 17, -0.5), GOLD, 9, _LIGHTING, (3, 7))
    hand = points(
        (556, 826), (584, 808), (618, 822), (634, 858), (622, 890), (588, 892), (562, 866)
    )
    piece(canvas, curve(hand, 80, closed=True), wool, 22, _LIGHTING, (4, 9))
    thumb = points((566, 822), (592, 812), (604, 826), (590, 840), (570, 838))
    piece(canvas, curve(thumb, 60, closed=True), wool, 11, _LIGHTING, (2, 5))


def _ornaments(canvas: Canvas) -> None:
    for sitter, stone in ((_LEFT, JADE), (_RIGHT, RUBY)):
        at = (sitter.pose.x, sitter.pose.y + 352 * sitter.scale)
        rosette(canvas, at, 25, _LIGHTING, stone)
    flower(canvas, (676, 330), 34, rgb(250, 206, 120), _LIGHTING, 90, 8, 3)
    flower(canvas, (704, 374), 22, rgb(252, 236, 220), _LIGHTING, 91, 7, 2)
