"""Old master: a pleated ruff, a velvet cap with a plume, brown shade and cracked varnish."""

from __future__ import annotations

import numpy as np

from fusionsite.demo.art.canvas import Canvas, f32, ramp, rgb
from fusionsite.demo.art.cloth import hanging, weave
from fusionsite.demo.art.jewels import GOLD, PEARL, pearls, rosette
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import bend, curve, ellipse, moved, points, ribbon, symmetric
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss
from fusionsite.demo.art.strands import HairColour, Lock, Strands, draw_locks

_X, _RUFF_Y = 405.0, 716.0
_RUFF_X_RADIUS, _RUFF_Y_RADIUS = 322.0, 132.0
_PLEATS = 46
_POSE = Pose(_X - 4, 462, 282, yaw=-7, roll=-1.5)
_LIGHTING = Lighting(
    key=Light((-0.70, -0.56, -0.56), (1.26, 1.06, 0.80)),
    rim=Light((0.90, 0.05, -0.30), (0.20, 0.14, 0.08)),
    fill=Light((0.1, 0.9, -0.4), (0.15, 0.13, 0.10)),
    ambient=(0.12, 0.10, 0.085),
)
_LINEN = Surface(rgb(238, 232, 218), gloss=0.03, shine=8, wrap=0.3, hollow_dark=0.7)
_VELVET = Surface(rgb(78, 16, 40), gloss=0.035, shine=5, wrap=0.25)
_CHESTNUT = HairColour((0.085, 0.048, 0.030), (0.36, 0.21, 0.11), (0.72, 0.48, 0.27))


def paint(canvas: Canvas) -> None:
    """Paints the scene, varnish last."""
    _ground(canvas)
    _doublet(canvas)
    _hair_behind(canvas)
    _ruff(canvas)
    look = Look(
        lip=rgb(170, 84, 78), brow=rgb(62, 42, 30), iris=rgb(96, 70, 44), blush=0.8, gloss=0.42
    )
    paint_face(canvas, _POSE, Shape(smile=0.5, jaw=0.08), look, _LIGHTING)
    _hair(canvas)
    _cap(canvas)
    _plume(canvas)
    rosette(canvas, (284, 296), 30, _LIGHTING)
    _varnish(canvas)


def _ground(canvas: Canvas) -> None:
    right, down = (canvas.x - 500) / 360, (canvas.y - 440) / 440
    glow = np.exp(-(right**2) - down**2)[..., None]
    canvas.fill(rgb(22, 18, 15))
    canvas.pixels += glow * rgb(78, 62, 40)
    strokes = canvas.noise(240, 5, 3) * 0.012 + canvas.noise(14, 2, 4) * 0.004
    canvas.pixels += strokes[..., None] * f32([1.1, 1.0, 0.8])


def _doublet(canvas: Canvas) -> None:
    half = points((0, 770), (180, 790), (290, 850), (360, 950), (392, 1160))
    mask = canvas.mask(symmetric(half, _X, 300))
    across, down = (canvas.x - _X) / 62, canvas.y / 84
    first, second = np.sin(np.pi * (across + down)), np.sin(np.pi * (across - down))
    thread = np.exp(-((first / 0.11) ** 2)) + np.exp(-((second / 0.11) ** 2))
    knot = np.exp(-((first**2 + second**2) / 0.10))
    gold = np.clip(0.75 * thread + knot, 0, 1)
    ground = rgb(92, 14, 28) * (1 + weave(canvas, 6, 0.05)[..., None])
    tint = ground + (rgb(196, 142, 62) - ground) * 0.8 * gold[..., None]
    quilted = 7 * np.sqrt(np.abs(first * second)) + 1.5 * thread
    relief = quilted + hanging(canvas, 110, 2.0, 5)
    emboss(canvas, mask, Surface(ground, gloss=0.05, shine=9), 130, _LIGHTING, f32(relief), tint)
    for side in (-1, 1):
        chain = points((side * 250, 840), (side * 200, 950), (side * 90, 1030), (0, 1056))
        pearls(canvas, curve(moved(chain, _X, 0), 160), 7.5, _LIGHTING, GOLD, gap=1.7)
    for i in range(5):
        bead(canvas, (_X, 880 + 36 * i), 9, PEARL, _LIGHTING)
    rosette(canvas, (_X, 1058), 32, _LIGHTING)


def _hair_behind(canvas: Canvas) -> None:
    half = points((0, 210), (130, 240), (184, 350), (196, 480), (180, 600), (120, 690), (0, 740))
    canvas.over(rgb(30, 18, 12), canvas.mask(symmetric(half, _X, 240), 3))


def _ruff(canvas: Canvas) -> None:
    """A tilted disc of pleats, painted from the far side to the near one, lace at its edge."""
    disc = ellipse((_X, _RUFF_Y), _RUFF_X_RADIUS * 0.99, _RUFF_Y_RADIUS * 0.97, count=200)
    mask = canvas.mask(disc, 2)
    canvas.shadow(mask, (10, 40), 30, 0.72)
    slope = -(canvas.x - _X) * 0.6 - (canvas.y - _RUFF_Y)
    lit = 0.50 + 0.36 * ramp(slope, -220, 220)
    canvas.over(rgb(208, 201, 186) * lit[..., None], mask)
    angles = np.linspace(0, 2 * np.pi, _PLEATS, endpoint=False)
    for angle in sorted(angles, key=np.sin):
        _pleat(canvas, float(angle))
    for angle in np.linspace(0, 2 * np.pi, 150, endpoint=False):
        at = (
            _X + _RUFF_X_RADIUS * 1.075 * np.cos(angle),
            _RUFF_Y + _RUFF_Y_RADIUS * 1.14 * np.sin(angle),
        )
        part = canvas.around(ellipse(at, 7), 2)
        if 0 in part.shape:
            continue
        loop = part.mask(ellipse(at, 5.4, count=24)) - part.mask(ellipse(at, 2.4, count=20))
        shade = 0.80 + 0.2 * np.clip(-0.62 * np.cos(angle) - 0.5 * np.sin(angle), -1, 1)
        part.over(rgb(234, 228, 212) * shade, np.clip(loop, 0, 1))
    pit = canvas.mask(ellipse((_X + 2, _RUFF_Y - 22), 132, 60), 12)
    canvas.multiply((0.30, 0.22, 0.17), pit)
    under_chin = canvas.mask(ellipse((_X + 30, _RUFF_Y + 4), 158, 66), 24)
    canvas.multiply((0.54, 0.46, 0.40), under_chin)


def _pleat(canvas: Canvas, angle: float) -> None:
    """One figure-of-eight pleat: a rounded ridge that ends in a loop with a dark hollow."""
    radius = np.array([_RUFF_X_RADIUS, _RUFF_Y_RADIUS])
    way = np.array([np.cos(angle), np.sin(angle)])
    inner = np.array([_X, _RUFF_Y - 22]) + 0.30 * radius * way
    outer = np.array([_X, _RUFF_Y]) + radius * way
    along = (outer - inner) / np.hypot(*(outer - inner))
    side = np.array([-way[1], way[0]]) * radius
    side /= np.hypot(*side)
    breadth = np.hypot(radius[0] * way[1], radius[1] * way[0])
    half = (2 * np.pi / _PLEATS) * breadth * 0.62
    half = max(half, 9.0)
    edge = np.linspace(inner + side * half * 0.25, outer + side * half * 0.96, 10)
    loop = curve(
        [
            outer + side * half * 0.96,
            outer + side * half * 0.6 + along * half * 0.85,
            outer - side * half * 0.6 + along * half * 0.85,
            outer - side * half * 0.96,
        ],
        14,
    )
    back = np.linspace(outer - side * half * 0.96, inner - side * half * 0.25, 10)
    outline = np.vstack([edge, loop, back])
    part = canvas.around(outline, 16)
    mask = part.mask(outline, 0.5)
    part.shadow(mask, (4, 5), 5, 0.5)
    shade = 0.80 + 0.22 * float(np.clip(-0.56 * way[0] - 0.45 * way[1], -1, 1))
    emboss(part, mask, _LINEN.tinted(f32(_LINEN.colour) * shade), half * 0.9, _LIGHTING)
    turn = float(np.arctan2(side[1], side[0]))
    hollow = part.mask(
        ellipse(outer + along * half * 0.42, half * 0.46, half * 0.34, turn, 30), 0.8
    )
    part.multiply(f32([0.44, 0.39, 0.33]) * (shade + 0.1), hollow * 0.85)


def _hair(canvas: Canvas) -> None:
    """Wavy hair from under the cap to the ruff, both sides, painted from outside in."""
    left, right = _X - 146, _X + 128
    for side, edge in ((-1, left), (1, right)):
        under = points(
            (26, 300),
            (30, 420),
            (24, 540),
            (16, 640),
            (-34, 668),
            (-74, 640),
            (-66, 520),
            (-52, 400),
            (-30, 300),
        )
        mask = canvas.mask(curve(moved(under * np.array([-side, 1]), edge, 0), 120, closed=True), 5)
        canvas.over(rgb(46, 27, 16) * (1.0 if side < 0 else 0.7), mask)
        locks = []
        for i in range(22):
            v = 1 - i / 21
            t = np.linspace(0, 1, 12)
            reach = (
                14
                + 84 * v * ramp(t, -0.55, 0.5)
                + (6 + 9 * v) * np.sin(9 * t + 5 * v) * ramp(t, 0.05, 0.4)
            )
            curl = -40 * ramp(t, 0.78, 1.0) * (0.4 + v)
            x = edge + side * (reach - 22 + curl)
            y = 300 + t * (330 + 30 * np.sin(9 * v))
            lit = (1.2 if side < 0 else 0.6) * (0.8 + 0.4 * (1 - v))
            locks.append(Lock(curve(np.stack([x, y], 1), 60), 20, lit, 0.12, 0.25, 0.40))
        draw_locks(canvas, locks, _CHESTNUT, 40 + side)


def _cap(canvas: Canvas) -> None:
    crown = points(
        (228, 330), (214, 254), (244, 172), (344, 112), (486, 98), (606, 130), (652, 202),
        (626, 280), (574, 330), (490, 306), (400, 298), (312, 306),
    )  # fmt: skip
    mask = canvas.mask(curve(crown, 400, closed=True))
    canvas.shadow(mask, (4, 18), 14, 0.7)
    turn = np.arctan2(canvas.y - 340, canvas.x - 340)
    gathers = np.sin(turn * 11 + canvas.noise(200, 2, 31)) * ramp(-canvas.y, -330, -230)
    relief = 9 * gathers + canvas.noise(120, 3, 32) * 4
    pile = canvas.noise(4, 2, 33) * 0.06
    tint = f32(_VELVET.colour) * (1 + pile[..., None])
    emboss(canvas, mask, _VELVET, 90, _LIGHTING, f32(relief), tint)
    line = curve(points((222, 330), (312, 306), (402, 297), (492, 304), (580, 330)), 120)
    band = ribbon(moved(line, 0, 8), 14)
    shape = canvas.mask(band)
    canvas.shadow(shape, (2, 8), 7, 0.6)
    emboss(canvas, shape, Surface(rgb(84, 28, 42), gloss=0.2, shine=12), 13, _LIGHTING)
    pearls(canvas, moved(line, 0, 8)[5:-5], 6.2, _LIGHTING, gap=3.0)


def _plume(canvas: Canvas) -> None:
    """An ostrich plume curling over the cap: barbs that droop from a pale quill."""
    quill = curve(points((278, 286), (310, 180), (420, 92), (570, 62), (706, 112), (752, 200)), 200)
    generator = np.random.default_rng(17)
    strands = Strands(canvas)
    for step in range(5600):
        i = int(generator.integers(4, 198))
        tangent = quill[i + 1] - quill[i - 1]
        tangent = tangent / np.hypot(*tangent)
        normal = np.array([tangent[1], -tangent[0]])
        side = generator.choice([-1, 1])
        long = (20 + 56 * np.sin(np.pi * min(1.0, i / 186)) ** 0.7) * generator.uniform(0.5, 1.1)
        long *= 1.0 if side > 0 else 0.75
        aim = tangent * 0.75 + normal * side * 0.75
        lit = (0.96 if side > 0 else 0.62) * generator.uniform(0.55, 1.05) * (0.75 + step / 22000)
        barb = bend(quill[i], quill[i] + aim * long, side * generator.uniform(0.15, 0.55))
        strands.add(barb, rgb(238, 228, 206) * lit, 1.3)
    for i in range(198):
        strands.add(quill[i : i + 2], rgb(226, 206, 166), 2.6 - i / 110)
    canvas.shadow(strands.cover(), (6, 14), 11, 0.5)
    strands.lay(0.97)


def _varnish(canvas: Canvas) -> None:
    """Fine cracks outside the face, where fusion would cut them off, and a warm yellowing."""
    keep = 1 - np.clip(canvas.blur(canvas.skin, 10) * 1.4, 0, 1)
    first, second = canvas.noise(46, 3, 60), canvas.noise(62, 3, 61)
    cracks = 0.5 * np.exp(-((first / 0.035) ** 2)) + 0.4 * np.exp(-((second / 0.03) ** 2))
    canvas.multiply((0.80, 0.77, 0.72), cracks * keep * 0.5)
    canvas.pixels *= f32([1.03, 0.985, 0.90])
