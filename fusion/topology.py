"""The mesh as data: which points make which part, the triangles, the mean face, left and right.

Point numbers and triangles are those of MediaPipe's Face Mesh (Apache-2.0); the holes of eyes and
mouth are closed with strips of triangles. ``mesh.npz`` also holds a symmetric mean face (averaged
over many meshes and their mirror images; no single person) and each point's mirror partner.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]


def _indices(*numbers: int) -> Indices:
    return np.array(numbers, np.intp)


with files("fusion").joinpath("mesh.npz").open("rb") as stored, np.load(stored) as _table:
    TRIANGLES: Indices = _table["triangles"].astype(np.intp)
    """Corner numbers, (898, 3)."""
    MEAN_FACE: npt.NDArray[np.float32] = _table["mean_face"].astype(np.float32)
    """(468, 3), symmetric about x = 0, one unit wide, y down, z smaller towards the camera."""
    MIRROR: Indices = _table["mirror"].astype(np.intp)
    """(468,): the point on the other side of the face."""

# fmt: off
OVAL = _indices(
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
"""The face's outline, clockwise from the top of the forehead."""
LIPS = _indices(
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
INNER_LIPS = _indices(
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
LEFT_EYE = _indices(
    33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
"""The eye on the left of the picture (of an upright, unmirrored face)."""
RIGHT_EYE = _indices(
    263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
LEFT_BROW = _indices(46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
RIGHT_BROW = _indices(276, 283, 282, 295, 285, 336, 296, 334, 293, 300)
NOSE_BRIDGE = _indices(9, 8, 168, 6, 197)
"""Down the middle, where glasses rest."""
RIGID = _indices(
    33, 133, 362, 263, 1, 2, 4, 5, 6, 168, 195, 197, 98, 327, 50, 280, 117, 346, 123, 352,
    205, 425, 127, 356, 234, 454, 21, 251, 10, 151, 9, 67, 297, 109, 338)
"""Points that hardly move with the expression."""
INNER_FACE = _indices(
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 276, 346, 347, 280, 425, 426, 432, 422, 424,
    418, 421, 200, 201, 194, 204, 202, 212, 206, 205, 50, 118, 117, 46)
"""Points whose hull is the inner face: brows, cheeks, mouth, without jaw and forehead."""
CORE_FACE = _indices(
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 276, 346, 347, 330, 266, 426, 436, 287, 273,
    335, 406, 421, 200, 201, 182, 106, 43, 57, 216, 206, 36, 101, 118, 117, 46)
"""Outline of the inmost face: brows, eyes, nose, mouth and the front of the chin, no cheeks."""
CHEEKS = _indices(
    50, 101, 118, 117, 123, 147, 187, 205, 36, 100, 142,
    280, 330, 347, 346, 352, 376, 411, 425, 266, 329, 371)
"""Bare skin on most people."""
NOSE_BASE = 2
BEARD_PARTS = np.array([
    [149, 150, 136, 169, 170, 140, 211, 210], [378, 379, 365, 394, 395, 369, 431, 430],
    [152, 175, 199, 200, 208, 428, 171, 396]])
"""Left jaw, right jaw, chin."""
SKIN_PATCHES = np.array([
    [50, 101, 36, 205, 142, 118, 187], [280, 330, 266, 425, 371, 347, 411],
    [197, 195, 5, 6, 3, 51, 281], [151, 9, 108, 337, 69, 299, 8]])
"""Left cheek, right cheek, ridge of the nose, forehead."""
INNER_SKIN = _indices(
    50, 101, 118, 117, 123, 187, 205, 36, 142, 280, 330, 347, 346, 352, 411, 425, 266, 371,
    1, 4, 5, 195, 197, 6, 168, 2, 98, 327, 164, 92, 322, 165, 391, 186, 410, 57, 287, 43, 273,
    18, 200, 199, 201, 421, 204, 424, 151, 9, 108, 337)
"""Points of the inner face that are neither eye, brow nor lip."""
# fmt: on
_NOSE = _indices(168, 6, 197, 195, 5, 4, 1, 2, 98, 97, 326, 327)
FEATURES = np.concatenate([OVAL[::2], LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, _NOSE, LIPS])
"""Points on the parts that make a likeness."""
