"""Edges of rings on straight lines: put together where no ring turns, left out where they would run backwards."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geounet.vector.ragged import Int64, lengths, starts
from geounet.vector.squaring.arcs import Arcs
from geounet.vector.squaring.chains import Chains
from geounet.vector.squaring.lines import Lines
from geounet.vector.squaring.vertices import CROSSING

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges of rings, ring by ring, each from its vertex to the next one's."""

    ring: Int64
    vertex: Int64
    """The vertex that each begins at."""
    line: Int64
    """The line that each is a part of, or −1."""
    begins_on: Bool
    """Whether its first vertex is on that line."""
    ends_on: Bool
    """Whether its last one is."""

    def chosen(self, index: Int64 | Bool) -> Self:
        """Some of the edges."""
        return type(self)(*(getattr(self, name)[index] for name in self.__slots__))

    def before(self) -> Int64:
        """The edge before each in its ring."""
        sizes = np.bincount(self.ring)
        sizes = sizes[sizes > 0]
        stops = np.cumsum(sizes)
        before = np.arange(-1, len(self.ring) - 1)
        before[stops - sizes] = stops - 1
        return before

    def after(self) -> Int64:
        """The edge after each in its ring."""
        after = np.empty(len(self.ring), np.int64)
        after[self.before()] = np.arange(len(self.ring))
        return after


def edges_of(arcs: Arcs, chains: Chains, lines: Lines, *, on: tuple[Bool, Bool]) -> Edges:
    """The edges of all rings whose arcs all have chains; `on` says whether a chain's edges begin, and end, on their line."""
    sizes = np.maximum(lengths(chains.stops) - 1, 0)[arcs.arc]
    incomplete = np.bincount(arcs.piece_rings, sizes == 0, len(arcs.rings)) > 0
    sizes[incomplete[arcs.piece_rings]] = 0
    piece = np.repeat(np.arange(len(sizes)), sizes)
    step = np.arange(len(piece)) - (np.cumsum(sizes) - sizes)[piece]
    against = (chains.owners[arcs.arc] != np.arange(len(arcs.arc)))[piece]
    edge = starts(chains.stops)[arcs.arc][piece] + np.where(against, sizes[piece] - 1 - step, step)
    line = np.append(lines.of_wall, -1)[chains.walls[edge]]
    return Edges(
        arcs.piece_rings[piece],
        chains.vertices[edge + against],
        line,
        np.where(against, on[1][edge], on[0][edge]) & (line >= 0),
        np.where(against, on[0][edge], on[1][edge]) & (line >= 0),
    )


def without_straight(edges: Edges) -> Edges:
    """The edges, put together at vertices where no ring turns."""
    before = edges.before()
    on = edges.begins_on & edges.ends_on
    straight = (edges.line == edges.line[before]) & on & on[before]
    needed = np.zeros(edges.vertex.max(initial=-1) + 1, np.bool_)
    needed[edges.vertex[~straight]] = True
    kept = np.flatnonzero(needed[edges.vertex])
    whole = edges.chosen(kept)
    # What is left of an edge ends as the last one before the next that is left.
    ends_on = edges.ends_on[before[kept]][whole.after()]
    return Edges(whole.ring, whole.vertex, whole.line, whole.begins_on, ends_on)


@dataclass(frozen=True, slots=True)
class Places:
    """Where vertices lie and lay, and what their rings did besides."""

    placed: Float64
    """(vertices, 2) in metres."""
    origins: Float64
    """(vertices, 2): on the exact outlines."""
    moved: Float64
    """(rings,): metres that they have moved besides."""
    swept: Float64
    """(rings,): square metres that they have swept besides."""


def without_flipped(edges: Edges, lines: Lines, places: Places, *, far: float) -> tuple[Edges, Places]:
    """Leave out edges that run against what they came from: the two walls beside one meet instead.

    They stay where that is further than `far` (metres) from them.
    """
    gone = _flipped(edges, lines, places)
    before, after = edges.before()[gone], edges.after()[gone]
    meet = _crossings(lines, edges.line[before], edges.line[after])
    xy = places.placed[edges.vertex]
    away = np.maximum(*(np.hypot(*(meet - xy[at]).T) for at in (gone, after)))
    near = away <= far
    gone, before, after, meet, away = (x[near] for x in (gone, before, after, meet, away))

    moved, swept = np.zeros(len(places.moved)), places.swept.copy()
    np.maximum.at(moved, edges.ring[gone], away)
    way = [xy[at] for at in (before, gone, after, edges.after()[after])]
    for a, b in pairwise(way):
        (u, v), (x, y) = (b - a).T, (meet - a).T
        np.add.at(swept, edges.ring[gone], np.abs(u * y - v * x) / 2)
    origins = (places.origins[edges.vertex[gone]] + places.origins[edges.vertex[after]]) / 2
    vertex, begins_on, ends_on = edges.vertex.copy(), edges.begins_on.copy(), edges.ends_on.copy()
    vertex[after] = len(places.placed) + np.arange(len(gone))
    begins_on[after] = ends_on[before] = True
    left = np.delete(np.arange(len(vertex)), gone)
    return Edges(edges.ring, vertex, edges.line, begins_on, ends_on).chosen(left), Places(
        np.concatenate([places.placed, meet]),
        np.concatenate([places.origins, origins]),
        places.moved + moved,
        swept,
    )


def _flipped(edges: Edges, lines: Lines, places: Places) -> Int64:
    """Edges that run against what they came from, alone, between two on lines that cross."""
    if not len(lines.of_wall):
        return np.zeros(0, np.int64)
    before, after = edges.before(), edges.after()
    a, b = edges.vertex, edges.vertex[after]
    way, came = places.placed[b] - places.placed[a], places.origins[b] - places.origins[a]
    one, other = edges.line[before], edges.line[after]
    n, m = lines.normals[one], lines.normals[other]
    cross = np.abs(n[:, 0] * m[:, 1] - n[:, 1] * m[:, 0])
    flipped = ((way * came).sum(axis=1) <= 0) & (one >= 0) & (other >= 0) & (cross > CROSSING)
    flipped &= edges.begins_on[before] & edges.ends_on[after] & (np.bincount(edges.ring)[edges.ring] > 3)
    flipped &= ~flipped[before] & ~flipped[after]
    return np.flatnonzero(flipped & ~flipped[before[before]])


def _crossings(lines: Lines, one: Int64, other: Int64) -> Float64:
    """Where lines cross, (n, 2)."""
    n, m, c, d = lines.normals[one], lines.normals[other], lines.offsets[one], lines.offsets[other]
    cross = n[:, 0] * m[:, 1] - n[:, 1] * m[:, 0]
    return np.stack([c * m[:, 1] - d * n[:, 1], d * n[:, 0] - c * m[:, 0]], axis=1) / cross[:, None]
