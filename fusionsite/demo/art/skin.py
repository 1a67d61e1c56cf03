"""Skin under the scene's lights: tone, blush and mottle, soft light that bleeds red, highlights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionsite.demo.art.canvas import Canvas, Colour, Picture, Plane, Points, f32, ramp, rgb
from fusionsite.demo.art.light import Lighting, facing, from_linear, halfway, to_linear
from fusionsite.demo.art.mesh import (
    CHEEKS,
    CHIN,
    FOREHEAD,
    LOWER_LIP_INNER,
    LOWER_LIP_OUTER,
    NOSE_BRIDGE,
    NOSE_TIP,
    UPPER_LIP_INNER,
    UPPER_LIP_OUTER,
)
from fusionsite.demo.art.outline import curve
from fusionsite.demo.art.relief import Relief, cast_shadow

# A middle tone: the engine moves it to the visitor's own with the smallest change to either side.
MIDDLE_SKIN = rgb(205, 160, 134)
# Light enters skin and comes out beside the shadow's edge, red the furthest: this is what makes
# skin of clay.
_WRAP = np.array([0.42, 0.24, 0.16], np.float32)

# What light reaches a hollow has been through skin: it darkens towards red, not towards grey.
_WARM_HOLLOWS = np.array([0.62, 1.05, 1.15], np.float32)


@dataclass(frozen=True)
class Look:
    """Colours and character of a painted face."""

    skin: Colour = tuple(MIDDLE_SKIN.tolist())
    lip: Colour = tuple(rgb(178, 92, 88).tolist())
    brow: Colour = tuple(rgb(52, 38, 32).tolist())
    iris: Colour = tuple(rgb(84, 56, 36).tolist())
    blush: float = 0.7
    gloss: float = 0.5
    lashes: float = 0.4
    brow_weight: float = 1.0
    gaze: tuple[float, float] = (0.16, 0.02)
    seed: int = 3


def lip_outlines(mesh: npt.NDArray[Any]) -> tuple[Points, Points]:
    """Closed outlines of the upper and of the lower lip."""
    flat = mesh[:, :2]

    def closed(outer: list[int], inner: list[int]) -> Points:
        there, back = curve(flat[outer], 60), curve(flat[inner], 60)[::-1]
        return np.vstack([there, back])

    return closed(UPPER_LIP_OUTER, UPPER_LIP_INNER), closed(LOWER_LIP_OUTER, LOWER_LIP_INNER)


def shaded_skin(
    canvas: Canvas,
    mesh: npt.NDArray[Any],
    relief: Relief,
    face_width: float,
    look: Look,
    lighting: Lighting,
) -> Picture:
    """The whole face without eyes, brows and nostrils, as sRGB values."""
    albedo = _albedo(canvas, mesh, relief, face_width, look)
    oil = _oil(canvas, mesh, face_width)
    openness = relief.openness[..., None] ** _WARM_HOLLOWS
    total = albedo * f32(lighting.ambient) * openness
    shine = np.zeros_like(total)
    edge_on = 0.35 + 1.6 * (1 - np.clip(-relief.normals[..., 2], 0, 1)) ** 3
    for light in lighting.lights:
        turned = facing(relief.normals, light)
        reaches = np.ones(canvas.shape, np.float32)
        if light is lighting.key:
            reaches = cast_shadow(canvas, relief, light, face_width)
        diffuse = np.clip((turned[..., None] + _WRAP) / (1 + _WRAP), 0, 1) ** 1.15
        through = np.dstack([reaches**0.75, reaches, reaches])
        colour = f32(light.colour)
        total += albedo * diffuse * through * colour * (0.35 + 0.65 * openness)
        half = halfway(relief.normals, light)
        lobes = half**18 * 0.075 + half**60 * 0.10
        shine += (lobes * oil * edge_on * reaches * np.clip(turned + 0.2, 0, 1))[..., None] * colour
    bled = canvas.blur(total, face_width * 0.0016) * 0.5 + total * 0.5
    return from_linear(bled + shine * look.gloss)


def _albedo(
    canvas: Canvas, mesh: npt.NDArray[Any], relief: Relief, face_width: float, look: Look
) -> Picture:
    def spot(vertex: int, radius: float) -> Plane:
        return canvas.spot(mesh[vertex, :2], radius * face_width)

    albedo = np.ones((*canvas.shape, 3), np.float32) * to_linear(f32(look.skin))
    flush = sum(spot(v, 0.085) for v in CHEEKS) * 0.6 + spot(NOSE_TIP, 0.05) * 0.35
    flush = (flush + sum(spot(v, 0.07) for v in (205, 425)) * 0.25) * look.blush
    albedo *= 1 + flush[..., None] * f32([0.10, -0.27, -0.22])
    albedo *= 1 + spot(FOREHEAD, 0.16)[..., None] * f32([0.03, 0.03, -0.02])
    below = ramp(canvas.y, mesh[2, 1], mesh[CHIN, 1])[..., None]
    albedo *= 1 + below * f32([-0.05, -0.03, 0.0])
    tired = np.clip(sum(spot(v, 0.032) for v in (119, 348, 229, 449, 230, 450)), 0, 1.5)
    albedo *= 1 - tired[..., None] * f32([0.05, 0.09, 0.06])
    mottle = canvas.noise(face_width * 0.12, 5, look.seed + 2)[..., None] * 0.022
    albedo *= 1 + mottle * f32([0.7, 1.2, 1.2]) + relief.pores[..., None] * 0.012
    return _with_lips(canvas, mesh, albedo, face_width, look)


def _with_lips(
    canvas: Canvas, mesh: npt.NDArray[Any], albedo: Picture, face_width: float, look: Look
) -> Picture:
    """Lip colour, stronger inside than at the edge, the upper lip deeper, fine upright creases."""
    upper, lower = lip_outlines(mesh)
    lips = np.ones_like(albedo) * to_linear(f32(look.lip))
    creases = np.sin(canvas.x / face_width * 420 + canvas.noise(face_width * 0.05, 3, 71) * 2.2)
    lips *= 1 + 0.05 * creases[..., None]
    lips *= 1 - 0.16 * canvas.mask(upper, face_width * 0.004)[..., None]
    edge = np.maximum(
        canvas.mask(upper, face_width * 0.009), canvas.mask(lower, face_width * 0.010)
    )
    core = np.maximum(canvas.mask(upper, face_width * 0.02), canvas.mask(lower, face_width * 0.02))
    opacity = edge * (0.60 + 0.32 * core)
    return np.asarray(albedo + (lips - albedo) * opacity[..., None])


def _oil(canvas: Canvas, mesh: npt.NDArray[Any], face_width: float) -> Plane:
    """Where skin shines: nose, cheekbones, forehead, and most on the lower lip."""

    def spot(vertex: int, radius: float) -> Any:
        return canvas.spot(mesh[vertex, :2], radius * face_width)

    upper, lower = lip_outlines(mesh)
    shine = 0.35 + 0.5 * spot(NOSE_TIP, 0.045) + 0.35 * spot(NOSE_BRIDGE, 0.03)
    shine += sum(0.32 * spot(v, 0.065) for v in (117, 346)) + 0.25 * spot(FOREHEAD, 0.09)
    shine += 1.8 * canvas.mask(lower, face_width * 0.012)
    return np.asarray(shine + 0.25 * canvas.mask(upper, face_width * 0.010), np.float32)
