"""Average Path Length Similarity: do two networks lead to the same places over the same distances?"""

from dataclasses import dataclass
from statistics import harmonic_mean

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.network import Network
from geounet.evaluation.routes import ROUNDING_M, Places, Router, snap

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

SPACING_M = 50.0
"""How far apart control points lie along an edge at most, as in the paper."""
MAX_SOURCES = 500
"""The most control points of a network from which paths are measured."""
_SEED = 0
_BLOCK = 8_000_000
"""Path lengths that are held at once."""


@dataclass(frozen=True, slots=True)
class PathSimilarity:
    """How alike path lengths are, from 0 (no path is there) to 1 (each is there and as long)."""

    apls: float | None
    """The harmonic mean of the two below; None where both networks are empty, 0 where one of them is."""
    to_truth: float | None
    """Of the paths of the prediction, snapped onto the truth: what is predicted is true; None of an empty prediction."""
    to_prediction: float | None
    """Of the paths of the truth, snapped onto the prediction: what is true is predicted; None of an empty truth."""


def path_similarity(
    predicted: Network,
    true: Network,
    *,
    snap_m: float,
    spacing_m: float = SPACING_M,
    max_sources: int = MAX_SOURCES,
) -> PathSimilarity:
    """Both directions of the similarity and their harmonic mean (Van Etten, Lindenbaum and Bacastow, 2018).

    Pairs without a counterpart are counted exactly, by connected parts, whatever the size. How far the other paths
    differ is measured from all control points to all others, or, where a network has more than `max_sources`, from
    so many of them, drawn by a fixed seed.
    """
    to_truth, to_prediction = (
        _one_way(network, other, snap_m=snap_m, spacing_m=spacing_m, max_sources=max_sources)
        for network, other in ((predicted, true), (true, predicted))
    )
    if to_truth is None and to_prediction is None:
        return PathSimilarity(None, None, None)
    return PathSimilarity(harmonic_mean((to_truth or 0.0, to_prediction or 0.0)), to_truth, to_prediction)


def control_points(network: Network, *, spacing_m: float = SPACING_M) -> Places:
    """All nodes, in order, then points that cut each edge into the fewest equal pieces of at most the spacing.

    An edge that comes back to its node is cut into two at least, so that it has a path. The authors' code puts points
    on curved edges alone; here straight edges have them too, so that long roads weigh more than short ones and a gap
    in a straight road costs what it cuts off.
    """
    _, incidence = np.unique(network.edges, return_index=True)
    edge, end = np.divmod(incidence, 2)
    least = np.where(network.edges[:, 0] == network.edges[:, 1], 2, 1)
    pieces = np.maximum(np.ceil((network.lengths - ROUNDING_M) / spacing_m).astype(np.int64), least)
    between = np.repeat(np.arange(len(pieces)), pieces - 1)
    number = 1 + np.arange(len(between)) - np.repeat(np.cumsum(pieces - 1) - (pieces - 1), pieces - 1)
    offset = network.lengths[between] * number / pieces[between]
    return Places(np.append(edge, between), np.append(end * network.lengths[edge], offset))


def _one_way(
    network: Network, other: Network, *, snap_m: float, spacing_m: float, max_sources: int
) -> float | None:
    """The mean over all pairs of control points that a path joins of 1 - min(1, |L - L'| / L); None without pairs.

    L' is the length between the points of the other network nearest to the pair. Pairs of which one has no point
    there within `snap_m`, or which no path joins there, count 0. Every pair counts, however near; the authors' code
    leaves out paths below 10 m.
    """
    control = control_points(network, spacing_m=spacing_m)
    if not len(control):
        return None
    snapped = snap(control.points(network), other, within_m=snap_m)
    here = network.components()[network.edges[control.edge, 0]]
    found = np.flatnonzero(snapped.edge >= 0)
    there = other.components()[other.edges[snapped.edge[found], 0]]
    _, part = np.unique(np.stack([here[found], there]), axis=1, return_inverse=True)
    joined = _pairs(part)
    if not joined:
        return 0.0
    detour = _mean_detour(
        (network, control[found]), (other, snapped[found]), part=part, max_sources=max_sources
    )
    return joined / _pairs(here) * (1 - detour)


def _pairs(part: Int64) -> int:
    """How many pairs lie in one and the same part."""
    sizes = np.bincount(part)
    return int(np.sum(sizes * (sizes - 1) // 2))


def _mean_detour(
    one: tuple[Network, Places], other: tuple[Network, Places], *, part: Int64, max_sources: int
) -> float:
    """The mean of min(1, |L - L'| / L) over the pairs of places in one part, from a sample of `max_sources`."""
    sources = np.flatnonzero(np.bincount(part)[part] > 1)
    if len(sources) > max_sources:
        sources = np.sort(np.random.default_rng(_SEED).choice(sources, max_sources, replace=False))
    routers = [(Router.of(network), places) for network, places in (one, other)]
    width = max(len(part), len(one[0].nodes), len(other[0].nodes))
    detours, pairs = 0.0, 0
    for block in np.array_split(sources, -(-len(sources) * width // _BLOCK)):
        same = part[block, None] == part
        same[np.arange(len(block)), block] = False
        length, length_there = (
            router.path_lengths(places[block], places)[same] for router, places in routers
        )
        detours += float(np.minimum(1, np.abs(length - length_there) / length).sum())
        pairs += len(length)
    return detours / pairs
