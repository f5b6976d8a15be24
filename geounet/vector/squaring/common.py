"""How much of an outline's inside is inside the pixels that it was drawn from.

One of the two is made of whole pixels, so no outlines are crossed: the other's coverage of each pixel is summed over them. A
straight edge changes the coverage along the rows that it passes through, and everything to their right; so edges
leave differences, and running sums along the rows make coverages of them, as font rasterisers do.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.vector.compiled import cached, inlined

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Shapes = NDArray[np.object_]

LARGEST = 1 << 22
"""Pixels of the box round two areas beyond which outlines are crossed instead: they take no memory for what is empty."""


def common_areas(shapes: Shapes, exact: Shapes) -> Float64:
    """The area that valid areas have in common with areas of whole pixels, pair by pair.

    The edges of `exact` run along rows and columns, between whole coordinates.
    """
    boxes = np.concatenate([shapely.bounds(shapes)[:, None], shapely.bounds(exact)[:, None]], axis=1)
    low = np.floor(boxes[:, :, :2].min(axis=1)).astype(np.int64)
    high = np.ceil(boxes[:, :, 2:].max(axis=1)).astype(np.int64)
    large = (high - low).prod(axis=1) > LARGEST
    areas = np.empty(len(shapes))
    areas[large] = shapely.area(shapely.intersection(shapes[large], exact[large]))
    areas[~large] = _common_areas(
        *_edges(shapes[~large]), *_edges(exact[~large]), low[~large], (high - low)[~large]
    )
    return areas


def _edges(shapes: Shapes) -> tuple[Float64, Int64]:
    """Edges (n, 5) of areas, x and y of both ends and 1, or −1 where the inside is on the other hand; each area's stop."""
    if not len(shapes):
        return np.zeros((0, 5)), np.zeros(0, np.int64)
    kind, points, offsets = shapely.to_ragged_array(shapes)
    rings = np.asarray(offsets[0], np.int64)
    polygons = np.asarray(offsets[1], np.int64)
    areas = (
        polygons[np.asarray(offsets[2], np.int64)] if kind == shapely.GeometryType.MULTIPOLYGON else polygons
    )
    return _directed(np.asarray(points[:, :2], np.float64), rings, polygons[:-1]), rings[areas[1:]]


@cached
def _directed(points: Float64, rings: Int64, shells: Int64) -> Float64:
    """Each point and the next one of its ring (nothing from a ring's last), and the sense in which the ring counts."""
    out = np.zeros((len(points), 5))
    shell = 0
    for ring in range(len(rings) - 1):
        first, last = rings[ring], rings[ring + 1] - 1
        double = 0.0
        for i in range(first, last):
            x, y = points[i, 0] - points[first, 0], points[i, 1] - points[first, 1]
            double += x * (points[i + 1, 1] - points[first, 1]) - (points[i + 1, 0] - points[first, 0]) * y
        while shell < len(shells) and shells[shell] < ring:
            shell += 1
        is_shell = shell < len(shells) and shells[shell] == ring
        sense = 1.0 if is_shell == (double > 0) else -1.0
        for i in range(first, last):
            out[i, :2], out[i, 2:4], out[i, 4] = points[i], points[i + 1], sense
    return out


@cached
def _common_areas(  # noqa: PLR0913, PLR0917 (a kernel takes plain arrays)
    edges: Float64, stops: Int64, exact: Float64, exact_stops: Int64, low: Int64, sizes: Int64
) -> Float64:
    areas = np.zeros(len(stops))
    room = 0
    for pair in range(len(stops)):
        room = max(room, (sizes[pair, 0] + 2) * sizes[pair, 1])
    covered, crossed = np.zeros(room), np.zeros(room, np.uint8)
    first = exact_first = 0
    for pair in range(len(stops)):
        width, height = sizes[pair, 0] + 2, sizes[pair, 1]
        for i in range(first, stops[pair]):
            _cover(covered, width, edges[i], low[pair])
        for i in range(exact_first, exact_stops[pair]):
            _cross(crossed, width, exact[i], low[pair])
        areas[pair] = _summed(covered, crossed, width, height)
        covered[: width * height] = 0
        crossed[: width * height] = 0
        first, exact_first = stops[pair], exact_stops[pair]
    return areas


@inlined
def _cross(crossed: NDArray[np.uint8], width: int, edge: Float64, low: Int64) -> None:
    """Note the pixels on the right of an edge, if it runs along a column: from them on it is the other side."""
    if edge[0] != edge[2]:
        return
    col = int(edge[0]) - low[0]
    top, bottom = min(edge[1], edge[3]), max(edge[1], edge[3])
    for row in range(int(top) - low[1], int(bottom) - low[1]):
        crossed[row * width + col] ^= 1


@inlined
def _cover(covered: Float64, width: int, edge: Float64, low: Int64) -> None:
    """Note by how much an edge changes the coverage of the pixels that it passes through, and of those on their right."""
    x0, y0, x1, y1 = edge[0] - low[0], edge[1] - low[1], edge[2] - low[0], edge[3] - low[1]
    if y0 == y1:
        return
    sense = -edge[4]
    if y0 > y1:
        x0, y0, x1, y1, sense = x1, y1, x0, y0, -sense
    slope = (x1 - x0) / (y1 - y0)
    for row in range(int(y0), int(np.ceil(y1))):
        top, bottom = max(float(row), y0), min(row + 1.0, y1)
        here = min(max(x0 + slope * (top - y0), min(x0, x1)), max(x0, x1))
        there = min(max(x0 + slope * (bottom - y0), min(x0, x1)), max(x0, x1))
        _cover_row(covered, row * width, (min(here, there), max(here, there)), sense * (bottom - top))


@inlined
def _cover_row(covered: Float64, begin: int, reach: tuple[float, float], height: float) -> None:
    """Note a piece of an edge within one row, from reach[0] to reach[1], of a signed height."""
    left, right = reach
    col, last = int(left), max(int(left), int(np.ceil(right)) - 1)
    for at in range(col, last + 1):
        inner, outer = max(left, float(at)), min(right, at + 1.0)
        share = height if right == left else height * (outer - inner) / (right - left)
        area = share * (at + 1.0 - (inner + outer) / 2)
        covered[begin + at] += area
        covered[begin + at + 1] += share - area


@inlined
def _summed(covered: Float64, crossed: NDArray[np.uint8], width: int, height: int) -> float:
    """The coverage of the pixels that are inside."""
    total = 0.0
    for row in range(height):
        coverage, inside = 0.0, np.uint8(0)
        for at in range(row * width, (row + 1) * width):
            coverage += covered[at]
            inside ^= crossed[at]
            if inside:
                total += coverage
    return total
