"""How GDAL is set while geounet reads and writes: a bounded block cache, and every core for compression."""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import rasterio
from rasterio._err import CPLE_BaseError  # has no public name
from rasterio.env import getenv, hasenv
from rasterio.errors import NotGeoreferencedWarning, RasterioError

MEBIBYTE = 1 << 20

GDAL_ERRORS = (RasterioError, CPLE_BaseError)
"""What comes of GDAL's errors: rasterio's own, and, where it lets them through, GDAL's."""

_SMALLEST_CACHE, _LARGEST_CACHE = 16 * MEBIBYTE, 512 * MEBIBYTE

_rooms: list[int] = []
_rooms_lock = threading.Lock()


@contextmanager
def cache_room(needed: int) -> Iterator[None]:
    """Have room for so many bytes in GDAL's block cache, within bounds, until the block ends.

    The cache is one for the whole process, and every thread that sets it must ask for the same size: a reader's
    blocks would be thrown out by a writer that asks for less.
    """
    with _rooms_lock:
        _rooms.append(needed)
    try:
        yield
    finally:
        with _rooms_lock:
            _rooms.remove(needed)


@contextmanager
def gdal_environment() -> Iterator[None]:
    """GDAL's settings for one piece of work in one thread; what a person has set stays as it is.

    GDAL's own default for the cache is a twentieth of the machine's memory, which a raster of any size fills.
    """
    with _rooms_lock:
        cache = min(max(_SMALLEST_CACHE, *_rooms, 0), _LARGEST_CACHE)
    given = set(getenv() if hasenv() else ()) | set(os.environ)
    wanted = {"GDAL_CACHEMAX": cache, "GDAL_NUM_THREADS": "ALL_CPUS"}
    with rasterio.Env(**{name: value for name, value in wanted.items() if name not in given}):
        yield


@contextmanager
def georeferencing_optional() -> Iterator[None]:
    """No warning of rasters without georeferencing: they are legal, and whoever needs more refuses them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield
