"""What a scan remembers between two rows, in plain arrays that compiled code can share.

Runs of one label are joined to *parts* (pixels that share an edge), parts to *objects* (that meet at a corner too,
with 8-connectivity), objects to *clusters* (that touch, whatever their class, where shared edges are simplified). Each
of these, and each corner of an outline, is a slot of a table; slots of what is done are used again, so that
memory follows the width of the raster and the vertices of objects that are still open, never its height.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geounet.strip import NODATA
from geounet.vector.compiled import inlined

Table = NDArray[Any]
"""A structured array."""

Slot = Any
"""One of its items."""

PAD = 8
"""Columns of nodata before a row, so that its words of eight pixels begin on a word."""

CORNERS_A_VERTEX = 4
"""Corners at one lattice vertex, at most: one a pixel round it."""

# Where each counter lies in State.counters.
ROW, FEATURES, POLYGONS, RINGS, VERTICES, CLUSTERS, COUNTERS = range(7)
# Where each table's counts lie in State.used and State.lost.
CORNER, PART, OBJECT, CLUSTER, HISTOGRAM, TABLES = range(6)

CORNER_FIELDS = np.dtype(
    [
        ("x", np.int32),  # column of the lattice vertex
        ("y", np.int32),  # row of the lattice vertex
        ("next", np.int32),  # corner that follows along the outline; −1 once walked
        (
            "twin",
            np.int32,
        ),  # corner of the same label at the same vertex, across a saddle; −1 where there is none
        ("link", np.int32),  # next corner in the part's list; −1 ends it
        ("place", np.int32),  # position on the path that is walked; −1 off it
        ("path", np.int32),  # scratch of a walk: the corners on the path
        ("walked", np.int32),  # scratch of a walk: the corners of finished rings, ring by ring
        ("ring", np.int32),  # scratch of a walk: where each ring begins among the walked
        ("free", np.int32),  # slots that were given back
    ]
)
PART_FIELDS = np.dtype(
    [
        ("parent", np.int32),  # union–find
        ("owner", np.int32),  # its object
        ("row", np.int32),  # last row with a pixel of it; −1 once closed
        ("first", np.int32),  # list of its corners
        ("last", np.int32),
        ("link", np.int32),  # next closed part of the object
        ("free", np.int32),
    ]
)
OBJECT_FIELDS = np.dtype(
    [
        ("pixels", np.int64),
        ("area", np.float64),  # square metres
        ("total", np.int64),  # sum of the confidences, once closed
        ("tenth", np.int32),  # tenth percentile of the confidences, once closed
        ("parent", np.int32),  # union–find
        ("owner", np.int32),  # its cluster
        ("row", np.int32),  # last row with a pixel of it, and the last column there
        ("col", np.int32),
        ("first", np.int32),  # list of its closed parts
        ("last", np.int32),
        ("link", np.int32),  # next closed object of the cluster
        ("histogram", np.int32),  # slot of its histogram, while it is open
        ("free", np.int32),
        ("label", np.uint8),
        ("edge", np.uint8),  # whether it touches the raster's edge or nodata
    ],
    align=True,
)
CLUSTER_FIELDS = np.dtype(
    [
        ("parent", np.int32),  # union–find
        ("row", np.int32),  # last row with a pixel of it, and the last column there
        ("col", np.int32),
        ("first", np.int32),  # list of its closed objects
        ("last", np.int32),
        ("free", np.int32),
    ]
)
HISTOGRAM_FIELDS = np.dtype(
    [
        ("counts", np.int64, (256,)),  # pixels of each confidence
        ("free", np.int32),
    ],
    align=True,
)
RUN_FIELDS = np.dtype([("stop", np.int32), ("part", np.int32)])
EDGE_FIELDS = np.dtype(
    [
        ("right", np.int32),  # corner where the open vertical edge on the right of a part begins
        ("left", np.int32),  # corner where the open vertical edge on the left of a part begins
    ]
)
FEATURE_FIELDS = np.dtype(
    [
        ("pixels", np.int64),
        ("area", np.float64),
        ("total", np.int64),
        ("cluster", np.int64),  # number of its cluster, in the order that they are closed
        ("polygons", np.int64),  # the polygon after it
        ("tenth", np.int32),
        ("row", np.int32),  # last pixel of its cluster, by which features are in order
        ("col", np.int32),
        ("label", np.uint8),
        ("edge", np.uint8),
    ],
    align=True,
)


class Rules(NamedTuple):
    """What a scan is asked to do."""

    corners_join: bool
    """8-connectivity."""
    clusters: bool
    """Hold objects back until all that touch them are closed, and put a vertex wherever a third region begins."""
    scored: bool
    """There are confidences."""


class State(NamedTuple):
    """All of a scan; of two rows, row r lies at r mod 2."""

    rules: Rules
    counters: NDArray[np.int64]
    labels: NDArray[np.uint8]
    """(2, PAD + width + some): nodata, the row, nodata."""
    words: NDArray[np.uint64]
    """The same memory, eight pixels a word."""
    runs: Table
    """(2, width + 1) RUN_FIELDS."""
    run_counts: NDArray[np.int64]
    """(2,)."""
    waiting: NDArray[np.int32]
    """(2,): corner where the open horizontal edge under a part begins, and where the one over a part does."""
    edges: Table
    """(width + 1,) EDGE_FIELDS: the open vertical edges."""
    areas: NDArray[np.float64]
    """(n, m) square metres of a pixel, on a regular lattice over the raster."""
    nodes_a_pixel: tuple[float, float]
    """Lattice nodes a row, and a column."""
    row_areas: NDArray[np.float64]
    """(m,) the same in the middle of the row that is scanned."""
    walk: NDArray[np.int64]
    """(2,): rings and corners that a walk has finished."""
    corners: Table
    parts: Table
    objects: Table
    clusters: Table
    histograms: Table
    needs: NDArray[np.int64]
    """(TABLES,): slots of each table that one row can take at most."""
    used: NDArray[np.int64]
    """(TABLES, 2): slots of each table that were ever used; of them, those given back."""
    lost: NDArray[np.int32]
    """(TABLES, 2 × width + 4): slots that were joined to others in this row."""
    losses: NDArray[np.int64]
    """(TABLES,): how many."""
    vertices: NDArray[np.int32]
    """(…, 2) column and row of the vertices of features that are done; State.counters says how many."""
    rings: NDArray[np.int64]
    """The vertex after each ring."""
    polygons: NDArray[np.int64]
    """The ring after each polygon."""
    features: Table
    """FEATURE_FIELDS."""


def new_state(width: int, areas: NDArray[np.float64], *, extent: tuple[float, float], rules: Rules) -> State:
    """A scan that has seen nothing; what lies above and beside the raster counts as nodata.

    `areas` (n, m) is the ground area of a pixel on a regular lattice over `extent` rows and columns.
    """
    labels = np.full((2, -(-(PAD + width + 1) // PAD) * PAD), NODATA, np.uint8)
    state = State(
        rules=rules,
        counters=np.zeros(COUNTERS, np.int64),
        labels=labels,
        words=labels.view(np.uint64),
        runs=np.zeros((2, width + 1), RUN_FIELDS),
        run_counts=np.zeros(2, np.int64),
        waiting=np.full(2, -1, np.int32),
        edges=np.full(width + 1, -1, EDGE_FIELDS),
        areas=np.ascontiguousarray(areas, np.float64),
        nodes_a_pixel=((areas.shape[0] - 1) / extent[0], (areas.shape[1] - 1) / extent[1]),
        row_areas=np.zeros(areas.shape[1]),
        walk=np.zeros(2, np.int64),
        corners=np.zeros(0, CORNER_FIELDS),
        parts=np.zeros(0, PART_FIELDS),
        objects=np.zeros(0, OBJECT_FIELDS),
        clusters=np.zeros(0, CLUSTER_FIELDS),
        histograms=np.zeros(0, HISTOGRAM_FIELDS),
        needs=np.array([CORNERS_A_VERTEX * (width + 1), width, width, width, width * rules.scored], np.int64),
        used=np.zeros((TABLES, 2), np.int64),
        lost=np.zeros((TABLES, 2 * width + 4), np.int32),
        losses=np.zeros(TABLES, np.int64),
        vertices=np.zeros((0, 2), np.int32),
        rings=np.zeros(0, np.int64),
        polygons=np.zeros(0, np.int64),
        features=np.zeros(0, FEATURE_FIELDS),
    )
    return with_room(state)


def with_room(state: State) -> State:
    """The state with room for whatever one more row may bring, once its drawn features were taken out.

    Capacities double, so that the copying stays small beside the scanning.
    """
    names = ("corners", "parts", "objects", "clusters", "histograms")
    grown: dict[str, Any] = {
        name: _grown(getattr(state, name), used, need)
        for name, used, need in zip(names, state.used, state.needs, strict=True)
    }
    vertices = _most_vertices(state)
    if vertices <= len(state.vertices):
        return state._replace(**grown)
    # A ring has five vertices at least, a polygon a ring, a feature a polygon.
    rings = 2 * vertices // 5 + 1
    return state._replace(
        **grown,
        vertices=np.zeros((2 * vertices, 2), np.int32),
        rings=np.zeros(rings, np.int64),
        polygons=np.zeros(rings, np.int64),
        features=np.zeros(rings, FEATURE_FIELDS),
    )


def _grown(table: Table, used: NDArray[np.int64], need: int) -> Table:
    """The table with `need` spare slots, its slots where they were."""
    in_use = int(used[0] - used[1])
    if table.size - in_use >= need:
        return table
    grown = np.zeros(max(2 * table.size, in_use + need), table.dtype)
    grown[: used[0]] = table[: used[0]]
    return grown


def _most_vertices(state: State) -> int:
    """Vertices that one more row can draw at most: every open corner, and each ring (of four or more) closed."""
    corners = state.used[CORNER, 0] - state.used[CORNER, 1] + state.needs[CORNER]
    return int(corners + corners // 4)


_most_vertices_inlined = inlined(_most_vertices)


@inlined
def has_room(state: State) -> bool:
    """Whether one more row fits, whatever it holds."""
    sizes = (
        state.corners.size,
        state.parts.size,
        state.objects.size,
        state.clusters.size,
        state.histograms.size,
    )
    for table in range(TABLES):
        if sizes[table] - state.used[table, 0] + state.used[table, 1] < state.needs[table]:
            return False
    return bool(state.counters[VERTICES] + _most_vertices_inlined(state) <= len(state.vertices))


@inlined
def take(table: Table, used: NDArray[np.int64]) -> int:
    """A slot of a table: one that was given back, else a new one."""
    if used[1] > 0:
        used[1] -= 1
        return int(table[used[1]].free)
    used[0] += 1
    return int(used[0] - 1)


@inlined
def give(table: Table, used: NDArray[np.int64], slot: int) -> None:
    """Give a slot back to its table."""
    table[used[1]].free = slot
    used[1] += 1
