"""Graphs, on their own and with edges cut, ends put on, and places looked up."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from geounet.vector.centrelines.cut import cut_at
from geounet.vector.centrelines.detour import ways_round
from geounet.vector.centrelines.graph import Points, RoadGraph, graph_of
from geounet.vector.centrelines.occupied import near, occupied
from geounet.vector.centrelines.runs import spliced, with_runs
from geounet.vector.centrelines.skeleton import Skeleton

SHAPE = """
....#......
....#...###
....#...#.#
#####...#.#
....#...###
....###....
"""


def skeleton(text):
    rows = np.array([list(line) for line in text.split()])
    row, col = np.nonzero(rows == "#")
    count = len(row)
    return Skeleton(
        row=row.astype(np.int32),
        col=col.astype(np.int32),
        shift=np.zeros((count, 2), np.float32),
        radius=np.ones(count, np.float32),
        width=np.ones(count, np.float32),
        probability=np.full(count, 255, np.uint8),
        at_edge=np.zeros(count, np.uint8),
    )


def drawn(paths):
    """A graph of given points, with a node wherever a path ends."""
    xy = np.concatenate([np.asarray(path, float) for path in paths])
    stops = np.cumsum([len(path) for path in paths])
    tips = np.column_stack([np.concatenate([[0], stops[:-1]]), stops - 1])
    place, ends = np.unique(xy[tips].reshape(-1, 2), axis=0, return_inverse=True)
    count = len(xy)
    points = Points(
        xy, np.ones(count, np.float32), np.ones(count, np.float32),
        np.full(count, 255, np.uint8), np.zeros(count, np.uint8),
    )  # fmt: skip
    return RoadGraph(points, place, np.ones(len(place)), ends.reshape(-1, 2), np.arange(count), stops)


def random_network(seed):
    """Straight streets between random places, with a point a unit or so."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 60, (12, 2))
    pairs = rng.integers(0, 12, (18, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return drawn(
        [np.linspace(places[a], places[b], int(np.hypot(*(places[a] - places[b]))) + 2) for a, b in pairs]
    )


def test_ends_and_junctions_are_nodes_and_a_ring_has_one():
    graph = graph_of(skeleton(SHAPE), (1.0, 1.0))
    assert sorted(graph.degrees().tolist()) == [1, 1, 1, 2, 3]
    assert sorted(graph.lengths().round(3).tolist()) == [3.0, 4.0, 4.0, 10.0]
    ring = np.flatnonzero(graph.ends[:, 0] == graph.ends[:, 1])
    assert graph.place[graph.ends[ring, 0]].tolist() == [[8.5, 1.5]]


def test_steps_are_as_long_as_pixels_are():
    graph = graph_of(skeleton(SHAPE), (2.0, 0.5))
    assert graph.place.max(axis=0).tolist() == [8.5 * 0.5, 5.5 * 2]
    assert sorted(graph.lengths().round(3).tolist()) == [2.0, 5.0, 6.0, 14.0]


def test_without_its_spur_a_junction_is_none():
    graph = graph_of(skeleton(SHAPE), (1.0, 1.0))
    longest = graph.lengths() >= 4
    one = graph.select(longest).dissolved()
    assert len(one) == 2
    line = one.select(one.ends[:, 0] != one.ends[:, 1])
    assert line.lengths().tolist() == [pytest.approx(8)]
    assert (np.abs(np.diff(line.points.xy[line.path], axis=0)).max(axis=1) <= 1).all()


@pytest.mark.parametrize("seed", range(10))
def test_cutting_edges_keeps_every_length(seed):
    graph = random_network(seed)
    positions = np.random.default_rng(seed).integers(0, len(graph.path), 9)
    cut, nodes = cut_at(graph, np.append(positions, positions[:2]))
    assert cut.lengths().sum() == pytest.approx(graph.lengths().sum())
    assert cut.place[nodes] == pytest.approx(graph.points.xy[graph.path[np.append(positions, positions[:2])]])
    begins = np.concatenate([[0], cut.stops[:-1]])
    for edge, (first, stop) in enumerate(zip(begins, cut.stops, strict=True)):
        xy = cut.points.xy[cut.path[[first, stop - 1]]]
        assert xy == pytest.approx(cut.place[cut.ends[edge]])
    assert len(cut.dissolved()) <= len(graph)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("limit", [5.0, 40.0, 1000.0])
def test_ways_round_are_those_of_networkx(seed, limit):
    graph = random_network(seed)
    rng = np.random.default_rng(seed)
    positions = rng.integers(0, len(graph.path), 20)
    begin = graph.ends.ravel()[rng.integers(0, graph.ends.size, 20)]
    cut, nodes = cut_at(graph, positions)
    whole = nx.MultiGraph()
    for (a, b), length in zip(cut.ends.tolist(), cut.lengths().tolist(), strict=True):
        whole.add_edge(a, b, weight=length)
    expected = []
    for a, b in zip(begin.tolist(), nodes.tolist(), strict=True):
        way = nx.shortest_path_length(whole, a, b, "weight") if nx.has_path(whole, a, b) else np.inf
        expected.append(way if way <= limit else np.inf)
    assert ways_round(graph, begin, positions, np.full(20, limit)) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(10))
def test_what_is_near_is_what_every_look_finds(seed):
    graph = random_network(seed)
    taken = occupied(graph)
    cells = np.floor(graph.points.xy[graph.path])
    found = np.empty(100, np.int64)
    for place in np.random.default_rng(seed).uniform(-6, 66, (100, 2)):
        expected = np.flatnonzero(np.abs(cells - np.floor(place)).max(axis=1) <= 1)
        count = near(taken, place, found)
        assert sorted(found[:count].tolist()) == expected.tolist()


def test_runs_are_put_before_what_is_left_of_a_path():
    graph = drawn([[(0, 0), (1, 0), (2, 0), (3, 0)], [(5, 5), (6, 5)]])
    begin, end = np.array([[0.0, 3.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [3.0, 2.0]])
    points, items, stops = with_runs(graph.points, begin, end, radius=np.array([2.0, 3.0]))
    long = spliced(graph, np.array([[1, 1], [0, 0]]), (items, stops, np.array([0, 1])))
    xy = points.xy[long.path[: long.stops[0]]]
    assert xy.tolist() == [[0, 3], [0, 2], [0, 1], [1, 0], [2, 0], [3, 2], [3, 3], [3, 4]]
    assert replace(long, points=points).lengths()[1] == 1
    assert points.radius[items].tolist() == [2, 2, 2, 3, 3, 3]
