"""Lantern keeper: festival night, a full moon, red robe with a cloud collar, gold in the hair."""

from __future__ import annotations

import numpy as np

from fusionsite.demo.art import sky
from fusionsite.demo.art.canvas import Canvas, Plane, Points, f32, ramp, rgb
from fusionsite.demo.art.cloth import border, folds, hanging, tinted, weave
from fusionsite.demo.art.jewels import GOLD, JADE, PEARL, flower, pearls, pendant, rod
from fusionsite.demo.art.lanterns import lantern
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import beside, curve, ellipse, moved, points, symmetric
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss, piece
from fusionsite.demo.art.strands import BLACK_HAIR, Lock, draw_locks

_X = 405.0
_POSE = Pose(_X, 412, 304)
# The sitter stands this much higher than drawn: below the collar there is room for a title.
_RAISED = 40.0
_LIGHTING = Lighting(
    key=Light((-0.55, -0.60, -0.72), (1.16, 1.00, 0.80)),
    rim=Light((0.92, -0.15, -0.28), (0.62, 0.30, 0.12)),
    fill=Light((0.1, 0.8, -0.5), (0.13, 0.13, 0.14)),
    ambient=(0.17, 0.17, 0.19),
)
_ROBE = Surface(rgb(188, 30, 30), gloss=0.10, shine=9, wrap=0.2)
_TEAL = Surface(rgb(6, 84, 92), gloss=0.05, shine=12)


def paint(canvas: Canvas) -> None:
    """Paints the scene; the bottom third stays calm for a title."""
    _night(canvas)
    figure = canvas.raised(_RAISED)
    _hair_behind(figure)
    _robe(figure)
    _neck(figure)
    look = Look(
        lip=rgb(176, 62, 60),
        brow=rgb(36, 28, 26),
        iris=rgb(74, 46, 30),
        blush=0.6,
        brow_weight=0.72,
        lashes=0.7,
    )
    paint_face(figure, _POSE, Shape(smile=0.6, jaw=0.10, slim=0.92, variety=115), look, _LIGHTING)
    _collar(figure)
    _hair(figure)
    _ornaments(figure)
    _dusk_below(canvas)


def _night(canvas: Canvas) -> None:
    sky.gradient(
        canvas,
        [
            (0, rgb(4, 26, 40)),
            (380, rgb(8, 66, 82)),
            (620, rgb(10, 76, 86)),
            (820, rgb(8, 36, 46)),
            (1080, rgb(5, 22, 30)),
        ],
    )
    canvas.pixels += canvas.noise(240, 4, 2)[..., None] * f32([0.004, 0.010, 0.012])
    sky.stars(canvas, 260, 3, 560)
    sky.moon(canvas, 560, 300, 232, rgb(252, 208, 138), 15)
    sky.mist(canvas, 430, 50, rgb(80, 96, 90), 6)
    sky.ridge(canvas, 640, 60, rgb(10, 48, 58), 8, 3)
    sky.mist(canvas, 690, 50, rgb(60, 90, 84), 9)
    sky.ridge(canvas, 730, 40, rgb(7, 34, 44), 10, 3)
    warm = [(1.0, 0.62, 0.25), (1.0, 0.42, 0.20), (1.0, 0.80, 0.50)]
    sky.bokeh(canvas, 46, warm, (5, 17), (0, 600, 810, 860), 0.55, 11)
    for x, y, radius, seed in (
        (180, 92, 20, 1),
        (322, 48, 15, 2),
        (742, 96, 22, 3),
        (40, 520, 24, 4),
    ):
        lantern(canvas, x, y, radius, seed, cord=1.2, blurred=2.6)
    lantern(canvas, 716, 560, 50, 5, cord=14, blurred=1.2)
    lantern(canvas, 88, 284, 76, 6, cord=4)


def _hair_behind(canvas: Canvas) -> None:
    """The mass of hair behind the face and the knot on the crown."""
    half = points((0, 214), (92, 224), (156, 280), (182, 380), (184, 500), (172, 620), (130, 720))
    canvas.over(rgb(15, 11, 12), canvas.mask(symmetric(half, _X, 240), 1.5))
    knot = ellipse((_X, 172), 86, 66)
    canvas.over(rgb(15, 11, 12), canvas.mask(knot))
    coils = []
    for i in range(15):
        lean = (i - 7) / 7
        guide = points(
            (_X + 84 * lean * 0.7 - 14, 232),
            (_X + 96 * lean - 16, 176 + 8 * abs(lean)),
            (_X + 66 * lean + 2, 118 + 24 * lean**2),
            (_X + 30 * lean + 26, 112 + 20 * lean**2),
        )
        coils.append(Lock(curve(guide, 40), 22, 1.0 - 0.3 * max(lean, 0), 0.0, 0.7, 0.42))
    draw_locks(canvas, coils, BLACK_HAIR, 21)


def _robe(canvas: Canvas) -> None:
    half = points((0, 690), (96, 700), (190, 742), (312, 800), (386, 890), (430, 1010), (450, 1160))
    outline = symmetric(half, _X, 300)
    body = canvas.mask(outline)
    canvas.shadow(body, (0, 8), 24, 0.5)
    pleats = folds(canvas, _robe_folds())
    pleats += hanging(canvas, 62, 2.5, 30) * ramp(canvas.y, 760, 980)
    tint = tinted(_ROBE.colour, weave(canvas, 31))
    emboss(canvas, body, _ROBE, 120, _LIGHTING, pleats, tint)
    _brocade(canvas, body)
    _cloud_collar(canvas)


def _robe_folds() -> list[tuple[Points, float, float]]:
    lines = []
    for side in (-1, 1):
        for i, (top, foot) in enumerate(((250, 300), (310, 352), (196, 236), (352, 398))):
            line = points((side * top, 830 + 22 * i), (side * (top + 12), 960), (side * foot, 1130))
            lines.append((moved(line, _X, 0), 15.0 - 2 * i, 15.0))
    return lines


def _brocade(canvas: Canvas, body: Plane) -> None:
    """Small gold roundels in staggered rows, woven in, so they take the cloth's light."""
    row = np.floor(canvas.y / 62)
    u = ((canvas.x + 46 * (row % 2)) / 92) % 1 - 0.5
    v = (canvas.y / 62) % 1 - 0.5
    away = np.hypot(u * 92, v * 62)
    petals = 15 + 3.5 * np.cos(6 * np.arctan2(v * 62, u * 92))
    motif = (1 - ramp(np.abs(away - petals), 1.0, 2.6)) + (1 - ramp(away, 4, 6.5))
    canvas.multiply((1.32, 1.9, 1.5), motif * body * 0.6 * (1 - ramp(canvas.y, 820, 1000)))


def _cloud_collar(canvas: Canvas) -> None:
    """The four-lobed shoulder piece of festive dress, teal with gold edges and pearl fringe."""
    half = points(
        (0, 668), (86, 676), (150, 706), (214, 742), (268, 782), (272, 822), (236, 842),
        (200, 826), (176, 838), (150, 872), (112, 866), (84, 850), (70, 888), (40, 926), (0, 946),
    )  # fmt: skip
    outline = symmetric(half, _X, 420)
    mask = canvas.mask(outline)
    canvas.shadow(mask, (4, 12), 12, 0.55)
    emboss(canvas, mask, _TEAL, 20, _LIGHTING, tint=tinted(_TEAL.colour, weave(canvas, 33, 0.04)))
    _clouds(canvas, mask)
    border(canvas, np.vstack([outline, outline[:6]]), 6, GOLD, _LIGHTING)


# Places (right of the middle), sizes and turns of the embroidered scrolls.
_SCROLLS = ((232, 800, 19, 0.6), (116, 752, 15, 0.8), (116, 838, 17, 2.2), (28, 904, 13, 0.1))


def _clouds(canvas: Canvas, mask: Plane) -> None:
    """Embroidered cloud scrolls."""
    for side in (-1, 1):
        for x, y, size, turn in _SCROLLS:
            angle = np.linspace(0, 2.6 * np.pi, 90)
            radius = size * (1 - 0.86 * angle / angle[-1])
            scroll = np.stack(
                [radius * np.cos(angle + turn), 0.85 * radius * np.sin(angle + turn)], 1
            )
            placed = moved(scroll * np.array([side, 1]), _X + side * x, y)
            border(canvas, placed, 2.0, GOLD, _LIGHTING)
    flower(canvas, (_X, 818), 44, rgb(214, 60, 56), _LIGHTING, 37, 8, 3)
    for side in (-1, 1):
        flower(canvas, (_X + side * 66, 796), 24, rgb(244, 196, 150), _LIGHTING, 38 + side, 6, 2)


def _neck(canvas: Canvas) -> None:
    """The neck in the shadow of the chin, its skin counted as skin."""
    half = points((0, 560), (92, 560), (90, 640), (104, 720), (0, 730))
    neck = canvas.mask(symmetric(half, _X, 120), 3)
    lit = 0.40 - 0.16 * ramp(canvas.x, _X - 60, _X + 70)
    skin = canvas.skin.copy()
    canvas.over(f32(Look().skin) * lit[..., None] * f32([1, 0.84, 0.78]), neck)
    canvas.skin[:] = np.maximum(skin, neck)


def _collar(canvas: Canvas) -> None:
    """A standing collar that closes under the chin with two gold clasps."""
    half = points(
        (0, 676), (40, 662), (84, 630), (112, 596), (128, 604), (124, 660), (112, 706), (0, 742)
    )
    outline = symmetric(half, _X, 260)
    mask = canvas.mask(outline)
    canvas.shadow(mask, (0, -8), 12, 0.45)
    canvas.shadow(mask, (2, 8), 8, 0.5)
    emboss(
        canvas,
        mask,
        _ROBE.tinted(rgb(206, 40, 34)),
        22,
        _LIGHTING,
        tint=tinted(rgb(206, 40, 34), weave(canvas, 35)),
    )
    rim = curve(np.vstack([beside(half[:4], 1, _X)[::-1], beside(half[1:4], -1, _X)]), 120)
    border(canvas, moved(rim, 0, 5), 5, GOLD, _LIGHTING)
    for y in (696, 722):
        for side in (-1, 1):
            bead(canvas, (_X + side * 13, y), 10, GOLD, _LIGHTING, 0.75)
        bead(canvas, (_X, y), 6.5, PEARL, _LIGHTING)


def _hair(canvas: Canvas) -> None:
    """Parted hair swept over temples and ears, two long locks on the shoulders, wisps in front."""
    shape = points(
        (0, 222), (74, 232), (140, 276), (172, 352), (180, 460), (170, 590), (148, 606), (143, 520),
        (144, 420), (132, 350), (96, 302), (40, 282), (0, 270),
    )  # fmt: skip
    for side in (-1, 1):
        half = beside(shape, side, _X)
        canvas.over(rgb(15, 11, 12), canvas.mask(curve(half, 160, closed=True), 1.2))
    draw_locks(canvas, _swept_locks(), BLACK_HAIR, 23, density=1.8)
    wisps = []
    for side, dx in ((-1, 0), (-1, 5), (1, 2), (1, 8)):
        guide = points((128 + dx, 352), (139 + dx, 440), (135 + dx, 520), (148 + dx, 600))
        wisps.append(Lock(curve(beside(guide, side, _X), 40), 7, 1.0, 0.3, 0.1, 0.4))
    draw_locks(canvas, wisps, BLACK_HAIR, 24, density=2.2)


def _swept_locks() -> list[Lock]:
    """From the parting over the temple; the outer ones run on to the shoulder, wavy, to a point."""
    locks = []
    for layer in range(26):
        u = 1 - layer / 25
        outer = u > 0.3
        v = (u - 0.3) / 0.7
        for side in (-1, 1):
            way = [
                (2, 268 - 44 * u),
                (52 + 14 * u, 272 - 38 * u),
                (112 + 22 * u, 308 - 44 * u),
                (141 + 26 * u, 378 - 30 * u),
                (149 + 28 * u, 480),
                (150 + 22 * u, 590),
            ]
            if outer:
                way += [(146 + 30 * v, 660), (170 + 36 * v, 742), (166 + 26 * v, 822)]
                way += [(188 + 8 * v, 888 + 40 * (v - v * v) * 4)]
            lit = (1.45 if side < 0 else 1.0) * (0.8 + 0.35 * u)
            guide = curve(beside(points(*way), side, _X), 80)
            locks.append(
                Lock(guide, 24, lit, 0.16, 0.05 if outer else 0.8, 0.22 if outer else 0.34)
            )
    return locks


def _ornaments(canvas: Canvas) -> None:
    rod(canvas, (268, 196), (566, 120), 6, GOLD, _LIGHTING)
    piece(canvas, ellipse((574, 118), 20), GOLD, 12, _LIGHTING)
    piece(canvas, ellipse((574, 118), 11), JADE, 9, _LIGHTING, (1, 2))
    for x, y, length in ((566, 138, 84), (582, 138, 60)):
        pendant(canvas, (x, y), length, _LIGHTING, JADE)
    band = curve(
        points((_X - 92, 226), (_X - 40, 212), (_X, 208), (_X + 40, 212), (_X + 92, 226)), 60
    )
    border(canvas, band, 7, GOLD, _LIGHTING)
    pearls(canvas, moved(band, 0, 13), 4.6, _LIGHTING)
    flower(canvas, (292, 236), 42, rgb(206, 36, 44), _LIGHTING, 41, 7, 3)
    flower(canvas, (338, 206), 26, rgb(244, 206, 190), _LIGHTING, 42)
    flower(canvas, (262, 286), 22, rgb(250, 226, 210), _LIGHTING, 43)
    flower(canvas, (_X + 100, 232), 28, rgb(206, 36, 44), _LIGHTING, 44, 6, 2)
    for x, y, length in ((250, 306, 92), (268, 312, 70)):
        pendant(canvas, (x, y), length, _LIGHTING)


def _dusk_below(canvas: Canvas) -> None:
    """Darkness rising from the ground: a title stays readable there."""
    canvas.multiply(rgb(18, 44, 58), ramp(canvas.y, 690, 1040) * 0.90)
    canvas.screen(rgb(255, 150, 70), canvas.spot((88, 300), 190) * 0.16)
