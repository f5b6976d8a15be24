"""Rasters written row by row, as Cloud-Optimised GeoTIFFs that exist whole or not at all."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import rasterio
import rasterio.shutil
from numpy.typing import NDArray
from rasterio._err import CPLE_BaseError  # rasterio.shutil lets it through, and has no public name for it
from rasterio.enums import Interleaving
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from geounet.errors import OutputError
from geounet.outputs import atomic_target, disk_full, require_room
from geounet.raster.environment import MEBIBYTE, gdal_environment
from geounet.raster.layout import RasterLayout, class_layout, probability_layout
from geounet.raster.pyramid import BLOCK, Pyramid
from geounet.raster.source import one_line

__all__ = ["EXTENSIONS", "RasterLayout", "RasterWriter", "class_layout", "probability_layout"]

EXTENSIONS = (".tif", ".tiff")

_CACHE = 64 * MEBIBYTE


class RasterWriter:
    """Writes a raster from its first row to its last; a context manager.

    Rows go to an intermediate file with overviews in a hidden folder beside the target; when the block ends without
    an error they are copied to a Cloud-Optimised GeoTIFF that then takes the target's name. Otherwise nothing is
    left. The same rows give the same bytes.

    Raises:
        OutputError: The target is no .tif, exists and `overwrite` is false, or cannot be written.
    """

    def __init__(
        self,
        target: Path,
        layout: RasterLayout,
        *,
        overwrite: bool = False,
        creation: Sequence[tuple[str, str]] = (),
    ) -> None:
        if target.suffix.lower() not in EXTENSIONS:
            raise OutputError(
                f"cannot write {target}: rasters are written as .tif; expected a name that ends so"
            )
        self._target = target
        self._layout = layout
        self._overwrite = overwrite
        self._creation = dict(creation)
        self._stack = ExitStack()
        self._next_row = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._partial = stack.enter_context(atomic_target(self._target, overwrite=self._overwrite))
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=self._partial.parent))
            with gdal_environment(cache_bytes=_CACHE):
                self._pyramid = stack.enter_context(Pyramid(Path(folder), self._layout))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _write_errors(self._target):
            if error is not None:
                self._stack.__exit__(kind, error, trace)
                return
            with self._stack:
                self._finish()

    def write(self, first_row: int, data: NDArray[Any]) -> None:
        """Write rows, (bands, rows, width) in the layout's type; they come in order, from row 0 on.

        Raises OutputError when they cannot be written.
        """
        expected = (len(self._layout.band_names), data.shape[1], self._layout.grid.width)
        if data.shape != expected or data.dtype != self._layout.dtype:
            raise ValueError(f"rows are {data.dtype} {data.shape}; expected {self._layout.dtype} {expected}")
        if first_row != self._next_row:
            raise ValueError(f"rows begin at {first_row}; expected the next row, {self._next_row}")
        require_room(self._target, data.nbytes)
        with _write_errors(self._target), gdal_environment(cache_bytes=_CACHE):
            self._pyramid.write(data)
        self._next_row += data.shape[1]

    def _finish(self) -> None:
        """Copy the intermediate raster to its final form."""
        height = self._layout.grid.height
        if self._next_row != height:
            raise ValueError(f"{self._target} got {self._next_row} rows; expected {height}")
        with _write_errors(self._target), gdal_environment(cache_bytes=_CACHE):
            source, files = self._pyramid.finish(), self._pyramid.files
            whole = all(_is_whole(path, sparse=False) for path in files)
            require_room(self._target, sum(path.stat().st_size for path in files) // 2)
            if whole:
                options = _creation(self._layout, self._creation)
                rasterio.shutil.copy(source, self._partial, driver="COG", **options)
                whole = _is_whole(self._partial, sparse="SPARSE_OK" in self._creation)
        if not whole:
            raise disk_full(self._target)


def _creation(layout: RasterLayout, chosen: Mapping[str, str]) -> dict[str, str]:
    """GDAL's creation options: the layout's, and over them those that a person chose."""
    options = {
        "COMPRESS": "DEFLATE",
        "BLOCKSIZE": str(BLOCK),
        "BIGTIFF": "IF_SAFER",
        "OVERVIEWS": "AUTO",
        "OVERVIEW_RESAMPLING": "MODE" if layout.overviews == "majority" else "AVERAGE",
        "NUM_THREADS": "ALL_CPUS",
    }
    if "COMPRESS" not in chosen:
        # Probabilities are smooth: with the predictor, the fastest level makes them smaller than the slowest without.
        options |= {"LEVEL": "6"} if layout.overviews == "majority" else {"LEVEL": "1", "PREDICTOR": "YES"}
    return options | dict(chosen)


@contextmanager
def _write_errors(target: Path) -> Iterator[None]:
    """Turn GDAL's errors into one that says what to do."""
    try:
        yield
    except (RasterioError, CPLE_BaseError) as error:
        raise OutputError(
            f"cannot write {target}: the disk may be full, or a --co option wrong ({one_line(error)}); "
            "make room, or correct the option"
        ) from error


def _is_whole(path: Path, *, sparse: bool) -> bool:
    """Whether every block of a GeoTIFF lies inside the file; where it is sparse, blocks may be left out.

    GDAL does not report what its threads, or the closing of a file, could not write.
    """
    size = path.stat().st_size
    with rasterio.open(path) as file:
        levels = [{}, *({"overview_level": level} for level in range(len(file.overviews(1))))]
    for level in levels:
        with rasterio.open(path, **level) as file:
            if not all(stop <= size and (stop or sparse) for stop in _block_stops(file)):
                return False
    return True


def _block_stops(file: DatasetReader) -> Iterator[int]:
    """Where each block of a GeoTIFF ends in the file; 0 for a block that is not there."""
    bands = (1,) if file.interleaving == Interleaving.pixel else file.indexes
    rows, cols = (-(-side // block) for side, block in zip(file.shape, file.block_shapes[0], strict=True))
    for band in bands:
        for row, col in np.ndindex(rows, cols):
            offset, size = (
                file.get_tag_item(f"BLOCK_{what}_{col}_{row}", "TIFF", bidx=band)
                for what in ("OFFSET", "SIZE")
            )
            yield int(offset) + int(size) if offset and size else 0
