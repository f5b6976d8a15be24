"""Closed objects → rings, polygons and features, in the lattice of pixel corners.

An outline is walked from corner to corner with its part on the left. Where it comes back to a vertex it has passed
(a saddle: two pixels of the part that meet at a corner), the way since then is a ring of its own. So every ring is
simple: an outline that closes on itself becomes a shell and a hole that touch at a point, as OGC's
simple features want it.
"""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import inlined
from geounet.vector.state import (
    CLUSTERS,
    CORNER,
    FEATURES,
    OBJECT,
    PART,
    POLYGONS,
    RINGS,
    VERTICES,
    State,
    Table,
    give,
)  # fmt: skip


@inlined
def draw_object(state: State, slot: int, row: int, col: int) -> None:
    """Write a closed object as a feature, and give its slots back; (row, col) is what features are in order of."""
    counters = state.counters
    part = state.objects[slot].first
    while part >= 0:
        rings = _walk(state.corners, state.parts[part].first, state.walk)
        _draw_polygon(state, rings)
        after = state.parts[part].link
        give(state.parts, state.used[PART], part)
        part = after
    known, feature = state.objects[slot], state.features[counters[FEATURES]]
    feature.pixels, feature.area = known.pixels, known.area
    feature.total, feature.tenth = known.total, known.tenth
    feature.label, feature.edge = known.label, known.edge
    feature.row, feature.col = row, col
    feature.cluster = counters[CLUSTERS]
    feature.polygons = counters[POLYGONS]
    counters[FEATURES] += 1
    give(state.objects, state.used[OBJECT], slot)


@inlined
def _walk(corners: Table, first: int, size: NDArray[np.int64]) -> int:
    """Walk all outlines of a part; its rings are then in `walked`, and their number comes back."""
    size[:] = 0
    corner = first
    while corner >= 0:
        if corners[corner].next >= 0:
            _walk_outline(corners, corner, size)
        corner = corners[corner].link
    corners[size[0]].ring = size[1]
    return int(size[0])


@inlined
def _walk_outline(corners: Table, start: int, size: NDArray[np.int64]) -> None:
    length, corner = 0, start
    while True:
        here = corners[corner]
        if here.twin >= 0:
            twin = corners[here.twin]
            # A twin of an object that was closed earlier may have had its slot used again: then it lies elsewhere.
            if twin.place >= 0 and twin.x == here.x and twin.y == here.y:
                begin = twin.place
                _keep_ring(corners, begin, length, size)
                length = begin
        here.place = length
        corners[length].path = corner
        length += 1
        corner = here.next
        here.next = -1
        if corner == start:
            break
    _keep_ring(corners, 0, length, size)


@inlined
def _keep_ring(corners: Table, begin: int, end: int, size: NDArray[np.int64]) -> None:
    """Move the path from `begin` to `end` to the finished rings; `size` counts (rings, corners)."""
    corners[size[0]].ring = size[1]
    for i in range(begin, end):
        corner = corners[i].path
        corners[corner].place = -1
        corners[size[1]].walked = corner
        size[1] += 1
    size[0] += 1


@inlined
def _draw_polygon(state: State, rings: int) -> None:
    """Write the walked rings, the shell first, and give their corners back."""
    corners, counters = state.corners, state.counters
    shell = 0
    while not _is_shell(corners, corners[shell].ring, corners[shell + 1].ring):
        shell += 1
    _draw_ring(state, corners[shell].ring, corners[shell + 1].ring)
    for ring in range(rings):
        if ring != shell:
            _draw_ring(state, corners[ring].ring, corners[ring + 1].ring)
    for i in range(corners[rings].ring):
        give(corners, state.used[CORNER], corners[i].walked)
    state.polygons[counters[POLYGONS]] = counters[RINGS]
    counters[POLYGONS] += 1


@inlined
def _is_shell(corners: Table, begin: int, end: int) -> bool:
    """Whether a ring is anticlockwise on a screen (rows run down)."""
    total = 0
    before = corners[corners[end - 1].walked]
    for i in range(begin, end):
        here = corners[corners[i].walked]
        total += np.int64(before.x) * here.y - np.int64(here.x) * before.y
        before = here
    return total < 0


@inlined
def _draw_ring(state: State, begin: int, end: int) -> None:
    """Write a ring, closed, from its topmost vertex (the leftmost of those) on, wherever the walk began."""
    corners, counters, vertices = state.corners, state.counters, state.vertices
    start, best = begin, corners[corners[begin].walked]
    for i in range(begin + 1, end):
        here = corners[corners[i].walked]
        if here.y < best.y or (here.y == best.y and here.x < best.x):
            start, best = i, here
    n = counters[VERTICES]
    for i in range(start, start + end - begin + 1):
        here = corners[corners[i if i < end else i - (end - begin)].walked]
        vertices[n, 0], vertices[n, 1] = here.x, here.y
        n += 1
    counters[VERTICES] = n
    state.rings[counters[RINGS]] = n
    counters[RINGS] += 1
