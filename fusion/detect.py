"""Boxes of faces in a picture, from the two BlazeFace detectors.

Short range (128 px input) sees faces from about a tenth of the picture's long side, full range
(192 px) from about a twentieth; smaller faces are found by looking at overlapping tiles.
Decoding follows MediaPipe's face detection graphs: boxes and six key points are offsets from an
anchor's centre in units of the input size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from fusion import networks

if TYPE_CHECKING:
    from pathlib import Path

    from fusion.faces import RGB, Floats

SMALLEST_SCORE = 0.5
SAME_FACE_OVERLAP = 0.3
TILE_PX = 640
"""A 34-px face is a twentieth of this: as small as the full-range detector still finds."""
TILE_OVERLAP_PX = 96

Reach = Literal["short_range", "full_range"]
_INPUT_PX: dict[Reach, int] = {"short_range": 128, "full_range": 192}


@dataclass(frozen=True)
class Detection:
    """A candidate face: centre and side of its square, head tilt (radians), score 0..1; pixels."""

    centre_x: float
    centre_y: float
    side: float
    tilt: float
    score: float

    def moved(self, right: float, down: float) -> Detection:
        """The same candidate seen from a picture whose origin lies elsewhere."""
        return Detection(
            self.centre_x + right, self.centre_y + down, self.side, self.tilt, self.score
        )

    def overlap(self, other: Detection) -> float:
        """Intersection over union of the two upright squares, 0..1."""
        reach = (self.side + other.side) / 2
        smaller = min(self.side, other.side)
        across = min(reach - abs(self.centre_x - other.centre_x), smaller)
        down = min(reach - abs(self.centre_y - other.centre_y), smaller)
        shared = max(across, 0.0) * max(down, 0.0)
        return shared / max(self.side**2 + other.side**2 - shared, 1e-6)


def detect(picture: RGB, reach: Reach, folder: Path | None = None) -> list[Detection]:
    """Candidates in the whole picture, best score first, overlapping ones merged."""
    side = _INPUT_PX[reach]
    tensor, scale = _letterbox(picture, side)
    offsets, logits = networks.run(reach, tensor, folder)
    scores = 1.0 / (1.0 + np.exp(-np.clip(logits, -80.0, 80.0)))
    kept = np.flatnonzero(scores >= SMALLEST_SCORE)
    if kept.size == 0:
        return []
    rows = offsets.reshape(-1, 16)[kept]
    points = rows.reshape(-1, 8, 2) / side
    points[:, [0, 2, 3, 4, 5, 6, 7]] += _anchors(reach)[kept, None]
    points *= side / scale
    return merge([_detection(p, s) for p, s in zip(points, scores[kept], strict=True)])


def detect_in_tiles(picture: RGB, folder: Path | None = None) -> list[Detection]:
    """Candidates from overlapping tiles of the picture (and none from the picture as a whole)."""
    height, width = picture.shape[:2]
    found: list[Detection] = []
    for top in _tile_starts(height):
        for left in _tile_starts(width):
            tile = picture[top : top + TILE_PX, left : left + TILE_PX]
            found += [d.moved(left, top) for d in detect(tile, "full_range", folder)]
    return merge(found)


def merge(candidates: list[Detection]) -> list[Detection]:
    """One candidate per face: score-weighted mean of those that overlap, best score first."""
    waiting = sorted(candidates, key=lambda d: -d.score)
    merged: list[Detection] = []
    while waiting:
        best = waiting[0]
        same = [d for d in waiting if d is best or d.overlap(best) > SAME_FACE_OVERLAP]
        waiting = [d for d in waiting if d not in same]
        merged.append(_mean(same, best))
    return merged


def _mean(same: list[Detection], best: Detection) -> Detection:
    weights = np.array([d.score for d in same])
    table = np.array([(d.centre_x, d.centre_y, d.side) for d in same])
    x, y, side = (float(v) for v in np.average(table, axis=0, weights=weights))
    return Detection(x, y, side, best.tilt, best.score)


def _detection(points: Floats, score: float) -> Detection:
    """From box centre, box size and the first two key points (the eyes)."""
    centre, size, eye_left, eye_right = points[0], points[1], points[2], points[3]
    across = eye_right - eye_left
    tilt = float(np.arctan2(across[1], across[0]))
    return Detection(float(centre[0]), float(centre[1]), float(size.max()), tilt, float(score))


def _letterbox(picture: RGB, side: int) -> tuple[Floats, float]:
    """Input tensor (1, side, side, 3) in -1..1 with the picture top left, and its scale."""
    height, width = picture.shape[:2]
    # Skipping rows and columns first costs nothing and leaves at least twice the wanted size.
    step = max(1, max(height, width) // (2 * side))
    thinned = np.ascontiguousarray(picture[::step, ::step])
    scale = side / max(height, width)
    new_size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(thinned, new_size, interpolation=cv2.INTER_AREA)
    tensor = np.full((1, side, side, 3), -1.0, np.float32)
    tensor[0, : new_size[1], : new_size[0]] = small.astype(np.float32) / 127.5 - 1.0
    return tensor, scale


@lru_cache(maxsize=2)
def _anchors(reach: Reach) -> Floats:
    """Anchor centres (n, 2) in 0..1, x before y, in the order of the network's rows."""
    layers = [(16, 2), (8, 6)] if reach == "short_range" else [(48, 1)]
    parts = []
    for cells, repeats in layers:
        ticks = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
        parts.append(np.repeat(grid, repeats, axis=0))
    return np.concatenate(parts)


def _tile_starts(length: int) -> list[int]:
    if length <= TILE_PX:
        return [0]
    count = int(np.ceil((length - TILE_OVERLAP_PX) / (TILE_PX - TILE_OVERLAP_PX)))
    return [int(v) for v in np.linspace(0, length - TILE_PX, count).round()]
