"""Rasters written row by row, as Cloud-Optimised GeoTIFFs that exist whole or not at all."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from numpy.typing import NDArray

from geounet.errors import OutputError
from geounet.outputs import atomic_target, disk_full, require_room
from geounet.raster.cog import copy_as_cog, is_whole, try_options
from geounet.raster.environment import GDAL_ERRORS, gdal_environment, georeferencing_optional
from geounet.raster.layout import RasterLayout, class_layout, probability_layout
from geounet.raster.pyramid import Pyramid
from geounet.raster.source import one_line

__all__ = ["EXTENSIONS", "RasterLayout", "RasterWriter", "class_layout", "probability_layout"]

EXTENSIONS = (".tif", ".tiff")


class RasterWriter:
    """Writes a raster from its first row to its last; a context manager.

    Rows go to an intermediate file with overviews in a hidden folder beside the target; when the block ends without
    an error they are copied to a Cloud-Optimised GeoTIFF that then takes the target's name. Otherwise nothing is
    left. The same rows give the same bytes.

    Raises:
        OutputError: The target is no .tif, exists and `overwrite` is false, or cannot be written.
        OptionsError: `creation` holds what GDAL's COG driver does not know.
    """

    def __init__(
        self,
        target: Path,
        layout: RasterLayout,
        *,
        overwrite: bool = False,
        creation: Sequence[tuple[str, str]] = (),
    ) -> None:
        check_raster_name(target)
        self._target = target
        self._layout = layout
        self._overwrite = overwrite
        self._creation = {name.upper(): value for name, value in creation}
        self._stack = ExitStack()
        self._next_row = 0
        self._finished = False

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._partial = stack.enter_context(atomic_target(self._target, overwrite=self._overwrite))
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=self._partial.parent))
            with gdal_environment(), georeferencing_optional():
                try_options(self._layout, self._creation)
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
                self.finish()

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
        with _write_errors(self._target), gdal_environment():
            self._pyramid.write(data)
        self._next_row += data.shape[1]

    def finish(self) -> None:
        """Bring what was written into its final form; leaving the context only gives it its name.

        Whoever writes several outputs finishes all of them before any takes its name. Raises OutputError when
        there is no room.
        """
        if self._finished:
            return
        height = self._layout.grid.height
        if self._next_row != height:
            raise ValueError(f"{self._target} got {self._next_row} rows; expected {height}")
        with _write_errors(self._target), gdal_environment(), georeferencing_optional():
            source, files = self._pyramid.finish(), self._pyramid.files
            whole = all(is_whole(path, sparse=False) for path in files)
            require_room(self._target, sum(path.stat().st_size for path in files) // 2)
            if whole:
                copy_as_cog(source, self._partial, self._layout, creation=self._creation)
                whole = is_whole(self._partial, sparse="SPARSE_OK" in self._creation)
        if not whole:
            raise disk_full(self._target)
        self._finished = True


def check_raster_name(target: Path) -> None:
    """Raise OutputError unless the name is that of a GeoTIFF."""
    if target.suffix.lower() not in EXTENSIONS:
        raise OutputError(f"cannot write {target}: rasters are written as .tif; expected a name that ends so")


@contextmanager
def _write_errors(target: Path) -> Iterator[None]:
    """Turn GDAL's errors into one that says what to do."""
    try:
        yield
    except GDAL_ERRORS as error:
        raise OutputError(
            f"cannot write {target}: the disk may be full ({one_line(error)}); make room, or choose another folder"
        ) from error
