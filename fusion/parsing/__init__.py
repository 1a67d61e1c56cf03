"""Which part of a face every pixel shows: eleven regions, from landmarks and the picture's colours.

No parsing network is involved: a mesh and a silhouette say where each region may be, colour
models of the one picture say which pixels it has. See docs/parsing.md.
"""

from fusion.parsing.palette import PALETTE, REGIONS, Ids, paint, write_ids
from fusion.parsing.parser import parse

__all__ = ["PALETTE", "REGIONS", "Ids", "paint", "parse", "write_ids"]
