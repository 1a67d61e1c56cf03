"""A picture being painted, addressed in design units, with soft masks, layers and value noise.

A design unit is 1/1080 of the picture's height, so that one description paints every size. Colours
are sRGB values 0..1 in float32; a mask is a plane of 0..1.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

DESIGN_HEIGHT = 1080.0
DESIGN_WIDTH = 810.0
_SUPERSAMPLING = 3
_SUBPIXEL_BITS = 4

# A plane is (h, w) float32, a picture (h, w, 3) float32, points (n, 2) in design units.
Plane: TypeAlias = npt.NDArray[Any]
Picture: TypeAlias = npt.NDArray[Any]
Points: TypeAlias = npt.NDArray[Any]
Colour: TypeAlias = tuple[float, float, float] | npt.NDArray[Any]


def f32(values: Any) -> npt.NDArray[Any]:
    """The values as float32: OpenCV takes no mixture of precisions."""
    return np.asarray(values, np.float32)


def rgb(red: float, green: float, blue: float) -> npt.NDArray[Any]:
    """An sRGB colour given in 0..255, as float32 0..1."""
    return f32([red, green, blue]) / 255


def ramp(values: Any, start: float, end: float) -> npt.NDArray[Any]:
    """0 before `start`, 1 after `end`, a smooth step between; `start` may be the larger."""
    t = np.clip((values - start) / (end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


class Canvas:
    """Pixels and, beside them, how much of each pixel shows painted skin.

    Everything opaque that is laid over the picture takes the skin away beneath it, so the skin
    mask is right at the end without book-keeping in the scenes. A crop shares its parent's memory.
    """

    def __init__(
        self,
        pixels: Picture,
        skin: Plane,
        scale: float,
        origin: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.pixels = pixels
        self.skin = skin
        self.scale = scale
        self.origin = origin
        height, width = skin.shape
        columns = (np.arange(width, dtype=np.float32) + 0.5) / scale + origin[0]
        rows = (np.arange(height, dtype=np.float32) + 0.5) / scale + origin[1]
        self.x, self.y = np.meshgrid(columns, rows)

    @classmethod
    def blank(cls, height_px: int, width_units: float = DESIGN_WIDTH) -> Canvas:
        """A black canvas `height_px` high, as wide as the design asks."""
        width_px = round(height_px * width_units / DESIGN_HEIGHT)
        pixels = np.zeros((height_px, width_px, 3), np.float32)
        skin = np.zeros((height_px, width_px), np.float32)
        return cls(pixels, skin, height_px / DESIGN_HEIGHT)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.skin.shape
        return height, width

    @property
    def width(self) -> float:
        """Width in design units."""
        return self.shape[1] / self.scale

    def copy(self) -> Canvas:
        """A layer that starts as this picture and can be pasted back through a mask."""
        return Canvas(self.pixels.copy(), self.skin.copy(), self.scale, self.origin)

    def window(self, left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
        """Rows and columns that cover a rectangle of design units, clipped to the canvas."""
        height, width = self.shape
        ox, oy = self.origin
        columns = np.clip(
            [np.floor((left - ox) * self.scale), np.ceil((right - ox) * self.scale)], 0, width
        ).astype(int)
        rows = np.clip(
            [np.floor((top - oy) * self.scale), np.ceil((bottom - oy) * self.scale)], 0, height
        ).astype(int)
        return slice(rows[0], rows[1]), slice(columns[0], columns[1])

    def crop(self, rows: slice, columns: slice) -> Canvas:
        """A view on part of the canvas: what is painted there is painted here."""
        origin = (
            self.origin[0] + columns.start / self.scale,
            self.origin[1] + rows.start / self.scale,
        )
        return Canvas(self.pixels[rows, columns], self.skin[rows, columns], self.scale, origin)

    def raised(self, units: float) -> Canvas:
        """The same memory with everything painted on it standing higher by design units."""
        origin = (self.origin[0], self.origin[1] + units)
        return Canvas(self.pixels, self.skin, self.scale, origin)

    def around(self, outline: Points, margin: float) -> Canvas:
        """A view on the bounding box of an outline and a margin round it."""
        points = np.asarray(outline, np.float64)
        left, top = points.min(0) - margin
        right, bottom = points.max(0) + margin
        return self.crop(*self.window(left, top, right, bottom))

    def to_pixels(self, points: Points, factor: int = 1) -> npt.NDArray[np.int32]:
        """Points in pixels, `factor` times finer, with the fraction bits that OpenCV draws with."""
        fine = (np.asarray(points, np.float64) - self.origin) * self.scale * factor - 0.5
        return np.asarray(np.round(fine * 2**_SUBPIXEL_BITS), np.int32)

    def mask(self, outline: Points, soft: float = 0.0) -> Plane:
        """An antialiased filled outline, its edge softened by `soft` units."""
        height, width = self.shape
        fine = np.zeros((height * _SUPERSAMPLING, width * _SUPERSAMPLING), np.uint8)
        cv2.fillPoly(fine, [self.to_pixels(outline, _SUPERSAMPLING)], 255, shift=_SUBPIXEL_BITS)
        small = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
        return self.blur(small.astype(np.float32) / 255, soft)

    def spot(self, centre: Any, radius: float) -> Plane:
        """A round Gaussian of standard deviation `radius`, 1 in its centre."""
        squared = (self.x - centre[0]) ** 2 + (self.y - centre[1]) ** 2
        return np.asarray(np.exp(-squared / (2 * radius * radius)), np.float32)

    def blur(self, values: npt.NDArray[Any], sigma: float) -> npt.NDArray[Any]:
        """Gaussian blur by `sigma` units; unchanged where that is less than a third of a pixel."""
        sigma_px = sigma * self.scale
        if sigma_px <= 1 / 3 or 0 in values.shape:
            return values
        return cv2.GaussianBlur(values, (0, 0), sigma_px)

    def shift(self, values: Plane, right: float, down: float) -> Plane:
        """The plane moved by design units, its border continued."""
        step = np.array([[1, 0, right * self.scale], [0, 1, down * self.scale]], np.float32)
        height, width = self.shape
        return cv2.warpAffine(values, step, (width, height), borderMode=cv2.BORDER_REPLICATE)

    def noise(self, blob: float, octaves: int = 4, seed: int = 0, gain: float = 0.55) -> Plane:
        """Value noise of mean 0 and spread 1, whose largest blobs are `blob` units wide."""
        height, width = self.shape
        generator = np.random.default_rng(seed)
        total = np.zeros((height, width), np.float32)
        for octave in range(octaves):
            cell_px = max(1.0, blob * self.scale / 2**octave)
            cells = (int(height / cell_px) + 4, int(width / cell_px) + 4)
            rows = np.arange(height, dtype=np.float32) / np.float32(cell_px) + 1
            columns = np.arange(width, dtype=np.float32) / np.float32(cell_px) + 1
            at_x, at_y = np.meshgrid(columns, rows)
            grid = f32(generator.normal(0, 1, cells))
            total += gain**octave * cv2.remap(grid, at_x, at_y, cv2.INTER_CUBIC)
        return np.asarray((total - total.mean()) / max(float(total.std()), 1e-6), np.float32)

    def fill(self, colour: Colour) -> None:
        """Covers the whole canvas."""
        self.pixels[:] = colour
        self.skin[:] = 0

    def over(self, colour: Colour | Picture, mask: Plane) -> None:
        """Lays an opaque colour or picture over the canvas where the mask is 1."""
        opacity = np.clip(mask, 0, 1)
        self.pixels += (np.asarray(colour, np.float32) - self.pixels) * opacity[..., None]
        self.skin *= 1 - opacity

    def multiply(self, factor: Colour | float, mask: Plane) -> None:
        """Darkens (or lightens) by a factor where the mask is 1; skin stays skin."""
        opacity = np.clip(mask, 0, 1)[..., None]
        self.pixels *= 1 + (np.asarray(factor, np.float32) - 1) * opacity

    def screen(self, colour: Colour, mask: Plane) -> None:
        """Adds light that saturates towards white; skin stays skin."""
        light = np.asarray(colour, np.float32) * np.clip(mask, 0, 1)[..., None]
        self.pixels += light * (1 - np.clip(self.pixels, 0, 1))

    def shadow(
        self, mask: Plane, drop: tuple[float, float] = (3, 8), soft: float = 8, dark: float = 0.5
    ) -> None:
        """The soft shadow that a shape casts on what lies beneath it."""
        self.multiply(1 - dark, self.blur(self.shift(mask, *drop), soft))

    def paste(self, layer: Canvas, mask: Plane) -> None:
        """Shows a layer of the same size through a mask, its skin with it."""
        opacity = np.clip(mask, 0, 1)
        self.pixels += (layer.pixels - self.pixels) * opacity[..., None]
        self.skin += (layer.skin - self.skin) * opacity
