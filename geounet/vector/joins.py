"""Union–find of parts, objects and clusters, and what happens when one has no pixel in the row any more."""

import numpy as np
from numpy.typing import NDArray

from geounet.vector.compiled import inlined
from geounet.vector.rings import draw_object
from geounet.vector.state import (
    CLUSTER,
    CLUSTERS,
    HISTOGRAM,
    OBJECT,
    PART,
    ROW,
    Slot,
    State,
    Table,
    give,
    take,
)  # fmt: skip


@inlined
def find(table: Table, slot: int) -> int:
    """Who stands for a slot and all that it was joined to."""
    while table[slot].parent != slot:
        table[slot].parent = table[table[slot].parent].parent
        slot = table[slot].parent
    return slot


@inlined
def object_of(state: State, part: int) -> int:
    """The object of a part."""
    return find(state.objects, state.parts[find(state.parts, part)].owner)


@inlined
def new_part(state: State, label: int) -> int:
    """A part that begins in this row: its own object, in its own cluster, until they are joined to others."""
    part = take(state.parts, state.used[PART])
    owner = take(state.objects, state.used[OBJECT])
    cluster = take(state.clusters, state.used[CLUSTER])
    piece, whole, group = state.parts[part], state.objects[owner], state.clusters[cluster]
    piece.parent, piece.owner, piece.row = part, owner, state.counters[ROW]
    piece.first = piece.last = piece.link = -1
    whole.parent, whole.owner, whole.label = owner, cluster, label
    whole.first = whole.last = whole.link = -1
    whole.pixels = whole.total = whole.tenth = whole.edge = 0
    whole.area = 0.0
    if state.rules.scored:
        whole.histogram = take(state.histograms, state.used[HISTOGRAM])
        state.histograms[whole.histogram].counts[:] = 0
    group.parent = cluster
    group.first = group.last = -1
    return part


@inlined
def join_parts(state: State, one: int, other: int) -> None:
    """Two parts share an edge."""
    one, other = find(state.parts, one), find(state.parts, other)
    if one == other:
        return
    join_objects(state, one, other)
    state.parts[other].parent = one
    append(state.parts[one], state.corners, state.parts[other].first, state.parts[other].last)
    _lose(state, PART, other)


@inlined
def join_objects(state: State, part: int, other_part: int) -> None:
    """Two parts are of one object: what was gathered of both is put together."""
    one, other = object_of(state, part), object_of(state, other_part)
    if one == other:
        return
    join_clusters(state, part, other_part)
    kept, spent = state.objects[one], state.objects[other]
    spent.parent = one
    kept.pixels += spent.pixels
    kept.area += spent.area
    kept.edge |= spent.edge
    append(kept, state.parts, spent.first, spent.last)
    if state.rules.scored:
        counts, others = state.histograms[kept.histogram].counts, state.histograms[spent.histogram].counts
        for i in range(counts.size):
            counts[i] += others[i]
        give(state.histograms, state.used[HISTOGRAM], spent.histogram)
    _lose(state, OBJECT, other)


@inlined
def join_clusters(state: State, part: int, other_part: int) -> None:
    """Two parts touch."""
    one = find(state.clusters, state.objects[object_of(state, part)].owner)
    other = find(state.clusters, state.objects[object_of(state, other_part)].owner)
    if one == other:
        return
    state.clusters[other].parent = one
    append(state.clusters[one], state.objects, state.clusters[other].first, state.clusters[other].last)
    _lose(state, CLUSTER, other)


@inlined
def settle_below(state: State) -> None:
    """Let each run of the row below name who stands for its part, so that what was joined away can be given back."""
    row = state.counters[ROW]
    for run in state.runs[row & 1, : state.run_counts[row & 1]]:
        run.part = find(state.parts, run.part)
        part = state.parts[run.part]
        part.owner = find(state.objects, part.owner)
        whole = state.objects[part.owner]
        whole.owner = find(state.clusters, whole.owner)
        group = state.clusters[whole.owner]
        part.row = row
        whole.row, whole.col = row, run.stop - 1
        group.row, group.col = row, run.stop - 1


@inlined
def close_above(state: State) -> None:
    """Close what the row above has a last pixel of, from left to right; then give back what was joined away."""
    row = state.counters[ROW]
    above = (row + 1) & 1
    for run in state.runs[above, : state.run_counts[above]]:
        part = find(state.parts, run.part)
        owner = find(state.objects, state.parts[part].owner)
        cluster = find(state.clusters, state.objects[owner].owner)
        if 0 <= state.parts[part].row < row:
            state.parts[part].row = -1
            append(state.objects[owner], state.parts, part, part)
        whole, group = state.objects[owner], state.clusters[cluster]
        if whole.row < row and whole.col == run.stop - 1:
            if state.rules.scored:
                counts = state.histograms[whole.histogram].counts
                whole.total, whole.tenth = _summary(counts, whole.pixels)
                give(state.histograms, state.used[HISTOGRAM], whole.histogram)
            append(group, state.objects, owner, owner)
        if group.row < row and group.col == run.stop - 1:
            _draw_cluster(state, cluster)
    _give_lost(state, state.parts, PART)
    _give_lost(state, state.objects, OBJECT)
    _give_lost(state, state.clusters, CLUSTER)


@inlined
def _draw_cluster(state: State, cluster: int) -> None:
    group = state.clusters[cluster]
    owner = group.first
    while owner >= 0:
        after = state.objects[owner].link
        draw_object(state, owner, group.row, group.col)
        owner = after
    state.counters[CLUSTERS] += 1
    give(state.clusters, state.used[CLUSTER], cluster)


@inlined
def _summary(counts: NDArray[np.int64], pixels: int) -> tuple[int, int]:
    """Sum of the confidences, and the least that a tenth of the pixels do not exceed (numpy's `inverted_cdf`)."""
    total = 0
    for value in range(counts.size):
        total += value * counts[value]
    tenth, seen = 0, counts[0]
    while 10 * seen < pixels:
        tenth += 1
        seen += counts[tenth]
    return total, tenth


@inlined
def append(owner: Slot, items: Table, first: int, last: int) -> None:
    """Put the list of items from `first` to `last` behind the owner's."""
    if first < 0:
        return
    if owner.first < 0:
        owner.first = first
    else:
        items[owner.last].link = first
    owner.last = last


@inlined
def _lose(state: State, table: int, slot: int) -> None:
    state.lost[table, state.losses[table]] = slot
    state.losses[table] += 1


@inlined
def _give_lost(state: State, table: Table, which: int) -> None:
    for slot in state.lost[which, : state.losses[which]]:
        give(table, state.used[which], slot)
    state.losses[which] = 0
