"""Skin colour in CIE Lab: conversions and how unlike a cheek something is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion.topology import CHEEKS, SKIN_PATCHES

if TYPE_CHECKING:
    from fusion.faces import Floats


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


def patch_colours(lab: Floats, points: Floats) -> Floats:
    """Median Lab of each of SKIN_PATCHES, (patches, 3), for landmarks in cell coordinates."""
    rows, columns = lab.shape[:2]
    x = np.clip(np.round(points[SKIN_PATCHES, 0]).astype(int), 0, columns - 1)
    y = np.clip(np.round(points[SKIN_PATCHES, 1]).astype(int), 0, rows - 1)
    return np.asarray(np.median(lab[y, x], axis=1), np.float32)


def skin_distance(lab: Floats, cheek: Floats) -> Floats:
    """Distance from the cheek colour in tolerances: 36 darker, 70 lighter, 14 in a, 16 in b."""
    difference = lab - cheek
    lightness = difference[..., 0]
    lightness = np.where(lightness < 0, lightness / 36, lightness / 70)
    red, yellow = difference[..., 1] / 14, difference[..., 2] / 16
    return np.asarray(np.sqrt(lightness**2 + red**2 + yellow**2), np.float32)
