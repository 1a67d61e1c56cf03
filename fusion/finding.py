"""The faces of a picture: candidates from the detectors, each proved by the mesh network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fusion import measure
from fusion.align import mesh_twice_if_steep, pose_of, region_of
from fusion.detect import TILE_PX, Detection, detect, detect_in_tiles
from fusion.faces import RGB, Face, Floats

if TYPE_CHECKING:
    from pathlib import Path

SMALLEST_PRESENCE = 0.5
CERTAIN_SCORE = 0.87
"""Upside-down faces pass as upright ones, but over 45 pictures never with this score."""
CLEARLY_BETTER = 0.05
MAIN_FACE_SHARE = 0.2
"""A face this large, relative to the picture's shorter side, is the one a photo is about."""
SAME_FACE_OVERLAP = 0.4
SMALLEST_FACE_PX = 20


def find_faces(
    picture: RGB, *, every: bool = False, folder: Path | None = None
) -> tuple[Face, ...]:
    """The faces of the picture, largest box first (then upper, then left).

    By default the search ends as soon as it has a main face, which is what a user's photo needs;
    ``every`` goes on to the small ones (34 px in a picture of any size), as a template needs.
    Where nothing is found for certain, the picture is tried upside down and on its sides.
    """
    faces = _upright(picture, every, folder)
    for quarter_turns in (2, 1, 3):
        if _certainty(faces) >= CERTAIN_SCORE:
            break
        turned = _turned(picture, quarter_turns, folder)
        if _certainty(turned) > _certainty(faces) + CLEARLY_BETTER:
            faces = turned
    return tuple(sorted(faces, key=lambda f: (-f.box.area, f.box.top, f.box.left)))


def _turned(picture: RGB, quarter_turns: int, folder: Path | None) -> list[Face]:
    """Faces found after turning the picture, in the coordinates of the unturned one."""
    turned = np.ascontiguousarray(np.rot90(picture, quarter_turns))
    faces: list[Face] = []
    for face in _quick(turned, folder):
        points = _turned_back(face.landmarks, quarter_turns, picture.shape[:2])
        faces = _with(faces, _face(picture, points, face.score, face.presence))
    return faces


def _certainty(faces: list[Face]) -> float:
    return max((f.score * f.presence for f in faces), default=0.0)


def _upright(picture: RGB, every: bool, folder: Path | None) -> list[Face]:
    faces = _proved(picture, detect(picture, "short_range", folder), [], folder)
    if not every and _has_main_face(picture, faces):
        return faces
    faces = _proved(picture, detect(picture, "full_range", folder), faces, folder)
    if max(picture.shape[:2]) > TILE_PX and (every or not faces):
        faces = _proved(picture, detect_in_tiles(picture, folder), faces, folder)
    return faces


def _quick(picture: RGB, folder: Path | None) -> list[Face]:
    faces = _proved(picture, detect(picture, "short_range", folder), [], folder)
    return faces or _proved(picture, detect(picture, "full_range", folder), [], folder)


def _has_main_face(picture: RGB, faces: list[Face]) -> bool:
    needed = MAIN_FACE_SHARE * min(picture.shape[:2])
    return any(f.size_px >= needed for f in faces)


def _proved(
    picture: RGB, candidates: list[Detection], known: list[Face], folder: Path | None
) -> list[Face]:
    """``known`` and the candidates that the mesh network confirms, without repeats."""
    faces = known
    for candidate in candidates:
        if any(_inside(candidate, f) for f in faces):
            continue
        landmarks, presence = mesh_twice_if_steep(picture, region_of(candidate), folder)
        if presence >= SMALLEST_PRESENCE:
            faces = _with(faces, _face(picture, landmarks, candidate.score, presence))
    return faces


def _inside(candidate: Detection, face: Face) -> bool:
    """Whether the candidate is the known face seen again: same middle, similar size."""
    middle = face.landmarks[:, :2].mean(axis=0)
    size = max(face.box.width, face.box.height)
    apart = float(np.hypot(candidate.centre_x - middle[0], candidate.centre_y - middle[1]))
    return apart < 0.35 * size and 0.5 < candidate.side / size < 2.0


def _with(faces: list[Face], face: Face) -> list[Face]:
    """The list with the face added, unless it is a repeat or too small to be anything."""
    repeat = any(face.box.overlap(f.box) > SAME_FACE_OVERLAP for f in faces)
    return faces if repeat or face.size_px < SMALLEST_FACE_PX else [*faces, face]


def _face(picture: RGB, landmarks: Floats, score: float, presence: float) -> Face:
    landmarks.setflags(write=False)
    box = measure.box_of(landmarks)
    detail = measure.sharpness(picture, box)
    return Face(box, score, presence, landmarks, pose_of(landmarks), detail)


def _turned_back(points: Floats, quarter_turns: int, shape: tuple[int, ...]) -> Floats:
    """Points of ``np.rot90(picture, quarter_turns)`` in the picture's own coordinates."""
    height, width = shape
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    if quarter_turns == 1:
        x, y = width - 1 - y, x
    elif quarter_turns == 2:
        x, y = width - 1 - x, height - 1 - y
    else:
        x, y = y, height - 1 - x
    return np.stack([x, y, z], axis=1).astype(np.float32)
