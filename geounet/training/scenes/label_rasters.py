"""Labels that come as a raster: laid on a scene's grid, pixel by pixel."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.georeference import Georeference
from geounet.raster.aligned import aligned_labels
from geounet.raster.labels import LabelRaster, open_labels
from geounet.training.scenes.labels import IGNORED

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
        here = replace(raster, grid=replace(raster.grid, crs=grid.crs))  # of which one side may name none
        labels = np.concatenate([strip.labels[0] for strip in aligned_labels(here, grid).strips()])
    most = labels[labels != IGNORED].max(initial=0)
    if most >= classes:
        raise LabelsError(f"labels {path.name} hold {most}; expected 0 to {classes - 1}, or 255 for nodata")
    return labels


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
