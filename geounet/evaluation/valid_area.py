"""Where a scene is valid, and the part of a layer that lies in an area."""

from pathlib import Path

import geopandas
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes, sieve
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geounet.errors import OptionsError
from geounet.evaluation.plane import on_plane
from geounet.georeference import Georeference
from geounet.raster.source import file_name
from geounet.raster.thumbnail import read_thumbnail

_LARGEST_SIDE = 4096
"""Pixels of a scene's longer side at which its valid area is looked at; larger scenes are averaged to it."""

_SPECK = 64
"""Pixels of a hole in the valid area that is no hole but a dark roof, where black means nodata."""

_SEGMENTS = 256
"""Pieces into which the longest side of a valid area is cut, so that it stays straight in its own CRS."""


def valid_area(scene: str | Path, plane: pyproj.CRS, *, assume_crs: str | None = None) -> BaseGeometry:
    """The part of a plane where a scene is valid, to a 4096th of its longer side; specks are filled.

    Raises:
        SceneError: it is no raster.
        MissingCRSError: of the scene and the plane, one has a place on the Earth and the other has none.
        OptionsError: no pixel of it is valid.
    """
    seen = read_thumbnail(scene, largest_side=_LARGEST_SIDE, assume_crs=assume_crs)
    valid = (
        sieve(seen.valid.astype(np.uint8), _SPECK)
        if seen.valid.size > _SPECK
        else seen.valid.astype(np.uint8)
    )
    areas = [shape(area) for area, _ in shapes(valid, mask=valid > 0, transform=seen.grid.transform)]
    name = file_name(str(scene))
    if not areas:
        raise OptionsError(
            f"{name} has no valid pixel, so nothing can be compared in it; pass another --valid"
        )
    return shapely.union_all(_on_plane(np.array(areas, dtype=object), seen.grid, plane, name=name))


def _on_plane(
    areas: NDArray[np.object_], grid: Georeference, plane: pyproj.CRS, *, name: str
) -> NDArray[np.object_]:
    longest = np.ptp(shapely.bounds(areas).reshape(-1, 2), axis=0).max() / _SEGMENTS
    crs = None if grid.crs is None else grid.crs.to_wkt()
    frame = geopandas.GeoDataFrame(geometry=shapely.segmentize(areas, longest), crs=crs)
    placed: NDArray[np.object_] = shapely.make_valid(on_plane(frame, plane, name=name).geometry.to_numpy())
    return placed
