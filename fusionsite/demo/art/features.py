"""Eyes, brows, nostrils and the line of the mouth, painted into lit skin at the mesh's places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fusionsite.demo.art.canvas import Canvas, Picture, Plane, Points, f32, ramp, rgb
from fusionsite.demo.art.mesh import (
    BROWS_LOWER,
    BROWS_UPPER,
    LOWER_LIDS,
    MOUTH_CORNERS,
    NOSTRILS,
    UPPER_LIDS,
    UPPER_LIP_INNER,
)
from fusionsite.demo.art.outline import bend, curve, moved, ribbon, scaled
from fusionsite.demo.art.strands import Strands

if TYPE_CHECKING:
    from fusionsite.demo.art.light import Lighting
    from fusionsite.demo.art.skin import Look

_IRIS_OF_EYE_WIDTH = 0.228
_LASH = rgb(26, 18, 16)


def paint_nostrils(canvas: Canvas, mesh: npt.NDArray[Any], face_width: float) -> None:
    """Two soft dark hollows, flatter than the mesh draws them."""
    for indices in NOSTRILS:
        points = mesh[indices, :2]
        centre = points.mean(0)
        order = np.argsort(np.arctan2(*(points - centre).T[::-1]))
        flat = centre + (points[order] - centre) * [0.92, 0.62] + [0, face_width * 0.005]
        hole = canvas.mask(curve(flat, 60, closed=True), face_width * 0.006)
        canvas.multiply((0.36, 0.21, 0.19), hole * 0.92)


def paint_mouth_line(canvas: Canvas, mesh: npt.NDArray[Any], face_width: float) -> None:
    """The shadow between the lips, soft, deepest in the middle thirds, ending in the corners."""
    flat = mesh[:, :2]
    line = curve(np.vstack([flat[61], flat[UPPER_LIP_INNER], flat[291]]), 90)
    along = np.sin(np.pi * np.linspace(0.04, 0.96, 90))
    wide = canvas.mask(ribbon(line, face_width * 0.011 * along), face_width * 0.010)
    canvas.multiply((0.74, 0.60, 0.60), wide * 0.55)
    thin = canvas.mask(
        ribbon(line, face_width * 0.0034 * (0.35 + 0.65 * along)), face_width * 0.002
    )
    canvas.multiply((0.36, 0.20, 0.20), thin * 0.95)
    for corner in MOUTH_CORNERS:
        canvas.multiply((0.68, 0.55, 0.55), canvas.spot(flat[corner], face_width * 0.012) * 0.75)
    below = (flat[17] + flat[200]) / 2
    canvas.multiply((0.90, 0.84, 0.82), canvas.spot(below, face_width * 0.035) * 0.55)


def paint_eyes(
    canvas: Canvas, mesh: npt.NDArray[Any], face_width: float, look: Look, lighting: Lighting
) -> None:
    """Both eyes with lids and lashes."""
    light_here = _light_level(canvas, face_width)
    for side, (upper, lower) in enumerate(zip(UPPER_LIDS, LOWER_LIDS, strict=True)):
        lid, floor = curve(mesh[upper, :2], 60), curve(mesh[lower, :2], 60)
        eye = _Eye(canvas, lid, floor, -1 if side == 0 else 1, face_width)
        eye.paint_ball(look, lighting, light_here)
        eye.paint_lids(look)
        eye.paint_lashes(look)


def paint_brows(canvas: Canvas, mesh: npt.NDArray[Any], face_width: float, look: Look) -> None:
    """Brows of single hairs: upright at the inner end, swept flat and thin towards the temple."""
    colour = f32(look.brow)
    for side, (upper, lower) in enumerate(zip(BROWS_UPPER, BROWS_LOWER, strict=True)):
        top, bottom = curve(mesh[upper, :2], 60), curve(mesh[lower, :2], 60)
        # Thin at the temple, full in the middle, a little lighter where it starts.
        fullness = np.interp(np.linspace(0, 1, 60), [0, 0.35, 0.8, 1], [0.25, 0.85, 1.0, 0.8])
        bottom = top + (bottom - top) * (look.brow_weight * fullness)[:, None]
        outwards = -1 if side == 0 else 1
        ground = canvas.mask(np.vstack([top, bottom[::-1]]), face_width * 0.014)
        canvas.multiply(0.42 + 0.58 * colour, ground * 0.5)
        strands = Strands(canvas)
        generator = np.random.default_rng(look.seed + 20 + side)
        for _ in range(int(520 * look.brow_weight)):
            t, across = generator.uniform(0, 1), generator.beta(1.8, 1.8)
            i = int(t * 59)
            root = bottom[i] + (top[i] - bottom[i]) * across
            aim = _brow_direction(t, across, outwards) + generator.normal(0, 0.07, 2)
            length = face_width * generator.uniform(0.018, 0.034) * (0.55 + 0.45 * fullness[i])
            tone = colour * generator.uniform(0.55, 1.45)
            hair = bend(root - aim * length * 0.3, root + aim * length * 0.7, 0.08 * outwards)
            strands.add(hair, tone, face_width * 0.0021, taper=True)
        strands.lay(0.58, face_width * 0.0013)


def _brow_direction(t: float, across: float, outwards: int) -> Points:
    """Where a brow hair points: up at the inner end, then flat, the upper ones downwards."""
    inner = float(ramp(np.float32(t), 0.60, 1.0))
    lift = 0.30 * (1 - t) - 0.10 - 0.62 * inner - 0.5 * (across - 0.35) * (1 - inner)
    return np.array([outwards * (1 - 0.55 * inner), lift])


def _light_level(canvas: Canvas, face_width: float) -> Plane:
    """How bright the skin round each place is, 1 on average, so that eyes sit in the light."""
    level = canvas.blur(canvas.pixels.mean(2), face_width * 0.06)
    middle = float(np.median(level[level > 0.15])) if np.any(level > 0.15) else 1.0
    return np.clip(level / middle, 0.35, 1.2)


class _Eye:
    """One eye between its two lids; every length follows from the eye's own width."""

    def __init__(
        self, canvas: Canvas, lid: Points, floor: Points, outwards: int, face_width: float
    ) -> None:
        self.canvas, self.lid, self.floor, self.outwards = canvas, lid, floor, outwards
        self.face_width = face_width
        self.outer, self.inner = lid[0], lid[-1]
        self.width = float(np.hypot(*(self.inner - self.outer)))
        self.axis = (self.inner - self.outer) / self.width
        self.centre = (lid[30] + floor[30]) / 2
        self.opening = np.vstack([lid, floor[::-1]])

    def paint_ball(self, look: Look, lighting: Lighting, light_here: Plane) -> None:
        """Eyeball, iris, the lid's shadow and the catch light, cut out by the lids."""
        canvas = self.canvas
        socket = canvas.mask(scaled(self.opening, 1.25), self.face_width * 0.02)
        canvas.multiply((0.78, 0.66, 0.63), socket * 0.6)
        ball = self._white()
        iris_at = self.centre + np.array([look.gaze[0], look.gaze[1]]) * self.width * 0.5
        # The heavier lid hides the top of the iris, which is what takes the stare away.
        iris_at = iris_at + np.array([0, -self.width * 0.008])
        self._iris(ball, iris_at, look)
        lid_shadow = canvas.blur(
            canvas.shift(canvas.mask(self.opening), 0, self.width * 0.13), self.width * 0.06
        )
        ball *= (0.40 + 0.60 * lid_shadow)[..., None]
        self._catch_light(ball, iris_at, lighting)
        level = np.clip(light_here * 0.97, 0.38, 1.08)[..., None]
        canvas.over(ball * level, canvas.mask(self.opening, self.face_width * 0.0022))
        tear = self.inner + (self.outer - self.inner) * 0.045
        inside = canvas.mask(self.opening, self.face_width * 0.002)
        corner = canvas.spot(tear, self.face_width * 0.008) * inside * 0.6
        canvas.over(rgb(190, 120, 112) * level, corner)

    def paint_lids(self, look: Look) -> None:
        """Water line, crease, the lid between them and the fold below the eye."""
        canvas, unit = self.canvas, self.face_width
        rise = np.sin(np.pi * np.linspace(0.10, 0.97, 60)) ** 0.8
        crease = self.lid + np.stack([np.zeros(60), -unit * (0.007 + 0.027 * rise)], 1)
        band = np.vstack([self.lid, crease[::-1]])
        canvas.multiply((0.90, 0.80, 0.78), canvas.mask(band, unit * 0.006) * 0.55)
        glow = canvas.mask(
            ribbon(moved(crease, 0, unit * 0.012), unit * 0.004 * rise), unit * 0.006
        )
        canvas.screen((0.22, 0.18, 0.16), glow * 0.5)
        fold = canvas.mask(ribbon(crease, unit * 0.0042 * rise), unit * 0.0035)
        canvas.multiply((0.44, 0.30, 0.27), fold * 0.8)
        water = canvas.mask(
            ribbon(moved(self.floor, 0, unit * 0.001), unit * 0.0024), unit * 0.0015
        )
        canvas.over(rgb(200, 142, 130), water * 0.40)
        sag = self.floor + np.stack([np.zeros(60), unit * (0.012 + 0.020 * rise)], 1)
        bag = canvas.mask(ribbon(sag, unit * 0.004 * rise), unit * 0.006)
        canvas.multiply((0.86, 0.78, 0.76), bag * 0.5)

    def paint_lashes(self, look: Look) -> None:
        """The dark upper lash line with its lashes, and a faint lower row."""
        unit, generator = self.face_width, np.random.default_rng(look.seed + 9)
        thick = unit * (0.0045 + 0.004 * look.lashes)
        line = moved(self.lid[2:58], 0, -unit * 0.001)
        profile = np.interp(np.linspace(0, 1, 56), [0, 0.25, 0.7, 1], [1.0, 1.0, 0.8, 0.35])
        liner = self.canvas.mask(ribbon(line, thick * profile), unit * 0.0016)
        self.canvas.multiply(np.clip(_LASH * 2.2, 0, 1), liner * 0.92)
        strands = Strands(self.canvas)
        for i in np.linspace(2, 50, 30):
            root, inwards = self.lid[int(i)], i / 60
            length = unit * (0.008 + 0.020 * (1 - inwards)) * generator.uniform(0.75, 1.1)
            length *= 0.6 + look.lashes
            aim = np.array([self.outwards * (0.25 + 0.75 * (1 - inwards)), -0.62])
            lash = bend(root, root + aim * length, -0.25 * self.outwards)
            strands.add(lash, _LASH, unit * 0.0034, taper=True)
        for i in np.linspace(6, 48, 16):
            root = self.floor[int(i)]
            aim = np.array([self.outwards * (0.7 - i / 90), 0.8])
            length = unit * 0.007 * generator.uniform(0.7, 1.1)
            strands.add(bend(root, root + aim * length, 0.2), _LASH * 3.2, unit * 0.0015)
        strands.lay(0.85, unit * 0.0012)

    def _white(self) -> Picture:
        """The eyeball: never pure white, darker and warmer towards both corners."""
        canvas = self.canvas
        across = (canvas.x - self.centre[0]) * self.axis[0] + (
            canvas.y - self.centre[1]
        ) * self.axis[1]
        off = np.clip(np.abs(across) / (self.width / 2), 0, 1.2)[..., None]
        white = rgb(222, 216, 210) * (1 - 0.34 * off**2.2)
        return np.asarray(white * f32([1, 0.965, 0.95]) ** (off**2), np.float32)

    def _iris(self, ball: Picture, at: Points, look: Look) -> None:
        """Iris with dark rim and streaks, lit from below as light passes through, and the pupil."""
        canvas, radius = self.canvas, self.width * _IRIS_OF_EYE_WIDTH
        right, down = canvas.x - at[0], canvas.y - at[1]
        away = np.hypot(right, down) / radius
        streaks = np.random.default_rng(look.seed + self.outwards).uniform(0.75, 1.3, 181)
        streaks[-1] = streaks[0]
        around = np.interp(np.arctan2(down, right), np.linspace(-np.pi, np.pi, 181), streaks)
        colour = f32(look.iris) * (0.62 + 0.85 * ramp(down, -radius * 0.6, radius))[..., None]
        colour = colour * (1 + (around - 1) * ramp(away, 0.35, 0.7) * 0.7)[..., None]
        colour = colour * (1 - 0.72 * ramp(away, 0.76, 1.0))[..., None]
        colour = colour * ramp(away, 0.38, 0.47)[..., None] + 0.015
        edge = (1 - ramp(away, 0.94, 1.07))[..., None]
        ball += (np.asarray(colour, np.float32) - ball) * edge

    def _catch_light(self, ball: Picture, at: Points, lighting: Lighting) -> None:
        radius = self.width * _IRIS_OF_EYE_WIDTH
        for light, size, power in ((lighting.key, 0.16, 0.92), (lighting.rim, 0.10, 0.40)):
            spot = at + light.direction[:2] * radius * 0.55
            right, down = self.canvas.x - spot[0], self.canvas.y - spot[1]
            reach = size * radius
            glint = np.exp(-(((right / reach) ** 2 + (down / (reach * 1.2)) ** 2) ** 2)) * power
            bright = np.clip(f32(light.colour), 0, 1) * glint[..., None]
            ball += bright * (1 - np.clip(ball, 0, 1))
