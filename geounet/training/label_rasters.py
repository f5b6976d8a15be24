"""Labels that come as a raster: laid on a scene's grid, pixel by pixel."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.georeference import Georeference
from geounet.raster.labels import LabelRaster, open_labels
from geounet.training.labels import IGNORED

RASTERS = (".tif", ".tiff", ".vrt", ".img", ".png", ".jp2")
"""Extensions of labels that are read as a raster; any others are a vector layer's."""

PLACES = 4096
"""Most labelled pixels of a scene that crops are drawn round."""


def is_raster(path: Path) -> bool:
    """Whether labels of this name are a raster."""
    return path.suffix.lower() in RASTERS


def read_label_raster(path: Path, grid: Georeference, *, classes: int) -> NDArray[np.uint8]:
    """The labels (rows, cols) of the pixels that the centres of `grid`'s lie in; IGNORED outside, and where nodata.

    Raises LabelsError when the labels lie in another CRS than the grid, have several bands, or name a class that
    the model has not.
    """
    with open_labels(path) as raster:
        _check(raster, grid)
        strips = [strip.labels[0] for strip in raster.strips()]
    labels = np.concatenate(strips)
    if labels[labels != IGNORED].max(initial=0) >= classes:
        raise LabelsError(
            f"labels {path.name} hold {labels[labels != IGNORED].max()}; expected 0 to {classes - 1}, or 255 for nodata"
        )
    return _sampled(labels, raster.grid, grid)


def places(labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Labelled pixels, evenly taken from top to bottom, as (row, col), n × 2: where crops are drawn."""
    found = np.flatnonzero((labels != 0) & (labels != IGNORED))
    chosen = found[:: max(1, -(-len(found) // PLACES))]
    where: NDArray[np.float64] = (
        np.stack(np.unravel_index(chosen, labels.shape), axis=1).astype(np.float64) + 0.5
    )
    return where


def _check(raster: LabelRaster, grid: Georeference) -> None:
    if not raster.exclusive:
        raise LabelsError(
            f"labels {raster.name} have {len(raster.bands)} bands; expected one band of class indices"
        )
    if raster.grid.crs is not None and grid.crs is not None and raster.grid.crs != grid.crs:
        raise LabelsError(
            f"labels {raster.name} lie in {raster.grid.crs}, their scene in {grid.crs}; expected one CRS: warp the labels"
        )


def _sampled(labels: NDArray[np.uint8], own: Georeference, grid: Georeference) -> NDArray[np.uint8]:
    """Labels on another grid of the same CRS, each pixel's from under its centre."""
    a, b, c, d, e, f = tuple(~own.transform @ grid.transform)[:6]
    rows, cols = np.arange(grid.height)[:, None] + 0.5, np.arange(grid.width)[None] + 0.5
    col, row = np.floor(a * cols + b * rows + c).astype(int), np.floor(d * cols + e * rows + f).astype(int)
    inside = (row >= 0) & (row < own.height) & (col >= 0) & (col < own.width)
    found = labels[row.clip(0, own.height - 1), col.clip(0, own.width - 1)]
    return np.where(inside, found, np.uint8(IGNORED))
