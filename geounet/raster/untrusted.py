"""Rasters that others made: what an open one may claim before its pixels are read."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from geounet.errors import SceneError

UNTRUSTED_DRIVERS = frozenset({"GTiff", "PNG", "JPEG", "JP2OpenJPEG", "WEBP"})
"""GDAL's drivers that read no file but the one that they are given. VRT, WMS, HFA, NITF and their like read others,
by names that the file gives."""

MAX_PIXELS = 1 << 33
"""Pixels of one raster: 92,681 × 92,681."""

MAX_SIDE = 1 << 18
"""Rows or columns of one raster: what is held in memory grows with a scene's width."""

MAX_BANDS = 1024
"""Bands of one raster."""

MAX_BLOCK_BYTES = 1 << 29
"""Bytes of one block (512 MiB), which GDAL holds as a whole."""

UNPACK = "unpack it yourself if you trust it, and give the file"
"""The remedy for what is refused."""

_NAMING = ("OVERVIEWS", "GEOLOCATION")
"""Metadata in which a file of any driver names others, which GDAL then opens, addresses on servers among them."""


class Header(Protocol):
    """What is asked of an open raster; rasterio's DatasetReader meets it."""

    @property
    def driver(self) -> str:
        """GDAL's name of what reads it."""
        ...

    @property
    def width(self) -> int:
        """Columns."""
        ...

    @property
    def height(self) -> int:
        """Rows."""
        ...

    @property
    def dtypes(self) -> Sequence[str]:
        """The type of each band."""
        ...

    @property
    def block_shapes(self) -> Sequence[tuple[int, int]]:
        """Rows and columns of a block of each band."""
        ...

    def tags(self, *, ns: str) -> Mapping[str, Any]:
        """Metadata of one kind."""
        ...


def check_header(dataset: Header, shown: str) -> None:
    """Raise SceneError where a raster that others made claims what no machine holds, or names other files.

    Call it on what was opened with `RasterAddress.drivers`, before anything else is asked of it: a file of a
    thousand bytes can claim 10^12 pixels, and when a GeoTIFF's overviews are counted, GDAL opens the file, or the
    address, that its own metadata names for them. `shown` is what a person knows it by.
    """
    if dataset.driver not in UNTRUSTED_DRIVERS:
        raise _refusal(shown, f"is read by GDAL's {dataset.driver}; expected one that reads no other file")
    if any(dataset.tags(ns=kind) for kind in _NAMING):
        raise _refusal(shown, "names other files in its metadata; expected one that stands alone")
    rows, cols, bands = dataset.height, dataset.width, len(dataset.dtypes)
    if rows * cols > MAX_PIXELS or max(rows, cols) > MAX_SIDE:
        most = f"expected at most {MAX_PIXELS:,} pixels, and {MAX_SIDE:,} a side"
        raise _refusal(shown, f"claims {rows:,} × {cols:,} pixels; {most}")
    if bands > MAX_BANDS:
        raise _refusal(shown, f"claims {bands:,} bands; expected at most {MAX_BANDS:,}")
    block = _block_bytes(dataset.block_shapes, dataset.dtypes)
    if block > MAX_BLOCK_BYTES:
        raise _refusal(shown, f"has blocks of {block:,} bytes; expected at most {MAX_BLOCK_BYTES:,}")


def _block_bytes(shapes: Sequence[tuple[int, int]], dtypes: Sequence[str]) -> int:
    """Bytes of one block of all bands, as they lie together in a file whose pixels are interleaved."""
    sizes = [16 if dtype.startswith("complex") else np.dtype(dtype).itemsize for dtype in dtypes]
    return sum(rows * cols * size for (rows, cols), size in zip(shapes, sizes, strict=True))


def _refusal(shown: str, why: str) -> SceneError:
    return SceneError(f"{shown} {why}: {UNPACK}")
