"""Skin colour in CIE Lab: conversions and how unlike a cheek something is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion.topology import CHEEKS, SKIN_PATCHES

if TYPE_CHECKING:
    from fusion.faces import Floats

PATCH_RADIUS = 0.16
"""In eye distances."""


def to_lab(cells: Floats) -> Floats:
    """RGB 0..255 float32 to Lab."""
    return np.asarray(cv2.cvtColor(cells * np.float32(1 / 255), cv2.COLOR_RGB2Lab), np.float32)


def to_rgb(lab: Floats) -> Floats:
    """Lab to RGB 0..255 float32."""
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB) * np.float32(255), np.float32)


def smooth_step(value: Floats, low: float, high: float) -> Floats:
    """0 below ``low``, 1 above ``high``, smooth between."""
    share = np.clip((value - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def cheek_colour(lab: Floats, points: Floats) -> Floats:
    """Median Lab over both cheeks; a cheek hidden behind the other side counts less."""
    rows, columns = lab.shape[:2]
    x = np.clip(np.round(points[CHEEKS, 0]).astype(int), 0, columns - 1)
    y = np.clip(np.round(points[CHEEKS, 1]).astype(int), 0, rows - 1)
    return np.asarray(np.median(lab[y, x], axis=0), np.float32)


def patch_colours(lab: Floats, points: Floats, eye: float) -> Floats:
    """Mean Lab around the middle of each of SKIN_PATCHES, (patches, 3); all lengths in cells."""
    across, down = patch_windows(points, lab.shape, PATCH_RADIUS * eye)
    sums = np.einsum("pr,pc,rcl->pl", down, across, lab, optimize=True)
    return np.asarray(sums / (down.sum(axis=1) * across.sum(axis=1) + 1e-6)[:, None], np.float32)


def patch_windows(points: Floats, shape: tuple[int, ...], sigma: float) -> tuple[Floats, Floats]:
    """Bell curves over columns and over rows around each of SKIN_PATCHES, (patches, n) each."""
    middles = points[SKIN_PATCHES].mean(axis=1)
    spread = 2 * sigma**2
    across = np.exp(-((np.arange(shape[1]) - middles[:, :1]) ** 2) / spread)
    down = np.exp(-((np.arange(shape[0]) - middles[:, 1:]) ** 2) / spread)
    return across.astype(np.float32), down.astype(np.float32)


def skin_distance(lab: Floats, cheek: Floats) -> Floats:
    """Distance from the cheek colour in tolerances, 1 = at the edge of what is surely skin.

    Tolerances: 42 % of its lightness darker, 70 units lighter, 14 units of a, 16 of b.
    """
    difference = lab - cheek
    lightness = difference[..., 0]
    darker = max(0.42 * float(cheek[0]), 10.0)
    lightness = np.where(lightness < 0, lightness / darker, lightness / 70)
    red, yellow = difference[..., 1] / 14, difference[..., 2] / 16
    return np.asarray(np.sqrt(lightness**2 + red**2 + yellow**2), np.float32)
