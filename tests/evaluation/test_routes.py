from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geounet.errors import LabelsError
from geounet.evaluation.network import make_network
from geounet.evaluation.routes import Places, Router, snap


def tangle(seed):
    """A network with parts, loops and edges side by side, and places on it, some of them at its nodes."""
    rng = np.random.default_rng(seed)
    corners = np.round(rng.uniform(0, 100, (7, 2)))
    lines = [
        LineString([corners[a], rng.uniform(0, 100, 2), corners[b]]) for a, b in rng.integers(0, 7, (9, 2))
    ]
    lines.append(LineString([corners[0], corners[0] + [0, 9], corners[0] + [9, 9], corners[0]]))
    network = make_network(lines)
    edge = rng.integers(0, len(network.edges), 12)
    return network, Places(edge, network.lengths[edge] * rng.choice([0, 0.3, 0.62, 1], 12))


def oracle(network, places):
    """The network with the places as nodes of their own, each edge a chain from place to place."""
    graph = nx.MultiGraph()
    for edge, (one, other) in enumerate(network.edges):
        stations = [(0.0, ("node", one)), (network.lengths[edge], ("node", other))]
        stations += [(places.offset[i], ("place", i)) for i in np.flatnonzero(places.edge == edge)]
        stations.sort(key=lambda station: station[0])
        for (before, a), (after, b) in pairwise(stations):
            graph.add_edge(a, b, weight=after - before)
    return graph


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shortest_paths_are_those_of_networkx(seed):
    network, places = tangle(seed)
    graph = oracle(network, places)
    lengths = Router.of(network).path_lengths(places[np.arange(4)], places)
    for i in range(4):
        found = nx.single_source_dijkstra_path_length(graph, ("place", i))
        expected = [found.get(("place", j), np.inf) for j in range(len(places))]
        np.testing.assert_allclose(lengths[i], expected, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_points_snap_to_the_nearest_place_within_reach(seed):
    network, _ = tangle(seed)
    points = shapely.points(np.random.default_rng(seed).uniform(-20, 120, (40, 2)))
    places = snap(points, network, within_m=10)
    nearest = shapely.distance(points[:, None], network.lines).min(axis=1)
    found = places.edge >= 0
    np.testing.assert_array_equal(found, nearest <= 10)
    np.testing.assert_allclose(
        shapely.distance(points[found], places[found].points(network)), nearest[found], atol=1e-9
    )


def test_nothing_snaps_to_nothing():
    places = snap(shapely.points([[0, 0], [1, 1]]), make_network([]), within_m=4)
    assert places.edge.tolist() == [-1, -1]


def test_a_point_on_a_line_snaps_with_no_reach():
    assert snap(
        shapely.points([[5, 0]]), make_network([LineString([(0, 0), (9, 0)])]), within_m=0
    ).offset == [5]


def test_places_have_an_offset_each():
    with pytest.raises(LabelsError, match="1 edges and 2 offsets"):
        Places(np.zeros(1, np.int64), np.zeros(2))
