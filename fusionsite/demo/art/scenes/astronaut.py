"""Moon pilot: an open helmet above the blue planet, white suit, reflections on the glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fusionsite.demo.art import sky
from fusionsite.demo.art.canvas import Canvas, Plane, f32, ramp, rgb
from fusionsite.demo.art.cloth import folds, tinted, weave
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import (
    beside,
    curve,
    ellipse,
    points,
    ribbon,
    scaled,
    symmetric,
)
from fusionsite.demo.art.planet import planet
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss, piece
from fusionsite.demo.art.strands import Strands

if TYPE_CHECKING:
    from fusionsite.demo.art.layer import Layer

_X, _HELMET_Y, _R = 405.0, 428.0, 318.0
_POSE = Pose(_X, 410, 296)
_LIGHTING = Lighting(
    key=Light((-0.55, -0.62, -0.66), (1.16, 1.10, 1.00)),
    rim=Light((0.90, 0.10, -0.22), (0.24, 0.46, 0.86)),
    fill=Light((-0.3, 0.85, -0.4), (0.14, 0.19, 0.26)),
    ambient=(0.15, 0.16, 0.19),
)
_SUIT = Surface(rgb(224, 224, 222), gloss=0.06, shine=10, hollow_dark=0.75)
_SHELL = Surface(rgb(230, 231, 234), gloss=0.4, shine=30)
_STEEL = Surface(rgb(176, 182, 192), gloss=0.7, shine=40, metal=0.6)
_ORANGE = Surface(rgb(222, 88, 36), gloss=0.08, shine=10)
_LEATHER = Surface(rgb(64, 46, 38), gloss=0.2, shine=18)
_DARK = Surface(rgb(34, 34, 40), gloss=0.5, shine=26)


def paint(canvas: Canvas) -> None:
    """Paints the scene without the streaks on the visor: those are the front layer."""
    _space(canvas)
    _suit(canvas)
    _panel(canvas)
    _patches(canvas)
    _neck_rings(canvas)
    _helmet(canvas)


def front(layer: Layer) -> None:
    """Two soft streaks of window light on the glass, across the edge of the face."""
    canvas = layer.canvas
    glass = canvas.mask(ellipse((_X, _HELMET_Y + 4), _R * 0.84, _R * 0.86))
    for start, width, strength in ((150, 28, 0.24), (200, 11, 0.18)):
        line = points((start + 16, 640), (start + 96, 380), (start + 216, 130))
        streak = canvas.mask(ribbon(curve(line, 60), width), 3)
        fading = 0.35 + 0.65 * ramp(-canvas.y, -600, -180)
        layer.add(rgb(238, 246, 255), streak * glass * fading * strength)


def _space(canvas: Canvas) -> None:
    canvas.fill(rgb(5, 7, 17))
    blue = np.clip(canvas.noise(420, 6, 21), 0, 3)[..., None]
    violet = np.clip(canvas.noise(300, 6, 22) - 0.3, 0, 3)[..., None]
    canvas.pixels += blue * rgb(12, 18, 46) + violet * rgb(34, 12, 40)
    sky.stars(canvas, 800, 23)
    planet(canvas, 330, 1400, 862, 33)
    canvas.screen(rgb(255, 238, 206), canvas.spot((40, 30), 120) * 0.85)
    along = (canvas.x - 40) * 0.62 - (canvas.y - 30) * 0.78
    streak = np.exp(-np.abs(along) / 9) * np.exp(-np.hypot(canvas.x, canvas.y) / 330)
    canvas.screen(rgb(255, 240, 220), streak * 0.35)


def _suit(canvas: Canvas) -> None:
    half = points((0, 780), (160, 790), (270, 830), (346, 910), (388, 1010), (410, 1160))
    outline = symmetric(half, _X, 300)
    mask = canvas.mask(outline)
    wrinkles = []
    for side in (-1, 1):
        for i in range(6):
            y = 868 + 40 * i
            line = points((180 + 10 * i, y + 26), (262 + 14 * i, y), (346 + 10 * i, y + 34))
            wrinkles.append((beside(line, side, _X), 11.0, 11.0))
        for i in range(3):
            line = points((118 + 34 * i, 850), (136 + 40 * i, 960), (140 + 44 * i, 1100))
            wrinkles.append((beside(line, side, _X), 12.0, 8.0))
    relief = folds(canvas, wrinkles) + canvas.noise(150, 3, 41) * 3
    tint = tinted(_SUIT.colour, weave(canvas, 42, 0.016))
    emboss(canvas, mask, _SUIT, 110, _LIGHTING, relief, tint)
    for side in (-1, 1):
        strap = beside(points((212, 826), (232, 900), (216, 1000), (204, 1120)), side, _X)
        piece(canvas, ribbon(curve(strap, 80), 21), _ORANGE, 10, _LIGHTING, (4, 6), 0.4)
        buckle = ellipse(strap[2] + [0, -40], 30, 20, count=4, turn=np.pi / 4)
        piece(canvas, scaled(buckle, 1.1), _STEEL, 7, _LIGHTING, (2, 4))


def _panel(canvas: Canvas) -> None:
    """The chest unit with its lamps and a trace."""
    box = _rounded(_X - 92, 944, 184, 150, 14)
    piece(canvas, box, _SHELL.tinted(rgb(186, 190, 198)), 15, _LIGHTING, (7, 10), 0.45)
    piece(canvas, _rounded(_X - 76, 962, 152, 62, 8), _DARK, 6, _LIGHTING, (0, -2), 0.3)
    strands = Strands(canvas)
    t = np.linspace(0, 1, 120)
    beat = 17 * np.exp(-(((t - 0.55) / 0.05) ** 2)) * np.sin((t - 0.5) * 60)
    trace = np.stack([_X - 68 + 136 * t, 994 - beat], 1)
    strands.add(trace, rgb(96, 240, 190), 2.2)
    canvas.screen(rgb(60, 200, 150), canvas.spot((_X + 6, 994), 34) * 0.14)
    strands.lay(0.95)
    lamps = ((-56, (214, 58, 50)), (-20, (232, 176, 54)), (16, (66, 150, 90)), (54, (58, 112, 196)))
    for dx, colour in lamps:
        bead(canvas, (_X + dx, 1050), 12, Surface(rgb(*colour), gloss=0.9, shine=34), _LIGHTING)


def _patches(canvas: Canvas) -> None:
    """A mission patch with a star, on the viewer's left shoulder; a lantern on the right."""
    for x, ground in ((152.0, rgb(24, 44, 98)), (658.0, rgb(26, 92, 92))):
        piece(canvas, ellipse((x, 930), 45), Surface(rgb(224, 172, 72)), 5, _LIGHTING, (2, 4), 0.4)
        piece(canvas, ellipse((x, 930), 39), Surface(ground), 4, _LIGHTING, (0, 1), 0.2)
    angle = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2, 11, 27)
    star = np.stack([152 + reach * np.cos(angle), 930 + reach * np.sin(angle)], 1)
    canvas.over(rgb(240, 238, 230), canvas.mask(star))
    canvas.over(rgb(240, 120, 60), canvas.mask(ellipse((658, 928), 21, 17)))
    canvas.over(rgb(250, 200, 110), canvas.mask(ellipse((658, 928), 9, 17)))
    for y in (908, 944):
        canvas.over(rgb(250, 214, 130), canvas.mask(_rounded(648, y, 20, 5, 1)))


def _neck_rings(canvas: Canvas) -> None:
    rings = (
        (806, 292, 78, _STEEL),
        (784, 284, 74, _ORANGE),
        (760, 280, 72, _SHELL),
        (738, 270, 66, _STEEL),
    )
    for y, width, depth, surface in rings:
        piece(canvas, ellipse((_X, y), width, depth), surface, 26, _LIGHTING, (0, 9), 0.5)


def _helmet(canvas: Canvas) -> None:
    centre = (_X, _HELMET_Y)
    shell = canvas.mask(ellipse(centre, _R, _R * 1.02, count=240))
    canvas.shadow(shell, (8, 20), 24, 0.5)
    emboss(canvas, shell, _SHELL, _R * 0.95, _LIGHTING, canvas.noise(60, 2, 50) * 0.2)
    piece(canvas, ellipse((_X, _HELMET_Y + 4), _R * 0.91, _R * 0.93), _STEEL, 15, _LIGHTING, (3, 5))
    glass = canvas.mask(ellipse((_X, _HELMET_Y + 4), _R * 0.86, _R * 0.88, count=240))
    away = np.hypot((canvas.x - _X) / (_R * 0.86), (canvas.y - _HELMET_Y) / (_R * 0.88))
    inside = canvas.copy()
    inside.over(rgb(18, 21, 29) + rgb(34, 38, 50) * ramp(1 - away, 0, 0.7)[..., None], glass)
    _cap(inside)
    _headset(inside)
    inside.multiply((0.58, 0.63, 0.74), ramp(away, 0.60, 1.0))
    canvas.paste(inside, glass)
    _reflections(canvas, glass, away)
    for i in range(24):
        angle = (i + 0.5) * np.pi / 12
        at = (_X + _R * 0.885 * np.cos(angle), _HELMET_Y + 4 + _R * 0.905 * np.sin(angle))
        bead(canvas, at, 5.0, _STEEL, _LIGHTING)


def _cap(canvas: Canvas) -> None:
    """The communication cap: white crown, leather sides, the face in its opening."""
    half = points(
        (0, 186), (108, 202), (176, 268), (204, 380), (196, 520), (152, 636), (80, 706), (0, 724)
    )
    mask = canvas.mask(symmetric(half, _X, 300))
    canvas.shadow(mask, (4, 14), 18, 0.55)
    side = ramp(np.abs(canvas.x - _X), 126, 131)[..., None]
    crown = f32(rgb(234, 232, 228)) * (1 + weave(canvas, 54, 0.02)[..., None])
    colour = crown + (rgb(70, 50, 41) * (1 + weave(canvas, 55, 0.05)[..., None]) - crown) * side
    surface = Surface(rgb(255, 255, 255), gloss=0.10, shine=12)
    emboss(canvas, mask, surface, 110, _LIGHTING, canvas.noise(80, 3, 53) * 2.5, colour)
    _seams(canvas)
    opening = _opening()
    hole = canvas.mask(opening, 0.8)
    face = canvas.copy()
    face.over(rgb(58, 42, 36), np.ones(canvas.shape, np.float32))
    look = Look(brow=rgb(58, 42, 34), iris=rgb(78, 92, 96), blush=0.5, lashes=0.3)
    paint_face(face, _POSE, Shape(smile=0.8, jaw=0.08, variety=107), look, _LIGHTING)
    face.multiply((0.36, 0.27, 0.26), np.clip(face.blur(1 - hole, 13) * 1.35, 0, 1))
    canvas.paste(face, hole)
    ring = canvas.mask(scaled(opening, 1.045)) * (1 - canvas.mask(scaled(opening, 0.985)))
    canvas.shadow(ring, (2, 6), 6, 0.5)
    emboss(canvas, ring, _LEATHER, 9, _LIGHTING)


def _opening() -> np.ndarray:
    half = points(
        (0, 276), (72, 286), (126, 322), (149, 396), (140, 500), (104, 588), (52, 634), (0, 644)
    )
    return symmetric(half, _X, 300)


def _seams(canvas: Canvas) -> None:
    strands = Strands(canvas)
    for side in (-1, 1):
        for i in range(40):
            y = 200 + i * 12.5
            stitch = points((_X + side * 128.5, y), (_X + side * 128.5, y + 6.5))
            strands.add(stitch, rgb(206, 196, 180), 1.5)
    strands.lay(0.75)


def _headset(canvas: Canvas) -> None:
    for side in (-1, 1):
        cup = ellipse((_X + side * 182, 452), 32, 60)
        piece(canvas, cup, _DARK, 26, _LIGHTING, (5, 8), 0.6)
        piece(canvas, scaled(cup, 0.5), _STEEL, 9, _LIGHTING, (1, 2), 0.4)
    boom = curve(points((228, 500), (238, 592), (284, 658), (330, 682)), 60)
    piece(canvas, ribbon(boom, 4), _DARK, 4, _LIGHTING, (3, 6))
    piece(canvas, ellipse((342, 686), 24, 12, 0.3), _DARK, 11, _LIGHTING, (3, 6))


def _reflections(canvas: Canvas, glass: Plane, away: Plane) -> None:
    """Arcs of sun and planet on the glass, kept outside the face."""
    turned = np.degrees(np.arctan2(canvas.y - _HELMET_Y, canvas.x - _X))
    clear = ramp(np.hypot((canvas.x - _X) / 186, (canvas.y - 446) / 236), 1.0, 1.18) * glass

    def towards(angle: float, spread: float) -> Plane:
        return f32(np.exp(-((((turned - angle + 180) % 360 - 180) / spread) ** 2)))

    band = ramp(away, 0.82, 0.87) * (1 - ramp(away, 0.91, 0.96))
    canvas.screen(rgb(255, 250, 240), band * towards(-140, 30) * 0.9 * clear)
    canvas.screen(rgb(150, 195, 255), band * towards(40, 34) * 0.6 * clear)
    canvas.screen(rgb(70, 110, 190), ramp(away, 0.70, 1.0) * 0.36 * clear)
    low = ramp(away, 0.68, 0.72) * (1 - ramp(away, 0.75, 0.81)) * towards(136, 26)
    canvas.screen(rgb(90, 160, 230), low * 0.4 * clear)
    for x, y, wide, high, bright in ((196, 234, 24, 54, 0.8), (226, 188, 12, 30, 0.6)):
        window = canvas.mask(ellipse((x, y), wide, high, 0.72), 3)
        canvas.screen(rgb(255, 252, 246), window * bright * clear)


def _rounded(left: float, top: float, width: float, height: float, radius: float) -> np.ndarray:
    """A rectangle with rounded corners."""
    quarter = np.linspace(0, np.pi / 2, 8)
    corner = np.stack([np.cos(quarter), np.sin(quarter)], 1) * radius
    inner = ((width, height, 1, 1), (0, height, -1, 1), (0, 0, -1, -1), (width, 0, 1, -1))
    pieces = []
    for i, (x, y, sx, sy) in enumerate(inner):
        bow = corner * [sx, sy] + [left + x - sx * radius, top + y - sy * radius]
        pieces.append(bow if i % 2 == 0 else bow[::-1])
    return np.vstack(pieces)
