"""Areas of interest from a vector file."""

from pathlib import Path

import numpy as np
import pyogrio.raw
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from geounet.errors import OptionsError


def read_areas(path: str | Path, *, crs: CRS | None) -> list[BaseGeometry]:
    """The polygons of a vector file, in `crs` (as they are where either side names none).

    Raises OptionsError when the file cannot be read or holds no area.
    """
    try:
        about, _, encoded, _ = pyogrio.raw.read(path, columns=[])
    except (DataSourceError, DataLayerError, OSError) as error:
        raise OptionsError(
            f"area of interest {str(path)!r} cannot be read ({error}); pass a vector file of polygons"
        ) from error
    shapes = shapely.from_wkb([] if encoded is None else encoded, on_invalid="ignore")
    if crs is not None and about["crs"] is not None:
        shapes = _reprojected(shapes, about["crs"], crs.to_wkt())
    areas = [
        shape
        for shape in shapes
        if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
    ]
    if not areas:
        raise OptionsError(f"area of interest {str(path)!r} holds no polygon; pass a vector file of polygons")
    return areas


def _reprojected(shapes: NDArray[np.object_], source: str, target: str) -> NDArray[np.object_]:
    """Geometries in another CRS, vertex by vertex; in the one that they are in they stay as they are."""
    if pyproj.CRS(source) == pyproj.CRS(target):
        return shapes
    to_target = pyproj.Transformer.from_crs(source, target, always_xy=True)

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_target.transform(points[:, 0], points[:, 1]))

    return shapely.transform(shapes, moved)
