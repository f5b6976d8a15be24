"""The part of a vector layer that a scene needs: read where the scene is, however large the file."""

import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from geounet.errors import LabelsError, MissingCRSError, OptionsError
from geounet.georeference import Georeference, transformer_between
from geounet.training.scenes.pixel_size import PixelSize
from geounet.training.scenes.shapes import mended

PARQUET = (".parquet", ".geoparquet")
_NODES = 33
"""Points along each side of the lattice over a scene that is projected to find its extent in another CRS."""
_SPARE = 0.02
"""What is read beyond the scene besides the reach, as a share of its longer side: between those points."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a vector file."""

    path: Path
    name: str | None
    """Its name in the file; None of GeoParquet, which has one."""

    @property
    def source(self) -> str:
        """The file's name, for messages."""
        return self.path.name


def find_layer(path: Path, name: str | None) -> Layer:
    """The named layer of a file, or the first that has geometries.

    Raises LabelsError where there is no such layer, or the file cannot be read.
    """
    if path.suffix.lower() in PARQUET:
        return Layer(path, None)
    try:
        listed = geopandas.list_layers(path)
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, error) from error
    found = [
        str(n) for n, kind in zip(listed["name"], listed["geometry_type"], strict=True) if kind is not None
    ]
    if not found:
        raise LabelsError(f"labels {path.name} have no layer of geometries; expected areas, lines or points")
    if name is not None and name not in found:
        raise LabelsError(f"labels {path.name} have no layer {name!r}; expected one of {', '.join(found)}")
    return Layer(path, name or found[0])


def read_part(layer: Layer, grid: Georeference, *, reach_m: float) -> geopandas.GeoDataFrame:
    """The features whose bounds touch the grid's, or lie within a reach of it, in pixel coordinates (x = column, y = row).

    Geometries are flat, valid, and may be empty; the index counts them from 0. A file with a spatial index is read
    at their places alone; GeoParquet whole. Sides stay straight in the layer's own CRS.

    Raises LabelsError where the layer cannot be read, MissingCRSError where layer or grid alone has a CRS.
    """
    whole = layer.path.suffix.lower() in PARQUET
    head = _read(layer) if whole else _read(layer, rows=1)
    _check_places(head, grid, source=layer.source)
    box = _extent(grid, head, reach_m=reach_m, source=layer.source)
    frame = head if whole else _read(layer, bbox=box)
    if box is not None:
        frame = frame[_touching(frame.geometry.to_numpy(), box)]
    return _in_pixels(frame.sort_index().reset_index(drop=True), grid, box)


@lru_cache(maxsize=64)
def values_anywhere(layer: Layer, field: str, modified_ns: int) -> frozenset[str]:  # noqa: ARG001 (a changed file is another)
    """The values that a field of text has anywhere in a layer, without null; `modified_ns` is the file's time."""
    if layer.path.suffix.lower() in PARQUET:
        values = _read(layer)[field]
    else:
        values = _read(layer, columns=[field], ignore_geometry=True, where=f'"{field}" IS NOT NULL')[field]
    return frozenset(str(value) for value in values.dropna().unique())


def _check_places(layer: geopandas.GeoDataFrame, grid: Georeference, *, source: str) -> None:
    if layer.crs is None and grid.crs is not None:
        raise LabelsError(f"labels {source} have no CRS; assign one, such as EPSG:4326")
    if grid.crs is None and layer.crs is not None:
        raise MissingCRSError(f"the scene of labels {source} has no CRS; assign it one")


def _touching(shapes: NDArray[np.object_], box: Box) -> NDArray[np.bool_]:
    """Which geometries have bounds that touch a box; none that is missing or empty."""
    bounds = shapely.bounds(shapes)
    low, high = bounds[:, :2], bounds[:, 2:]
    return np.asarray(((low <= box[2:]) & (high >= box[:2])).all(axis=1))


def _read(layer: Layer, **options: Any) -> geopandas.GeoDataFrame:  # noqa: ANN401 (read_file's own)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on encodings and the width of numbers
            if layer.path.suffix.lower() in PARQUET:
                return geopandas.read_parquet(layer.path)
            return geopandas.read_file(layer.path, layer=layer.name, fid_as_index=True, **options)
    except (OSError, RuntimeError, ValueError, ShapelyError) as error:
        raise _unreadable(layer.path, error) from error


def _unreadable(path: Path, error: Exception) -> LabelsError:
    reason = " ".join(str(error).split())
    return LabelsError(
        f"labels {path.name} cannot be read ({reason}); expected a vector layer of areas, lines or points, or a raster "
        "(.tif …)"
    )


def _extent(grid: Georeference, layer: geopandas.GeoDataFrame, *, reach_m: float, source: str) -> Box | None:
    """The bounds of the grid and what is round it, in the layer's CRS; None where the CRS has no place for them."""
    pixel = PixelSize.of(grid, gsd_m=1)
    spare = _SPARE * max(grid.height, grid.width) + 2
    down, along = reach_m / pixel.row_m + spare, reach_m / pixel.col_m + spare
    cols, rows = np.meshgrid(
        np.linspace(-along, grid.width + along, _NODES), np.linspace(-down, grid.height + down, _NODES)
    )
    a, b, c, d, e, f = grid.transform[:6]
    x, y = a * cols + b * rows + c, d * cols + e * rows + f
    if grid.crs is not None:
        try:
            x, y = transformer_between(grid.crs, layer.crs.to_wkt()).transform(x, y)
        except OptionsError as error:
            raise LabelsError(f"labels {source} cannot be laid on their scene ({error})") from error
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _in_pixels(frame: geopandas.GeoDataFrame, grid: Georeference, box: Box | None) -> geopandas.GeoDataFrame:
    """The features in pixel coordinates; long sides in pieces, so that they bend as the CRS does."""
    shapes = mended(shapely.force_2d(frame.geometry.to_numpy()))
    moved = grid.crs is not None and frame.crs != grid.crs.to_wkt()
    shapes = shapes if box is None else _clipped(shapes, box)
    if moved and box is not None:
        longest = max(box[2] - box[0], box[3] - box[1]) / _NODES
        shapes = shapely.segmentize(shapes, longest)
    a, b, c, d, e, f = tuple(~grid.transform)[:6]

    def placed(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        if moved:
            xy = np.stack(transformer_between(frame.crs.to_wkt(), grid.crs).transform(*xy.T), axis=1)
        return np.asarray(xy @ np.array([[a, d], [b, e]]) + (c, f))

    shapes = shapely.transform(shapes, placed)
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    return frame[finite].set_geometry(shapes[finite], crs=None).reset_index(drop=True)


def _clipped(shapes: NDArray[np.object_], box: Box) -> NDArray[np.object_]:
    """Valid geometries cut off at a box: a coastline need not be drawn whole. What only touches the box is empty."""
    bounds = shapely.bounds(shapes)
    beyond = ((bounds[:, :2] < box[:2]) | (bounds[:, 2:] > box[2:])).any(axis=1)
    clipped = shapes.copy()
    clipped[beyond] = shapely.intersection(shapes[beyond], shapely.box(*box))
    clipped[shapely.get_dimensions(clipped) < shapely.get_dimensions(shapes)] = shapely.Point()
    return clipped
