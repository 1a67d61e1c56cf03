"""Garden poet: a crown of spring flowers, a lace collar, morning light through leaves."""

from __future__ import annotations

import cv2
import numpy as np

from fusionsite.demo.art import foliage, sky
from fusionsite.demo.art.canvas import Canvas, Plane, f32, ramp, rgb
from fusionsite.demo.art.cloth import folds, hanging, tinted, weave
from fusionsite.demo.art.jewels import GOLD, PEARL, flower, pearls
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import beside, curve, moved, points, ribbon, symmetric
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, bead, emboss
from fusionsite.demo.art.strands import HairColour, Lock, draw_locks

_X = 405.0
_POSE = Pose(_X, 446, 292, yaw=4, roll=1.5)
_LIGHTING = Lighting(
    key=Light((-0.50, -0.62, -0.70), (1.20, 1.12, 0.92)),
    rim=Light((0.90, -0.20, -0.26), (0.46, 0.56, 0.22)),
    fill=Light((0.1, 0.9, -0.4), (0.15, 0.19, 0.13)),
    ambient=(0.19, 0.21, 0.18),
)
_AUBURN = HairColour((0.13, 0.062, 0.036), (0.50, 0.27, 0.14), (0.90, 0.62, 0.36))
_DRESS = Surface(rgb(92, 128, 172), gloss=0.05, shine=8, wrap=0.25)
_LACE = Surface(rgb(206, 204, 206), gloss=0.03, shine=8, wrap=0.3)
_MORNING = (
    (0, rgb(96, 158, 98)),
    (260, rgb(164, 204, 122)),
    (560, rgb(112, 172, 104)),
    (820, rgb(48, 104, 68)),
    (1080, rgb(22, 60, 46)),
)
_GREENS = (rgb(52, 118, 54), rgb(84, 148, 62), rgb(34, 92, 60))


def paint(canvas: Canvas) -> None:
    """Paints the scene."""
    _garden(canvas)
    _hair_behind(canvas)
    _dress(canvas)
    _neck(canvas)
    look = Look(
        lip=rgb(196, 92, 92), brow=rgb(88, 56, 36), iris=rgb(70, 104, 70), blush=0.9,
        brow_weight=0.72, lashes=0.65,
    )  # fmt: skip
    paint_face(canvas, _POSE, Shape(smile=0.8, jaw=0.10, slim=0.92, variety=108), look, _LIGHTING)
    _collar(canvas)
    _hair(canvas)
    _crown(canvas)
    foliage.petals_in_air(canvas, 46, rgb(250, 214, 220), 90, (_X, 460, 250, 330))


def _garden(canvas: Canvas) -> None:
    sky.gradient(canvas, _MORNING)
    canvas.screen(rgb(255, 244, 190), canvas.spot((230, 200), 230) * 0.7)
    light = [(0.98, 1.0, 0.70), (0.70, 0.92, 0.46), (1.0, 0.84, 0.80)]
    sky.bokeh(canvas, 70, light, (16, 58), (0, 0, 810, 800), 0.42, 3)
    for depth, (seed, blur) in enumerate(((4, 7.0), (5, 2.5), (6, 0.0))):
        layer = canvas.copy()
        near, top = 150 - 30 * depth, 200 + 160 * depth
        areas = (
            (-40, -40, 850, 96 - 44 * depth),
            (-60, top, near, 1060),
            (810 - near, top, 870, 1060),
        )
        dim = tuple(f32(green) * (1.25 - 0.2 * depth) for green in _GREENS)
        for i, area in enumerate(areas):
            foliage.leafy_wall(layer, 26, area, dim, _LIGHTING, 10 * seed + i, (70, 130))
        canvas.pixels[:] = canvas.blur(layer.pixels, blur)
    roses = (
        (52, 720, 40),
        (112, 840, 27),
        (758, 690, 36),
        (722, 800, 27),
        (776, 930, 38),
        (40, 950, 38),
    )
    for i, (x, y, radius) in enumerate(roses):
        tone = (rgb(246, 176, 182), rgb(252, 226, 206), rgb(226, 96, 116))[i % 3]
        flower(canvas, (x, y), radius, tone, _LIGHTING, 30 + i, 8, 3)


def _hair_behind(canvas: Canvas) -> None:
    half = points(
        (0, 216),
        (110, 236),
        (176, 320),
        (196, 470),
        (206, 640),
        (232, 790),
        (190, 900),
        (100, 860),
        (0, 760),
    )
    canvas.over(rgb(52, 27, 16), canvas.mask(symmetric(half, _X, 260), 2))
    locks = []
    for side in (-1, 1):
        for i in range(13):
            v = i / 12
            t = np.linspace(0, 1, 12)
            x = 118 + 76 * v + 15 * np.sin(8 * t + 2.2 * v) * ramp(t, 0.1, 0.5) + 28 * t * v
            y = 400 + 500 * t + 40 * np.sin(5 * v)
            lit = (1.0 if side < 0 else 0.72) * (0.65 + 0.5 * v)
            line = beside(np.stack([x, y], 1), side, _X)
            locks.append(Lock(curve(line, 60), 30, lit, 0.12, 0.12, 0.45))
    draw_locks(canvas, locks, _AUBURN, 11)


def _dress(canvas: Canvas) -> None:
    half = points((0, 740), (110, 756), (222, 806), (316, 880), (364, 990), (384, 1160))
    mask = canvas.mask(symmetric(half, _X, 300))
    canvas.shadow(mask, (0, 4), 16, 0.4)
    lines = []
    for side in (-1, 1):
        for i in range(5):
            line = points((60 + 44 * i, 890), (64 + 50 * i, 980), (66 + 56 * i, 1110))
            lines.append((beside(line, side, _X), 10.0, 9.0))
    relief = folds(canvas, lines) + hanging(canvas, 70, 1.5, 20)
    emboss(canvas, mask, _DRESS, 100, _LIGHTING, relief, tinted(_DRESS.colour, weave(canvas, 21)))
    sprigs = np.cos(canvas.x / 13) * np.cos(canvas.y / 13 + np.pi * np.floor(canvas.x / 41))
    canvas.multiply((1.22, 1.18, 1.12), ramp(sprigs, 0.86, 0.96) * mask * 0.9)


def _neck(canvas: Canvas) -> None:
    half = points((0, 590), (84, 594), (86, 690), (110, 780), (0, 800))
    mask = canvas.mask(symmetric(half, _X, 160), 3)
    skin = canvas.skin.copy()
    dim = (0.42 - 0.16 * ramp(canvas.x, _X - 60, _X + 70))[..., None]
    canvas.over(f32(Look().skin) * dim * f32([1, 0.86, 0.78]), mask)
    canvas.skin[:] = np.maximum(skin, mask)


def _collar(canvas: Canvas) -> None:
    """A high lace ruffle under the chin above a broad scalloped lace collar."""
    half = points(
        (0, 742), (100, 730), (178, 772), (232, 838), (190, 886), (110, 884), (40, 906), (0, 916)
    )
    outline = symmetric(half, _X, 300)
    mask = canvas.mask(outline)
    canvas.shadow(mask, (3, 10), 10, 0.45)
    tucks = 1.5 * np.cos((canvas.x - _X) / 2.4) * (np.abs(canvas.x - _X) < 98)
    tint = tinted(_LACE.colour, weave(canvas, 24, 0.02))
    emboss(canvas, mask, _LACE, 16, _LIGHTING, f32(tucks * (1 - ramp(canvas.y, 820, 840))), tint)
    for at in outline[::7]:
        if at[1] > 800:
            bead(canvas, at, 9, _LACE, _LIGHTING)
            canvas.multiply((0.70, 0.72, 0.78), canvas.spot(at, 2.6) * 0.7)
    _lace_edge(canvas, mask)
    for line, depth, seed in (
        (
            points((-124, 634), (-98, 690), (-50, 724), (0, 734), (50, 724), (98, 690), (124, 634)),
            26,
            25,
        ),
        (
            points((-112, 610), (-88, 662), (-46, 692), (0, 701), (46, 692), (88, 662), (112, 610)),
            21,
            26,
        ),
    ):
        _ruffle(canvas, curve(moved(line, _X, 0), 200), depth, seed)
    pearls(
        canvas,
        curve(
            points((_X - 104, 690), (_X - 50, 738), (_X, 750), (_X + 50, 738), (_X + 104, 690)), 100
        ),
        5,
        _LIGHTING,
        PEARL,
    )
    flower(canvas, (_X, 756), 26, rgb(236, 120, 132), _LIGHTING, 27, 7, 2)


def _lace_edge(canvas: Canvas, mask: Plane) -> None:
    """A band of net between two raised threads along the lower edge of the collar."""
    inside = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / canvas.scale
    net = np.cos(canvas.x / 3.4) * np.cos(canvas.y / 3.4)
    band = ramp(inside, 12, 15) * (1 - ramp(inside, 44, 47)) * ramp(canvas.y, 770, 800)
    canvas.multiply((0.62, 0.66, 0.74), ramp(net, 0.25, 0.6) * band * 0.8)
    for reach in (13, 46):
        line = np.exp(-(((inside - reach) / 1.6) ** 2)) * ramp(canvas.y, 770, 800)
        canvas.screen((0.9, 0.9, 0.88), line * 0.6)


def _ruffle(canvas: Canvas, spine: np.ndarray, depth: float, seed: int) -> None:
    """A gathered frill along a line: its edge waves, its pleats run across."""
    generator = np.random.default_rng(seed)
    steps = np.linspace(0, 1, len(spine))
    wave = np.sin(steps * 2 * np.pi * 17 + generator.uniform(0, 6)) * 0.16 + 1
    outline = ribbon(spine, depth * wave)
    mask = canvas.mask(outline)
    canvas.shadow(mask, (0, -5), 9, 0.4)
    canvas.shadow(mask, (2, 7), 7, 0.45)
    angle = np.arctan2(canvas.x - _X, canvas.y - 520)
    pleats = f32(4.2 * np.sin(angle * 44 + 0.8 * canvas.noise(60, 2, seed)))
    emboss(canvas, mask, _LACE, depth * 0.7, _LIGHTING, pleats)


def _hair(canvas: Canvas) -> None:
    """Waves from a middle parting over temples and ears, some lying on the collar."""
    locks = []
    for layer in range(24):
        u = 1 - layer / 23
        for side in (-1, 1):
            t = np.linspace(0, 1, 14)
            x = np.interp(t, [0, 0.12, 0.26, 0.42, 0.62, 0.82, 1.0],
                          [4, 62 + 12 * u, 120 + 18 * u, 143 + 26 * u, 146 + 36 * u,
                           156 + 42 * u, 150 + 60 * u])  # fmt: skip
            y = np.interp(t, [0, 0.12, 0.26, 0.42, 0.62, 0.82, 1.0],
                          [300 - 46 * u, 304 - 36 * u, 344 - 36 * u, 420 - 20 * u, 540, 680,
                           800 + 130 * u - 60 * u * u])  # fmt: skip
            x = x + 12 * np.sin(11 * t + 3 * u + side) * ramp(t, 0.35, 0.7)
            lit = (1.15 if side < 0 else 0.8) * (0.8 + 0.3 * u)
            line = beside(np.stack([x, y], 1), side, _X + 3)
            locks.append(Lock(curve(line, 80), 25, lit, 0.38, 0.02, 0.30))
    draw_locks(canvas, locks, _AUBURN, 12, 1.7)


def _crown(canvas: Canvas) -> None:
    """Leaves, then blossoms of several sizes, along an arc over the brow."""
    generator = np.random.default_rng(40)
    angle = np.linspace(np.pi * 1.02, np.pi * 1.98, 15)
    arc = np.stack([_X + 2 + 182 * np.cos(angle), 372 + 118 * np.sin(angle)], 1)
    for at, turn in zip(arc, angle, strict=True):
        for spread in (-0.9, 0.0, 0.9):
            way = turn + spread + generator.normal(0, 0.2)
            tone = _GREENS[int(generator.integers(3))]
            foliage.leaf(canvas, at, generator.uniform(52, 78), way, tone, _LIGHTING)
    tones = (
        rgb(244, 150, 160),
        rgb(252, 240, 226),
        rgb(228, 76, 96),
        rgb(250, 204, 120),
        rgb(190, 150, 220),
    )
    order = [*range(0, 15, 2), *range(1, 15, 2)]
    for i in order:
        radius = (34, 25, 44, 27, 36)[i % 5]
        heart = GOLD if i % 5 != 3 else Surface(rgb(150, 84, 40))
        flower(
            canvas,
            arc[i],
            radius,
            tones[i % 5],
            _LIGHTING,
            41 + i,
            7 + i % 3,
            3 if radius > 30 else 2,
            heart,
        )
    for _ in range(26):
        at = arc[int(generator.integers(15))] + generator.normal(0, 24, 2)
        if at[1] < 372 - 118 * np.sqrt(max(0.0, 1 - ((at[0] - _X) / 215) ** 2)) + 34:
            bead(canvas, at, 4.5, Surface(rgb(250, 244, 230), gloss=0.2), _LIGHTING)
