"""Stand-in visitors: painted "photos" of people who do not exist, and one picture without a face.

For tests, the README and as faces to try: no person is involved. They are judged relatively
(nearer to the own visitor than to the template): painted faces lie closer together than people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fusionsite.demo.art import sky
from fusionsite.demo.art.canvas import Canvas, Colour, Points, f32, ramp, rgb
from fusionsite.demo.art.cloth import hanging, tinted, weave
from fusionsite.demo.art.finish import finished
from fusionsite.demo.art.foliage import leaf
from fusionsite.demo.art.light import Light, Lighting
from fusionsite.demo.art.mesh import Pose, Shape
from fusionsite.demo.art.outline import beside, curve, ellipse, moved, points, ribbon, symmetric
from fusionsite.demo.art.portrait import paint_face
from fusionsite.demo.art.skin import Look
from fusionsite.demo.art.solid import Surface, emboss, piece
from fusionsite.demo.art.strands import BLACK_HAIR, HairColour, Lock, draw_locks

if TYPE_CHECKING:
    import numpy.typing as npt

VISITOR_HEIGHT_PX = 960
NOFACE = "noface.jpg"
_X = 405.0
_DAYLIGHT = Lighting(
    key=Light((-0.40, -0.55, -0.85), (1.05, 1.03, 1.00)),
    rim=Light((0.80, -0.25, -0.55), (0.24, 0.26, 0.30)),
    fill=Light((0.1, 0.8, -0.6), (0.12, 0.12, 0.12)),
    ambient=(0.26, 0.26, 0.27),
)


@dataclass(frozen=True)
class Visitor:
    """One invented person in front of a plain wall."""

    key: str
    pose: Pose
    shape: Shape
    look: Look
    hair: HairColour
    long_hair: bool
    shirt: Colour
    wall: Colour
    seed: int


def _look(skin: Colour, lip: Colour, brow: Colour, iris: Colour, seed: int, lashes: float) -> Look:
    return Look(
        skin=skin, lip=lip, brow=brow, iris=iris, blush=0.6, gaze=(0.0, 0.0), seed=seed,
        lashes=lashes, brow_weight=0.7 if lashes > 0.5 else 1.0,
    )  # fmt: skip


VISITORS = (
    Visitor(
        key="visitor_a",
        pose=Pose(_X, 470, 300, yaw=-4, roll=2),
        shape=Shape(smile=0.9, jaw=0.12, variety=41, large_eyes=0.12),
        look=_look(
            rgb(232, 190, 166), rgb(196, 100, 98), rgb(92, 62, 42), rgb(86, 108, 118), 5, 0.7
        ),
        hair=HairColour((0.20, 0.115, 0.06), (0.56, 0.36, 0.20), (0.90, 0.68, 0.44)),
        long_hair=True,
        shirt=rgb(66, 104, 150),
        wall=rgb(206, 210, 208),
        seed=41,
    ),
    Visitor(
        key="visitor_b",
        pose=Pose(_X, 470, 302, yaw=5, roll=-1.5),
        shape=Shape(smile=0.55, jaw=0.02, slim=0.97, variety=44, slim_nose=0.02),
        look=_look(rgb(124, 82, 60), rgb(134, 72, 68), rgb(30, 24, 22), rgb(52, 34, 26), 8, 0.3),
        hair=BLACK_HAIR,
        long_hair=False,
        shirt=rgb(214, 186, 96),
        wall=rgb(176, 190, 196),
        seed=44,
    ),
    Visitor(
        key="visitor_c",
        pose=Pose(_X, 464, 300, yaw=2, roll=1),
        shape=Shape(smile=0.7, jaw=0.08, variety=52),
        look=_look(rgb(214, 168, 134), rgb(182, 92, 88), rgb(34, 28, 26), rgb(62, 42, 30), 11, 0.4),
        hair=BLACK_HAIR,
        long_hair=False,
        shirt=rgb(150, 70, 66),
        wall=rgb(222, 214, 200),
        seed=52,
    ),
)


def paint_all(height_px: int) -> dict[str, npt.NDArray[np.uint8]]:
    """Every stand-in photo by file name, and NOFACE."""
    photos = {f"{visitor.key}.jpg": paint_visitor(visitor, height_px) for visitor in VISITORS}
    return {**photos, NOFACE: paint_noface(height_px)}


def paint_visitor(visitor: Visitor, height_px: int) -> npt.NDArray[np.uint8]:
    """The visitor's photo, (h, w, 3) uint8."""
    canvas = Canvas.blank(height_px)
    _wall(canvas, visitor)
    if visitor.long_hair:
        _hair_behind(canvas, visitor)
    _neck_and_shirt(canvas, visitor)
    _head_behind(canvas, visitor)
    paint_face(canvas, visitor.pose, visitor.shape, visitor.look, _DAYLIGHT)
    _hair(canvas, visitor)
    return finished(canvas, visitor.seed, vignette=0.1, grain=0.012)


def paint_noface(height_px: int) -> npt.NDArray[np.uint8]:
    """A landscape without any face: hills in the morning mist and a branch in front."""
    canvas = Canvas.blank(height_px)
    dawn = ((0, rgb(120, 168, 206)), (360, rgb(214, 214, 204)), (560, rgb(248, 214, 170)))
    sky.gradient(canvas, dawn)
    canvas.screen(rgb(255, 236, 190), canvas.spot((600, 420), 110) * 0.8)
    hills = ((480, rgb(168, 178, 186)), (580, rgb(126, 150, 150)), (700, rgb(80, 120, 104)))
    for i, (height, colour) in enumerate((*hills, (850, rgb(48, 88, 64)))):
        sky.ridge(canvas, height, 90, colour, 5 + i, 2)
        sky.mist(canvas, height + 90, 40, rgb(206, 206, 196), 20 + i)
    generator = np.random.default_rng(6)
    branch = curve(points((-20, 130), (160, 150), (330, 100), (520, 120)), 60)
    piece(canvas, ribbon(branch, np.linspace(9, 3, 60)), Surface(rgb(84, 62, 46)), 7, _DAYLIGHT)
    for at in branch[6::4]:
        for turn in (-0.7, 0.8):
            angle = turn + generator.normal(0, 0.35)
            length = generator.uniform(54, 84)
            leaf(canvas, at, length, angle, rgb(84, 136, 66), _DAYLIGHT)
    return finished(canvas, 3, vignette=0.15, grain=0.010)


def _wall(canvas: Canvas, visitor: Visitor) -> None:
    canvas.fill(visitor.wall)
    away = np.hypot(canvas.x - 300, canvas.y - 260)
    canvas.pixels *= (1.04 - 0.30 * ramp(away, 0, 900))[..., None]
    canvas.pixels += canvas.noise(220, 4, visitor.seed)[..., None] * 0.006


def _hair_behind(canvas: Canvas, visitor: Visitor) -> None:
    half = points(
        (0, 186), (100, 204), (166, 290), (188, 420), (198, 600), (206, 760), (150, 830), (0, 800)
    )
    canvas.over(visitor.hair.dark, canvas.mask(symmetric(half, _X, 260), 2))
    locks = []
    for side in (-1, 1):
        for i in range(12):
            v = i / 11
            t = np.linspace(0, 1, 10)
            x = 104 + 76 * v + 9 * np.sin(7 * t + 2 * v) * ramp(t, 0.1, 0.5)
            line = beside(np.stack([x, 380 + 440 * t + 26 * np.sin(5 * v)], 1), side, _X)
            locks.append(Lock(curve(line, 50), 28, 0.6 + 0.4 * v, 0.12, 0.3, 0.4))
    draw_locks(canvas, locks, visitor.hair, visitor.seed + 1)


def _neck_and_shirt(canvas: Canvas, visitor: Visitor) -> None:
    neck = points((0, 600), (92, 604), (92, 720), (120, 800), (190, 850), (0, 900))
    mask = canvas.mask(symmetric(neck, _X, 200), 2)
    lit = 0.62 - 0.26 * ramp(canvas.x, _X - 60, _X + 90) + 0.20 * ramp(canvas.y, 700, 820)
    canvas.over(f32(visitor.look.skin) * lit[..., None], mask)
    half = points((0, 868), (70, 838), (130, 800), (250, 836), (340, 900), (384, 1010), (396, 1160))
    body = canvas.mask(symmetric(half, _X, 260))
    canvas.shadow(body, (0, -4), 8, 0.3)
    shirt = Surface(visitor.shirt, gloss=0.03, shine=8, wrap=0.25)
    relief = hanging(canvas, 120, 4, visitor.seed)
    emboss(canvas, body, shirt, 120, _DAYLIGHT, relief, tinted(visitor.shirt, weave(canvas, 3)))


def _head_behind(canvas: Canvas, visitor: Visitor) -> None:
    """The skull under the hair and, where hair is short, the ears."""
    shaded = f32(visitor.look.skin) * f32([0.90, 0.80, 0.76])
    pose = visitor.pose
    canvas.over(shaded, canvas.mask(ellipse((pose.x, pose.y - 90), 144, 150), 3))
    if visitor.long_hair:
        return
    for side in (-1, 1):
        ear = ellipse((pose.x + side * 149, pose.y + 24), 20, 42, side * 0.15)
        skin = Surface(shaded, gloss=0.05, wrap=0.4)
        piece(canvas, ear, skin, 14, _DAYLIGHT, (2, 4), 0.3)


def _hair(canvas: Canvas, visitor: Visitor) -> None:
    outline = _cap(visitor)
    canvas.over(visitor.hair.dark, canvas.mask(outline, 1.5))
    locks = []
    for layer in range(24):
        u = 1 - layer / 23
        for side in (-1, 1):
            way: list[tuple[float, float]] = [
                (0, 296 - 104 * u),
                (70, 296 - 92 * u),
                (124, 328 - 78 * u),
                (147 + 20 * u, 392 - 40 * u),
            ]
            if visitor.long_hair:
                way += [(152 + 32 * u, 500), (154 + 40 * u, 640), (146 + 48 * u, 780 + 40 * u)]
            else:
                way += [(150 + 14 * u, 430)]
            guide = beside(points(*way), side, _X)
            lit = (1.1 if side < 0 else 0.85) * (0.75 + 0.35 * u)
            locks.append(Lock(curve(guide, 60), 26, lit, 0.12, 0.3, 0.35))
    draw_locks(canvas, locks, visitor.hair, visitor.seed + 2, 1.7)


def _cap(visitor: Visitor) -> Points:
    """The silhouette of the hair on the skull, open over the face."""
    low = 470.0 if visitor.long_hair else 440.0
    outer = points((0, 176), (96, 194), (158, 268), (174, 370), (166, low))
    inner = points((150, low), (147, 400), (126, 346), (72, 310), (0, 298))
    half = np.vstack([outer, inner])
    ring = np.vstack([beside(half, 1, _X), beside(half, -1, _X)[::-1]])
    return np.asarray(curve(moved(ring, 0, visitor.pose.y - 465), 300, closed=True))
