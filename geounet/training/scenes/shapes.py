"""Features of any kind as areas that can be drawn: lines and points get a width, areas are made valid."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.training.scenes.pixel_size import PixelSize

_KINDS = ("points", "lines")
"""What geometries of no dimension, and of one, are."""


def mended(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Geometries made valid: areas stay areas, both loops of an eight too, and parts that overlap become one."""
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    valid = shapes.copy()
    valid[broken] = [_mended(shape) for shape in shapes[broken]]
    return valid


def areas_of(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The areas of geometries in any coordinates, valid; of a collection those in it, without its lines and points."""
    shapes = mended(shapes)
    plain = np.isin(
        shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    )
    shapes[~plain] = [_areas_in(shape) for shape in shapes[~plain]]
    return shapes


def widened(
    shapes: NDArray[np.object_], pixel: PixelSize, *, width_m: float, source: str
) -> NDArray[np.object_]:
    """Lines and points in pixel coordinates as areas `width_m` wide on the ground, one pixel at least.

    Raises LabelsError where the width is 0; `source` is the file's name.
    """
    if not len(shapes):
        return shapes
    if width_m == 0:
        kind = _KINDS[int(shapely.get_dimensions(shapes).max())]
        raise LabelsError(
            f"labels {source} hold {kind}, which have no area; expected areas, or the width to draw them with: set "
            "data.width_m (roads: about 7)"
        )
    size = np.array([pixel.col_m, pixel.row_m])
    metric = shapely.transform(shapes, lambda xy: xy * size)
    wide = shapely.buffer(metric, max(width_m, pixel.row_m, pixel.col_m) / 2)
    pixels: NDArray[np.object_] = shapely.transform(wide, lambda xy: xy / size)
    return pixels


def _mended(shape: shapely.Geometry) -> shapely.Geometry:
    # Part by part: as one, GEOS would make a hole where two parts overlap.
    parts = shapely.make_valid(shapely.get_parts(shape))
    if shapely.get_dimensions(shape) < 2:
        return shapely.union_all(parts)
    return shapely.union_all([_areas_in(part) for part in parts])


def _areas_in(collection: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(collection))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
