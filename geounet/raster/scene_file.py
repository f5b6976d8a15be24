"""The files of a scene: opened, their bands chosen, brought to the scene's grid."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import rasterio
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT

from geounet.errors import SceneError
from geounet.georeference import Georeference, named_crs
from geounet.raster.aligned import on_grid
from geounet.raster.bands import BandChoice, Wanted
from geounet.raster.interpolated import InterpolatedSource
from geounet.raster.joined import JoinedSource
from geounet.raster.projected import Projection, coincide
from geounet.raster.resampled import ResampledSource
from geounet.raster.several_bands import choose_among
from geounet.raster.source import Source, file_name, open_raster

OneFile: TypeAlias = str | Path | DatasetReader
"""A path, a URL, or an open rasterio dataset, which stays open."""

SceneSource: TypeAlias = OneFile | Sequence[OneFile]
"""A file, or several that show the same ground."""

_ROUNDING = 0.01
"""By so much a ratio of sizes may miss a whole number that is meant."""


@dataclass(frozen=True, slots=True)
class SceneFile:
    """An open file, and what was found out about it."""

    dataset: DatasetReader
    grid: Georeference
    bands: BandChoice
    places: tuple[int, ...]
    """Where its bands go among those of all files, from 0."""
    name: str


def files_of(source: SceneSource) -> tuple[OneFile, ...]:
    """The files of a scene, one by one; raises SceneError where there is none."""
    files = tuple(source) if isinstance(source, Sequence) and not isinstance(source, str) else (source,)
    if not files:
        raise SceneError("a scene of no files; expected one at least")
    return files


def open_files(
    source: SceneSource, wanted: Wanted, assume_crs: str | None, *, stack: ExitStack
) -> list[SceneFile]:
    """The files, open until `stack` is closed; warped where ground control points alone place them."""
    assumed = named_crs(assume_crs) if assume_crs else None
    datasets = [open_raster(one, stack) for one in files_of(source)]
    names = [file_name(dataset.name) for dataset in datasets]
    taken = choose_among(datasets, wanted, scenes=names)
    files = []
    for dataset, name, own in zip(datasets, names, taken, strict=True):
        placed, bands = _placed(dataset, own.choice, assumed, stack=stack)
        grid = Georeference(placed.transform, placed.crs or assumed, placed.height, placed.width)
        files.append(SceneFile(placed, grid, bands, own.places, name))
    return files


def source_on(grid: Georeference, files: Sequence[SceneFile], *, stack: ExitStack) -> Source:
    """The files' pixels on a grid of the first one's extent; valid where all are.

    Raises SceneError where one lies elsewhere, and MissingCRSError where nothing says where it lies.
    """
    first, *others = files
    if not others:
        return _over(first, grid, stack=stack)
    sources = [
        _over(first, grid, stack=stack),
        *(_brought(file, first, grid, stack=stack) for file in others),
    ]
    return JoinedSource(sources, [file.places for file in files])


def _brought(file: SceneFile, first: SceneFile, grid: Georeference, *, stack: ExitStack) -> Source:
    """Another file's pixels on a grid of the first one's extent."""
    own = file.grid
    placeless = own.crs is None or first.grid.crs is None
    same = on_grid(own, first.grid, name=file.name) if placeless else _is_ground_of(first.grid, own)
    if same:
        return _over(file, grid, stack=stack)
    if not Projection(own, grid).meets():
        raise SceneError(
            f"{file.name} lies elsewhere than {first.name}; expected files of the same ground: check their CRS, or leave "
            "one out"
        )
    averaged = _as_coarse(own, grid)
    return InterpolatedSource(_over(file, averaged, stack=stack), averaged, grid)


def _is_ground_of(grid: Georeference, own: Georeference) -> bool:
    return own.crs == grid.crs and coincide(own, grid)


def _as_coarse(own: Georeference, grid: Georeference) -> Georeference:
    """A file's extent in pixels that are no finer than a grid's: what interpolation would not see is averaged before."""
    wanted = min(grid.gsd())
    down, along = (max(1.0, wanted / size) for size in own.gsd())
    height, width = max(1, round(own.height / down)), max(1, round(own.width / along))
    scale = own.transform.scale(own.width / width, own.height / height)
    return Georeference(own.transform * scale, own.crs, height, width)


def _over(file: SceneFile, grid: Georeference, *, stack: ExitStack) -> Source:
    """A file's pixels on a grid of its own extent."""
    source = _source(file, grid, stack=stack)
    if (source.height, source.width) == (grid.height, grid.width):
        return source
    return ResampledSource(source, height=grid.height, width=grid.width)


def _placed(
    dataset: DatasetReader, bands: BandChoice, assumed: CRS | None, *, stack: ExitStack
) -> tuple[DatasetReader, BandChoice]:
    """The file itself, or warped where ground control points alone say where it lies."""
    points, points_crs = dataset.gcps
    points_crs = points_crs or assumed
    if points and points_crs and dataset.transform.is_identity:
        return _warped(dataset, bands, points_crs, stack=stack)
    return dataset, bands


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


def _source(file: SceneFile, grid: Georeference, *, stack: ExitStack) -> Source:
    """The file's pixels, or those of the coarsest overview that is fine enough for a grid of its extent."""
    level = _overview(file, grid)
    dataset = file.dataset
    if level is not None:
        dataset = stack.enter_context(
            rasterio.open(dataset.name, driver=dataset.driver, overview_level=level)
        )
    return Source(dataset, file.bands, name=file.name)


def _overview(file: SceneFile, grid: Georeference) -> int | None:
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
