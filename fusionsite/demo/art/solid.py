"""Puffed-up solids: a flat shape becomes cloth, metal or a pearl in the light."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from fusionsite.demo.art.canvas import Canvas, Colour, Picture, Plane, Points, f32
from fusionsite.demo.art.light import Light, Lighting, facing, from_linear, halfway, to_linear
from fusionsite.demo.art.outline import ellipse

# How bright a polished surface mirrors its surroundings, from straight up (-1) to straight down.
_MIRROR_HEIGHTS = (-1.0, -0.6, -0.3, -0.05, 0.1, 0.35, 0.7, 1.0)
_MIRROR_BRIGHTNESS = (0.55, 1.5, 1.05, 0.45, 0.12, 0.22, 0.6, 0.35)


@dataclass(frozen=True)
class Surface:
    """What a solid is made of."""

    colour: Colour
    gloss: float = 0.12
    shine: float = 12.0
    wrap: float = 0.15
    metal: float = 0.0
    hollow_dark: float = 0.5

    def tinted(self, colour: Colour) -> Surface:
        """The same stuff in another colour."""
        return replace(self, colour=colour)


def height_of(canvas: Canvas, mask: Plane, roundness: float) -> Plane:
    """Height in units of a shape that rises like a cushion, flat after `roundness`."""
    solid = (mask > 0.5).astype(np.uint8)
    # Edge values continue outside, or cloth that leaves the picture would get a rounded hem.
    padded = np.pad(solid, 1, mode="edge")
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1] / canvas.scale
    t = np.clip(inside / roundness, 0, 1)
    height = roundness * np.sqrt(np.clip(1 - (1 - t) ** 2, 0, 1))
    return canvas.blur(np.asarray(height, np.float32), max(0.8, roundness * 0.05))


def normals_of(canvas: Canvas, height: Plane) -> Picture:
    """Unit normals (x, y, z) of a height field in units that rises towards the viewer."""
    plane = np.asarray(height, np.float32)
    slope_x = cv2.Sobel(plane, cv2.CV_32F, 1, 0, scale=canvas.scale / 8)
    slope_y = cv2.Sobel(plane, cv2.CV_32F, 0, 1, scale=canvas.scale / 8)
    normals = np.dstack([-slope_x, -slope_y, -np.ones_like(slope_x)])
    return np.asarray(normals / np.linalg.norm(normals, axis=2, keepdims=True), np.float32)


def emboss(
    canvas: Canvas,
    mask: Plane,
    surface: Surface,
    roundness: float,
    lighting: Lighting,
    relief: Plane | None = None,
    tint: Picture | None = None,
) -> None:
    """Paints a mask as a solid; `relief` adds height (units), `tint` replaces the colour."""
    rows, columns = _bounds(mask)
    part = canvas.crop(rows, columns)
    shape = mask[rows, columns]
    height = height_of(part, shape, roundness)
    if relief is not None:
        height = height + relief[rows, columns]
    colour = surface.colour if tint is None else tint[rows, columns]
    part.over(lit(part, height, surface.tinted(colour), lighting, roundness), shape)


def lit(
    canvas: Canvas, height: Plane, surface: Surface, lighting: Lighting, roundness: float
) -> Picture:
    """A height field of one stuff under the lights, as sRGB values."""
    normals = normals_of(canvas, height)
    albedo = to_linear(np.asarray(surface.colour, np.float32))
    hollow = np.clip((canvas.blur(height, roundness * 0.25) - height) / (roundness * 0.12), 0, 1)
    open_sky = (1 - surface.hollow_dark * hollow)[..., None]
    diffuse: Any = f32(lighting.ambient) * open_sky
    specular = np.zeros(normals.shape, np.float32)
    for light in lighting.lights:
        turned = facing(normals, light)
        soft = np.clip((turned + surface.wrap) / (1 + surface.wrap), 0, 1)
        diffuse = diffuse + soft[..., None] * f32(light.colour) * (0.4 + 0.6 * open_sky)
        glint = halfway(normals, light) ** surface.shine * np.clip(turned + 0.1, 0, 1)
        specular += glint[..., None] * surface.gloss * f32(light.colour)
    body = albedo * diffuse * (1 - 0.65 * surface.metal)
    if surface.metal:
        body = body + albedo * surface.metal * _mirrored(normals, lighting.key)
    return from_linear(body + specular)


def bead(
    canvas: Canvas,
    centre: Any,
    radius: float,
    surface: Surface,
    lighting: Lighting,
    squash: float = 1.0,
    turn: float = 0.0,
) -> None:
    """A pearl, bolt or button with its contact shadow."""
    outline = ellipse(centre, radius, radius * squash, turn, 40)
    piece(canvas, outline, surface, radius, lighting, drop=(radius * 0.2, radius * 0.4))


def piece(
    canvas: Canvas,
    outline: Points,
    surface: Surface,
    roundness: float,
    lighting: Lighting,
    drop: tuple[float, float] = (3, 7),
    dark: float = 0.5,
) -> None:
    """A small solid with its shadow, painted in a window of its own."""
    reach = 4 * max(abs(drop[0]), abs(drop[1])) + 4
    part = canvas.around(outline, reach)
    if 0 in part.shape:
        return
    mask = part.mask(outline)
    part.shadow(mask, drop, max(abs(drop[0]), abs(drop[1])) * 0.9, dark)
    if mask.max() > 0.5:
        emboss(part, mask, surface, roundness, lighting)


def _mirrored(normals: Picture, key: Light) -> Picture:
    """What a polished surface mirrors of a bright sky, a dark horizon and a ground."""
    upwards = -2 * normals[..., 2] * normals[..., 1]
    sideways = -2 * normals[..., 2] * normals[..., 0] * np.sign(key.towards[0])
    brightness = np.interp(upwards, _MIRROR_HEIGHTS, _MIRROR_BRIGHTNESS) * (1 + 0.35 * sideways)
    return np.asarray(brightness[..., None] * f32(key.colour), np.float32)


def _bounds(mask: Plane) -> tuple[slice, slice]:
    """Rows and columns of the mask that hold anything; all of it when it is empty."""
    rows, columns = np.flatnonzero(mask.max(1) > 0), np.flatnonzero(mask.max(0) > 0)
    if not len(rows):
        return slice(0, mask.shape[0]), slice(0, mask.shape[1])
    margin = 2
    return (
        slice(max(0, rows[0] - margin), rows[-1] + 1 + margin),
        slice(max(0, columns[0] - margin), columns[-1] + 1 + margin),
    )
