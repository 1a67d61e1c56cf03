"""Pictures in, picture out: decode, find faces, measure, fuse, parse, label."""

import fusion._threads  # noqa: F401 - must be the first import: it speaks before NumPy loads
from fusion.errors import FusionError
from fusion.faces import RGB, Box, Face, Pose
from fusion.picture import DEFAULT_LIMITS, PictureLimits, read_picture, write_picture

__all__ = [
    "DEFAULT_LIMITS",
    "RGB",
    "Box",
    "Face",
    "FusionError",
    "PictureLimits",
    "Pose",
    "read_picture",
    "write_picture",
]
