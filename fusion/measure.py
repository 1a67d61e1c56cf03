"""Numbers about a face, and the one place that turns them into a refusal.

The measures carry no verdict; ``usable`` compares them with limits. How the default limits were
calibrated is told in docs/engines.md.
"""

from __future__ import annotations

import cv2
import numpy as np

from fusion.faces import RGB, Box, Floats

SHARPNESS_CROP_PX = 200


def sharpness(picture: RGB, box: Box) -> float:
    """Variance of the Laplacian over the inner part of the face, at a face width of 200 px.

    Grey levels squared, 0 = no detail at all. Small faces are enlarged and so read low.
    """
    top, left = max(box.top, 0), max(box.left, 0)
    seen = picture[top : max(box.bottom, top + 1), left : max(box.right, left + 1)]
    if seen.size == 0:
        return 0.0
    zoom = SHARPNESS_CROP_PX / max(box.width, 1)
    size = (max(int(seen.shape[1] * zoom), 3), max(int(seen.shape[0] * zoom), 3))
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    grey = cv2.resize(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), size, interpolation=method)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def box_of(landmarks: Floats) -> Box:
    """The smallest upright box of whole pixels around all points."""
    low = np.floor(landmarks[:, :2].min(axis=0)).astype(int)
    high = np.ceil(landmarks[:, :2].max(axis=0)).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
