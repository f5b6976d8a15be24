"""Edges that follow one another without a branch → chains, in any graph given as pairs of nodes."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import cached

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


def chains(ends: Int32 | Int64, nodes: int) -> tuple[Int64, Int64]:
    """Each chain's edges, one after the other, and the position after each chain.

    `ends` (edges, 2) are the nodes that an edge joins, out of `nodes`; an edge is given as 2 · edge where it is walked
    from its first node to its second, and as 2 · edge + 1 the other way. A chain ends at nodes with any number of
    edges but two; a ring without such a node begins at its lowest. Chains come in the order of the node they begin at.
    """
    # Half as long whole numbers: there may be as many nodes as a skeleton has pixels.
    flat = ends.ravel().astype(np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=nodes))]).astype(np.int32)
    return _walked(flat, first, np.argsort(flat, kind="stable").astype(np.int32))


@cached
def _walked(flat: Int32, first: Int32, leaving: Int32) -> tuple[Int64, Int64]:
    """`leaving` are the directed edges by the node they leave, node k's from `first[k]` on."""
    walked = np.zeros(len(flat) // 2, np.bool_)
    out, stops = np.empty(len(flat) // 2, np.int64), np.empty(len(flat) // 2, np.int64)
    length = count = 0
    for rings in range(2):
        for node in range(len(first) - 1):
            if (first[node + 1] - first[node] == 2) != (rings == 1):
                continue
            for k in range(first[node], first[node + 1]):
                edge = leaving[k]
                if walked[edge // 2]:
                    continue
                while True:
                    walked[edge // 2] = True
                    out[length] = edge
                    length += 1
                    at = flat[edge ^ 1]
                    if at == node or first[at + 1] - first[at] != 2:
                        break
                    edge = leaving[first[at]] + leaving[first[at] + 1] - (edge ^ 1)
                stops[count] = length
                count += 1
    return out, stops[:count].copy()
