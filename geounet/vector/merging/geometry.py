"""Geometries as a layer has them: of one type, shells anticlockwise, in the layer's CRS."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.georeference import transformer_between
from geounet.vector.densify import EARTH_RADIUS_M, longest_edge
from geounet.vector.merging.fields import GEOMETRY_TYPES, Kind

_TYPES = {
    "LineString": int(shapely.GeometryType.LINESTRING),
    "MultiPolygon": int(shapely.GeometryType.MULTIPOLYGON),
}
_WKB_CODES = {"LineString": 2, "MultiPolygon": 6}
_FINE_GSD = 0.3
"""Metres of the pixels by whose tenth a straight line may be off in another CRS."""


@dataclass(frozen=True, slots=True)
class Way:
    """From one CRS to another."""

    transformer: pyproj.Transformer
    longest: float
    """Units of the first CRS beyond which an edge would be curved in the second."""

    def bounds(self, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """What some bounds become, more or less."""
        west, south, east, north = self.transformer.transform_bounds(*bounds)
        return west, south, east, north

    def xy(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates (n, 2) in the second CRS."""
        return np.column_stack(self.transformer.transform(*xy.T))


@lru_cache(maxsize=64)
def way_between(source: pyproj.CRS, target: pyproj.CRS) -> Way | None:
    """The way between two CRS; None where they are the same. Raises OptionsError where there is none."""
    if source.equals(target, ignore_axis_order=True):
        return None
    transformer = transformer_between(source.to_wkt(), target.to_wkt())
    unit = source.axis_info[0].unit_conversion_factor * (EARTH_RADIUS_M if source.is_geographic else 1)
    return Way(transformer, longest_edge(_FINE_GSD) * _FINE_GSD / unit)


def settled(wkb: pa.Array, kind: Kind, *, way: Way | None) -> pa.Array:
    """Geometries (WKB, in two dimensions) of the type that layers of a kind have, where the way leads.

    Raises LabelsError for a geometry of another kind, or one that has no place in the other CRS.
    """
    wanted = _WKB_CODES[GEOMETRY_TYPES[kind]]
    if way is None and _all_are(wkb, wanted):
        return wkb
    shapes = shapely.force_2d(shapely.from_wkb(wkb.to_numpy(zero_copy_only=False)))
    if way is not None:
        shapes = shapely.transform(shapely.segmentize(shapes, way.longest), way.xy)
        if not np.isfinite(shapely.get_coordinates(shapes)).all():
            raise LabelsError("it reaches beyond where its CRS can be carried into another; merge it apart")
    if kind == "areas":
        shapes = shapely.orient_polygons(_multiple(shapes))
    _check_type(shapes, kind)
    return pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary())


def _check_type(shapes: NDArray[np.object_], kind: Kind) -> None:
    """Raise LabelsError where there is a geometry of another type than a layer's; nulls are of any."""
    name = GEOMETRY_TYPES[kind]
    found = set(np.unique(shapely.get_type_id(shapes)).tolist()) - {-1, _TYPES[name]}
    if found:
        others = ", ".join(shapely.GeometryType(number).name for number in sorted(found))
        raise LabelsError(f"it holds {others}; expected {name}, as geounet writes {kind}")


def _multiple(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Areas as MultiPolygons."""
    single = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON)
    if single.size:
        shapes[single] = shapely.multipolygons(shapes[single], indices=np.arange(single.size))
    return shapes


def _all_are(wkb: pa.Array, code: int) -> bool:
    """Whether all geometries say in their first bytes that they are of a type, in two dimensions."""
    if wkb.null_count or not len(wkb):
        return not len(wkb)
    _, offsets, data = wkb.buffers()
    begins = np.frombuffer(offsets, np.int32)[wkb.offset : wkb.offset + len(wkb)]
    content = np.frombuffer(data, np.uint8)
    expected = np.frombuffer(bytes([1]) + code.to_bytes(4, "little"), np.uint8)
    return bool((content[begins[:, None] + np.arange(5)] == expected).all())
