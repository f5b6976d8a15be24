"""Layers that are compared: features of a vector file as areas or lines on a plane in true metres."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

import geopandas
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geounet.errors import LabelsError
from geounet.evaluation.features import declared_type, read_features
from geounet.evaluation.plane import on_plane, plane_of

Kind = Literal["areas", "lines"]

_KINDS: dict[int, Kind] = {1: "lines", 2: "areas"}
"""What geometries of one and of two dimensions are."""

_PLAIN: dict[Kind, list[int]] = {
    "areas": [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON],
    "lines": [shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING],
}

_SEGMENTS = 1024
"""Pieces into which the longest side of an area of interest is cut, so that it stays straight in its own CRS."""


@dataclass(frozen=True, slots=True)
class MetricLayer:
    """Features of one kind on a plane in metres."""

    path: str | Path
    """The file or its address, as it was given."""
    frame: geopandas.GeoDataFrame
    """Fields as in the file, and geometries in `crs`, each valid and not empty; indexed by the file's feature numbers."""
    kind: Kind | None
    """What the features are; None where there are none and the file does not say."""
    crs: pyproj.CRS
    """The plane: `plane_of` the features, or that which was asked for."""
    source_crs: pyproj.CRS | None
    """The CRS of the file."""
    missing: int = 0
    """Features without a geometry, or with an empty one: left out."""
    mended: int = 0
    """Features whose geometry was not valid, and was made so."""

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def polygons(self) -> NDArray[np.object_]:
        """The areas, (n,) Polygon or MultiPolygon; raises LabelsError where there are lines."""
        return self._geometries("areas")

    @property
    def lines(self) -> NDArray[np.object_]:
        """The lines, (n,) LineString or MultiLineString; raises LabelsError where there are areas."""
        return self._geometries("lines")

    @property
    def confidence(self) -> NDArray[np.float64] | None:
        """The field `confidence` (`conf` of a Shapefile), NaN where it is null; None where no feature has any."""
        for name in ("confidence", "conf"):
            if name in self.frame and self.frame[name].dtype.kind in "fiu":
                values = self.frame[name].to_numpy(np.float64, na_value=np.nan)
                return None if np.isnan(values).all() else values
        return None

    def select(self, chosen: NDArray[np.bool_]) -> Self:
        """The features that a mask (n,) chooses."""
        return replace(self, frame=self.frame[chosen])

    def _geometries(self, kind: Kind) -> NDArray[np.object_]:
        if self.kind not in (None, kind):
            raise LabelsError(f"{self.path} holds {self.kind}; expected {kind}")
        geometries: NDArray[np.object_] = self.frame.geometry.to_numpy()
        return geometries


def read_layer(
    path: str | Path,
    *,
    aoi: str | Path | None = None,
    crs: pyproj.CRS | None = None,
    assume_crs: str | None = None,
) -> MetricLayer:
    """The areas or lines of a vector file on a plane in metres; `crs` is the plane of the layer that it is compared with.

    `aoi` is a vector file of areas, in any CRS: of areas, those count that have their representative point in it,
    whole; lines are clipped to it. `assume_crs` is for files that name no CRS; without one, units are metres.

    Raises:
        LabelsError: the file cannot be read, or holds points, or both areas and lines.
        MissingCRSError: of this file and what it is compared with, one has a CRS and the other has none.
    """
    frame = read_features(path, assume_crs=assume_crs)
    source_crs, count = frame.crs, len(frame)
    frame = _not_empty(frame)
    kind = _kind(frame, path)
    plane = plane_of(frame) if crs is None else crs
    frame = on_plane(frame, plane, name=str(path))
    broken = ~shapely.is_valid(frame.geometry.to_numpy())
    if kind is not None:
        frame = _not_empty(_of_kind(frame, kind))
    missing = count - len(frame)
    layer = MetricLayer(path, frame, kind, plane, source_crs, missing, int(broken.sum()))
    return layer if aoi is None else within(layer, area_of_interest(aoi, plane, assume_crs=assume_crs))


def within(layer: MetricLayer, area: BaseGeometry) -> MetricLayer:
    """The areas of a layer whose representative point lies in an area of its plane, whole; lines, clipped to it."""
    geometries = layer.frame.geometry.to_numpy()
    shapely.prepare(area)
    if layer.kind != "lines":
        return layer.select(shapely.intersects(area, shapely.point_on_surface(geometries)))
    frame = layer.frame[shapely.intersects(area, geometries)]
    clipped = shapely.intersection(frame.geometry.to_numpy(), area)
    return replace(layer, frame=_not_empty(_of_kind(frame.set_geometry(clipped, crs=frame.crs), "lines")))


def area_of_interest(path: str | Path, plane: pyproj.CRS, *, assume_crs: str | None) -> BaseGeometry:
    """The union of a file's areas on a plane, in which their sides stay where they are in the file's CRS.

    Raises:
        LabelsError: the file cannot be read, or holds no areas.
        MissingCRSError: of the file and the plane, one has a place on the Earth and the other has none.
    """
    frame = _not_empty(read_features(path, assume_crs=assume_crs))
    if frame.empty or _kind(frame, path) != "areas":
        raise LabelsError(f"area of interest {path} holds no areas; expected a vector file of polygons")
    west, south, east, north = frame.total_bounds
    longest = max(east - west, north - south) / _SEGMENTS
    frame = frame.set_geometry(shapely.segmentize(frame.geometry.to_numpy(), longest), crs=frame.crs)
    return shapely.union_all(shapely.make_valid(on_plane(frame, plane, name=str(path)).geometry.to_numpy()))


def _not_empty(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    geometries = frame.geometry.to_numpy()
    return frame[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]


def _kind(frame: geopandas.GeoDataFrame, path: str | Path) -> Kind | None:
    """What all features are; raises LabelsError where they are not all areas or all lines."""
    if frame.empty:
        declared = declared_type(path)
        return "areas" if "Polygon" in declared else "lines" if "LineString" in declared else None
    found = {int(dimension) for dimension in shapely.get_dimensions(frame.geometry.to_numpy())}
    if len(found) > 1 or not found <= set(_KINDS):
        names = " and ".join(_KINDS.get(dimension, "points") for dimension in sorted(found))
        raise LabelsError(
            f"{path} holds {names}; expected areas alone, or lines alone: save them as files of their own"
        )
    return _KINDS[found.pop()]


def _of_kind(frame: geopandas.GeoDataFrame, kind: Kind) -> geopandas.GeoDataFrame:
    """The features made valid, and of collections the parts that are of the kind."""
    geometries = frame.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(geometries)
    geometries[broken] = shapely.make_valid(geometries[broken], method="structure", keep_collapsed=False)
    plain = np.isin(shapely.get_type_id(geometries), _PLAIN[kind])
    geometries[~plain] = [_parts_of_kind(geometry, kind) for geometry in geometries[~plain]]
    return frame.set_geometry(geometries, crs=frame.crs)


def _parts_of_kind(collection: BaseGeometry, kind: Kind) -> BaseGeometry:
    parts = shapely.get_parts(shapely.get_parts(collection))
    chosen = [part for part in parts if _KINDS.get(int(shapely.get_dimensions(part))) == kind]
    return shapely.union_all(chosen) if kind == "areas" else shapely.MultiLineString(chosen)
