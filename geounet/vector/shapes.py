"""Batches of features ↔ shapely's multipolygons."""

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.vector.features import FeatureBatch


def to_shapes(batch: FeatureBatch, xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """A MultiPolygon a feature, with the coordinates `xy` (vertices, 2) in place of the batch's own."""
    offsets = tuple(np.concatenate([[0], stops]) for stops in (batch.rings, batch.polygons, batch.features))
    shapes: NDArray[np.object_] = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, xy, offsets)
    return shapes


def with_shapes(
    batch: FeatureBatch, shapes: NDArray[np.object_], *, scale: NDArray[np.float64]
) -> FeatureBatch:
    """The batch with other outlines: MultiPolygons with the batch's own coordinates times `scale` (x, y).

    Where the batch's coordinates are whole, so are those that come out.
    """
    # Clockwise where y runs up is anticlockwise on a screen, where rows run down.
    _, xy, offsets = shapely.to_ragged_array(shapely.orient_polygons(shapes, exterior_cw=True))
    rings, polygons, features = (np.asarray(stops[1:], np.int64) for stops in offsets)
    vertices = xy / scale
    if batch.vertices.dtype == np.int32:
        vertices = np.rint(vertices).astype(np.int32)
    return replace(batch, vertices=vertices, rings=rings, polygons=polygons, features=features)
