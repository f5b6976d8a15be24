"""How GDAL is set while geounet reads and writes: a bounded block cache, and every core for compression."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import rasterio
from rasterio.env import getenv, hasenv

MEBIBYTE = 1 << 20


@contextmanager
def gdal_environment(*, cache_bytes: int) -> Iterator[None]:
    """GDAL's settings for one piece of work in one thread; what a person has set stays as it is.

    GDAL's own default for the cache is a twentieth of the machine's memory, which a raster of any size fills.
    """
    given = set(getenv() if hasenv() else ()) | set(os.environ)
    wanted = {"GDAL_CACHEMAX": cache_bytes, "GDAL_NUM_THREADS": "ALL_CPUS"}
    with rasterio.Env(**{name: value for name, value in wanted.items() if name not in given}):
        yield
