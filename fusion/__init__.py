"""Pictures in, picture out: decode, find faces, measure, fuse, parse, label."""

import fusion._threads  # noqa: F401 - must be the first import: it speaks before NumPy loads
from fusion.analysis import TemplateAnalysis
from fusion.engines import get_engine
from fusion.engines.base import FuseOptions, Swap
from fusion.errors import FusionError
from fusion.faces import RGB, Box, Face, Pose
from fusion.parsing import parse
from fusion.picture import DEFAULT_LIMITS, PictureLimits, read_picture, write_picture
from fusion.shortcut import fuse_arrays

__all__ = [
    "DEFAULT_LIMITS",
    "RGB",
    "Box",
    "Face",
    "FuseOptions",
    "FusionError",
    "PictureLimits",
    "Pose",
    "Swap",
    "TemplateAnalysis",
    "fuse_arrays",
    "get_engine",
    "parse",
    "read_picture",
    "write_picture",
]
