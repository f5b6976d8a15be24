"""Walls → straight lines, of which neighbours share those that they meet along.

Everything compiled that calls one another lies in this file, since machine code is kept for as long as it does not change.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached
from geounet.vector.union_find import find

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

ALIKE = float(np.radians(15.0))
"""Walls of neighbours that meet at a smaller angle may be one line."""

STRAIGHT = 1e-12
"""Sines that are rounding: such a line is along a row or a column."""

OFTEN = 2
"""How many more vertices than two walls must share so that their line may lie twice as far from them."""


class Sides(NamedTuple):
    """Walls as lines are fitted to them."""

    begins: Float64
    """(walls, 2): where each begins, in metres."""
    moments: Float64
    """(walls, 4); see `Walls`."""
    chords: Float64
    """(walls, 2)."""
    angles: Float64
    """The direction that each should have, in radians."""
    weights: Float64
    """How much a metre of each weighs when lines compete."""
    features: Int64
    """The feature that each is of; −1 for lines that stay as they are."""


class Meetings(NamedTuple):
    """Where walls meet: wall `walls[i]` has vertex `vertices[i]`, which lay at `places[vertices[i]]`."""

    vertices: Int64
    walls: Int64
    places: Float64
    """(vertices, 2) in metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Straight lines n · p = c, of which only those in `of_wall` count."""

    of_wall: Int64
    """The line of each wall."""
    normals: Float64
    """(lines, 2)."""
    offsets: Float64
    """Metres."""
    weights: Float64
    """By which lines compete for a vertex."""


def lines_of(sides: Sides, meetings: Meetings, *, slack: float) -> Lines:
    """Join the walls of neighbours that meet almost in line.

    A line has the direction of its weightiest wall, and as much of all its walls on one side as on the other. No wall is
    further than `slack` (metres) from it, or twice that where two walls meet often.
    """
    codes = np.unique(meetings.vertices * len(sides.angles) + meetings.walls)
    vertices, walls = np.divmod(codes, max(1, len(sides.angles)))
    pairs, misfits = _pairs(sides, Meetings(vertices, walls, meetings.places), 3 * slack)
    pairs, pair, times = np.unique(np.sort(pairs, axis=1), axis=0, return_inverse=True, return_counts=True)
    misfit = np.bincount(pair, weights=misfits, minlength=len(pairs)) / times
    order = np.lexsort((pairs[:, 1], pairs[:, 0], misfit))
    limits = slack * (1 + np.clip((times - 2) / OFTEN, 0, 1))
    of_wall, angles, offsets, weights = _joined(sides, pairs[order], limits[order])
    normals = np.stack([-np.sin(angles), np.cos(angles)], axis=1)
    normals[np.abs(normals) < STRAIGHT] = 0.0
    return Lines(of_wall=of_wall, normals=normals, offsets=offsets, weights=weights)


@cached
def _line(sides: Sides, wall: int, angle: float) -> tuple[float, float]:
    """Offset of the line in a direction that has as much of a wall on one side as on the other, and the way along it."""
    u, v = np.cos(angle), np.sin(angle)
    u, v = u if abs(u) >= STRAIGHT else 0.0, v if abs(v) >= STRAIGHT else 0.0
    x, y = sides.begins[wall]
    chord_x, chord_y = sides.chords[wall]
    along, here = u * chord_x + v * chord_y, u * y - v * x
    if abs(along) <= 0.3 * np.hypot(chord_x, chord_y):
        return here + (u * chord_y - v * chord_x) / 2, 0.0
    moment = sides.moments[wall]
    total = u * u * moment[2] + u * v * moment[3] - v * u * moment[0] - v * v * moment[1]
    return here + total / along, abs(along)


@cached
def _turned(one: float, other: float) -> float:
    """The angle between two directions, 0 to π/2."""
    return float(abs(np.mod(one - other + np.pi / 2, np.pi) - np.pi / 2))


@cached
def _pairs(sides: Sides, meetings: Meetings, furthest: float) -> tuple[Int64, Float64]:
    """Walls of different features that may be one line at a vertex (ordered by vertex), and how badly they fit."""
    vertices, walls = meetings.vertices, meetings.walls
    most = 0
    for i in range(len(vertices)):
        j = i + 1
        while j < len(vertices) and vertices[j] == vertices[i]:
            j += 1
        most += j - i - 1
    pairs, misfits, count = np.empty((most, 2), np.int64), np.empty(most), 0
    for i in range(len(vertices)):
        j = i + 1
        while j < len(vertices) and vertices[j] == vertices[i]:
            a, b = walls[i], walls[j]
            j += 1
            if sides.features[a] == sides.features[b] or min(sides.features[a], sides.features[b]) < 0:
                continue
            turn = _turned(sides.angles[a], sides.angles[b])
            x, y = meetings.places[vertices[i]]
            like = sides.angles[a]
            gap = abs(_away(sides, a, (x, y), like) - _away(sides, b, (x, y), like))
            if turn <= ALIKE and gap <= furthest:
                pairs[count, 0], pairs[count, 1] = a, b
                misfits[count] = gap / furthest + turn / ALIKE
                count += 1
    return pairs[:count], misfits[:count]


@cached
def _away(sides: Sides, wall: int, place: tuple[float, float], like: float) -> float:
    """How far a place is from a wall's own line, on the side that a line of like direction has."""
    angle = sides.angles[wall]
    offset, _ = _line(sides, wall, angle)
    away = np.cos(angle) * place[1] - np.sin(angle) * place[0] - offset
    return float(away if np.cos(angle - like) > 0 else -away)


@cached
def _joined(sides: Sides, pairs: Int64, limits: Float64) -> tuple[Int64, Float64, Float64, Float64]:
    """Union–find of walls: the line of each, and each line's direction, offset and weight."""
    n = len(sides.angles)
    parent, tail, after = np.arange(n), np.arange(n), np.full(n, -1)
    angles, offsets, weights, rank = sides.angles.copy(), np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        offsets[i], length = _line(sides, i, angles[i])
        weights[i] = rank[i] = length * sides.weights[i]
    for k in range(len(pairs)):
        a, b = find(parent, pairs[k, 0]), find(parent, pairs[k, 1])
        if rank[b] > rank[a] or (rank[b] == rank[a] and b < a):
            a, b = b, a
        if a == b or _turned(angles[a], angles[b]) > ALIKE:
            continue
        middle, worst = _middle(sides, (a, b), after, angles[a])
        if worst <= limits[k]:
            parent[b] = a
            offsets[a] = middle
            weights[a] += weights[b]
            after[tail[a]] = b
            tail[a] = tail[b]
    for i in range(n):
        parent[i] = find(parent, i)
    return parent, angles, offsets, weights


@cached
def _middle(sides: Sides, heads: tuple[int, int], after: Int64, angle: float) -> tuple[float, float]:
    """Offset of the line of two lists of walls in a direction, and how far the furthest of them would be from it."""
    total, weighted = 0.0, 0.0
    for head in heads:
        i = head
        while i >= 0:
            offset, length = _line(sides, i, angle)
            total += length
            weighted += length * offset
            i = after[i]
    if total == 0:
        return 0.0, np.inf
    middle, worst = weighted / total, 0.0
    for head in heads:
        i = head
        while i >= 0:
            offset, length = _line(sides, i, angle)
            if length > 0:
                tilt = np.sin(_turned(angle, sides.angles[i])) * length / 2
                worst = max(worst, abs(offset - middle) + tilt)
            i = after[i]
    return middle, worst
