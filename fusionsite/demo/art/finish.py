"""What binds face and costume: a vignette, the glow of the lights, and grain over everything."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fusionsite.demo.art.canvas import DESIGN_HEIGHT, Canvas, Colour, f32, ramp


def finished(
    canvas: Canvas,
    seed: int,
    vignette: float = 0.3,
    grain: float = 0.010,
    tint: Colour = (1.0, 1.0, 1.0),
) -> npt.NDArray[np.uint8]:
    """The picture as (h, w, 3) uint8 sRGB.

    The engine gives the visitor's photo the grain it finds here, so grain is not decoration.
    """
    across = (canvas.x - canvas.width / 2) / canvas.width
    away = np.hypot(across, canvas.y / DESIGN_HEIGHT - 0.5) * 1.41
    pixels = canvas.pixels * (1 - vignette * ramp(away, 0.45, 1.1))[..., None]
    pixels = pixels + canvas.blur(np.clip(pixels - 0.72, 0, 1), 18) * 0.5
    pixels = pixels * f32(tint)
    noise = np.random.default_rng(seed).normal(0, 1, canvas.shape).astype(np.float32)
    soft = canvas.blur(noise, 0.7)
    pixels = pixels + (soft / soft.std() * grain)[..., None]
    return np.asarray(np.clip(pixels, 0, 1) * 255 + 0.5, np.uint8)
