"""The eleven region ids of the face parser, their names and colours, and the picture of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from fusion.faces import RGB

Ids: TypeAlias = npt.NDArray[np.uint8]
"""Region ids of a picture, HxW, 0..10."""

REGIONS: Final = (
    "background",
    "face_skin",
    "left_eyebrow",
    "right_eyebrow",
    "left_eye",
    "right_eye",
    "nose",
    "upper_lip",
    "inner_mouth",
    "lower_lip",
    "hair",
)
"""Name of each id. Left is the left side of the picture, as in the LaPa data set (JD AI, 2020)."""

BACKGROUND, FACE_SKIN, LEFT_EYEBROW, RIGHT_EYEBROW, LEFT_EYE, RIGHT_EYE = range(6)
NOSE, UPPER_LIP, INNER_MOUTH, LOWER_LIP, HAIR = range(6, 11)

# fmt: off
PALETTE: Final[RGB] = np.array([
    (0, 0, 0), (0, 153, 255), (102, 255, 153), (0, 204, 153), (255, 255, 102), (255, 255, 204),
    (255, 153, 0), (255, 204, 255), (102, 0, 51), (255, 102, 255), (255, 0, 102),
], np.uint8)
# fmt: on
"""Colour of each id, (11, 3), sRGB: those of LaPa's published labels."""
PALETTE.setflags(write=False)


def paint(ids: Ids) -> RGB:
    """The regions as a colour picture, HxWx3."""
    return np.asarray(PALETTE[ids], np.uint8)


def write_ids(ids: Ids) -> bytes:
    """An 8-bit single-channel PNG of the same size whose pixel values are the ids.

    Grey, not indexed: readers that expand a colour table would see colours in place of ids.
    """
    # Regions are flat: a low level costs a third of the time and hardly any bytes.
    _, encoded = cv2.imencode(".png", ids, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    return bytes(encoded)
