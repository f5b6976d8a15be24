"""GDAL's configuration, set by way of the environment."""

import os
from collections.abc import Iterable


def set_gdal_config(config: Iterable[tuple[str, str]]) -> None:
    """Set GDAL's configuration options for the process.

    rasterio and pyogrio each bring a GDAL of their own, and GDAL's own setting may hold for one thread alone; the
    environment is where every GDAL looks, in every thread.
    """
    os.environ.update(config)
