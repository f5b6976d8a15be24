"""Polygons of a layer as labels: burnt strip by strip, a pixel is an area's where its centre lies in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize

from geounet.errors import LabelsError, MissingCRSError
from geounet.evaluation.classes import Naming, Table
from geounet.evaluation.features import read_features
from geounet.evaluation.sides import Reading
from geounet.georeference import Georeference

_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

CLASS = "class"
"""The attribute that names a feature's class."""


@dataclass(frozen=True, slots=True)
class AreaLayer:
    """The areas of a vector file, and what they are called."""

    name: str
    """The file's name, without its folder."""
    frame: geopandas.GeoDataFrame

    @property
    def naming(self) -> Naming:
        """The values of the attribute `class`, in alphabetical order."""
        values = sorted(set(self._classes())) if CLASS in self.frame else []
        return Naming(self.name, ("background", *values), layer=True)

    def on(self, grid: Georeference, *, table: Table, bands: int | None) -> "BurntSide":
        """These areas as labels on a grid: `table` gives each name's label, 0 leaves its areas out.

        Bands are None for one band of labels, where what comes later in the file covers what came before; else as
        many of 0 and 1. Raises MissingCRSError where one side alone has a CRS.
        """
        places = {text: k for k, text in enumerate(self.naming.names) if k}
        labels = table[
            [places[text] for text in self._classes()] if places else np.ones(len(self.frame), int)
        ]
        shapes = _in_pixels(self.frame, grid, name=self.name)
        parts, feature = shapely.get_parts(shapely.make_valid(shapes), return_index=True)
        kept = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (labels[feature] > 0)
        return BurntSide(self.name, grid, shapely.STRtree(parts[kept]), labels[feature][kept], bands=bands)

    def _classes(self) -> list[str]:
        return [str(value) for value in self.frame[CLASS]]


def read_area_layer(path: str | Path, *, assume_crs: str | None) -> AreaLayer:
    """The areas of a vector file; features without geometry are left out.

    Raises LabelsError where the file cannot be read, or a feature is a line or a point.
    """
    frame = read_features(path, assume_crs=assume_crs)
    name = Path(path).name
    shapes = frame.geometry.to_numpy()
    frame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    other = ~np.isin(kinds, _AREAS)
    if other.any():
        found = shapely.GeometryType(int(kinds[other][0])).name.lower()
        raise LabelsError(
            f"{name} has {other.sum()} features that are no areas ({found}); expected polygons: compare lines with "
            "lines (--kind lines), or buffer them"
        )
    return AreaLayer(name, frame)


@dataclass(frozen=True, slots=True)
class BurntSide:
    """Areas in pixel coordinates that are burnt as they are asked for."""

    name: str
    grid: Georeference
    tree: shapely.STRtree
    """The areas, by where they lie (x = column, y = row)."""
    labels: NDArray[np.uint8]
    """The label of each area."""
    bands: int | None
    """How many bands of 0 and 1; None for one band of labels."""

    @property
    def exclusive(self) -> bool:
        """One band of labels."""
        return self.bands is None

    @property
    def pixel_bytes(self) -> int:
        """Bytes that a pixel takes while it is burnt."""
        return 2 * (self.bands or 1)

    def readings(self, rows: int) -> Iterator[Reading]:
        """The labels from top to bottom, `rows` rows at once."""
        for first in range(0, self.grid.height, rows):
            count = min(rows, self.grid.height - first)
            there = np.sort(self.tree.query(shapely.box(0, first, self.grid.width, first + count)))
            if self.bands is None:
                labels = [self._burnt(there, self.labels[there], first=first, count=count)]
            else:
                labels = [
                    self._burnt(areas, np.ones(len(areas), np.uint8), first=first, count=count)
                    for areas in (there[self.labels[there] == k] for k in range(1, self.bands + 1))
                ]
            yield Reading(first, np.stack(labels))

    def _burnt(
        self, areas: NDArray[np.int64], labels: NDArray[np.uint8], *, first: int, count: int
    ) -> NDArray[np.uint8]:
        shape = (count, self.grid.width)
        if not len(areas):
            return np.zeros(shape, np.uint8)
        pairs = zip(self.tree.geometries[areas], labels.tolist(), strict=True)
        burnt: NDArray[np.uint8] = rasterize(
            pairs, shape, transform=Affine.translation(0, first), dtype="uint8"
        )
        return burnt


def _in_pixels(frame: geopandas.GeoDataFrame, grid: Georeference, *, name: str) -> NDArray[np.object_]:
    """Geometries in pixel coordinates of a grid."""
    if (frame.crs is None) != (grid.crs is None):
        lacking = name if frame.crs is None else f"what {name} is laid on"
        raise MissingCRSError(
            f"{lacking} has no CRS; expected one of both: assign it one, or pass --assume-crs"
        )
    if grid.crs is not None:
        frame = frame.to_crs(grid.crs.to_wkt())
    a, b, c, d, e, f = tuple(~grid.transform)[:6]
    shapes: NDArray[np.object_] = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: xy @ np.array([[a, d], [b, e]]) + (c, f)
    )
    return shapes
