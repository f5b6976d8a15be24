import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from geounet.vector.separation.basins import Relief, find_basins
from geounet.vector.separation.closing import NONE, grown, parted
from geounet.vector.separation.depth import depths

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def closed_by_slab(labels, rows):
    """For each slab the sets of (row, col) of objects that it closed, and what stayed open."""
    depth = depths(labels, None, slice(0, len(labels)))
    state, above, count, maps, closed = NONE, None, 0, [], []
    for first in range(0, len(labels), rows):
        core = slice(first, min(first + rows, len(labels)))
        relief = Relief(labels=labels, depth=depth, core=core, first_row=first)
        basins = find_basins(relief, above=above, first=count)
        maps += [basins.row(row) for row in range(core.stop - first)]
        above, count = maps[-1], count + len(basins.fragments)
        state = grown(state, basins.fragments, basins.contacts)
        done, state = parted(state, above[above >= 0])
        closed.append(pixels(done, np.array(maps)))
    return closed, pixels(state, np.array(maps))


def pixels(objects, maps):
    found = {}
    for number, whole in zip(objects.fragments.number.tolist(), objects.whole.tolist(), strict=True):
        found.setdefault(whole, set()).update(map(tuple, np.argwhere(maps == number).tolist()))
    return {frozenset(places) for places in found.values()}


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 9))
@LAW
def test_objects_are_scipys_and_close_as_soon_as_they_end_above(seed, rows, blobs):
    labels = blobs(seed, most=20)
    objects = set()
    for label in (1, 2):
        numbers, count = ndimage.label(labels == label)
        objects |= {frozenset(map(tuple, np.argwhere(numbers == k + 1).tolist())) for k in range(count)}
    closed, still_open = closed_by_slab(labels, rows)
    for slab, found in enumerate(closed):
        stop = min((slab + 1) * rows, len(labels))
        last = {places: max(places)[0] for places in objects}
        assert found == {
            places for places in objects if max(slab * rows, 1) - 1 <= last[places] < stop - 1
        }, "what ends before the slab's last row, and not before the one above's"
    assert set().union(*closed) | still_open == objects
