"""A blue planet seen from orbit: seas, land, swirling clouds, a lit side and a thin atmosphere."""

from __future__ import annotations

import cv2
import numpy as np

from fusionsite.demo.art.canvas import Canvas, Plane, f32, ramp, rgb

_MAP_PX = 700


def planet(canvas: Canvas, x: float, y: float, radius: float, seed: int) -> None:
    """Paints the globe round (x, y), lit from the upper left."""
    u, v = (canvas.x - x) / radius, (canvas.y - y) / radius
    away = np.hypot(u, v)
    depth = np.sqrt(np.clip(1 - away**2, 0, 1))
    longitude, latitude = u / (depth + 0.55), v / (depth + 0.55)
    lit = np.clip(-0.45 * u - 0.70 * v + 0.56 * depth + 0.12, 0, 1)[..., None]
    colour = _ground(longitude, latitude, seed) * (lit**0.8 * 1.15 + 0.015)
    haze = ramp(away, 0.84, 1.0)[..., None] * np.clip(lit * 1.6, 0, 1)
    colour = colour + (rgb(120, 190, 255) * 1.1 - colour) * 0.65 * haze
    canvas.over(colour, 1 - ramp(away, 0.998, 1.002))
    sunny = np.clip(-0.45 * u - 0.70 * v + 0.35, 0, 1.2)
    glow = np.exp(-np.clip((away - 1) / 0.03, 0, 30)) * (away >= 0.997) * sunny
    canvas.screen(rgb(90, 170, 255), glow * 0.95)


def _ground(longitude: Plane, latitude: Plane, seed: int) -> Plane:
    """Seas, land and clouds of each visible place, unlit."""
    flat = Canvas.blank(_MAP_PX, 1080)
    swirl = _look_up(flat.noise(190, 4, seed + 2), longitude, latitude, 0, 0)
    land = _look_up(flat.noise(260, 7, seed, 0.58), longitude, latitude, 0, 0)
    cloud = _look_up(flat.noise(150, 7, seed + 1, 0.62), longitude * 0.8, latitude * 1.5, swirl, 9)
    soil = _look_up(flat.noise(90, 5, seed + 4), longitude, latitude, 0, 0)
    sea = rgb(16, 62, 128) + np.clip(land + 0.2, 0, 1)[..., None] * rgb(4, 44, 60)
    earth = rgb(104, 96, 62) + soil[..., None] * f32([0.07, 0.05, 0.03])
    colour = sea + (earth - sea) * ramp(land, 0.8, 1.5)[..., None]
    cover = ramp(cloud, -0.05, 1.5)[..., None]
    return np.asarray(colour + (rgb(240, 245, 250) - colour) * cover)


def _look_up(chart: Plane, across: Plane, down: Plane, swirl: Plane | int, reach: float) -> Plane:
    at_x = f32((across * 0.36 + 0.5) * _MAP_PX + swirl * reach)
    at_y = f32((down * 0.36 + 0.5) * _MAP_PX + swirl * reach * 0.4)
    return cv2.remap(chart, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
