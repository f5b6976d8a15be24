"""Outlines ↔ arcs: the pieces of outlines between vertices where three regions meet, each of them once.

What two features share is one arc, so that whatever happens to it happens to both.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geounet.vector.features import FeatureBatch
from geounet.vector.ragged import Int64, lengths, starts

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arcs:
    """The rings of a batch, cut into pieces at nodes, and the arc that each piece is, or is against."""

    points: Float64
    """(points, 2): the vertices of each ring but the closing one, from a node where there is one, else from the least."""
    rings: Int64
    """The point after each ring."""
    features: Int64
    """The feature of each ring."""
    node: Int64
    """The node at each point: where three regions meet, or two touch at a point; −1 elsewhere."""
    begins: Int64
    """The point that each piece of a ring begins at, ring by ring."""
    sizes: Int64
    """Edges of each piece."""
    arc: Int64
    """The arc of each piece."""
    backwards: Bool
    """Whether a piece runs against its arc."""
    piece_rings: Int64
    """The ring of each piece."""
    pieces: NDArray[np.int64]
    """(arcs, 2): the piece that each arc is, with its feature on the left, and the one against it, or −1."""

    def __len__(self) -> int:
        return len(self.pieces)

    @property
    def nodes(self) -> int:
        """How many there are."""
        return int(self.node.max(initial=-1)) + 1

    @property
    def sides(self) -> Int64:
        """(arcs, 2): the features on both sides of each arc, or −1."""
        feature = np.append(self.features[self.piece_rings], -1)
        return feature[self.pieces]

    def place(self, piece: Int64, step: Int64) -> Int64:
        """The point that lies some edges after the begin of a piece (elementwise)."""
        begin, ring = self.begins[piece], self.piece_rings[piece]
        first = starts(self.rings)[ring]
        return first + (begin - first + step) % lengths(self.rings)[ring]


def arcs_of(batch: FeatureBatch) -> Arcs:
    """Cut the outlines of a batch into arcs; features that touch must have the vertices of shared edges in common."""
    ring, place, sizes, xy = _open_rings(batch)
    first = (np.cumsum(sizes) - sizes)[ring]
    unique, vertex = np.unique(xy @ np.array([1, 1j]), return_inverse=True)
    ends = np.stack([vertex, vertex[first + (place + 1) % sizes[ring]]])
    codes, edge = np.unique(ends.min(axis=0) * len(unique) + ends.max(axis=0), return_inverse=True)
    degree = np.bincount(np.concatenate(np.divmod(codes, max(1, len(unique)))), minlength=len(unique))

    # Rings begin at their first node, or else at their least vertex, so that two which are one arc begin alike.
    rank = np.where(degree[vertex] > 2, place, vertex + len(ring))
    least = np.minimum.reduceat(rank, np.cumsum(sizes) - sizes) if len(sizes) else rank
    shift = place[rank == least[ring]]
    order = first + (place + shift[ring]) % sizes[ring]
    node = np.where(degree > 2, np.cumsum(degree > 2) - 1, -1)[vertex[order]]

    begins = np.flatnonzero((node >= 0) | (place == 0))
    # An edge lies on one arc, so the least of an arc's edges stands for it.
    codes = np.minimum.reduceat(edge[order], begins) if len(begins) else begins
    _, one, arc = np.unique(codes, return_index=True, return_inverse=True)
    backwards = np.ones(len(begins), np.bool_)
    backwards[one] = False
    other = np.full(len(one), -1)
    other[arc[backwards]] = np.flatnonzero(backwards)
    return Arcs(
        points=xy[order],
        rings=np.cumsum(sizes),
        features=batch.ring_features(),
        node=node,
        begins=begins,
        sizes=np.diff(np.append(begins, len(order))),
        arc=arc,
        backwards=backwards,
        piece_rings=ring[begins],
        pieces=np.stack([one, other], axis=1),
    )


def _open_rings(batch: FeatureBatch) -> tuple[Int64, Int64, Int64, Float64]:
    """Ring and place in it of each vertex but the closing ones, the rings' sizes, and the vertices."""
    inside = np.ones(len(batch.vertices), np.bool_)
    inside[batch.rings - 1] = False
    sizes = lengths(batch.rings) - 1
    ring = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(ring)) - (np.cumsum(sizes) - sizes)[ring]
    return ring, place, sizes, batch.vertices[inside].astype(np.float64)


def with_rings(batch: FeatureBatch, points: Float64, sizes: Int64) -> FeatureBatch:
    """The batch with other rings, of `sizes` points each, which are closed here."""
    rings = np.cumsum(sizes + 1)
    closing = np.zeros(rings[-1] if len(rings) else 0, np.bool_)
    closing[rings - 1] = True
    vertices = np.empty((len(closing), 2))
    vertices[~closing] = points
    vertices[closing] = vertices[starts(rings)]
    return replace(batch, vertices=vertices, rings=rings)
