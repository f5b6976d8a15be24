"""A scene as a small picture on any grid: what a report or a preview is drawn over."""

import math
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, MemoryFile
from rasterio.vrt import WarpedVRT

from geounet.errors import BandError, SceneError
from geounet.georeference import Georeference, named_crs
from geounet.grid import Window
from geounet.raster.bands import BandChoice, Wanted, choose_bands
from geounet.raster.environment import gdal_environment, georeferencing_optional
from geounet.raster.source import Pixels, Source, file_name, one_line, open_raster

LARGEST_SIDE = 1600
"""Pixels of a picture's longer side, at most."""

_NO_PLACE = CRS.from_epsg(3857)
"""Stands for the CRS of a scene and a grid that both name none: GDAL warps between named ones only."""

_ROUNDING = 0.01
"""By so much a ratio of sizes may miss a whole number that is meant."""

_STRETCH = (1, 99)
"""Percentiles of counts that are shown as black and white, where counts are not bytes."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A scene at a picture's size."""

    image: NDArray[np.uint8]
    """Red, green and blue, (3, rows, cols); 0 where not valid."""
    valid: NDArray[np.bool_]
    """Which pixels are valid, (rows, cols); outside the scene none are."""
    grid: Georeference
    """Where the picture lies."""


def reduced(grid: Georeference, *, largest_side: int = LARGEST_SIDE) -> Georeference:
    """The grid of the same extent with at most `largest_side` pixels a side; the grid itself where it is small."""
    factor = max(1.0, max(grid.height, grid.width) / largest_side)
    height, width = max(1, round(grid.height / factor)), max(1, round(grid.width / factor))
    scale = Affine.scale(grid.width / width, grid.height / height)
    return Georeference(grid.transform * scale, grid.crs, height, width)


def read_thumbnail(
    scene: str | Path,
    grid: Georeference | None = None,
    *,
    largest_side: int = LARGEST_SIDE,
    assume_crs: str | None = None,
) -> Thumbnail:
    """A scene's red, green and blue (or its first band) averaged into the pixels of `grid`, in any CRS.

    `grid` is the scene's own, reduced to `largest_side`, where none is given. Overviews are read where there are
    any, and memory does not depend on the scene's size.

    Raises:
        SceneError: It is no raster, cannot be read, or one of scene and grid has a CRS and the other has none.
        OptionsError: `assume_crs` names no CRS.
    """
    name = file_name(str(scene))
    try:
        with ExitStack() as stack, gdal_environment(), georeferencing_optional():
            dataset = open_raster(scene, stack)
            own = _grid_of(dataset, assume_crs)
            grid = grid or reduced(own, largest_side=largest_side)
            _check_places(own, grid, name=name)
            pixels = _Warp(own, grid).read(dataset, _shown_bands(dataset, name), name=name, stack=stack)
    except RasterioError as error:
        raise SceneError(
            f"{name} cannot be drawn ({one_line(error)}); expected a whole raster: fetch or write it again"
        ) from error
    image = _stretched(pixels)
    return Thumbnail(np.broadcast_to(image, (3, *image.shape[1:])), pixels.valid, grid)


def png(image: NDArray[np.uint8]) -> bytes:
    """An image (3 or 4 bands, rows, cols) as the bytes of a PNG file."""
    return _encoded(image, "PNG", zlevel=6)


def photograph(image: NDArray[np.uint8]) -> tuple[str, bytes]:
    """An image (3 or 4 bands, rows, cols) as the media type and bytes of a file of a tenth of a PNG's size.

    That is WebP, but PNG where this GDAL lacks it.
    """
    with gdal_environment(), rasterio.Env() as environment:
        if "WEBP" not in environment.drivers():
            return "image/png", png(image)
    return "image/webp", _encoded(image, "WEBP", quality=85)


def _encoded(image: NDArray[np.uint8], driver: str, **profile: int) -> bytes:
    count, height, width = image.shape
    shape = {"count": count, "height": height, "width": width, "dtype": "uint8"}
    with gdal_environment(), georeferencing_optional(), MemoryFile() as file:
        with file.open(driver=driver, **shape, **profile) as picture:
            picture.write(image)
        return bytes(file.read())


def _grid_of(dataset: DatasetReader, assume_crs: str | None) -> Georeference:
    crs = dataset.crs or (named_crs(assume_crs) if assume_crs else None)
    return Georeference(dataset.transform, crs, dataset.height, dataset.width)


def _check_places(own: Georeference, grid: Georeference, *, name: str) -> None:
    if (own.crs is None) != (grid.crs is None):
        raise SceneError(
            f"{name} has {'no' if own.crs is None else 'a'} CRS, and what is drawn over it has "
            f"{'one' if own.crs is None else 'none'}; pass --assume-crs"
        )


def _shown_bands(dataset: DatasetReader, name: str) -> BandChoice:
    """Red, green and blue; else the first three bands, or the first alone."""
    try:
        return choose_bands(dataset, Wanted(("red", "green", "blue")), scene=name)
    except BandError:
        every = choose_bands(dataset, Wanted(()), scene=name)
        indexes = every.indexes if len(every.indexes) >= 3 else every.indexes[:1]
        return BandChoice(indexes[:3], every.alpha, every.colours)


@dataclass(frozen=True, slots=True)
class _Warp:
    """The way from a scene's own grid to a picture's."""

    own: Georeference
    grid: Georeference

    def read(self, dataset: DatasetReader, bands: BandChoice, *, name: str, stack: ExitStack) -> Pixels:
        """The pixels of the picture's grid."""
        level = self._overview(dataset, bands)
        if level is not None:
            dataset = stack.enter_context(
                rasterio.open(dataset.name, driver=dataset.driver, overview_level=level)
            )
        add_alpha = dataset.nodata is None and bands.alpha is None
        warped = WarpedVRT(
            dataset, src_crs=self.own.crs or _NO_PLACE, crs=self.grid.crs or _NO_PLACE, add_alpha=add_alpha,
            transform=self.grid.transform, height=self.grid.height, width=self.grid.width,
            resampling=Resampling.nearest if bands.colours else Resampling.average,
        )  # fmt: skip
        stack.enter_context(warped)
        alpha = warped.count if add_alpha else bands.alpha
        source = Source(warped, BandChoice(bands.indexes, alpha, bands.colours), name=name)
        return source.read(Window(0, 0, self.grid.height, self.grid.width))

    def _overview(self, dataset: DatasetReader, bands: BandChoice) -> int | None:
        """The coarsest overview whose pixels are no larger than the picture's; None for the file's full size."""
        if dataset.driver in ("MEM", "VRT"):
            return None
        factors = dataset.overviews(bands.indexes[0])
        fitting = [
            level for level, factor in enumerate(factors) if factor <= self._reduction() * (1 + _ROUNDING)
        ]
        return fitting[-1] if fitting else None

    def _reduction(self) -> float:
        """How many times larger than the scene's the picture's pixels are, at least."""
        if self.own.crs is None or self.grid.crs is None:
            return math.sqrt(abs(self.grid.transform.determinant / self.own.transform.determinant))
        return min(self.grid.gsd()) / max(self.own.gsd())


def _stretched(pixels: Pixels) -> NDArray[np.uint8]:
    """Counts as brightness, 0 where not valid: bytes as they are, others from the 1st to the 99th percentile."""
    values, valid = pixels.values, pixels.valid
    if values.dtype == np.uint8:
        return np.where(valid, values, np.uint8(0))
    image = np.zeros(values.shape, np.uint8)
    for band, shown in zip(values, image, strict=True):
        if valid.any():
            low, high = np.percentile(band[valid], _STRETCH)
            scaled = (band[valid] - low) / max(high - low, np.finfo(np.float32).tiny)
            shown[valid] = np.rint(255 * np.clip(scaled, 0, 1)).astype(np.uint8)
    return image
