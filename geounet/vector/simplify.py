"""Outlines with fewer vertices, whose edges stay shared where features share them."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.vector.features import FeatureBatch
from geounet.vector.shapes import to_shapes, with_shapes


def simplify(batch: FeatureBatch, tolerance: float, *, gsd: tuple[float, float]) -> FeatureBatch:
    """Simplify the features of whole clusters together, as a coverage (Visvalingam and Whyatt, 1993).

    A vertex goes when the triangle that it makes with its neighbours is smaller than `tolerance` squared, in metres
    by `gsd` (down a column, along a row); the staircase of a slanted edge, whose triangles are half a pixel, goes
    from a tolerance of 0.71 pixels on. Vertices where three regions meet stay, and edges cross no other edge of the
    batch. Where a feature would become invalid, its whole cluster stays exact, so that shared edges stay shared.
    The batch must come from a trace with `clusters`.
    """
    scale = np.array([gsd[1], gsd[0]])
    exact = to_shapes(batch, batch.vertices * scale)
    simple = exact.copy()
    # Features of one band never overlap; those of different bands may.
    for band in np.unique(batch.band):
        chosen = batch.band == band
        simple[chosen] = shapely.coverage_simplify(exact[chosen], tolerance)
    failed = ~shapely.is_valid(simple) | shapely.is_empty(simple)
    kept = _in_clusters_of(batch, failed)
    return with_shapes(batch, np.where(kept, exact, simple), scale=scale)


def _in_clusters_of(batch: FeatureBatch, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which features are in a cluster that has a chosen one."""
    clusters = np.stack([batch.band.astype(np.int64), batch.cluster])
    _, number = np.unique(clusters, axis=1, return_inverse=True)
    return np.isin(number, number[chosen])
