"""Areas of interest from a vector file."""

from pathlib import Path

import geopandas as gpd
import pyogrio.errors
from rasterio.crs import CRS
from shapely.geometry.base import BaseGeometry

from geounet.errors import OptionsError


def read_areas(path: str | Path, *, crs: CRS | None) -> list[BaseGeometry]:
    """The polygons of a vector file, in `crs` (as they are where either side names none).

    Raises OptionsError when the file cannot be read or holds no area.
    """
    try:
        frame = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise OptionsError(
            f"area of interest {str(path)!r} cannot be read ({error}); pass a vector file of polygons"
        ) from error
    shapes = frame.geometry.dropna()
    if crs is not None and frame.crs is not None:
        shapes = shapes.to_crs(crs.to_wkt())
    areas = [
        shape for shape in shapes if shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
    ]
    if not areas:
        raise OptionsError(f"area of interest {str(path)!r} holds no polygon; pass a vector file of polygons")
    return areas
