"""What geounet is told to read: an address, and what has to be said with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A raster or a vector file as geounet can open it by itself."""

    path: str
    """A path, a URL, or any other address that GDAL opens."""
    assume_crs: str | None = None
    """The CRS that the person chose in QGIS for a file that names none: for `--assume-crs`."""
    config: tuple[tuple[str, str], ...] = ()
    """Names and values of GDAL's configuration options: for `--config`."""
