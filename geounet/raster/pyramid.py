"""A raster and its overviews, each half the one before, written in one pass over its rows.

Every level is a tiled GeoTIFF of its own in one folder; a VRT beside them presents them as one raster.
"""

import xml.etree.ElementTree as ET
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numba
import numpy as np
import rasterio
import rasterio.shutil
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import DatasetWriter
from rasterio.windows import Window as RasterioWindow

from geounet.raster.layout import RasterLayout

BLOCK = 512
"""Side of a tile in the files, and the largest side of the last overview."""

# Fast to write, and a twentieth of the size for labels. GDAL compresses in this thread: in others, an error such as
# a full disk is not reported.
_INTERMEDIATE = {
    "driver": "GTiff", "tiled": True, "blockxsize": BLOCK, "blockysize": BLOCK, "compress": "zstd", "zstd_level": 1,
    "interleave": "band", "num_threads": 1, "bigtiff": "if_safer",
}  # fmt: skip


class Pyramid:
    """Writes a raster and its overviews into a folder; a context manager that closes them."""

    def __init__(self, folder: Path, layout: RasterLayout) -> None:
        height, width = layout.grid.height, layout.grid.width
        shapes = [(height, width)]
        while max(shapes[-1]) > BLOCK:
            shapes.append((-(-shapes[-1][0] // 2), -(-shapes[-1][1] // 2)))
        self._folder = folder
        self._levels: list[_Level] = []
        self._paths = [folder / f"{number}.tif" for number in range(len(shapes))]
        below: _Level | None = None
        with ExitStack() as stack:  # what is open is closed when another level cannot be made
            for path, shape in reversed(list(zip(self._paths, shapes, strict=True))):
                below = _Level(path, shape, layout, below=below)
                stack.callback(below.close)
                self._levels.insert(0, below)
            self._closing = stack.pop_all()

    @property
    def files(self) -> list[Path]:
        """The levels' files, the raster itself first."""
        return self._paths

    def write(self, rows: NDArray[Any]) -> None:
        """Write the next rows (bands, rows, width)."""
        self._levels[0].write(rows)

    def finish(self) -> Path:
        """Write what is left, close the files, and return a VRT that presents them as one raster."""
        self._levels[0].finish()
        self.close()
        vrt = self._folder / "pyramid.vrt"
        rasterio.shutil.copy(self._paths[0], vrt, driver="VRT")
        tree = ET.parse(vrt)  # noqa: S314 (written by GDAL just now)
        for band in tree.getroot().iter("VRTRasterBand"):
            for path in self._paths[1:]:
                overview = ET.SubElement(band, "Overview")
                ET.SubElement(overview, "SourceFilename", relativeToVRT="1").text = path.name
                ET.SubElement(overview, "SourceBand").text = band.get("band")
        tree.write(vrt, encoding="utf-8")
        return vrt

    def close(self) -> None:
        """Close the files."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Level:
    """One file of the pyramid: it writes whole rows of blocks, and hands them on halved."""

    def __init__(
        self, path: Path, shape: tuple[int, int], layout: RasterLayout, *, below: "_Level | None"
    ) -> None:
        self._below = below
        self._layout = layout
        self._held = np.empty((len(layout.band_names), min(BLOCK, shape[0]), shape[1]), layout.dtype)
        self._held_rows = self._written = 0
        self._file = _create(path, shape, layout)

    def write(self, rows: NDArray[Any]) -> None:
        """Take the next rows."""
        while rows.shape[1]:
            room = self._held.shape[1] - self._held_rows
            taken = rows[:, :room]
            self._held[:, self._held_rows : self._held_rows + taken.shape[1]] = taken
            self._held_rows += taken.shape[1]
            rows = rows[:, room:]
            if self._held_rows == self._held.shape[1]:
                self._flush()

    def finish(self) -> None:
        """Write what is held, here and below."""
        self._flush()
        if self._below is not None:
            self._below.finish()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _flush(self) -> None:
        if not self._held_rows:
            return
        rows = self._held[:, : self._held_rows]
        self._file.write(rows, window=RasterioWindow(0, self._written, rows.shape[2], rows.shape[1]))
        self._written += self._held_rows
        self._held_rows = 0
        if self._below is not None:
            self._below.write(halve(rows, self._layout))


def _create(path: Path, shape: tuple[int, int], layout: RasterLayout) -> DatasetWriter:
    """Open a level's file for writing."""
    grid = layout.grid
    height, width = shape
    transform = grid.transform * Affine.scale(grid.width / width, grid.height / height)
    file: DatasetWriter = rasterio.open(
        path,
        "w",
        height=height,
        width=width,
        count=len(layout.band_names),
        dtype=layout.dtype,
        nodata=layout.nodata,
        crs=grid.crs,
        transform=transform,
        **_INTERMEDIATE,
    )
    file.descriptions = layout.band_names
    file.update_tags(**layout.tags)
    if layout.scale is not None:
        file.scales = (layout.scale,) * file.count
    if layout.colours is not None:
        file.write_colormap(1, dict(layout.colours))
    return file


def halve(rows: NDArray[Any], layout: RasterLayout) -> NDArray[Any]:
    """Rows (bands, rows, cols) at half the size; an odd last row or column stands for itself.

    `majority` takes the label that most of the valid pixels have, the larger one on a tie, so that small objects
    stay in sight; `mean` their mean. A pixel is nodata where all of them are.
    """
    bands, height, width = rows.shape
    out = np.empty((bands, -(-height // 2), -(-width // 2)), rows.dtype)
    for band, half in zip(rows, out, strict=True):
        if layout.overviews == "majority":
            _halve_majority(band, half, np.uint8(layout.nodata))
        elif layout.dtype == "uint8":
            _halve_mean(band, half, np.uint8(layout.nodata))
        else:
            _halve_mean_float(band, half)
    return out


@numba.njit(nogil=True, cache=True)
def _halve_majority(rows: NDArray[np.uint8], out: NDArray[np.uint8], nodata: np.uint8) -> None:
    height, width = rows.shape
    for i in range(out.shape[0]):
        below = min(2 * i + 1, height - 1)
        for j in range(out.shape[1]):
            right = min(2 * j + 1, width - 1)
            a, b, c, d = rows[2 * i, 2 * j], rows[2 * i, right], rows[below, 2 * j], rows[below, right]
            if a == b and a == c and a == d:
                out[i, j] = a
                continue
            best, most = nodata, 0
            for label in (a, b, c, d):
                votes = (label == a) + (label == b) + (label == c) + (label == d)
                if label != nodata and (votes > most or (votes == most and label > best)):
                    best, most = label, votes
            out[i, j] = best


@numba.njit(nogil=True, cache=True)
def _halve_mean(rows: NDArray[np.uint8], out: NDArray[np.uint8], nodata: np.uint8) -> None:
    height, width = rows.shape
    for i in range(out.shape[0]):
        below = min(2 * i + 1, height - 1)
        for j in range(out.shape[1]):
            right = min(2 * j + 1, width - 1)
            total, count = 0, 0
            for value in (rows[2 * i, 2 * j], rows[2 * i, right], rows[below, 2 * j], rows[below, right]):
                if value != nodata:
                    total += value
                    count += 1
            out[i, j] = np.uint8((total + count // 2) // count) if count else nodata


@numba.njit(nogil=True, cache=True)
def _halve_mean_float(rows: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    height, width = rows.shape
    for i in range(out.shape[0]):
        below = min(2 * i + 1, height - 1)
        for j in range(out.shape[1]):
            right = min(2 * j + 1, width - 1)
            total, count = np.float32(0), np.float32(0)
            for value in (rows[2 * i, 2 * j], rows[2 * i, right], rows[below, 2 * j], rows[below, right]):
                if not np.isnan(value):
                    total += value
                    count += np.float32(1)
            out[i, j] = total / count if count else np.float32(np.nan)
