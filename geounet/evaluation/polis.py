"""PoLiS: how far the outlines of two areas lie from each other."""

import numpy as np
import shapely
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

_BLOCK = 10_000
"""Pairs whose vertices are in memory at once."""


def polis(one: NDArray[np.object_], other: NDArray[np.object_]) -> Float64:
    """Metres (n,) between the outlines of n pairs of areas: the PoLiS metric of Avbelj, Müller & Bamler (2015).

    Half the mean distance of the vertices of each outline to the other outline, summed over the two directions. It
    is a metric: symmetric, 0 for the same outline, and small shifts and turns change it little. An outline is the
    exterior alone, as in the paper, of all parts of a MultiPolygon; the vertex that closes a ring counts once.
    """
    distances = np.zeros(len(one))
    for first in range(0, len(one), _BLOCK):
        block = slice(first, first + _BLOCK)
        a, b = _outlines(one[block]), _outlines(other[block])
        distances[block] = (_mean_distance(a, b) + _mean_distance(b, a)) / 2
    return distances


def _outlines(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """(n,) MultiLineStrings: the exteriors of each area's parts."""
    parts, owner = shapely.get_parts(areas, return_index=True)
    return np.asarray(shapely.multilinestrings(shapely.get_exterior_ring(parts), indices=owner), np.object_)


def _mean_distance(outlines: NDArray[np.object_], others: NDArray[np.object_]) -> Float64:
    """Mean distance of each outline's vertices to the other's line."""
    rings, owner = shapely.get_parts(outlines, return_index=True)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(ring[1:] != ring[:-1], True)[: len(ring)]
    vertices, pair = vertices[~closing], owner[ring[~closing]]
    distances = shapely.distance(shapely.points(vertices), others[pair])
    count = len(outlines)
    mean: Float64 = np.bincount(pair, distances, count) / np.bincount(pair, minlength=count)
    return mean
