"""glibc told to keep memory that a network gave back: the next batch asks for the same again."""

import ctypes
import platform
from functools import cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -3, -4, -8
"""Parameters of mallopt(3)."""

LARGEST_BLOCK = 1 << 30
"""Blocks up to here come from the heap, which is kept; larger ones are mapped one by one."""

KEEP = (1 << 31) - 1


@cache
def keep_activations() -> None:
    """Keep freed activations in the process; does nothing where the C library is not glibc.

    By default glibc maps each large block anew and the kernel clears its pages: with batches of two and more, or tiles
    of 1024 pixels, a third of the time of a convolutional network in float32. The price is memory: the heap
    stays as large as one batch needs.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(M_TRIM_THRESHOLD, KEEP)
    libc.mallopt(M_ARENA_MAX, 1)  # a thread's own arena has heaps of 64 MB at most, and maps what is larger
    if not libc.mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK):
        libc.mallopt(M_MMAP_MAX, 0)  # an older glibc takes no such threshold; it can be told to map nothing
