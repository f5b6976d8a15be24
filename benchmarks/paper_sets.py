"""The microscopy sets of U-Net's paper: frames, which of them are held out together, and labels for training.

Published truth is of two kinds: gold, where a person drew a cell, and silver, where several programs agree on one. A
few gold frames are of some of their cells only: a silver cell that gold lacks is neither trained on nor judged by.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes

from geounet.raster.environment import georeferencing_optional

UNSURE = "unsure"
"""The class of cells that silver truth alone has."""

CHOSEN_ON = slice(2, None, 5)
"""Of the frames that are not judged, those on which weights and threshold are chosen; the others are trained on."""

STACK_PARTS = 3
"""Parts of neighbouring slices that the electron microscope's stack is cut into."""

_COVERED = 0.5
"""Share of a silver cell from which on gold has it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An image and its truth."""

    group: str
    """What is held out together: a sequence of frames, or a part of a stack."""
    image: Path
    """One band, uint8."""
    truth: Path
    """Numbers of cells, 0 for none; of the stack 255 in cells and 0 on membranes."""
    silver: Path | None = None
    """Numbers of cells that programs agree on."""

    @property
    def name(self) -> str:
        """Its group and number."""
        return f"{self.group}-{self.image.stem}"


@dataclass(frozen=True, slots=True)
class Fold:
    """What is trained on, chosen on and judged in one run."""

    name: str
    trained: tuple[Frame, ...]
    chosen_on: tuple[Frame, ...]
    judged: tuple[Frame, ...]


def tracked_frames(folder: Path) -> list[Frame]:
    """The frames of a set of the Cell Tracking Challenge that have gold truth, by sequence and time."""
    return [
        Frame(
            sequence,
            image,
            folder / f"{sequence}_GT/SEG/man_seg{image.stem[1:]}.tif",
            folder / f"{sequence}_ST/SEG/man_seg{image.stem[1:]}.tif",
        )
        for sequence in ("01", "02")
        for image in sorted((folder / sequence).glob("t*.tif"))
    ]


def stack_frames(folder: Path) -> list[Frame]:
    """The slices of the ISBI 2012 stack, from top to bottom, in STACK_PARTS groups."""
    images = sorted((folder / "image").glob("*.png"), key=lambda path: int(path.stem))
    return [
        Frame(f"part{n * STACK_PARTS // len(images) + 1}", image, folder / "label" / image.name)
        for n, image in enumerate(images)
    ]


def folds(frames: Sequence[Frame]) -> Iterator[Fold]:
    """A fold a group: that group is judged, and the others are trained on, but for the few that are chosen on."""
    for group in dict.fromkeys(frame.group for frame in frames):
        others = [frame for frame in frames if frame.group != group]
        chosen_on = others[CHOSEN_ON]
        yield Fold(
            group,
            tuple(frame for frame in others if frame not in chosen_on),
            tuple(chosen_on),
            tuple(frame for frame in frames if frame.group == group),
        )


def read_band(path: Path, band: int = 1) -> NDArray[Any]:
    """A band of a raster (rows, cols)."""
    with georeferencing_optional(), rasterio.open(path) as dataset:
        values: NDArray[Any] = dataset.read(band)
        return values


def write_image(frame: Frame, path: Path, *, shrink: int) -> Path:
    """A frame's image with pixels `shrink` times as large, each the mean of those that it covers, as a GeoTIFF.

    Sides are cut to a multiple first.
    """
    values = shrunk(read_band(frame.image), shrink)
    rows, cols = values.shape
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = {"count": 1, "height": rows, "width": cols, "dtype": "uint8"}
    with georeferencing_optional(), rasterio.open(path, "w", driver="GTiff", **shape) as dataset:
        dataset.write(values, 1)
    return path


def shrunk(values: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """The mean of each square of `factor` × `factor` pixels (rows, cols)."""
    rows, cols = (side // factor for side in values.shape)
    squares = values[: rows * factor, : cols * factor].reshape(rows, factor, cols, factor)
    means: NDArray[np.uint8] = np.rint(squares.mean(axis=(1, 3))).astype(np.uint8)
    return means


def write_cells(frame: Frame, path: Path, *, shrink: int = 1) -> Path:
    """A frame's cells as a layer without CRS, in pixels: gold ones are `cell`, silver ones that gold lacks UNSURE."""
    gold = read_band(frame.truth)
    areas = cell_areas(gold)
    classes = ["cell"] * len(areas)
    if frame.silver is not None:
        extra = cell_areas(beside(gold, read_band(frame.silver)))
        areas, classes = [*areas, *extra], [*classes, *[UNSURE] * len(extra)]
    areas = [shapely.transform(area, lambda xy: xy / shrink) for area in areas]
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # a microscope's image has none
        gpd.GeoDataFrame({"class": classes}, geometry=areas).to_file(path)
    return path


def beside(gold: NDArray[Any], silver: NDArray[Any]) -> NDArray[Any]:
    """Silver cells (rows, cols) that gold lacks, without the pixels that are gold all the same."""
    sizes = np.bincount(silver.ravel())
    covered = np.bincount(silver[gold > 0], minlength=len(sizes))
    lacking = covered < _COVERED * sizes
    lacking[0] = False
    return np.where(lacking[silver] & (gold == 0), silver, 0).astype(silver.dtype)


def cell_areas(cells: NDArray[Any]) -> list[shapely.Polygon | shapely.MultiPolygon]:
    """The area of each number above 0, in pixels, in the order of the numbers: a MultiPolygon where it is in parts."""
    parts: dict[int, list[shapely.Polygon]] = {}
    for outline, number in shapes(cells.astype(np.int32), mask=cells > 0):
        parts.setdefault(int(number), []).append(
            shapely.Polygon(outline["coordinates"][0], outline["coordinates"][1:])
        )
    return [shapely.MultiPolygon(found) if len(found) > 1 else found[0] for _, found in sorted(parts.items())]
