"""Label rasters: files of class indices → strips, with their classes' names."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioIOError
from rasterio.io import DatasetReader
from rasterio.windows import Window as RasterioWindow

from geounet.errors import LabelsError, SceneError
from geounet.georeference import Georeference, named_crs
from geounet.strip import NODATA, LabelStrip

DEFAULT_STRIP_ROWS = 512
CLASSES_TAG = "GEOUNET_CLASSES"
"""The tag, inside the file, that holds the class names as JSON."""


@dataclass(frozen=True, slots=True)
class LabelRaster:
    """An open label raster."""

    dataset: DatasetReader
    name: str
    grid: Georeference
    class_names: tuple[str, ...]
    """The name of each label, the background first; of each band after the first where classes overlap."""
    exclusive: bool
    """One band of class indices; otherwise one 0/1 band a class."""

    @property
    def tags(self) -> dict[str, str]:
        """What the file says of itself."""
        return dict(self.dataset.tags())

    def strips(self, rows: int | None = None) -> Iterator[LabelStrip]:
        """The labels from top to bottom, `rows` rows at once; 255 where not valid.

        Raises LabelsError where a label is no whole number from 0 to 255.
        """
        step = rows or DEFAULT_STRIP_ROWS
        for first in range(0, self.grid.height, step):
            window = RasterioWindow(0, first, self.grid.width, min(step, self.grid.height - first))
            try:
                values, valid = self.dataset.read(window=window), self.dataset.read_masks(window=window) > 0
            except RasterioIOError as error:
                raise SceneError(
                    f"{self.name} cannot be read at row {first} ({error}); is the file whole?"
                ) from error
            yield LabelStrip(first, self._labels(values, valid))

    def _labels(self, values: NDArray[np.generic], valid: NDArray[np.bool_]) -> NDArray[np.uint8]:
        labels = np.where(valid, values, NODATA)
        if labels.dtype != np.uint8:
            whole = (labels >= 0) & (labels <= NODATA) & (np.mod(labels, 1) == 0)
            if not whole.all():
                found = labels[~whole].flat[0]
                raise LabelsError(
                    f"{self.name} holds {found}; expected labels that are whole numbers from 0 to 255"
                )
        return labels.astype(np.uint8, copy=False)


@contextmanager
def open_labels(
    source: str | Path | DatasetReader, *, assume_crs: str | None = None
) -> Iterator[LabelRaster]:
    """A label raster, open for as long as the context lasts; raises SceneError when it is none.

    A dataset that was given open is left open.
    """
    with ExitStack() as stack:
        dataset = source if isinstance(source, DatasetReader) else stack.enter_context(_opened(source))
        if np.dtype(dataset.dtypes[0]).kind == "c":
            raise LabelsError(f"{dataset.name} holds complex numbers; expected whole numbers from 0 to 255")
        crs = dataset.crs or (named_crs(assume_crs) if assume_crs else None)
        grid = Georeference(dataset.transform, crs, dataset.height, dataset.width)
        names = _class_names(dataset)
        yield LabelRaster(dataset, Path(dataset.name).name, grid, names, exclusive=dataset.count == 1)


def _opened(source: str | Path) -> DatasetReader:
    try:
        return rasterio.open(source)
    except RasterioIOError as error:
        raise SceneError(
            f"{str(source)!r} cannot be opened as a raster ({error}); pass a label raster"
        ) from error


def _class_names(dataset: DatasetReader) -> tuple[str, ...]:
    """Names from the file's tag, or from its bands where there are several; `class_1`, `class_2` … for the rest."""
    if dataset.count > 1:
        return ("background", *(name or f"class_{k}" for k, name in enumerate(dataset.descriptions, 1)))
    names = _tagged_names(dataset)
    return (*names, *(f"class_{k}" for k in range(len(names), NODATA + 1))) if names else _numbered()


def _numbered() -> tuple[str, ...]:
    return ("background", *(f"class_{k}" for k in range(1, NODATA + 1)))


def _tagged_names(dataset: DatasetReader) -> list[str]:
    try:
        names = json.loads(dataset.tags().get(CLASSES_TAG, "[]"))
    except ValueError as error:
        raise LabelsError(f"{dataset.name}: tag {CLASSES_TAG} is not JSON ({error}); remove it") from error
    return [str(name) for name in names]
