"""A plane in metres round the features that are compared: areas on it are true, lengths nearly so."""

import geopandas
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import LambertAzimuthalEqualAreaConversion

from geounet.errors import LabelsError, MissingCRSError
from geounet.georeference import transformer_between

LOCAL_PLANE = pyproj.CRS.from_wkt('LOCAL_CS["local plane",UNIT["metre",1]]')
"""The plane of features without a place on the Earth: their own coordinates, in metres."""


def plane_of(frame: geopandas.GeoDataFrame) -> pyproj.CRS:
    """A Lambert azimuthal equal-area CRS in metres, on the ellipsoid of the features' CRS and centred on them.

    Areas are exact. A length d metres from the centre is off by a share of up to d² / 8R²: 3e-5 at 100 km.
    Features without a CRS, or in a local one, get `LOCAL_PLANE`.
    """
    geodetic = _geodetic(frame.crs)
    if geodetic is None:
        return LOCAL_PLANE
    longitude, latitude = _centre(frame, geodetic)
    centre = LambertAzimuthalEqualAreaConversion(
        latitude_natural_origin=latitude, longitude_natural_origin=longitude
    )
    return ProjectedCRS(centre, name="equal-area plane", geodetic_crs=geodetic)


def on_plane(frame: geopandas.GeoDataFrame, plane: pyproj.CRS, *, name: str) -> geopandas.GeoDataFrame:
    """The features on a plane of `plane_of`; `name` says in errors whose they are.

    None of the features may be empty.

    Raises:
        MissingCRSError: of the features and the plane, one has a place on the Earth and the other has none.
        LabelsError: a feature lies outside its CRS's domain.
    """
    local = _geodetic(frame.crs) is None
    if local != (_geodetic(plane) is None):
        found, other = ("no CRS", "one") if local else ("a CRS", "none")
        raise MissingCRSError(
            f"{name} has {found} with a place on the Earth, and what it is compared with has {other}; "
            "give both a CRS, or pass --assume-crs"
        )
    if local:
        metres = frame.crs.axis_info[0].unit_conversion_factor if frame.crs and frame.crs.axis_info else 1.0
        scaled = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy * metres)
        return frame.set_geometry(scaled, crs=LOCAL_PLANE)
    placed = frame.to_crs(plane)
    lost = int((~np.isfinite(placed.bounds).all(axis=1)).sum())
    if lost:
        raise LabelsError(
            f"{lost:,} features of {name} lie outside the domain of {frame.crs.name}; correct their coordinates or CRS"
        )
    return placed


def _geodetic(crs: pyproj.CRS | None) -> pyproj.CRS | None:
    """The geographic CRS below a CRS, that of the shift to WGS 84 where the CRS brings one; None of a local CRS."""
    if crs is not None and crs.is_bound:
        crs = crs.target_crs
    return None if crs is None else crs.geodetic_crs


def _centre(frame: geopandas.GeoDataFrame, geodetic: pyproj.CRS) -> tuple[float, float]:
    """Longitude and latitude, in degrees, of the middle of the features, also of those on both sides of 180°."""
    boxes = frame.geometry.bounds.to_numpy()
    x, y = boxes[:, [0, 2, 2, 0]].ravel(), boxes[:, [1, 1, 3, 3]].ravel()
    lon, lat = transformer_between(frame.crs.to_wkt(), geodetic.to_wkt()).transform(x, y)
    radians = geodetic.axis_info[0].unit_conversion_factor
    points = _in_space(np.asarray(lon) * radians, np.asarray(lat) * radians)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return 0.0, 0.0
    east, north, up = (points.min(axis=0) + points.max(axis=0)) / 2
    return float(np.degrees(np.arctan2(north, east))), float(
        np.degrees(np.arctan2(up, np.hypot(east, north)))
    )


def _in_space(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) points on a sphere of radius 1."""
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
