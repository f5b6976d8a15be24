"""Labels that come as a raster: laid on a scene's grid, pixel by pixel."""

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import MaskFlags

from geounet.errors import GeounetWarning, LabelsError, OptionsError
from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.raster.aligned import Sampling, aligned_labels, on_grid
from geounet.raster.labels import LabelRaster, open_labels
from geounet.raster.source import Pixels
from geounet.training.scenes.attributes import ClassNames, class_table
from geounet.training.scenes.labels import IGNORED

RASTERS = (".tif", ".tiff", ".vrt", ".img", ".png", ".jp2")
"""Extensions of labels that are read as a raster; any others are a vector layer's."""

_ROWS = 256
"""Rows that are read at once."""


def is_raster(path: Path) -> bool:
    """Whether labels of this name are a raster."""
    return path.suffix.lower() in RASTERS


def read_label_raster(path: Path, grid: Georeference, *, names: ClassNames) -> NDArray[np.uint8]:
    """The labels (rows, cols) of the pixels that the centres of `grid`'s lie in, in any CRS; IGNORED outside.

    Values are whole numbers, and become classes as `class_table` says. Nodata is IGNORED, unless `data.classes` or
    `data.ignored` names its value. In one case that would leave nothing to learn from: where there is one class to find,
    nodata is 0, and no other value than that class's occurs, 0 is the background, with a GeounetWarning.

    Raises LabelsError when the labels have several bands, hold no whole numbers or a value that has no class, or cannot be
    laid on the grid; MissingCRSError when one side alone has a CRS and the pixels are not the same.
    """
    with open_labels(path) as raster:
        if not raster.exclusive:
            raise LabelsError(
                f"labels {raster.name} have {len(raster.bands)} bands; expected one band of class indices"
            )
        placeless = raster.grid.crs is None or grid.crs is None
        here = replace(raster, grid=replace(raster.grid, crs=grid.crs)) if placeless else raster
        try:
            labels, is_nodata = _read(aligned_labels(here, grid), names)
            background = _nodata_class(raster, labels, names) if is_nodata.any() else None
            if background is not None:
                labels[is_nodata & _inside(here, grid)] = background
        except OptionsError as error:
            raise LabelsError(f"labels {path.name} cannot be laid on their scene ({error})") from error
    return labels


def _read(raster: LabelRaster, names: ClassNames) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The labels (rows, cols), IGNORED where not valid, and where that may be for the value nodata alone."""
    shape = (raster.grid.height, raster.grid.width)
    labels, is_nodata = np.empty(shape, np.uint8), np.zeros(shape, np.bool_)
    nodata = _nodata(raster)
    for first in range(0, shape[0], _ROWS):
        window = Window(first, 0, min(_ROWS, shape[0] - first), shape[1])
        rows, pixels = slice(first, window.row_stop), raster.bands[0].read(window)
        values, valid = pixels.values[0], pixels.valid
        if raster.alpha is not None:
            valid = valid & (raster.alpha.read(window).values[0] != 0)
        labels[rows] = _classes(values, valid, raster, names)
        is_nodata[rows] = ~valid & (values == nodata) if nodata is not None else False
    return labels, is_nodata


def _classes(
    values: NDArray[Any], valid: NDArray[np.bool_], raster: LabelRaster, names: ClassNames
) -> NDArray[np.uint8]:
    """The class of each pixel of one band; IGNORED where not valid."""
    found = np.unique(values[valid])
    broken = found[found != np.floor(found)]
    if len(broken):
        raise LabelsError(f"labels {raster.name} hold {broken[0]}; expected whole numbers, one a class")
    table = class_table([int(value) for value in found], names, raster=raster)
    labels = np.full(values.shape, IGNORED, np.uint8)
    if len(found):
        labels[valid] = table[np.searchsorted(found, values[valid])]
    return labels


def _nodata(raster: LabelRaster) -> int | None:
    """The value that is nodata, if it is a whole number and nothing else says what is valid."""
    value, flags = raster.dataset.nodata, raster.dataset.mask_flag_enums[0]
    alone = raster.alpha is None and flags == [MaskFlags.nodata]
    return int(value) if alone and value is not None and value == np.floor(value) else None


def _nodata_class(raster: LabelRaster, labels: NDArray[np.uint8], names: ClassNames) -> int | None:
    """What the value nodata stands for, where it is a class all the same; None where nothing is known there."""
    nodata = _nodata(raster)
    named = names.named(str(nodata))
    if named is not None or nodata != 0 or names.only is None:
        return named
    if not np.array_equal(np.unique(labels[labels != IGNORED]), [names.only]):
        return None
    warnings.warn(
        f"labels {raster.name} hold nothing but {names.classes[names.only]} and 0, which is their nodata; 0 is taken for "
        f'{names.classes[0]}: say so with data.classes = {{"0" = "{names.classes[0]}"}}, or leave those pixels out with '
        'data.ignored = ["0"]',
        GeounetWarning,
        stacklevel=2,
    )
    return 0


def _inside(raster: LabelRaster, grid: Georeference) -> NDArray[np.bool_]:
    """The pixels (rows, cols) of a grid whose centres lie on a raster."""
    inside = np.zeros((grid.height, grid.width), np.bool_)
    if on_grid(raster.grid, grid, name=raster.name):
        return ~inside
    sampling = Sampling(raster.grid, grid)
    for first in range(0, grid.height, _ROWS):
        window = Window(first, 0, min(_ROWS, grid.height - first), grid.width)
        nothing = np.zeros((1, window.height, window.width), np.uint8)
        sampling.fill(_everything, window, values=nothing, valid=inside[first : window.row_stop])
    return inside


def _everything(window: Window) -> Pixels:
    """A window of a raster that is valid throughout."""
    shape = (window.height, window.width)
    return Pixels(np.zeros((1, *shape), np.uint8), np.ones(shape, np.bool_))
