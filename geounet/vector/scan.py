"""Rows of labels → closed objects: one pass, row by row, so that how rows come in strips changes nothing.

At a lattice vertex meet four pixels, two of the row above and two of the row below:

        a │ b        A pixel whose two neighbours here (for a: b and c) have other labels has a *convex* corner at
        ──┼──        the vertex; where three are equal and the fourth is not, the three have a *concave* one.
        c │ d        Where a = d but b and c differ from both (a saddle), a and d have a corner each: twins.

Each corner has one horizontal partner and one vertical one: the corner at the other end of the straight edge that
begins there. Along a lattice row at most two horizontal edges are open at once (their part above, or below), and
each column has at most two vertical ones (their part left, or right). Only vertices where something changes are
looked at: words of eight equal pixels under eight equal pixels are passed over.
"""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.strip import NODATA
from geounet.vector.compiled import cached, inlined
from geounet.vector.corners import Four, put_corners
from geounet.vector.joins import (
    close_above,
    join_clusters,
    join_objects,
    join_parts,
    new_part,
    object_of,
    settle_below,
)
from geounet.vector.state import PAD, ROW, State, has_room


@inlined
def _scan(state: State, labels: NDArray[np.uint8], confidence: NDArray[np.uint8], first: int) -> int:
    for i in range(first, labels.shape[0]):
        if not has_room(state):
            return i
        below = state.counters[ROW] & 1
        for col in range(labels.shape[1]):
            state.labels[below, PAD + col] = labels[i, col]
        _sweep(state, confidence[i if state.rules.scored else 0])
        settle_below(state)
        close_above(state)
        state.counters[ROW] += 1
    return len(labels)


@inlined
def _sweep(state: State, confidence: NDArray[np.uint8]) -> None:
    """Find the runs of the row below, join them to those above, and put the corners between the two rows."""
    row = state.counters[ROW]
    up, down = (row + 1) & 1, row & 1
    above, below, words_above, words_below = (
        state.labels[up],
        state.labels[down],
        state.words[up],
        state.words[down],
    )
    _set_row_areas(state, row)
    runs_above, runs, begin = 0, 0, 0
    part_b, part_d = -1, -1
    for word in range(1, words_above.size):
        edge = PAD * word - 1
        turns = _turns(words_above, word) | _turns(words_below, word)
        if turns == 0:
            continue
        for at in range(edge, edge + PAD):
            here = turns & np.uint64(0xFF)
            turns >>= np.uint64(8)
            if here == 0:
                continue
            a, b, c, d = above[at], above[at + 1], below[at], below[at + 1]
            col = at + 1 - PAD
            part_a, part_c = part_b, part_d
            if a != b:
                part_b = -1
                if _traced(b):
                    part_b = state.runs[up, runs_above].part
                    runs_above += 1
            if c != d:
                if part_c >= 0:
                    _close_run(state, part_c, confidence, (begin, col))
                    state.runs[down, runs - 1].stop = col
                part_d = -1
                if _traced(d):
                    part_d = part_b if b == d else new_part(state, d)
                    state.runs[down, runs].part = part_d
                    runs += 1
                    begin = col
            _meet(state, col, (a, b, c, d), (part_a, part_b, part_c, part_d))
    state.run_counts[down] = runs


@inlined
def _turns(words: NDArray[np.uint64], word: int) -> np.uint64:
    """Where a word's bytes differ from those before them, the first one the lowest (numba's machines are little-endian)."""
    return np.uint64(words[word] ^ ((words[word] << np.uint64(8)) | (words[word - 1] >> np.uint64(56))))


@inlined
def _meet(state: State, col: int, labels: Four, parts: Four) -> None:
    """Settle what the four pixels at a vertex are to one another, and put their corners."""
    if labels[0] == labels[2] and labels[1] == labels[3] and parts[0] == parts[2] and parts[1] == parts[3]:
        return  # along a straight side nothing begins or ends, and who touches whom was seen at its top
    _join(state, labels, parts)
    _mark_edges(state, labels, parts)
    put_corners(state, col, labels, parts)


@inlined
def _join(state: State, labels: Four, parts: Four) -> None:
    """Join what meets at a vertex; every two neighbours are c and d, or b and d, at some vertex."""
    a, b, c, d = labels
    part_a, part_b, part_c, part_d = parts
    if part_d >= 0 and b == d:
        join_parts(state, part_d, part_b)
    if state.rules.corners_join:
        if part_a >= 0 and a == d:
            join_objects(state, part_a, part_d)
        if part_b >= 0 and b == c:
            join_objects(state, part_b, part_c)
    if state.rules.clusters:
        for part in (part_a, part_b, part_c):
            if part >= 0 and part_d >= 0:
                join_clusters(state, part_d, part)
        if part_c >= 0 and part_b >= 0:
            join_clusters(state, part_c, part_b)


@inlined
def _mark_edges(state: State, labels: Four, parts: Four) -> None:
    """Mark the objects at a vertex that have nodata beside them."""
    _, b, c, d = labels
    _, part_b, part_c, part_d = parts
    if part_d >= 0 and NODATA in (b, c):
        state.objects[object_of(state, part_d)].edge = 1
    if part_b >= 0 and d == NODATA:
        state.objects[object_of(state, part_b)].edge = 1
    if part_c >= 0 and d == NODATA:
        state.objects[object_of(state, part_c)].edge = 1


@inlined
def _traced(label: int) -> bool:
    return label not in (0, NODATA)


@inlined
def _close_run(state: State, part: int, confidence: NDArray[np.uint8], run: tuple[int, int]) -> None:
    """Count the pixels of a run, [begin, stop), to its object."""
    whole = state.objects[object_of(state, part)]
    begin, stop = run
    whole.pixels += stop - begin
    whole.area += (stop - begin) * _between(state.row_areas, (begin + stop) / 2 * state.nodes_a_pixel[1])
    if state.rules.scored:
        counts = state.histograms[whole.histogram].counts
        for col in range(begin, stop):
            counts[confidence[col]] += 1


@inlined
def _set_row_areas(state: State, row: int) -> None:
    """Area of a pixel in the middle of a row, at each column of the lattice."""
    place = (row + 0.5) * state.nodes_a_pixel[0]
    node = min(int(place), state.areas.shape[0] - 2)
    for i in range(state.row_areas.size):
        state.row_areas[i] = state.areas[node, i] + (state.areas[node + 1, i] - state.areas[node, i]) * (
            place - node
        )


@inlined
def _between(values: NDArray[np.float64], place: float) -> float:
    """Values at 0, 1, 2 … where it falls between two of them."""
    node = min(int(place), values.size - 2)
    return float(values[node] + (values[node + 1] - values[node]) * (place - node))


def _compiled(revision: int) -> Callable[[State, NDArray[np.uint8], NDArray[np.uint8], int], int]:
    """The scan as machine code that is kept on disk for as long as none of its sources changes.

    Of itself numba looks at the one file that a function lies in; what a closure holds is part of its key.
    """

    @cached
    def compiled(state: State, labels: NDArray[np.uint8], confidence: NDArray[np.uint8], first: int) -> int:
        return _scan(state, labels, confidence, first) if revision else 0

    return compiled


_SOURCES = [
    Path(__file__).with_name(f"{name}.py").read_bytes()
    for name in ("corners", "joins", "rings", "scan", "state")
]

scan = _compiled(1 + zlib.crc32(b"".join(_SOURCES)))
"""Scan the rows of a strip (rows, width) from `first` on; gives the first row that there was no room for."""
