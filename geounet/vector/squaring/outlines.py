"""Edges on straight lines → rings that have each other's vertices where they share a line."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.ragged import Int64
from geounet.vector.squaring.edges import Edges
from geounet.vector.squaring.lines import Lines

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

SAME = 1e-7
"""Metres within which two vertices on a line are one."""


def rings_of(edges: Edges, lines: Lines, placed: Float64, *, rings: int) -> tuple[Float64, Int64]:
    """Points (n, 2) and size of each of `rings` rings; what nobody asked for, or what collapsed, has fewer than three.

    Each edge gets the vertices of all rings that lie on its line between its ends, so that neighbours have the vertices of
    shared walls in common.
    """
    ring, vertex = _with_neighbours(edges, lines, placed)
    while True:
        kept = ~_idle(ring, vertex)
        if kept.all():
            return placed[vertex], np.bincount(ring, minlength=rings)
        ring, vertex = ring[kept], vertex[kept]


def _idle(ring: Int64, vertex: Int64) -> Bool:
    """Vertices that are the next one too, or the tip of a spike."""
    if not len(ring):
        return np.zeros(0, np.bool_)
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    last = np.append(first[1:], len(ring)) - 1
    after = np.append(vertex[1:], -1)
    after[last] = vertex[first]
    before = np.append(-1, vertex[:-1])
    before[first] = vertex[last]
    idle: Bool = (vertex == after) | (before == after)
    return idle


def _with_neighbours(edges: Edges, lines: Lines, placed: Float64) -> tuple[Int64, Int64]:
    """Ring and number of each vertex, those on an edge's line between its ends among them."""
    count, after = len(placed), edges.vertex[edges.after()]
    begins, ends = edges.line * count + edges.vertex, edges.line * count + after
    codes = np.unique(np.concatenate([begins[edges.begins_on], ends[edges.ends_on]]))
    line, vertex = np.divmod(codes, count)
    # Along each line, from one vertex on it to the next.
    along = lines.normals[line, 1] * placed[vertex, 0] - lines.normals[line, 0] * placed[vertex, 1]
    order = np.lexsort((vertex, along, line))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    line, vertex, along = line[order], vertex[order], along[order]

    on = edges.begins_on & edges.ends_on
    first, last = np.zeros(len(on), np.int64), np.zeros(len(on), np.int64)
    first[on] = rank[np.searchsorted(codes, begins[on])]
    last[on] = rank[np.searchsorted(codes, ends[on])]
    sizes = np.maximum(np.abs(last - first), 1)
    edge = np.repeat(np.arange(len(sizes)), sizes)
    step = np.arange(len(edge)) - (np.cumsum(sizes) - sizes)[edge]
    between = np.append(vertex, -1)[first[edge] + np.sign(last - first)[edge] * step]
    return edges.ring[edge], _alias(line, vertex, along, count)[
        np.where(step == 0, edges.vertex[edge], between)
    ]


def _alias(line: Int64, vertex: Int64, along: Float64, count: int) -> Int64:
    """The vertex that stands for each of those at one place on a line, which come one after the other."""
    same = (line[1:] == line[:-1]) & (np.diff(along) < SAME)
    alias = np.arange(count)
    for one, other in zip(vertex[:-1][same], vertex[1:][same], strict=True):
        alias[other] = alias[one]
    return alias
