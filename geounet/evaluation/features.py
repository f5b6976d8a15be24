"""Features of a vector file of any format, as they are."""

import warnings
from pathlib import Path

import geopandas
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from geounet.errors import LabelsError
from geounet.georeference import named_crs

_PARQUET = (".parquet", ".geoparquet")


def read_features(path: str | Path, *, assume_crs: str | None = None) -> geopandas.GeoDataFrame:
    """The one layer of features of a vector file that GDAL reads, or of a GeoParquet file, without heights.

    The index is the feature's number in the file (GDAL's FID). A file that names no CRS gets `assume_crs`.

    Raises:
        LabelsError: the file cannot be read, has no geometry, or has several layers of features.
        OptionsError: `assume_crs` is unknown.
    """
    try:
        frame = _from_parquet(path) if Path(path).suffix.lower() in _PARQUET else _from_gdal(path)
    except (DataSourceError, DataLayerError, ShapelyError, OSError, ValueError) as error:
        raise LabelsError(
            f"{path} cannot be read ({error}); expected a vector file of areas or lines"
        ) from error
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise LabelsError(f"{path} has no geometries; expected a vector file of areas or lines")
    crs = frame.crs
    if crs is None and assume_crs is not None:
        crs = named_crs(assume_crs).to_wkt()
    return frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=crs)


def declared_type(path: str | Path) -> str:
    """The geometry type that a file's layer names, such as `MultiPolygon`; empty where it names none."""
    if Path(path).suffix.lower() in _PARQUET:
        return ""
    return str(pyogrio.read_info(path, layer=_layer_of(path))["geometry_type"] or "")


def _from_parquet(path: str | Path) -> geopandas.GeoDataFrame:
    frame = geopandas.read_parquet(path)
    return frame.reset_index(drop=None in frame.index.names)


def _from_gdal(path: str | Path) -> geopandas.GeoDataFrame:
    layer = _layer_of(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL's remarks on encodings and the width of numbers
        return pyogrio.read_dataframe(path, layer=layer, fid_as_index=True)


def _layer_of(path: str | Path) -> str | None:
    """The layer that has geometries; tables, such as one of styles, have none."""
    named = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(named) > 1:
        raise LabelsError(
            f"{path} has {len(named)} layers ({', '.join(named)}); expected one: save the one that is meant as a file"
        )
    return named[0] if named else None
