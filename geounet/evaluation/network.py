"""Lines as a graph: nodes where lines end, meet or part, and edges between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geounet.errors import LabelsError
from geounet.vector.compiled import cached

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Lines = NDArray[np.object_]

_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)


@dataclass(frozen=True, slots=True)
class Network:
    """An undirected graph of lines; two nodes may share several edges, and an edge may come back to its node."""

    nodes: Float64
    """x and y of each node in metres, (nodes, 2), in the order of x, then y."""
    edges: Int64
    """The node at which each edge begins and the one at which it ends, (edges, 2)."""
    lines: Lines
    """Each edge's LineString, from its first node to its second."""
    lengths: Float64
    """Metres of each edge, all above 0."""

    def __post_init__(self) -> None:
        sizes = len(self.edges), len(self.lines), len(self.lengths)
        if len(set(sizes)) > 1:
            raise LabelsError(f"found {sizes} edges, lines and lengths; expected as many of each")

    def components(self) -> Int64:
        """The connected part in which each node lies, from 0."""
        return _components(len(self.nodes), self.edges)


def make_network(
    lines: Iterable[object], *, tolerance_m: float = 0.01, noding: Literal["ends", "crossings"] = "ends"
) -> Network:
    """The graph of a layer of lines in metres, whatever features the lines are cut into and in whatever order.

    Vertices closer than the tolerance are one. Lines meet where they share a vertex and where one ends on another.
    With `ends` that is all: lines that cross and share no vertex there, as a road and the bridge over it do in
    OpenStreetMap, do not meet. With `crossings` they meet wherever they cross, which is right of lines drawn without
    topology and of lines traced in a raster. Nodes are the ends of lines and the vertices where three or more ways
    lead on; a vertex with two is a bend of its edge, so cutting a line or adding a vertex changes no node. A ring that
    meets nothing has one node, its least vertex by x, then y. Pieces that two lines share count once; what has no
    length is not there.

    Raises:
        LabelsError: there is something else than lines.
    """
    parts = line_strings(lines)
    if noding == "crossings" and len(parts):
        parts = shapely.get_parts(shapely.union_all(parts))
    coordinates, owner = shapely.get_coordinates(parts, return_index=True)
    points, vertex = _merged(coordinates, tolerance_m)
    owner, vertex = _with_ends_on_lines(parts, points, owner=owner, vertex=vertex, tolerance_m=tolerance_m)
    return _of_segments(points, _segments(owner, vertex, len(points)))


def line_strings(lines: Iterable[object]) -> Lines:
    """The LineStrings of lines, multi-lines and rings, without heights; what is missing or empty is left out."""
    given = np.array(list(lines), dtype=object)
    parts = shapely.get_parts(shapely.force_2d(given[~shapely.is_missing(given) & ~shapely.is_empty(given)]))
    parts = parts[~shapely.is_empty(parts)]
    other = parts[~np.isin(shapely.get_type_id(parts), _LINES)]
    if len(other):
        raise LabelsError(
            f"found {other[0].geom_type}, expected lines; compare areas as objects, or take their centrelines first"
        )
    return np.asarray(parts, dtype=object)


def _merged(coordinates: Float64, tolerance_m: float) -> tuple[Float64, Int64]:
    """All places, by x, then y, and the place of each vertex: of a cluster, the least that it has."""
    # Complex numbers are sorted by their real part, then by their imaginary one.
    unique, number = np.unique(coordinates[:, 0] + 1j * coordinates[:, 1], return_inverse=True)
    points = np.stack([unique.real, unique.imag], axis=1)
    if not len(points):
        return points, number
    near = cKDTree(points).query_pairs(tolerance_m, output_type="ndarray")
    cluster = _components(len(points), near)
    _, least, cluster = np.unique(cluster, return_index=True, return_inverse=True)
    return points, least[cluster][number]


def _with_ends_on_lines(
    parts: Lines, points: Float64, *, owner: Int64, vertex: Int64, tolerance_m: float
) -> tuple[Int64, Int64]:
    """Each line's vertices in order, with the ends of other lines that lie on it among them."""
    begins = np.append(True, owner[1:] != owner[:-1])[: len(owner)]
    ends = np.unique(vertex[begins | np.roll(begins, -1)])
    which, line = shapely.STRtree(parts).query(shapely.points(points[ends]), "dwithin", distance=tolerance_m)
    end = ends[which]
    known, key = np.sort(owner * len(points) + vertex), line * len(points) + end
    strange = known[np.minimum(np.searchsorted(known, key), len(known) - 1)] != key
    end, line = end[strange], line[strange]
    if not len(end):
        return owner, vertex
    place = shapely.line_locate_point(parts[line], shapely.points(points[end]))
    steps = np.where(begins[1:], 0.0, np.hypot(*np.diff(shapely.get_coordinates(parts), axis=0).T))
    along = np.append(0.0, np.cumsum(steps))
    along -= along[np.flatnonzero(begins)[owner]]
    owner, vertex = np.append(owner, line), np.append(vertex, end)
    order = np.lexsort((np.append(along, place), owner))
    return owner[order], vertex[order]


def _segments(owner: Int64, vertex: Int64, count: int) -> Int64:
    """The pairs of places (lesser, greater) that a line joins straight, each once, in order."""
    one, other = vertex[:-1], vertex[1:]
    joined = (owner[:-1] == owner[1:]) & (one != other)
    one, other = one[joined], other[joined]
    key = np.sort(np.minimum(one, other) * count + np.maximum(one, other))
    key = key[np.append(True, key[1:] != key[:-1])[: len(key)]]
    return np.stack(np.divmod(key, max(1, count)), axis=1)


def _of_segments(points: Float64, segments: Int64) -> Network:
    """The network of straight pieces, whose chains become edges."""
    begin, end = np.concatenate([segments, segments[:, ::-1]]).T
    order = np.lexsort((end, begin))
    first = np.searchsorted(begin[order], np.arange(len(points) + 1))
    vertices, stops = _chains(first, end[order])
    sizes = np.diff(stops, prepend=0)
    edge = np.repeat(np.arange(len(stops)), sizes)
    xy = points[vertices]
    steps = np.hypot(*np.diff(xy, axis=0).T) * (edge[1:] == edge[:-1])
    nodes, ends = np.unique(
        np.stack([vertices[stops - sizes], vertices[stops - 1]], axis=1), return_inverse=True
    )
    return Network(
        nodes=points[nodes],
        edges=ends.reshape(-1, 2),
        lines=np.asarray(shapely.linestrings(xy, indices=edge), dtype=object).reshape(-1),
        lengths=np.asarray(np.bincount(edge[1:], steps, len(stops)), np.float64),
    )


@cached
def _chains(first: Int64, neighbours: Int64) -> tuple[Int64, Int64]:
    """Walk from node to node: the vertices of each chain and where it stops.

    The neighbours of vertex i are neighbours[first[i]:first[i + 1]], each once. What the first round leaves are rings
    without a node; the least vertex of each becomes one.
    """
    used = np.zeros(len(neighbours), np.bool_)
    vertices = np.empty(len(neighbours), np.int64)
    stops = np.empty(len(neighbours) // 2, np.int64)
    size, count = 0, 0
    for rings in (False, True):
        for start in range(len(first) - 1):
            if not rings and first[start + 1] - first[start] == 2:
                continue
            for way in range(first[start], first[start + 1]):
                if used[way]:
                    continue
                here, half = start, way
                vertices[size] = here
                size += 1
                while True:
                    before, here = here, neighbours[half]
                    used[half] = True
                    vertices[size] = here
                    size += 1
                    back = first[here]
                    while neighbours[back] != before:
                        back += 1
                    used[back] = True
                    if here == start or first[here + 1] - first[here] != 2:
                        break
                    half = 2 * first[here] + 1 - back
                stops[count] = size
                count += 1
    return vertices[:size], stops[:count]


def _components(count: int, pairs: Int64) -> Int64:
    """The connected part of each of `count` things that pairs join."""
    joins = coo_array((np.ones(len(pairs), np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(joins, directed=False)[1], np.int64)
