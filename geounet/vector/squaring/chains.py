"""Arcs → chains of vertices, each edge of which is a part of a wall; of two walls along a shared arc one is taken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.vector.ragged import Int64, lengths, starts
from geounet.vector.squaring.arcs import Arcs
from geounet.vector.squaring.fitting import FREE
from geounet.vector.squaring.walls import Walls

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """A chain an arc, in the direction of its owner; edge k of a chain joins its vertices k and k + 1."""

    owners: Int64
    """The piece of a ring that each arc follows; −1 where nobody asks for the arc."""
    stops: Int64
    """The vertex after each chain."""
    vertices: Int64
    """Numbers of the vertices; the arcs' nodes come first."""
    walls: Int64
    """The wall of the edge after each vertex; −1 where the outline stays exact, and after a chain's last vertex."""
    points: Int64
    """The point of `Arcs` at each vertex."""
    origins: Int64
    """The point of `Arcs` at each number."""


def owners_of(arcs: Arcs, walls: Walls, asked: Bool) -> Int64:
    """The piece that each arc follows: of rings asked for, that with most along or across its building; else −1."""
    square = np.concatenate([[0.0], np.cumsum(_square_edges(arcs, walls))])
    score = square[arcs.begins + arcs.sizes] - square[arcs.begins]
    score = np.append(np.where(asked[arcs.piece_rings], score, -1.0), -1.0)
    one, other = arcs.pieces.T
    owner = np.where(score[other] > score[one], other, one)
    return np.where(score[owner] >= 0, owner, -1)


def _square_edges(arcs: Arcs, walls: Walls) -> Float64:
    """The length of the edge after each point, where its wall is not free."""
    wall = _wall_at(arcs, walls)
    after = np.arange(1, len(arcs.points) + 1)
    after[arcs.rings - 1] = starts(arcs.rings)
    length = np.hypot(*(arcs.points[after] - arcs.points).T)
    return np.where((wall >= 0) & (np.append(walls.kinds, FREE)[wall] != FREE), length, 0.0)


def _wall_at(arcs: Arcs, walls: Walls) -> Int64:
    """The wall of the edge after each point of the rings; −1 in rings without walls."""
    ring = np.repeat(np.arange(len(arcs.rings)), lengths(arcs.rings))
    wall = np.searchsorted(walls.begins, np.arange(len(arcs.points)), side="right") - 1
    wall = np.where(wall < starts(walls.rings)[ring], walls.rings[ring] - 1, wall)
    return np.where(lengths(walls.rings)[ring] > 0, wall, -1)


def chains_of(arcs: Arcs, walls: Walls, *, owners: Int64, exact: Bool) -> Chains:
    """The chains of arcs, by their owners' walls, or with all their points where they are to stay exact."""
    piece = np.maximum(owners, 0)
    begin, end = arcs.begins[piece], arcs.begins[piece] + arcs.sizes[piece]
    closed = arcs.node[begin] < 0
    # A closed arc begins at its first corner, wherever that is; others at a node.
    low = np.where(closed, begin, begin + 1)
    at = np.where(exact, low, np.searchsorted(walls.begins, low))
    inner = np.where(exact, end, np.searchsorted(walls.begins, end)) - at
    sizes = np.where(owners >= 0, inner + np.where(closed, 1, 2), 0)
    stops = np.cumsum(sizes)

    arc = np.repeat(np.arange(len(sizes)), sizes)
    first, closed, exact = (stops - sizes)[arc], closed[arc], exact[arc]
    step = np.arange(len(arc)) - first
    last = step == sizes[arc] - 1
    ends = ~closed & ((step == 0) | last)
    # Which corner, or point, each vertex is; a closed chain ends with its first.
    order = at[arc] + np.where(closed, np.where(last, 0, step), step - 1)
    corner = np.where(exact, order, np.append(walls.begins, 0)[np.minimum(order, len(walls))])
    points = np.where(
        ends, np.where(step == 0, begin[arc], arcs.place(piece, arcs.sizes[piece])[arc]), corner
    )
    number = arcs.nodes - 1 + np.cumsum(~ends & ~(closed & last))
    vertices = np.where(ends, arcs.node[points], np.where(closed & last, number[first], number))
    origins = np.zeros(int(number.max(initial=arcs.nodes - 1)) + 1, np.int64)
    origins[vertices] = points
    wall = np.where(~closed & (step == 0), _wall_at(arcs, walls)[points], order)
    wall = np.where(exact | last, -1, wall)
    return Chains(owners=owners, stops=stops, vertices=vertices, walls=wall, points=points, origins=origins)
