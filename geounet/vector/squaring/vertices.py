"""Where the vertices of outlines come to lie: where their lines meet."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached
from geounet.vector.squaring.lines import Lines, Meetings

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

CROSSING = float(np.sin(np.radians(20.0)))
"""Sine of the angle from which two lines make a vertex."""

PULL = 0.02
"""How much a vertex on one line is held where it was, against lines that almost run along that one."""


class _Known(NamedTuple):
    """Lines, as the compiled code has them, and how far a vertex may go (metres)."""

    normals: Float64
    offsets: Float64
    weights: Float64
    far: float


def vertices_of(lines: Lines, meetings: Meetings, *, fixed: Bool, far: float) -> tuple[Float64, Bool]:
    """Where vertices (n, 2) come to lie, and whether each meeting's line goes through its vertex.

    A vertex lies on the two weightiest of its lines that cross no more than `far` (metres) from its place, or else on
    the weightiest; `fixed` ones stay in their place.
    """
    order = np.lexsort((meetings.walls, meetings.vertices))
    placed, through = meetings.places.copy(), np.zeros(len(order), np.bool_)
    known = _Known(lines.normals, lines.offsets, lines.weights, far)
    through[order] = _place(
        placed, meetings.vertices[order], lines.of_wall[meetings.walls[order]], fixed, known
    )
    return placed, through


@cached
def _place(placed: Float64, vertices: Int64, lines: Int64, fixed: Bool, known: _Known) -> Bool:
    """Move the vertices, whose lines are listed vertex by vertex; say which lines go through theirs."""
    through = np.zeros(len(vertices), np.bool_)
    first = 0
    while first < len(vertices):
        vertex, stop = vertices[first], first + 1
        while stop < len(vertices) and vertices[stop] == vertex:
            stop += 1
        if not fixed[vertex]:
            one, other = _two(lines[first:stop], known)
            if other >= 0:
                x, y = _crossing(min(one, other), max(one, other), known)
                if np.hypot(x - placed[vertex, 0], y - placed[vertex, 1]) <= known.far:
                    placed[vertex, 0], placed[vertex, 1] = x, y
                else:
                    other = -1
            if other < 0:
                _slide(placed, vertex, (lines[first:stop], one), known)
            for k in range(first, stop):
                through[k] = lines[k] in (one, other)
        first = stop
    return through


@cached
def _two(lines: Int64, known: _Known) -> tuple[int, int]:
    """The weightiest line, and the weightiest that crosses it, or −1."""
    one = other = -1
    for line in lines:
        if one < 0 or (known.weights[line], -line) > (known.weights[one], -one):
            one = line
    for line in lines:
        crossing = abs(
            known.normals[one, 0] * known.normals[line, 1] - known.normals[one, 1] * known.normals[line, 0]
        )
        if crossing >= CROSSING and (
            other < 0 or (known.weights[line], -line) > (known.weights[other], -other)
        ):
            other = line
    return one, other


@cached
def _crossing(one: int, other: int, known: _Known) -> tuple[float, float]:
    a, b, c, d = known.normals[one], known.normals[other], known.offsets[one], known.offsets[other]
    cross = a[0] * b[1] - a[1] * b[0]
    return (c * b[1] - d * a[1]) / cross, (d * a[0] - c * b[0]) / cross


@cached
def _slide(placed: Float64, vertex: int, lines: tuple[Int64, int], known: _Known) -> None:
    """Put a vertex on the second of `lines`, and along it towards the others, but no further than half of far."""
    others, one = lines
    normal = known.normals[one]
    placed[vertex] -= (
        normal[0] * placed[vertex, 0] + normal[1] * placed[vertex, 1] - known.offsets[one]
    ) * normal
    total, weight = 0.0, PULL
    for line in others:
        u, v = known.normals[line]
        slope = u * normal[1] - v * normal[0]
        total -= slope * (u * placed[vertex, 0] + v * placed[vertex, 1] - known.offsets[line])
        weight += slope * slope
    way = max(-known.far / 2, min(known.far / 2, total / weight))
    placed[vertex, 0] += way * normal[1]
    placed[vertex, 1] -= way * normal[0]
