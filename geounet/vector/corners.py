"""Corners of outlines at one lattice vertex, each linked to the ends of the two straight edges that meet there.

A part is always on the left of its outline. So the edge under a part runs to the right and the edge over it to the left,
the edge on its right runs up and the edge on its left down. The end of an edge that comes first in the scan waits for the
other: at most one edge under a part and one over a part is open along a lattice row (`State.waiting`), and one
on the right and one on the left of a part in each column (`State.edges`).
"""

from geounet.vector.compiled import inlined
from geounet.vector.joins import append, find
from geounet.vector.state import CORNER, ROW, State, take

Four = tuple[int, int, int, int]

UNDER_ENDS, UNDER_BEGINS, OVER_ENDS, OVER_BEGINS = range(4)
RIGHT_ENDS, RIGHT_BEGINS, LEFT_ENDS, LEFT_BEGINS = range(4)


@inlined
def put_corners(state: State, col: int, labels: Four, parts: Four) -> None:
    """Put the corners at a vertex of four pixels a, b, c, d (see `scan`); their parts are −1 where not traced."""
    a, b, c, d = labels
    part_a, part_b, _, part_d = parts
    ab, cd, ac, bd = a == b, c == d, a == c, b == d
    if not (ab and cd) and not (ac and bd):
        _put_convex(state, col, labels, parts)
    if ab and ac and part_a >= 0:
        _put(state, col, part_a, UNDER_BEGINS, RIGHT_BEGINS)
    elif ac and cd and part_a >= 0:
        _put(state, col, part_a, OVER_BEGINS, RIGHT_ENDS)
    elif ab and bd and part_b >= 0:
        _put(state, col, part_b, UNDER_ENDS, LEFT_BEGINS)
    elif bd and cd and part_d >= 0:
        _put(state, col, part_d, OVER_ENDS, LEFT_ENDS)
    elif state.rules.clusters and (ab or cd or ac or bd):
        _put_junction(state, col, labels, parts)


@inlined
def _put_convex(state: State, col: int, labels: Four, parts: Four) -> None:
    """The corners of pixels whose two neighbours at the vertex have other labels."""
    a, b, c, d = labels
    part_a, part_b, part_c, part_d = parts
    ab, cd, ac, bd = a == b, c == d, a == c, b == d
    at_a = at_b = at_c = at_d = -1
    if part_a >= 0 and not ab and not ac:
        at_a = _put(state, col, part_a, UNDER_ENDS, RIGHT_ENDS)
    if part_b >= 0 and not ab and not bd:
        at_b = _put(state, col, part_b, UNDER_BEGINS, LEFT_ENDS)
    if part_c >= 0 and not cd and not ac:
        at_c = _put(state, col, part_c, OVER_ENDS, RIGHT_BEGINS)
    if part_d >= 0 and not cd and not bd:
        at_d = _put(state, col, part_d, OVER_BEGINS, LEFT_BEGINS)
    if a == d and at_a >= 0 and at_d >= 0:
        state.corners[at_a].twin, state.corners[at_d].twin = at_d, at_a
    if b == c and at_b >= 0 and at_c >= 0:
        state.corners[at_b].twin, state.corners[at_c].twin = at_c, at_b


@inlined
def _put(state: State, col: int, part: int, horizontal: int, vertical: int) -> int:
    """Put a corner where a horizontal and a vertical edge of a part begin or end."""
    corners, waiting, edges = state.corners, state.waiting, state.edges[col]
    corner = _new_corner(state, col, part)
    if horizontal == UNDER_ENDS:
        corners[waiting[0]].next = corner
    elif horizontal == UNDER_BEGINS:
        waiting[0] = corner
    elif horizontal == OVER_ENDS:
        corners[corner].next = waiting[1]
    else:
        waiting[1] = corner
    if vertical == RIGHT_ENDS:
        corners[corner].next = edges.right
    elif vertical == RIGHT_BEGINS:
        edges.right = corner
    elif vertical == LEFT_ENDS:
        corners[edges.left].next = corner
    else:
        edges.left = corner
    return corner


@inlined
def _put_junction(state: State, col: int, labels: Four, parts: Four) -> None:
    """A vertex on a straight edge of a part, where what lies across the edge changes: shared edges end there."""
    a, b, c, d = labels
    part_a, part_b, part_c, part_d = parts
    corners, waiting, edges = state.corners, state.waiting, state.edges[col]
    if part_a >= 0 and a == b and (part_c >= 0 or part_d >= 0):
        corner = _new_corner(state, col, part_a)
        corners[waiting[0]].next = corner
        waiting[0] = corner
    if part_c >= 0 and c == d and (part_a >= 0 or part_b >= 0):
        corner = _new_corner(state, col, part_c)
        corners[corner].next = waiting[1]
        waiting[1] = corner
    if part_a >= 0 and a == c and b != d and (part_b >= 0 or part_d >= 0):
        corner = _new_corner(state, col, part_a)
        corners[corner].next = edges.right
        edges.right = corner
    if part_b >= 0 and b == d and a != c and (part_a >= 0 or part_c >= 0):
        corner = _new_corner(state, col, part_b)
        corners[edges.left].next = corner
        edges.left = corner


@inlined
def _new_corner(state: State, col: int, part: int) -> int:
    """A corner at a column of the lattice row above the row that is scanned, at the end of its part's list."""
    corner = take(state.corners, state.used[CORNER])
    here = state.corners[corner]
    here.x, here.y = col, state.counters[ROW]
    here.twin = here.link = here.place = -1
    append(state.parts[find(state.parts, part)], state.corners, corner, corner)
    return corner
