"""Memory that one picture has freed stays with the process for the next one.

A picture needs about 12 MB in pieces of a few MB. The C library would give each piece back to the
kernel and fetch it again: 3,000 page faults, a sixth of the processor time of a fusion.
"""

import ctypes
from contextlib import suppress

# Numbers of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_LARGEST_PIECE = 32 * 2**20  # the most that glibc takes
_KEPT_AT_MOST = 256 * 2**20


def keep_freed_memory() -> None:
    """For the whole process, at most 256 MB; nothing where the C library is not glibc."""
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGEST_PIECE)
        mallopt(_TRIM_THRESHOLD, _KEPT_AT_MOST)
