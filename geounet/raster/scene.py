"""Scenes: the bands that a model takes, on the grid that it works on, window by window."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Literal, Protocol, Self

import numpy as np

from geounet.errors import SceneError
from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.raster.bands import Wanted
from geounet.raster.environment import cache_room, gdal_environment, georeferencing_optional
from geounet.raster.scene_file import SceneFile, SceneSource, open_files, source_on
from geounet.raster.source import Pixels, Source

COARSEST = 8
"""How many times larger than the model's a scene's pixels may be, unless a person chooses the pixels to work on."""

SAME_GSD = 0.05
"""A scene whose pixels differ by less than this share from what is asked for is not resampled."""

_NAMED = 3
"""Files of one scene that its name lists."""


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


class Scene:
    """A scene on its working grid; a context manager that one thread uses at a time.

    The working grid is the file's own, unless a pixel size in metres is asked for from which the file's differs
    by more than 5 %; then it has the file's extent and orientation, and square pixels of that size. Of several files it
    is the first one's; others are brought to it, and a pixel is valid where it is in all.
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
        """On the working grid."""
        self._closing = ExitStack()
        self.name = name
        """The file's name, without its folder; a caller that knows a better one may set it."""
        self.grid = grid
        """Where the working grid lies."""
        self.file_gsd = file_gsd
        """Ground metres of the file's own pixels, (rows, cols); None without a CRS."""

    @classmethod
    def open(
        cls,
        source: SceneSource,
        *,
        bands: tuple[str, ...],
        options: SceneOptions,
        gsd_m: float | None,
        model: str = "",
    ) -> Self:
        """Open a scene.

        Args:
            source: A path, a URL, or an open rasterio dataset, which stays open; or several of the same ground.
            bands: Names of the bands that the model takes; empty for all. Of several files see `choose_among`.
            options: Band numbers, pixel size and CRS that a person chose.
            gsd_m: The model's metres per pixel; None for any. Without a CRS there are no metres: the scene is
                read as it is.
            model: The model's name, for messages.

        Raises:
            SceneError: A file is missing, is no raster, has no extent, lies elsewhere than the first, or the first is
                far too coarse for the model.
            MissingCRSError: One of several files has no CRS, and other pixels than the first.
            BandError: It does not have the bands.
            OptionsError: `assume_crs` names no CRS.
        """
        with ExitStack() as stack, gdal_environment(), georeferencing_optional():
            files = open_files(source, Wanted(bands, options.bands, model), options.assume_crs, stack=stack)
            first = files[0]
            gsd = None if first.grid.crs is None else first.grid.gsd()
            target = options.gsd
            if target is None and gsd_m is not None:
                _check_fine_enough(first.name, gsd, gsd_m=gsd_m, model=model)
                target = gsd_m
            grid = _working_grid(first.grid, gsd, target)
            pixels = source_on(grid, files, stack=stack)
            stack.enter_context(cache_room(pixels.cache_bytes))
            scene = cls(pixels, grid, name=_name_of(files), file_gsd=gsd)
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

    @property
    def dtypes(self) -> tuple[np.dtype, ...]:
        """Type of the counts of each band, as its file has them."""
        return self._source.dtypes

    @property
    def native(self) -> bool:
        """Whether pixels are the file's own, or an overview's, and not resampled."""
        return self._source.native

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
            shape = (window.height, window.width)
            return Pixels(np.empty((self.count, *shape), self._source.value_dtype), np.empty(shape, np.bool_))
        return self._source.read(window)

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


def _name_of(files: Sequence[SceneFile]) -> str:
    """What files are called together."""
    names = [file.name for file in files]
    return " + ".join(names) if len(names) <= _NAMED else f"{names[0]} + {len(names) - 1} more"
