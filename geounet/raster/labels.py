"""Label rasters: files of class indices → strips, with their classes' names."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio.shutil
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader, MemoryFile

from geounet.errors import LabelsError
from geounet.georeference import Georeference, named_crs
from geounet.grid import Window
from geounet.raster.bands import BandChoice
from geounet.raster.environment import cache_room, gdal_environment, georeferencing_optional
from geounet.raster.source import Source, file_name, open_raster
from geounet.strip import NODATA, LabelStrip

DEFAULT_STRIP_ROWS = 256
CLASSES_TAG = "GEOUNET_CLASSES"
"""The tag, inside the file, that holds the class names as JSON."""


@dataclass(frozen=True, slots=True)
class LabelRaster:
    """An open label raster; one thread at a time reads its strips."""

    dataset: DatasetReader
    name: str
    """The file's name, without its folder."""
    grid: Georeference
    class_names: tuple[str, ...]
    """The name of each label, the background first; of each band after the first where classes overlap."""
    bands: tuple[Source, ...]
    """One band of class indices, or one 0/1 band a class."""
    alpha: Source | None = None
    """The band that says what is valid, if there is one."""

    @property
    def tags(self) -> dict[str, str]:
        """What the file says of itself."""
        return dict(self.dataset.tags())

    @property
    def exclusive(self) -> bool:
        """One band of class indices; otherwise one 0/1 band a class."""
        return len(self.bands) == 1

    @property
    def all_valid(self) -> bool:
        """Whether nothing says that a pixel is not valid, so that 255 is what was written."""
        return {flag.name for of_band in self.dataset.mask_flag_enums for flag in of_band} == {"all_valid"}

    def strips(self, rows: int | None = None) -> Iterator[LabelStrip]:
        """The labels from top to bottom, `rows` rows at once; 255 where not valid.

        Raises LabelsError where a label is no whole number from 0 to 255, or of several bands neither 0 nor 1;
        SceneError where the file cannot be read.
        """
        step = rows or DEFAULT_STRIP_ROWS
        for first in range(0, self.grid.height, step):
            window = Window(first, 0, min(step, self.grid.height - first), self.grid.width)
            labels = np.empty((len(self.bands), window.height, window.width), np.uint8)
            for band, source in enumerate(self.bands):
                pixels = source.read(window)
                labels[band] = self._labels(pixels.values[0], pixels.valid, band=band)
            if self.alpha is not None:
                labels[:, ~self._opaque(self.alpha, window)] = NODATA
            yield LabelStrip(first, labels)

    def _opaque(self, alpha: Source, window: Window) -> NDArray[np.bool_]:
        values = alpha.read(window).values[0]
        if not self.exclusive and (values == 1).any():
            raise LabelsError(
                f"{self.name} has an alpha band that holds 1; expected 0 and 255: if it is a class, give the band "
                "its name as a description"
            )
        return np.asarray(values != 0)

    def _labels(self, values: NDArray[Any], valid: NDArray[np.bool_], *, band: int) -> NDArray[np.uint8]:
        if self.exclusive:
            expected = "labels that are whole numbers from 0 to 255"
            wrong = _not_whole(values)
        else:
            expected = (
                f"0 or 1 in each of {len(self.bands)} bands, one a class; pass a raster of one band of labels"
            )
            wrong = (values != 0) & (values != 1) & (values != NODATA)
        wrong &= valid
        if wrong.any():
            raise LabelsError(f"{self.name} holds {values[wrong][0]} in band {band + 1}; expected {expected}")
        with np.errstate(invalid="ignore"):  # what is not valid may be no number
            return np.where(valid, values.astype(np.uint8), np.uint8(NODATA))


@contextmanager
def open_labels(
    source: str | Path | DatasetReader, *, assume_crs: str | None = None
) -> Iterator[LabelRaster]:
    """A label raster, open for as long as the context lasts; any open rasterio dataset is left open.

    An alpha band is no class, but says what is valid, unless it has a description.

    Raises:
        SceneError: It is no raster.
        LabelsError: It holds complex numbers, or its tag of class names is not a JSON list.
        OptionsError: `assume_crs` names no CRS.
    """
    with ExitStack() as stack:
        with gdal_environment(), georeferencing_optional():
            dataset = open_raster(source, stack)
            raster = _raster(dataset, dataset.crs or (named_crs(assume_crs) if assume_crs else None))
        stack.enter_context(cache_room(_cache_bytes(dataset, raster)))
        yield raster


def _raster(dataset: DatasetReader, crs: object) -> LabelRaster:
    name = file_name(dataset.name)
    if any(np.dtype(dtype).kind == "c" for dtype in dataset.dtypes):
        raise LabelsError(f"{name} holds complex numbers; expected whole numbers from 0 to 255")
    alpha = _alpha(dataset)
    indexes = [k for k in dataset.indexes if k != alpha]
    return LabelRaster(
        dataset=dataset,
        name=name,
        grid=Georeference(dataset.transform, crs, dataset.height, dataset.width),
        class_names=_class_names(dataset, indexes),
        bands=tuple(Source(dataset, BandChoice((k,)), name=name) for k in indexes),
        alpha=Source(dataset, BandChoice((alpha,)), name=name) if alpha else None,
    )


def _alpha(dataset: DatasetReader) -> int | None:
    """The alpha band beside one of labels.

    GDAL takes the fourth of four unnamed bands of bytes for alpha, though it may be a class: a band that is
    described is one.
    """
    return next(
        (
            k
            for k, colour in enumerate(dataset.colorinterp, 1)
            if colour == ColorInterp.alpha and dataset.count > 1 and not dataset.descriptions[k - 1]
        ),
        None,
    )


def _not_whole(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where values are no whole numbers from 0 to 255."""
    if values.dtype == np.uint8:
        return np.zeros(values.shape, np.bool_)
    with np.errstate(invalid="ignore"):
        return np.asarray((values < 0) | (values > NODATA) | (np.mod(values, 1) != 0))


def _cache_bytes(dataset: DatasetReader, raster: LabelRaster) -> int:
    """Room for a strip's pixels, so that bands which are stored together are decoded once."""
    pixel: int = sum(np.dtype(dtype).itemsize for dtype in dataset.dtypes)
    return raster.bands[0].cache_bytes + DEFAULT_STRIP_ROWS * raster.grid.width * pixel


def _class_names(dataset: DatasetReader, indexes: list[int]) -> tuple[str, ...]:
    """The names of labels, from the file's tag or its categories, or of bands; `class_1`, `class_2` … for the rest."""
    if len(indexes) > 1:
        names = ["background", *(dataset.descriptions[k - 1] or "" for k in indexes)]
    else:
        names = _tagged_names(dataset) or _category_names(dataset, indexes[0])
        names += [""] * (NODATA + 1 - len(names))
    return tuple(name or (f"class_{k}" if k else "background") for k, name in enumerate(names))


def _tagged_names(dataset: DatasetReader) -> list[str]:
    try:
        names = json.loads(dataset.tags().get(CLASSES_TAG, "[]"))
    except ValueError as error:
        raise _not_a_list(dataset, str(error)) from error
    if not isinstance(names, list):
        raise _not_a_list(dataset, f"it holds {type(names).__name__}")
    return [str(name) for name in names]


def _not_a_list(dataset: DatasetReader, found: str) -> LabelsError:
    return LabelsError(
        f"{file_name(dataset.name)}: tag {CLASSES_TAG} is not a JSON list of names ({found}); remove it"
    )


def _category_names(dataset: DatasetReader, index: int) -> list[str]:
    """GDAL's category names of a band, which rasterio hands on in the dataset's description as a VRT alone."""
    with MemoryFile(ext=".vrt") as file:
        rasterio.shutil.copy(dataset, file.name, driver="VRT")
        root = ET.fromstring(file.read())  # noqa: S314 (written by GDAL just now)
    path = f"VRTRasterBand[@band='{index}']/CategoryNames/Category"
    return [category.text or "" for category in root.iterfind(path)]
