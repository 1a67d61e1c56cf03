"""Opera star: the phoenix crown, hair pieces that frame the face, a stage in red and gold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fusionsite.demo.art.canvas import Canvas, f32, ramp, rgb
from fusionsite.demo.art.cloth import border, folds, hanging, tinted, weave
from fusionsite.demo.art.jewels import GOLD, JADE, PEARL, RUBY, flower, pearls, pompom, rosette
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import LOWER_LIDS, UPPER_LIDS, Pose, Shape, posed
from fusionsite.demo.art.outline import (
    beside,
    curve,
    ellipse,
    moved,
    points,
    ribbon,
    symmetric,
)
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss, piece
from fusionsite.demo.art.strands import Strands, tassel

if TYPE_CHECKING:
    from fusionsite.demo.art.layer import Layer

_X, _CROWN_Y = 405.0, 352.0
_POSE = Pose(_X, 478, 292)
_SHAPE = Shape(smile=0.6, jaw=0.11, slim=0.93, large_eyes=0.14, variety=110)
_LIGHTING = Lighting(
    key=Light((-0.42, -0.68, -0.72), (1.20, 1.06, 0.88)),
    rim=Light((0.90, -0.10, -0.30), (0.55, 0.24, 0.14)),
    fill=Light((0.2, 0.85, -0.4), (0.16, 0.13, 0.12)),
    ambient=(0.19, 0.17, 0.17),
)
_TEAL = Surface(rgb(3, 74, 88), gloss=0.02, shine=12)
_FEATHER = Surface(rgb(24, 124, 196), gloss=0.25, shine=18)
_WHITE = Surface(rgb(238, 230, 216), gloss=0.05, shine=9)
_LACQUER = Surface(rgb(20, 15, 17), gloss=0.5, shine=22)
_ROUGE = rgb(214, 52, 72)


def paint(canvas: Canvas) -> None:
    """Paints the scene; the bold part of the make-up is the front layer."""
    _stage(canvas)
    _crown_fan(canvas)
    _collar_back(canvas)
    _robe(canvas)
    look = Look(
        lip=rgb(190, 40, 50), brow=rgb(30, 24, 24), iris=rgb(60, 38, 26), blush=1.15,
        lashes=1.0, brow_weight=0.62,
    )  # fmt: skip
    paint_face(canvas, _POSE, _SHAPE, look, _LIGHTING)
    _collar(canvas)
    _yoke(canvas)
    _hair_pieces(canvas)
    _crown_front(canvas)
    _hangings(canvas)


def front(layer: Layer) -> None:
    """Rouge round the eyes and on the cheeks, wings at the eyes' corners, a mark on the brow."""
    canvas = layer.canvas
    mesh = posed(_POSE, _SHAPE)
    width = _POSE.width
    holes = np.zeros(canvas.shape, np.float32)
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        eye = np.vstack([curve(mesh[upper, :2], 40), curve(mesh[lower, :2], 40)[::-1]])
        holes = np.maximum(holes, canvas.mask(eye, width * 0.010))
    rouge = np.zeros(canvas.shape, np.float32)
    for side, (lid, cheek, temple) in enumerate(((159, 117, 139), (386, 346, 368))):
        outwards = -1 if side == 0 else 1
        for vertex, reach, power in (
            (lid, 0.075, 0.55),
            (cheek, 0.085, 0.50),
            (temple, 0.06, 0.35),
        ):
            at = mesh[vertex, :2] + [outwards * width * 0.02, 0]
            rouge = np.maximum(rouge, canvas.spot(at, width * reach) * power)
    layer.add(_ROUGE, rouge * (1 - holes) * 0.62)
    for upper, outwards in zip(UPPER_LIDS, (-1, 1), strict=True):
        corner = mesh[upper[0], :2]
        offsets = points((-outwards * 6, -4), (outwards * 14, -8), (outwards * 34, -24))
        line = moved(offsets, *corner)
        wing = ribbon(curve(line, 40), 3.6 * np.linspace(1, 0.1, 40))
        layer.add(rgb(30, 20, 22), canvas.mask(wing, 1.2) * 0.72)
    drop = points((0, -17), (4, -5), (5.5, 4), (0, 11), (-5.5, 4), (-4, -5))
    mark = curve(moved(drop, *(mesh[9, :2] + [0, -8])), 50, closed=True)
    layer.add(rgb(196, 30, 44), canvas.mask(mark, 0.8) * 0.78)


def _stage(canvas: Canvas) -> None:
    away = np.hypot(canvas.x - _X, (canvas.y - 420) * 0.9)
    glow = np.exp(-((away / 430) ** 2))[..., None]
    canvas.fill(rgb(84, 10, 16))
    canvas.pixels += glow * (rgb(250, 132, 62) - rgb(84, 10, 16)) * 0.80
    angle = np.arctan2(canvas.y - 420, canvas.x - _X)
    rays = ramp(np.cos(angle * 28), -0.15, 0.15)[..., None]
    canvas.pixels *= 1 + (rays - 0.5) * 0.12 * ramp(away, 250, 330)[..., None]
    for radius, wide in ((372, 5), (392, 2)):
        ring = np.exp(-(((np.hypot(canvas.x - _X, canvas.y - 420) - radius) / wide) ** 2))
        canvas.screen(rgb(255, 196, 104), ring * 0.5)
    _curtains(canvas)


def _curtains(canvas: Canvas) -> None:
    velvet = Surface(rgb(104, 8, 16), gloss=0.02, shine=7, hollow_dark=0.8)
    for side in (-1, 1):
        half = points(
            (420, -60), (318, -60), (330, 160), (352, 420), (346, 700), (362, 1160), (420, 1160)
        )
        mask = canvas.mask(curve(beside(half, side, _X), 160, closed=True))
        canvas.shadow(mask, (-side * 10, 6), 16, 0.5)
        emboss(canvas, mask, velvet, 40, _LIGHTING, hanging(canvas, 44, 6, 60 + side))


def _crown_fan(canvas: Canvas) -> None:
    """The crown's back: an arch of blue plates with gold rims, and velvet balls on wires."""
    for i in range(13):
        angle = np.pi * (1.06 + 0.88 * i / 12)
        root = np.array([_X, _CROWN_Y]) + 190 * np.array([np.cos(angle), 0.95 * np.sin(angle)])
        tip = np.array([_X, _CROWN_Y]) + 262 * np.array([np.cos(angle), 1.0 * np.sin(angle)])
        piece(canvas, ribbon(np.stack([root, tip]), 1.8), GOLD, 2, _LIGHTING, (2, 4), 0.4)
        colour = (rgb(206, 24, 40), rgb(20, 140, 150), rgb(240, 196, 170))[i % 3]
        pompom(canvas, tip, 21 if i % 2 == 0 else 17, colour, _LIGHTING, 100 + i)
    half = points((0, 122), (110, 142), (190, 208), (222, 300), (214, 372), (0, 380))
    arch = symmetric(half, _X, 300)
    mask = canvas.mask(arch)
    canvas.shadow(mask, (4, 10), 12, 0.5)
    emboss(canvas, mask, GOLD, 14, _LIGHTING)
    for row, (reach, count, size) in enumerate(((196, 17, 25), (150, 13, 25), (104, 9, 24))):
        for i in range(count):
            angle = np.pi * (1.0 + (i + 0.5) / count)
            at = (_X + reach * np.cos(angle), _CROWN_Y + 10 + 1.02 * reach * np.sin(angle))
            plate = ellipse(at, size * 0.62, size, angle + np.pi / 2, 40)
            tone = _FEATHER if row != 1 else _FEATHER.tinted(rgb(16, 140, 150))
            piece(canvas, plate, tone, 6, _LIGHTING, (1, 3), 0.45)
            bead(canvas, at, 4.6, PEARL, _LIGHTING)
    pearls(canvas, arch[8:-8], 4.2, _LIGHTING, gap=2.6)


def _crown_front(canvas: Canvas) -> None:
    """The brow band with stones, and the flowers and balls above it."""
    rosette(canvas, (_X, 214), 40, _LIGHTING)
    for side in (-1, 1):
        rosette(canvas, (_X + side * 84, 248), 27, _LIGHTING, JADE)
        flower(canvas, (_X + side * 150, 300), 38, rgb(226, 44, 62), _LIGHTING, 70 + side, 8, 3)
        pompom(canvas, (_X + side * 44, 262), 17, rgb(206, 24, 40), _LIGHTING, 75 + side)
        pompom(canvas, (_X + side * 196, 348), 22, rgb(240, 196, 170), _LIGHTING, 77 + side)
    pompom(canvas, (_X, 282), 20, rgb(20, 140, 150), _LIGHTING, 79)
    half = points((-178, 372), (-120, 322), (-60, 302), (0, 297), (60, 302), (120, 322), (178, 372))
    band = moved(curve(half, 120), _X, 0)
    border(canvas, band, 15, GOLD, _LIGHTING)
    for i in range(6, 120, 9):
        stone = RUBY if (i // 9) % 2 else JADE
        bead(canvas, band[i], 6.5, stone, _LIGHTING)
    pearls(canvas, moved(band, 0, 17), 4.4, _LIGHTING)


def _hair_pieces(canvas: Canvas) -> None:
    """Lacquered hair glued round the face: seven curls over the brow, a long piece at each side."""
    cap = points((0, 290), (90, 300), (150, 350), (150, 420), (128, 420), (96, 372), (0, 352))
    canvas.over(rgb(16, 12, 13), canvas.mask(symmetric(cap, _X, 200), 2))
    for side in (-1, 1):
        half = points(
            (150, 330), (176, 380), (186, 480), (180, 590), (152, 684), (128, 690),
            (134, 640), (141, 560), (140, 480), (134, 420), (120, 378),
        )  # fmt: skip
        outline = curve(beside(half, side, _X), 160, closed=True)
        mask = canvas.mask(outline)
        canvas.shadow(mask, (-side * 4, 4), 9, 0.5)
        comb = 0.6 * np.sin((np.abs(canvas.x - _X) + 0.02 * canvas.y) / 1.6)
        emboss(canvas, mask, _LACQUER, 16, _LIGHTING, f32(comb))
        line = beside(points((158, 400), (166, 480), (162, 570), (148, 646)), side, _X)
        for at in curve(line, 6):
            bead(canvas, at, 5.2, Surface(rgb(190, 226, 240), gloss=1.2, shine=60), _LIGHTING)
    for i in (-3, 3, -2, 2, -1, 1, 0):
        angle = np.pi * (1.5 + 0.118 * i)
        at = (_X + 146 * np.cos(angle), 490 + 156 * np.sin(angle))
        size = 30 if abs(i) < 3 else 24
        curl = ellipse(at, size * 0.86, size, 0.35 * i, 60)
        part = canvas.around(curl, 20)
        mask = part.mask(curl)
        part.shadow(mask, (2, 6), 7, 0.5)
        away = np.hypot(part.x - at[0], part.y - at[1])
        turn = np.arctan2(part.y - at[1], part.x - at[0])
        emboss(part, mask, _LACQUER, size * 0.7, _LIGHTING, f32(1.3 * np.sin(away / 2.1 + turn)))
        bead(canvas, at, 5.6, Surface(rgb(200, 230, 242), gloss=1.2, shine=60), _LIGHTING)


def _robe(canvas: Canvas) -> None:
    half = points((0, 770), (110, 778), (220, 818), (330, 880), (392, 980), (410, 1160))
    mask = canvas.mask(symmetric(half, _X, 300))
    canvas.shadow(mask, (0, 6), 20, 0.5)
    lines = []
    for side in (-1, 1):
        for i in range(3):
            line = points((222 + 46 * i, 880 + 20 * i), (236 + 50 * i, 980), (244 + 52 * i, 1120))
            lines.append((beside(line, side, _X), 14.0, 13.0))
    emboss(
        canvas,
        mask,
        _TEAL,
        100,
        _LIGHTING,
        folds(canvas, lines),
        tinted(_TEAL.colour, weave(canvas, 81)),
    )
    _waves(canvas)
    for side in (-1, 1):
        flower(canvas, (_X + side * 268, 962), 52, rgb(232, 96, 104), _LIGHTING, 84 + side, 9, 3)
        flower(canvas, (_X + side * 206, 1018), 28, rgb(246, 206, 160), _LIGHTING, 86 + side, 7, 2)


def _yoke(canvas: Canvas) -> None:
    """The red shoulder piece, its neck cut to a point over the under-collar."""
    yoke = points(
        (0, 778),
        (60, 752),
        (112, 728),
        (186, 796),
        (196, 862),
        (150, 892),
        (112, 880),
        (74, 916),
        (36, 908),
        (0, 956),
    )
    outline = symmetric(yoke, _X, 320)
    shape = canvas.mask(outline)
    canvas.shadow(shape, (3, 10), 12, 0.5)
    red = Surface(rgb(196, 28, 36), gloss=0.06, shine=10)
    emboss(canvas, shape, red, 18, _LIGHTING, tint=tinted(red.colour, weave(canvas, 82)))
    border(canvas, outline, 6, GOLD, _LIGHTING)
    flower(canvas, (_X, 868), 36, rgb(250, 216, 150), _LIGHTING, 88, 8, 3, RUBY)
    for side in (-1, 1):
        flower(
            canvas, (_X + side * 116, 828), 27, rgb(250, 216, 150), _LIGHTING, 89 + side, 7, 2, RUBY
        )


def _waves(canvas: Canvas) -> None:
    """Rows of standing waves along the hem, in gold and pale blue thread."""
    for row in range(4):
        y = 1046 + 22 * row
        for i in range(-1, 16):
            at = (i * 56 + 28 * (row % 2), y)
            for k, colour in enumerate((rgb(236, 186, 90), rgb(150, 210, 214), rgb(236, 186, 90))):
                radius = 27 - 8 * k
                ring = canvas.around(ellipse(at, radius + 3), 2)
                if 0 in ring.shape:
                    continue
                away = np.hypot(ring.x - at[0], ring.y - at[1])
                above = (ring.y < at[1]) * np.exp(-(((away - radius) / 1.8) ** 2))
                ring.over(colour * 0.8, f32(above) * 0.8)


def _collar_back(canvas: Canvas) -> None:
    """The dark inside of the collar, and the neck in the chin's shadow."""
    half = points((0, 600), (112, 604), (116, 700), (100, 790), (0, 800))
    behind = points((0, 330), (170, 340), (176, 560), (150, 670), (0, 690))
    canvas.over(rgb(18, 12, 13), canvas.mask(symmetric(behind, _X, 200)))
    canvas.over(rgb(58, 26, 24), canvas.mask(symmetric(half, _X, 200)))
    neck = points((0, 600), (84, 610), (78, 700), (60, 790), (0, 790))
    mask = canvas.mask(symmetric(neck, _X, 160), 4)
    skin = canvas.skin.copy()
    dim = (0.36 - 0.12 * ramp(canvas.x, _X - 50, _X + 60))[..., None]
    canvas.over(f32(Look().skin) * dim * f32([1, 0.82, 0.76]), mask)
    canvas.skin[:] = np.maximum(skin, mask)


def _collar(canvas: Canvas) -> None:
    """The white under-collar, crossed high at the throat, with a gold edge."""
    for side in (1, -1):
        line = beside(points((118, 628), (106, 690), (52, 744), (-40, 806)), side, _X)
        band = ribbon(curve(line, 80), 27)
        part = canvas.around(band, 30)
        mask = part.mask(band)
        part.shadow(mask, (0, 8), 9, 0.5)
        emboss(part, mask, _WHITE, 20, _LIGHTING, tint=tinted(_WHITE.colour, weave(part, 83, 0.02)))
        edge = curve(moved(line, -side * 17, -13), 80)
        border(canvas, edge, 4.2, GOLD, _LIGHTING)


def _hangings(canvas: Canvas) -> None:
    """Pearl strings with silk tassels beside the face."""
    for side in (-1, 1):
        for dx, length in ((0, 360), (17, 330), (34, 300)):
            x = _X + side * (204 + dx)
            pearls(canvas, points((x, 372), (x + side * 3, 372 + length)), 4.4, _LIGHTING, gap=2.3)
            foot = (x + side * 3, 380 + length)
            bead(canvas, foot, 9, JADE if dx == 17 else RUBY, _LIGHTING)
            strands = Strands(canvas)
            tassel(strands, (foot[0], foot[1] + 6), 86, 17, rgb(226, 52, 48), 90 + int(dx))
            canvas.shadow(strands.cover(), (4, 6), 5, 0.45)
            strands.lay()
