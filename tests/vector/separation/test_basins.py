import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.sparse.csgraph import connected_components

from geounet.vector.separation.basins import FIRST, NEEDS, Relief, find_basins
from geounet.vector.separation.depth import depths
from geounet.vector.separation.graph import LINK, Fragments

SEEDS = st.integers(0, 2**32 - 1)
LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def cut(labels, rows):
    """The basins of a raster that is cut every so many rows: maps of numbers, fragments, contacts."""
    depth = depths(labels, None, slice(0, len(labels)))
    above, count, maps, found = None, 0, [], []
    for first in range(0, len(labels), rows):
        stop = min(first + rows, len(labels))
        begin = max(first - NEEDS, 0)
        relief = Relief(
            labels=labels[begin : stop + NEEDS],
            depth=depth[begin : stop + NEEDS],
            core=slice(first - begin, stop - begin),
            first_row=first,
        )
        basins = find_basins(relief, above=above, first=count)
        maps += [basins.row(row) for row in range(stop - first)]
        above, count = maps[-1], count + len(basins.fragments)
        found.append(basins)
    return np.array(maps), found, depth


def joined(labels, rows):
    """The basin of each pixel by the row-major place of its summit, −1 outside, with fragments joined by links."""
    maps, found, _ = cut(labels, rows)
    count = sum(len(basins.fragments) for basins in found)
    graph = np.zeros((count, count), bool)
    for basins in found:
        is_link = basins.contacts.saddle == LINK
        graph[basins.contacts.one[is_link], basins.contacts.other[is_link]] = True
    basin = connected_components(graph, directed=False)[1]
    summit = np.concatenate([basins.fragments.summit for basins in found])
    assert len(np.unique(basin)) == (summit >= 0).sum(), "one summit a basin"
    of_basin = np.full(count, -1)
    np.maximum.at(of_basin, basin, summit)
    return np.append(of_basin[basin], -1)[maps]


@given(seed=SEEDS, rows=st.integers(1, 9))
@LAW
def test_where_the_raster_is_cut_changes_no_basin(seed, rows, blobs):
    labels = blobs(seed)
    np.testing.assert_array_equal(joined(labels, rows), joined(labels, 1000))


@given(seed=SEEDS, rows=st.integers(1, 9))
@LAW
def test_fragments_and_contacts_are_those_of_the_map(seed, rows, blobs):
    labels = blobs(seed)
    maps, found, depth = cut(labels, rows)
    fragments = Fragments.joined([basins.fragments for basins in found])
    for number, label, pixels, peak in zip(
        fragments.number, fragments.label, fragments.pixels, fragments.peak, strict=True
    ):
        mask = maps == number
        assert (mask.sum(), set(labels[mask]), depth[mask].max()) == (pixels, {label}, peak)
        assert ndimage.label(mask)[1] == 1, "its pixels share edges"
    expected = {}
    for (a, b), (la, lb), (da, db) in zip(edges(maps), edges(labels), edges(depth), strict=True):
        if la == lb and a >= 0 and a != b:
            pair = min(a, b), max(a, b)
            expected[pair] = max(expected.get(pair, -100), min(da, db))
    contacts = {}
    for basins in found:
        c = basins.contacts
        contacts |= dict(
            zip(zip(c.one.tolist(), c.other.tolist(), strict=True), c.saddle.tolist(), strict=True)
        )
    assert set(contacts) == set(expected)
    assert all(saddle in (expected[pair], LINK) for pair, saddle in contacts.items())


def edges(values):
    """The two values at each edge between pixels."""
    across = zip(values[:, :-1].ravel().tolist(), values[:, 1:].ravel().tolist(), strict=True)
    return [*across, *zip(values[:-1].ravel().tolist(), values[1:].ravel().tolist(), strict=True)]


@pytest.mark.parametrize("rows", [1, 4, 100])
def test_two_discs_are_two_basins_that_meet_between_them(rows):
    y, x = np.mgrid[:21, :41]
    labels = ((np.hypot(y - 10, x - 10) < 9.5) | (np.hypot(y - 10, x - 29) < 10.5)).astype(np.uint8)
    basin = joined(labels, rows)
    assert basin[10, 10] != basin[10, 29]
    assert set(basin[labels > 0][x[labels > 0] < 18]) == {basin[10, 10]}
    assert set(basin[labels > 0][x[labels > 0] > 21]) == {basin[10, 29]}


def test_background_and_nodata_are_kept_apart():
    labels = np.array([[0, 255, 7]], np.uint8)
    maps, (basins,), _ = cut(labels, 1)
    assert basins.map.tolist() == [[0, 1, FIRST]]
    assert maps.tolist() == [[-1, -1, 0]]
    assert basins.fragments.summit.tolist() == [2]


def test_a_ridge_goes_on_to_where_nodata_hides_it():
    labels = np.ones((9, 40), np.uint8)
    labels[[0, -1]] = 0
    labels[:, 20:] = 255
    assert set(np.unique(joined(labels, 1000))) == {-1, 4 * 40 + 19}
