"""Reef diver: a copper helmet among corals, fish and shafts of light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fusionsite.demo.art import reef, sky
from fusionsite.demo.art.canvas import Canvas, Plane, f32, ramp, rgb
from fusionsite.demo.art.cloth import folds, tinted, weave
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import beside, curve, ellipse, points, ribbon, symmetric
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss, piece
from fusionsite.demo.art.strands import BROWN_HAIR, Lock, draw_locks

if TYPE_CHECKING:
    from fusionsite.demo.art.layer import Layer

_X, _Y = 405.0, 452.0
_WINDOW = 238.0
_POSE = Pose(_X, 452, 292)
_LIGHTING = Lighting(
    key=Light((-0.45, -0.72, -0.66), (1.14, 1.10, 0.98)),
    rim=Light((0.92, 0.12, -0.22), (0.12, 0.50, 0.56)),
    fill=Light((0.0, 0.9, -0.4), (0.10, 0.20, 0.21)),
    ambient=(0.15, 0.18, 0.19),
)
_COPPER = Surface(rgb(206, 112, 62), gloss=0.5, shine=24, metal=0.45, hollow_dark=0.7)
_BRASS = Surface(rgb(226, 172, 84), gloss=0.6, shine=30, metal=0.65, hollow_dark=0.7)
_WOOL = Surface(rgb(206, 40, 38), gloss=0.03, shine=6, hollow_dark=0.9)
_CREAM = Surface(rgb(236, 226, 204), gloss=0.03, shine=6, hollow_dark=0.9)
_CANVAS_CLOTH = Surface(rgb(176, 150, 104), gloss=0.04, shine=8)


def paint(canvas: Canvas) -> None:
    """Paints the scene; a faint streak on the glass is the front layer."""
    _sea(canvas)
    _suit(canvas)
    _breastplate(canvas)
    _dome(canvas)
    _window(canvas)
    reef.bubbles(canvas, 34, 80, ((10, 110), (700, 800)))


def front(layer: Layer) -> None:
    """A soft streak of light on the window glass."""
    canvas = layer.canvas
    glass = canvas.mask(ellipse((_X, _Y), _WINDOW - 12))
    for start, width in ((196, 24), (244, 9)):
        line = points((start, 640), (start + 84, 430), (start + 190, 240))
        streak = canvas.mask(ribbon(curve(line, 60), width), 3)
        layer.add(rgb(226, 255, 250), streak * glass * (0.06 + 0.12 * ramp(-canvas.y, -600, -260)))


def _sea(canvas: Canvas) -> None:
    deep = [
        (0, rgb(72, 190, 196)),
        (300, rgb(28, 130, 156)),
        (700, rgb(10, 72, 104)),
        (1080, rgb(4, 32, 56)),
    ]
    sky.gradient(canvas, deep)
    canvas.pixels += canvas.noise(300, 4, 1)[..., None] * 0.012
    reef.shafts(canvas, 23)
    sky.ridge(canvas, 690, 70, rgb(12, 74, 98), 3, 5)
    sky.ridge(canvas, 790, 70, rgb(8, 52, 76), 4, 4)
    for x, y, size, heading, colour in (
        (68, 250, 40, 1, rgb(244, 132, 30)),
        (140, 168, 24, 1, rgb(246, 150, 44)),
        (746, 560, 38, -1, rgb(246, 196, 54)),
        (664, 128, 24, -1, rgb(84, 140, 236)),
        (736, 186, 18, -1, rgb(84, 140, 236)),
    ):
        reef.fish(canvas, x, y, size, heading, colour, _LIGHTING)
    reef.fan_coral(canvas, (58, 820), 170, rgb(170, 70, 120), 60)
    reef.fan_coral(canvas, (770, 850), 160, rgb(196, 96, 60), 61)
    sky.ridge(canvas, 985, 50, rgb(5, 34, 54), 6, 3)
    reef.coral(canvas, (30, 1100), 360, rgb(240, 128, 108), _LIGHTING, 62)
    reef.coral(canvas, (786, 1100), 340, rgb(246, 178, 92), _LIGHTING, 63)
    reef.coral(canvas, (112, 1100), 230, rgb(150, 112, 196), _LIGHTING, 64)
    reef.coral(canvas, (700, 1100), 220, rgb(226, 96, 130), _LIGHTING, 65)


def _suit(canvas: Canvas) -> None:
    half = points((0, 830), (150, 850), (250, 890), (322, 970), (352, 1160))
    mask = canvas.mask(symmetric(half, _X, 300))
    lines = []
    for side in (-1, 1):
        for i in range(4):
            line = points((170 + 26 * i, 960 + 12 * i), (200 + 28 * i, 1030), (206 + 30 * i, 1120))
            lines.append((beside(line, side, _X), 12.0, 11.0))
    tint = tinted(_CANVAS_CLOTH.colour, weave(canvas, 11, 0.03))
    emboss(canvas, mask, _CANVAS_CLOTH, 100, _LIGHTING, folds(canvas, lines), tint)


def _breastplate(canvas: Canvas) -> None:
    plate = canvas.mask(ellipse((_X, 912), 318, 118, count=240))
    canvas.shadow(plate, (4, 14), 14, 0.5)
    emboss(canvas, plate, _COPPER, 64, _LIGHTING, canvas.noise(70, 3, 12) * 1.0)
    for angle in np.linspace(0.10 * np.pi, 0.90 * np.pi, 9):
        at = (_X + 286 * np.cos(angle), 914 + 90 * np.sin(angle))
        bead(canvas, at, 13, _BRASS, _LIGHTING, 0.9)
    piece(canvas, ellipse((_X, 828), 240, 66, count=200), _BRASS, 32, _LIGHTING, (2, 12), 0.55)
    piece(canvas, ellipse((_X, 802), 226, 60, count=200), _COPPER, 28, _LIGHTING, (2, 8), 0.5)


def _dome(canvas: Canvas) -> None:
    half = points((0, 96), (184, 134), (300, 266), (326, 440), (288, 636), (196, 770), (0, 824))
    mask = canvas.mask(symmetric(half, _X, 400))
    canvas.shadow(mask, (8, 20), 24, 0.5)
    spread = np.hypot(canvas.x - _X, canvas.y - _Y)
    patina = ramp(canvas.noise(120, 5, 14), 0.6, 1.9) * ramp(spread, 270, 330)
    copper = f32(_COPPER.colour) * (1 + 0.06 * canvas.noise(100, 4, 15))[..., None]
    tint = copper + (rgb(84, 168, 148) - copper) * 0.55 * patina[..., None]
    emboss(canvas, mask, _COPPER, 300, _LIGHTING, canvas.noise(60, 3, 16) * 0.9, tint)
    for side in (-1, 1):
        at = (_X + side * 298, 470)
        piece(canvas, ellipse(at, 36, 92), _BRASS, 22, _LIGHTING, (4, 9), 0.5)
        pane = ellipse(at, 20, 70)
        part = canvas.around(pane, 4)
        hole = part.mask(pane)
        part.over(rgb(8, 34, 46), hole)
        sheen = ramp(-(part.y - at[1]) - (part.x - at[0]), -10, 60)
        part.screen(rgb(120, 204, 212), hole * sheen * 0.5)
    piece(canvas, ellipse((_X, 104), 54, 24), _BRASS, 18, _LIGHTING, (2, 8))
    piece(canvas, ellipse((_X, 84), 22, 16), _BRASS, 14, _LIGHTING, (2, 5))


def _ring(canvas: Canvas, inner: float, outer: float, surface: Surface) -> None:
    part = canvas.around(ellipse((_X, _Y), outer), 24)
    mask = part.mask(ellipse((_X, _Y), outer, count=240))
    mask = mask * (1 - part.mask(ellipse((_X, _Y), inner, count=240)))
    part.shadow(mask, (4, 9), 9, 0.5)
    emboss(part, mask, surface, (outer - inner) * 0.55, _LIGHTING)


def _window(canvas: Canvas) -> None:
    _ring(canvas, _WINDOW - 4, _WINDOW + 44, _COPPER)
    glass = canvas.mask(ellipse((_X, _Y), _WINDOW, count=240))
    away = np.hypot(canvas.x - _X, canvas.y - _Y) / _WINDOW
    inside = canvas.copy()
    inside.over(rgb(14, 24, 30) + (1 - ramp(away, 0.2, 1.0))[..., None] * rgb(20, 24, 26), glass)
    _sitter(inside)
    inside.multiply((0.40, 0.50, 0.54), ramp(away, 0.72, 1.02))
    canvas.paste(inside, glass)
    _glints(canvas, glass, away)
    _ring(canvas, _WINDOW - 8, _WINDOW + 12, _BRASS)
    for i in range(12):
        angle = i * np.pi / 6 + 0.13
        at = (_X + (_WINDOW + 29) * np.cos(angle), _Y + (_WINDOW + 29) * np.sin(angle))
        hexagon = ellipse(at, 13.5, turn=float(i), count=6)
        piece(canvas, hexagon, _BRASS, 9, _LIGHTING, (2, 5), 0.55)


def _sitter(canvas: Canvas) -> None:
    """Roll-neck jumper, face, hair at the temples and a knitted cap."""
    behind = points((0, 270), (120, 290), (172, 380), (176, 480), (140, 600), (0, 640))
    canvas.over(rgb(34, 24, 20), canvas.mask(symmetric(behind, _X, 200), 2))
    face = canvas.copy()
    look = Look(brow=rgb(54, 38, 30), iris=rgb(70, 62, 44), blush=0.75, gloss=0.55)
    paint_face(face, _POSE, Shape(smile=0.9, jaw=0.08, variety=104), look, _LIGHTING)
    canvas.paste(face, np.ones(canvas.shape, np.float32))
    neck = points((0, 664), (60, 656), (112, 618), (150, 560), (176, 566), (190, 720), (0, 730))
    roll = canvas.mask(symmetric(neck, _X, 220))
    canvas.shadow(roll, (0, -7), 11, 0.6)
    ribs = 3.4 * np.sin((canvas.x - _X) * (1 + 0.0008 * (canvas.y - 640)) / 2.9)
    knit = f32(ribs) + canvas.noise(6, 2, 18) * 0.5
    emboss(canvas, roll, _CREAM, 34, _LIGHTING, knit)
    _temple_hair(canvas)
    _cap(canvas)


def _temple_hair(canvas: Canvas) -> None:
    locks = []
    for side in (-1, 1):
        for i in range(9):
            v = i / 8
            guide = points(
                (120 + 30 * v, 320),
                (134 + 26 * v, 400),
                (136 + 30 * v, 480),
                (128 + 30 * v, 548 + 26 * v),
            )
            guide = guide + np.array([4 * np.sin(3 * i), 0])
            lit = (1.0 if side < 0 else 0.7) * (1.1 - 0.4 * v)
            locks.append(Lock(curve(beside(guide, side, _X), 40), 16, lit, 0.25, 0.25, 0.45))
    draw_locks(canvas, locks[::-1], BROWN_HAIR, 70)


def _cap(canvas: Canvas) -> None:
    crown = points((0, 218), (104, 236), (160, 290), (168, 352), (0, 352))
    mask = canvas.mask(symmetric(crown, _X, 240))
    canvas.shadow(mask, (3, 14), 12, 0.6)
    fan = np.arctan2(canvas.x - _X, 720 - canvas.y)
    emboss(canvas, mask, _WOOL, 60, _LIGHTING, _knit(canvas, fan * 46, 4.2))
    brim_line = points((-172, 340), (-100, 312), (0, 300), (100, 312), (172, 340))
    cuff = ribbon(curve(brim_line + np.array([_X, 0]), 100), 30)
    brim = canvas.mask(cuff)
    canvas.shadow(brim, (2, 9), 9, 0.6)
    emboss(canvas, brim, _WOOL, 28, _LIGHTING, _knit(canvas, fan * 40, 4.6))


def _knit(canvas: Canvas, phase: Plane, depth: float) -> Plane:
    """Ribs of knitting with the stitches' small chevrons on them."""
    rib = np.sin(phase * 2)
    stitch = np.sin(canvas.y / 1.7 + 2.4 * np.abs(np.sin(phase)))
    return f32(depth * rib + 0.55 * stitch * ramp(rib, -0.4, 0.6))


def _glints(canvas: Canvas, glass: Plane, away: Plane) -> None:
    turned = np.degrees(np.arctan2(canvas.y - _Y, canvas.x - _X))
    clear = glass * (1 - np.clip(canvas.blur(canvas.skin, 8) * 1.3, 0, 1))

    def towards(angle: float, spread: float) -> Plane:
        return f32(np.exp(-((((turned - angle + 180) % 360 - 180) / spread) ** 2)))

    outer = ramp(away, 0.85, 0.89) * (1 - ramp(away, 0.94, 0.97))
    canvas.screen(rgb(225, 255, 250), outer * towards(-138, 26) * 0.8 * clear)
    canvas.screen(rgb(120, 220, 225), outer * towards(46, 30) * 0.5 * clear)
