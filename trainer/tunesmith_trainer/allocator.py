"""The C library's allocator, told to give freed memory back to the system at once.

glibc keeps freed blocks below 32 MiB for itself, and before version 2.38 finds no use for many of
them: the resident memory of a training on the CPU then grows to twice what its tensors need. Pages
that come fresh from the system cost time, so this is only done where memory is short.
"""

from __future__ import annotations

import ctypes
import sys

MMAP_THRESHOLD = -3  # malloc.h: M_MMAP_THRESHOLD
LARGE = 1 << 20  # bytes; blocks of this size get pages of their own


def give_back_freed_memory() -> bool:
    """Whether the allocator can do so and now does."""
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None)
    try:
        done = library.mallopt(MMAP_THRESHOLD, LARGE) == 1
        library.malloc_trim(0)
    except AttributeError:  # another C library
        return False
    return done
