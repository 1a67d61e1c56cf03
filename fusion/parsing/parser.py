"""From a picture to its region ids: find the face, shrink it to one size, paint at full size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion import networks
from fusion.align import pose_of
from fusion.finding import find_faces
from fusion.parsing import palette
from fusion.parsing.frame import FaceFrame, Mask
from fusion.parsing.layers import Layers, separate
from fusion.parsing.parts import draw_parts
from fusion.parsing.refined_mesh import refine

if TYPE_CHECKING:
    from pathlib import Path

    from fusion.faces import RGB, Face, Floats
    from fusion.parsing.palette import Ids

WORKING_UNIT_PX = 104
"""Face height at which hair and skin are told apart; larger faces are shrunk, none enlarged."""
REACH_ASIDE, REACH_UP, REACH_DOWN = 1.35, 1.2, 1.9
"""How far from the nose bridge anything may belong to the face or its hair, in face heights."""
MARGINS = (0.25, 0.6)
"""Borders to try around a picture that the face fills so much that no face is found."""
SMALL_PX = 128
ENLARGEMENT = 3
"""What pictures with a shorter side below SMALL_PX are enlarged by; odd, so that pixels of the
enlarged picture lie in the middle of the original ones."""
FILLING_SHARE = 0.5
"""Share of the picture's shorter side from which a face fills it; smaller ones need no border."""
PERSON_PX = 256


@dataclass(frozen=True)
class Window:
    """The part of a picture around a face."""

    left: int
    top: int
    right: int
    bottom: int


def parse(picture: RGB, *, face: Face | None = None, folder: Path | None = None) -> Ids:
    """Region ids 0..10 of every pixel, HxW; all zero without a face.

    Takes the largest face unless told which. The same picture always gives the same ids.
    """
    landmarks = face.landmarks if face is not None else None
    if min(picture.shape[:2]) < SMALL_PX:
        return _parse_enlarged(picture, landmarks, folder)
    return _parse(picture, landmarks, folder)


def _parse_enlarged(picture: RGB, landmarks: Floats | None, folder: Path | None) -> Ids:
    """Ids of a picture too small for the networks: those of each pixel's middle, enlarged."""
    wide = np.asarray(
        cv2.resize(picture, None, fx=ENLARGEMENT, fy=ENLARGEMENT, interpolation=cv2.INTER_CUBIC),
        np.uint8,
    )
    if landmarks is not None:
        landmarks = (landmarks + 0.5) * ENLARGEMENT - 0.5
    middle = slice(ENLARGEMENT // 2, None, ENLARGEMENT)
    return np.ascontiguousarray(_parse(wide, landmarks, folder)[middle, middle])


def _parse(picture: RGB, landmarks: Floats | None, folder: Path | None) -> Ids:
    if landmarks is None:
        landmarks = _largest_face(picture, folder)
    if landmarks is None:
        return np.zeros(picture.shape[:2], np.uint8)
    turns = round(pose_of(landmarks).roll / 90.0) % 4
    upright = np.ascontiguousarray(np.rot90(picture, turns))
    ids = _parse_upright(upright, _turned(landmarks, turns, picture.shape), folder)
    return np.ascontiguousarray(np.rot90(ids, -turns))


def _largest_face(picture: RGB, folder: Path | None) -> Floats | None:
    faces = find_faces(picture, folder=folder)
    if faces:
        return faces[0].landmarks
    for margin in MARGINS:
        border = round(margin * max(picture.shape[:2]))
        widened = cv2.copyMakeBorder(picture, border, border, border, border, cv2.BORDER_REPLICATE)
        faces = find_faces(np.asarray(widened, np.uint8), folder=folder)
        if faces and faces[0].size_px >= FILLING_SHARE * min(picture.shape[:2]):
            return faces[0].landmarks - np.array([border, border, 0], np.float32)
    return None


def _turned(landmarks: Floats, turns: int, shape: tuple[int, ...]) -> Floats:
    """Landmarks where ``np.rot90(picture, turns)`` shows them."""
    height, width = shape[:2]
    turned = landmarks.copy()
    x, y = landmarks[:, 0], landmarks[:, 1]
    if turns == 1:
        turned[:, 0], turned[:, 1] = y, width - 1 - x
    elif turns == 2:
        turned[:, 0], turned[:, 1] = width - 1 - x, height - 1 - y
    elif turns == 3:
        turned[:, 0], turned[:, 1] = height - 1 - y, x
    return turned


def _parse_upright(picture: RGB, landmarks: Floats, folder: Path | None) -> Ids:
    points = refine(picture, landmarks, folder)
    ids = np.zeros(picture.shape[:2], np.uint8)
    window = _window(FaceFrame(points, *picture.shape[:2]))
    seen = picture[window.top : window.bottom, window.left : window.right]
    if min(seen.shape[:2]) < 8:
        return ids
    within = ids[window.top : window.bottom, window.left : window.right]
    frame = FaceFrame(points - np.array([window.left, window.top], np.float32), *seen.shape[:2])
    layers = _layers(seen, frame, pose_of(landmarks).yaw, folder)
    _paint(within, layers, frame)
    draw_parts(within, seen, frame)
    if layers.covered.any():
        within[_enlarged(layers.covered, frame) > 127] = palette.BACKGROUND
    return ids


def _window(frame: FaceFrame) -> Window:
    corners = np.array(
        [
            (aside, along)
            for aside in (-REACH_ASIDE, REACH_ASIDE)
            for along in (REACH_UP, -REACH_DOWN)
        ]
    )
    origin = frame.points[168]
    across = corners[:, :1] * frame.right + corners[:, 1:] * frame.up
    reached = origin + across * frame.unit_px
    limit = np.array([frame.width, frame.height])
    low = np.clip(np.floor(reached.min(axis=0)), 0, limit).astype(int)
    high = np.clip(np.ceil(reached.max(axis=0)), 0, limit).astype(int)
    return Window(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _layers(picture: RGB, frame: FaceFrame, yaw_degrees: float, folder: Path | None) -> Layers:
    """Hair, skin and what covers them, found in a picture shrunk to the working size."""
    zoom = min(1.0, WORKING_UNIT_PX / frame.unit_px)
    size = max(8, round(frame.width * zoom)), max(8, round(frame.height * zoom))
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = np.array([size[0] / frame.width, size[1] / frame.height], np.float32)
    points = (frame.points + 0.5) * scale - 0.5
    person = np.asarray(cv2.resize(_person(picture, folder), size), np.float32)
    return separate(small, FaceFrame(points, size[1], size[0]), yaw_degrees, person)


def _paint(ids: Ids, layers: Layers, frame: FaceFrame) -> None:
    """Write hair and face skin into ``ids`` (height x width of the frame), in place."""
    hair, skin = (_enlarged(mask, frame) for mask in (layers.hair, layers.skin))
    neither = _enlarged(~(layers.hair | layers.skin), frame)
    ids[(skin >= hair) & (skin >= neither)] = palette.FACE_SKIN
    ids[(hair > skin) & (hair >= neither)] = palette.HAIR


def _person(picture: RGB, folder: Path | None) -> Floats:
    """Probability that a pixel shows the person, 256 x 256 over the whole picture."""
    small = cv2.resize(picture, (PERSON_PX, PERSON_PX), interpolation=cv2.INTER_AREA)
    tensor = (small.astype(np.float32) / 255.0)[None]
    probability = networks.run("person", tensor, folder)[0].reshape(PERSON_PX, PERSON_PX)
    return np.clip(probability, 1e-3, 1.0 - 1e-3)


def _enlarged(mask: Mask, frame: FaceFrame) -> Ids:
    """Share 0..255 of a working mask at every pixel of the frame."""
    soft = cv2.GaussianBlur(mask.astype(np.uint8) * 255, (0, 0), 1.0)
    full = cv2.resize(soft, (frame.width, frame.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full, np.uint8)
