"""A raster file's own pixels: windows of the chosen bands, and which of their pixels are valid."""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window as RasterioWindow

from geounet.errors import BandError, SceneError
from geounet.grid import Window
from geounet.raster.bands import BandChoice
from geounet.raster.environment import gdal_environment
from geounet.raster.network import read_again


@dataclass(frozen=True, slots=True)
class Pixels:
    """The pixels of a window."""

    values: NDArray[Any]
    """Counts, (bands, rows, cols); undefined where not valid."""
    valid: NDArray[np.bool_]
    """Which pixels are valid, (rows, cols)."""


class Source:
    """The chosen bands of an open raster; one thread uses it at a time.

    A pixel is valid where nothing speaks against it in any chosen band: neither nodata, nor a value that is not
    finite, nor alpha 0, nor a mask band. Raises BandError when a band holds complex numbers.
    """

    native: bool = True
    """Whether values are counts as a file has them, and not resampled."""
    dtype: np.dtype[Any]
    """Type of the file's counts."""
    dtypes: tuple[np.dtype[Any], ...]
    """That of each band."""
    value_dtype: np.dtype[Any]
    """Type of the values that are read."""

    def __init__(self, dataset: DatasetReader, bands: BandChoice, *, name: str) -> None:
        self._dataset = dataset
        self._bands = bands
        self._name = name
        self._read_indexes = [*bands.indexes, *([bands.alpha] if bands.alpha else [])]
        self._read_dtype = np.result_type(*(dataset.dtypes[k - 1] for k in self._read_indexes))
        if self._read_dtype.kind == "c":
            raise BandError(
                f"{name} holds complex numbers ({self._read_dtype}); expected real counts: "
                f"open DERIVED_SUBDATASET:AMPLITUDE:{name} instead, or another of GDAL's derived subdatasets"
            )
        self._palette = _palette(dataset) if bands.colours else None
        self._nodata = [_nodata(dataset.nodatavals[k - 1], self._read_dtype) for k in bands.indexes]
        self._mask_indexes = _mask_indexes(dataset, bands)
        self.height: int = dataset.height
        self.width: int = dataset.width
        self.count = len(bands.colours or bands.indexes)
        self.dtype = self._read_dtype if self._palette is None else np.dtype(np.uint8)
        self.dtypes = (self.dtype,) * self.count
        self.value_dtype = self.dtype
        self.cache_bytes = _cache_bytes(dataset)
        self.files: list[str] = [*dataset.files, dataset.name]

    def read(self, window: Window) -> Pixels:
        """The pixels of a window that lies in the raster; raises SceneError when they cannot be read."""
        place = RasterioWindow(window.col, window.row, window.width, window.height)
        try:
            with gdal_environment():
                values, masks = read_again(lambda: self._values(place), self.files)
        except RasterioError as error:
            raise SceneError(
                f"{self._name} cannot be read at rows {window.row} to {window.row_stop - 1} "
                f"({one_line(error)}); expected a whole file: fetch or write it again"
            ) from error
        return self._pixels(values, masks)

    def _values(self, place: RasterioWindow) -> tuple[NDArray[Any], list[NDArray[np.uint8]]]:
        values = self._dataset.read(self._read_indexes, window=place, out_dtype=self._read_dtype)
        return values, [self._dataset.read_masks(k, window=place) for k in self._mask_indexes]

    def _pixels(self, values: NDArray[Any], masks: list[NDArray[np.uint8]]) -> Pixels:
        valid = np.ones(values.shape[1:], np.bool_)
        for mask in masks:
            valid &= mask != 0
        if self._bands.alpha:
            valid &= values[-1] != 0
            values = values[:-1]
        for band, nodata in zip(values, self._nodata, strict=True):
            if nodata is not None:
                valid &= band != nodata
            if band.dtype.kind == "f":
                valid &= np.isfinite(band)
        if self._palette is not None:
            colours = np.take(self._palette, values[0], axis=1)
            values, valid = colours[list(self._bands.colours)], valid & (colours[3] != 0)
        return Pixels(values, valid)


def open_raster(source: str | Path | DatasetReader, stack: ExitStack) -> DatasetReader:
    """Open a path or a URL until `stack` is closed; any open rasterio dataset is handed on, and stays open.

    Raises SceneError when it is no raster, or one without bands.
    """
    dataset = stack.enter_context(_opened(source)) if isinstance(source, str | Path) else source
    if dataset.count == 0:
        parts = dataset.subdatasets
        remedy = f"pass one of its parts, such as {parts[0]}" if parts else "it is empty"
        raise SceneError(
            f"{file_name(dataset.name)} holds no bands itself; expected a raster with one at least: {remedy}"
        )
    return dataset


def _opened(source: str | Path) -> DatasetReader:
    try:
        return rasterio.open(source)
    except RasterioError as error:
        raise cannot_open(str(source), error) from error


def cannot_open(address: str, error: BaseException, *, name: str | None = None) -> SceneError:
    """What is said of an address that GDAL does not open: its file's name, or `name`, and never where it lies."""
    name = name or file_name(address)
    reason = one_line(error).replace(address, name)
    return SceneError(f"cannot open {name} ({reason}); expected a raster that GDAL reads: check the path")


def file_name(source: str) -> str:
    """A file's name without folder, and without a URL's query (which may hold a signature)."""
    if source.startswith("WarpedVRT("):  # so rasterio names what is warped while it is read
        source = source[len("WarpedVRT(") : -1]
    path = urlsplit(source).path if "://" in source else source
    return Path(path).name or source


def one_line(error: BaseException) -> str:
    """What a library says of an error, on one line; the cause is more telling than what wraps it.

    Queries of addresses, which may hold a signature, are left out.
    """
    text = str(error.__cause__ or error) or type(error).__name__
    return re.sub(r"\?[^\s'\",)]+", "", " ".join(text.split()))


def _nodata(value: float | None, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 (a number of that type)
    """A band's nodata value as its values hold it; None where no value can equal it."""
    if value is None or not np.isfinite(value):
        return None
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    held = limits.min <= value <= limits.max and (dtype.kind == "f" or int(value) == value)
    return dtype.type(value) if held else None


def _mask_indexes(dataset: DatasetReader, bands: BandChoice) -> list[int]:
    """Bands whose mask must be read: alpha and nodata are seen in the values already."""
    flags = {k: dataset.mask_flag_enums[k - 1] for k in bands.indexes}
    shared = [k for k, f in flags.items() if MaskFlags.per_dataset in f and MaskFlags.alpha not in f]
    own = [k for k, f in flags.items() if not f]
    return shared[:1] + own


def _palette(dataset: DatasetReader) -> NDArray[np.uint8]:
    """(4, 65536): red, green, blue and alpha of every index; black and transparent where the table has none."""
    colours = np.zeros((4, 1 << 16), np.uint8)
    for index, colour in dataset.colormap(1).items():
        colours[:, index] = colour
    return colours


def _cache_bytes(dataset: DatasetReader) -> int:
    """Room for the blocks under a strip, so that rows which two strips share are decoded once."""
    rows = max(shape[0] for shape in dataset.block_shapes)
    pixel = sum(np.dtype(dtype).itemsize for dtype in dataset.dtypes)
    return int(2 * rows * dataset.width * pixel)
