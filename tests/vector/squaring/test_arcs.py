from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geounet.vector.ragged import lengths
from geounet.vector.squaring.arcs import arcs_of, with_rings

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def points_of(arcs, piece):
    return arcs.points[[arcs.place(np.int64(piece), np.int64(k)) for k in range(arcs.sizes[piece] + 1)]]


@pytest.mark.parametrize("connectivity", [4, 8])
@given(seed=st.integers(0, 2**32 - 1))
@LAW
def test_arcs_are_each_edge_once_with_the_features_beside_it(seed, connectivity, traced, texture):
    labels = texture(seed)
    batch = traced(labels, connectivity=connectivity, clusters=True)
    if batch is None:
        return
    arcs = arcs_of(batch)
    beside = {}
    for feature, ring in zip(batch.ring_features(), np.split(batch.vertices, batch.rings[:-1]), strict=True):
        for a, b in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
            beside[*a, *b] = feature
    for arc, (one, other) in enumerate(arcs.pieces):
        left, right = arcs.sides[arc]
        steps = points_of(arcs, one).astype(int).tolist()
        for a, b in pairwise(steps):
            assert beside.pop((*a, *b)) == left
            assert beside.pop((*b, *a), -1) == right
        if other >= 0:
            np.testing.assert_array_equal(points_of(arcs, other)[::-1], points_of(arcs, one))
    assert not beside


def test_nodes_are_where_three_regions_meet(traced):
    labels = np.zeros((12, 12), np.uint8)
    labels[2:9, 2:6], labels[2:9, 6:10] = 1, 2
    arcs = arcs_of(traced(labels, clusters=True))
    at = arcs.points[arcs.node >= 0]
    assert {tuple(point) for point in at.tolist()} == {(6, 2), (6, 9)}
    assert len(arcs) == 3


def test_rings_can_be_given_anew(traced, texture, shapes):
    batch = traced(texture(2), connectivity=8)
    arcs = arcs_of(batch)
    again = with_rings(batch, arcs.points, lengths(arcs.rings))
    assert shapely.equals(shapes(again), shapes(batch)).all()
    assert shapely.is_valid(shapes(again)).all()
