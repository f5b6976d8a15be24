"""Scenes: the bands that a model takes, on the grid that it works on, window by window."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT

from geounet.errors import SceneError
from geounet.georeference import Georeference, named_crs
from geounet.grid import Window
from geounet.raster.bands import BandChoice, Wanted, choose_bands
from geounet.raster.environment import MEBIBYTE, cache_room, gdal_environment, georeferencing_optional
from geounet.raster.resample import Axis, resample
from geounet.raster.source import Pixels, Source, file_name, open_raster

COARSEST = 8
"""How many times larger than the model's a scene's pixels may be, unless a person chooses the pixels to work on."""

SAME_GSD = 0.05
"""A scene whose pixels differ by less than this share from what is asked for is not resampled."""

_ROUNDING = 0.01
"""By so much a ratio of sizes may miss a whole number that is meant."""

_SOURCE_BYTES = 32 * MEBIBYTE
"""Source pixels that are held at once while a window is resampled."""


class SceneOptions(Protocol):
    """What a person can choose of how a scene is read (`geounet.options` has it)."""

    @property
    def bands(self) -> tuple[int, ...] | None:
        """Band numbers, from 1."""
        ...

    @property
    def gsd(self) -> float | Literal["native"] | None:
        """Metres per pixel to work at."""
        ...

    @property
    def assume_crs(self) -> str | None:
        """The CRS of a scene that names none."""
        ...


@dataclass(frozen=True, slots=True)
class _File:
    """An open file, and what was found out about it."""

    dataset: DatasetReader
    grid: Georeference
    bands: BandChoice
    name: str


class Scene:
    """A scene on its working grid; a context manager that one thread uses at a time.

    The working grid is the file's own, unless a pixel size in metres is asked for from which the file's differs
    by more than 5 %; then it has the file's extent and orientation, and square pixels of that size.
    """

    def __init__(
        self,
        source: Source,
        grid: Georeference,
        *,
        name: str,
        file_gsd: tuple[float, float] | None,
    ) -> None:
        self._source = source
        self._closing = ExitStack()
        self._rows, self._cols = (
            Axis.between(source.height, grid.height),
            Axis.between(source.width, grid.width),
        )
        self.name = name
        """The file's name, without its folder; a caller that knows a better one may set it."""
        self.grid = grid
        """Where the working grid lies."""
        self.file_gsd = file_gsd
        """Ground metres of the file's own pixels, (rows, cols); None without a CRS."""
        self.native = (source.height, source.width) == (grid.height, grid.width)
        """Whether pixels are the file's own, or an overview's, and not resampled."""

    @classmethod
    def open(
        cls,
        source: str | Path | DatasetReader,
        *,
        bands: tuple[str, ...],
        options: SceneOptions,
        gsd_m: float | None,
        model: str = "",
    ) -> Self:
        """Open a scene.

        Args:
            source: A path, a URL, or an open rasterio dataset, which stays open.
            bands: Names of the bands that the model takes; empty for all.
            options: Band numbers, pixel size and CRS that a person chose.
            gsd_m: The model's metres per pixel; None for any. Without a CRS there are no metres: the scene is
                read as it is.
            model: The model's name, for messages.

        Raises:
            SceneError: The file is missing, is no raster, has no extent, or is far too coarse for the model.
            BandError: It does not have the bands.
            OptionsError: `assume_crs` names no CRS.
        """
        with ExitStack() as stack, gdal_environment(), georeferencing_optional():
            file = _open(source, Wanted(bands, options.bands, model), options.assume_crs, stack=stack)
            gsd = None if file.grid.crs is None else file.grid.gsd()
            target = options.gsd
            if target is None and gsd_m is not None:
                _check_fine_enough(file.name, gsd, gsd_m=gsd_m, model=model)
                target = gsd_m
            grid = _working_grid(file.grid, gsd, target)
            pixels = _source(file, grid, stack=stack)
            stack.enter_context(cache_room(pixels.cache_bytes))
            scene = cls(pixels, grid, name=file.name, file_gsd=gsd)
            scene._closing = stack.pop_all()
            return scene

    @property
    def files(self) -> list[str]:
        """The files that the scene is read from, side files and the sources of a VRT among them."""
        return self._source.files

    @property
    def height(self) -> int:
        """Rows of the working grid."""
        return self.grid.height

    @property
    def width(self) -> int:
        """Columns of the working grid."""
        return self.grid.width

    @property
    def count(self) -> int:
        """Number of bands that are read."""
        return self._source.count

    @property
    def dtype(self) -> np.dtype:
        """Type of the file's counts; those that are read are float32 when resampled."""
        return self._source.dtype

    def read(self, window: Window) -> Pixels:
        """The pixels of a window that lies in the scene.

        Values are (bands, rows, cols) in the file's type, float32 when resampled. Raises SceneError when the file
        cannot be read.
        """
        if not (
            0 <= window.row <= window.row_stop <= self.height
            and 0 <= window.col <= window.col_stop <= self.width
        ):
            raise ValueError(f"{window} does not lie in a scene of {self.height} × {self.width} pixels")
        if window.height == 0 or window.width == 0:
            shape, dtype = (window.height, window.width), self.dtype if self.native else np.float32
            return Pixels(np.empty((self.count, *shape), dtype), np.empty(shape, np.bool_))
        return self._source.read(window) if self.native else self._resampled(window)

    def rows(self, first: int, stop: int) -> Pixels:
        """The pixels of the full-width rows first … stop − 1."""
        return self.read(Window(first, 0, stop - first, self.width))

    def close(self) -> None:
        """Close what was opened here."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _resampled(self, window: Window) -> Pixels:
        values = np.empty((self.count, window.height, window.width), np.float32)
        valid = np.empty((window.height, window.width), np.bool_)
        left, right = self._cols.span(window.col, window.col_stop)
        cols = self._cols.part(window.col, window.col_stop, origin=left)
        step = self._rows_at_once(right - left)
        for row in range(window.row, window.row_stop, step):
            stop = min(row + step, window.row_stop)
            top, bottom = self._rows.span(row, stop)
            pixels = self._source.read(Window(top, left, bottom - top, right - left))
            rows = self._rows.part(row, stop, origin=top)
            done = slice(row - window.row, stop - window.row)
            values[:, done], valid[done] = resample(pixels.values, pixels.valid, rows=rows, cols=cols)
        return Pixels(values, valid)

    def _rows_at_once(self, source_width: int) -> int:
        """Rows of the working grid whose source rows are held at once."""
        row_bytes = (
            source_width * self.count * self.dtype.itemsize * max(1, self._source.height / self.height)
        )
        return max(1, int(_SOURCE_BYTES / row_bytes))


def _open(
    source: str | Path | DatasetReader, wanted: Wanted, assume_crs: str | None, *, stack: ExitStack
) -> _File:
    """Open the file, warped where ground control points alone place it."""
    assumed = named_crs(assume_crs) if assume_crs else None
    dataset = open_raster(source, stack)
    name = file_name(dataset.name)
    bands = choose_bands(dataset, wanted, scene=name)
    points, points_crs = dataset.gcps
    points_crs = points_crs or assumed
    if points and points_crs and dataset.transform.is_identity:
        dataset, bands = _warped(dataset, bands, points_crs, stack=stack)
    grid = Georeference(dataset.transform, dataset.crs or assumed, dataset.height, dataset.width)
    return _File(dataset, grid, bands, name)


def _warped(
    dataset: DatasetReader, bands: BandChoice, crs: CRS, *, stack: ExitStack
) -> tuple[DatasetReader, BandChoice]:
    """The file warped from its ground control points; an alpha band says where it has pixels.

    Indices into a colour table are taken as they are: a mean of two would be a third colour.
    """
    add_alpha = dataset.nodata is None and bands.alpha is None
    resampling = Resampling.nearest if bands.colours else Resampling.bilinear
    warped = WarpedVRT(dataset, src_crs=crs, crs=crs, resampling=resampling, add_alpha=add_alpha)
    alpha = warped.count if add_alpha else bands.alpha
    return stack.enter_context(warped), BandChoice(bands.indexes, alpha, bands.colours)


def _check_fine_enough(name: str, gsd: tuple[float, float] | None, *, gsd_m: float, model: str) -> None:
    """Refuse a scene that would be blown up many times over: what the model looks for is not in it."""
    coarsest = 0.0 if gsd is None else max(gsd)
    if coarsest > COARSEST * gsd_m:
        raise SceneError(
            f"{name} has pixels of {coarsest:.3g} m, model {model!r} expects {gsd_m:g} m; pass a finer scene, "
            "or --gsd native to look at it as it is"
        )


def _working_grid(
    grid: Georeference, gsd: tuple[float, float] | None, target: float | Literal["native"] | None
) -> Georeference:
    if target is None or target == "native" or gsd is None:
        return grid
    if all(abs(axis / target - 1) <= SAME_GSD for axis in gsd):
        return grid
    return grid.at_gsd(target)


def _source(file: _File, grid: Georeference, *, stack: ExitStack) -> Source:
    """The file's pixels, or those of the coarsest overview that is fine enough for the working grid."""
    level = _overview(file, grid)
    dataset = file.dataset
    if level is not None:
        dataset = stack.enter_context(
            rasterio.open(dataset.name, driver=dataset.driver, overview_level=level)
        )
    return Source(dataset, file.bands, name=file.name)


def _overview(file: _File, grid: Georeference) -> int | None:
    """The overview to read, by its number; None for the file's full size.

    An overview is good where it is the working grid itself, or has two pixels at least for one of that. Nearer
    to one, how the overview was made would show, and a scene with overviews differ from its copy without.
    """
    if isinstance(file.dataset, WarpedVRT) or file.dataset.driver == "MEM":
        return None  # what cannot be opened a second time
    size = file.grid.height, file.grid.width
    most = min(file.grid.height / grid.height, file.grid.width / grid.width) / 2 * (1 + _ROUNDING)

    def fits(factor: int) -> bool:
        same = (-(-size[0] // factor), -(-size[1] // factor)) == (grid.height, grid.width)
        return same or factor <= most

    factors = [file.dataset.overviews(k) for k in file.bands.indexes]
    if any(other != factors[0] for other in factors):
        return None
    fitting = [(factor, level) for level, factor in enumerate(factors[0]) if fits(factor)]
    return max(fitting)[1] if fitting else None
