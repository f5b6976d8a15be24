from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geounet.evaluation import apls
from geounet.evaluation.apls import PathSimilarity, control_points, path_similarity
from geounet.evaluation.network import make_network

ROAD = LineString([(0, 0), (400, 0)])
BLOCK = [(0, 0), (100, 0), (100, 100), (0, 100)]


def score(predicted, true, **options):
    return path_similarity(make_network(predicted), make_network(true), **{"snap_m": 4.0, **options})


def test_a_gap_costs_the_paths_across_it():
    """Of the truth's nine points one is in the gap, four lie on either side: 12 of 36 paths are left."""
    found = score([LineString([(0, 0), (150, 0)]), LineString([(250, 0), (400, 0)])], [ROAD])
    assert found.to_prediction == pytest.approx(12 / 36)
    assert found.to_truth == pytest.approx(1)
    assert found.apls == pytest.approx(0.5)


@pytest.mark.parametrize(("metres", "expected"), [(0, 1), (3.9, 1), (4, 1), (4.1, 0), (30, 0)])
def test_a_parallel_road_counts_within_reach(metres, expected):
    found = score([shapely.transform(ROAD, lambda xy: np.add(xy, [0, metres]))], [ROAD])
    assert (found.apls, found.to_truth, found.to_prediction) == pytest.approx((expected,) * 3)


def test_a_missing_side_of_a_block_makes_a_detour():
    """Points 50 m apart round 400 m, 300 of which are there: the side's own point is lost, far pairs go round.

    250 m instead of 150 for two pairs, 300 instead of 100 for one, and seven pairs have no counterpart. The other way,
    150 for 250 and 100 for 300.
    """
    found = score([LineString(BLOCK)], [LineString([*BLOCK, BLOCK[0]])])
    assert found.to_prediction == pytest.approx(1 - (7 + 2 * (100 / 150) + 1) / 28)
    assert found.to_truth == pytest.approx(1 - (2 * (100 / 250) + 200 / 300) / 21)


def test_pairs_that_the_truth_does_not_join_do_not_count():
    true = [LineString([(0, 0), (50, 0)]), LineString([(0, 30), (50, 30)])]
    assert score([*true, LineString([(0, 0), (0, 30)])], true).to_prediction == pytest.approx(1)
    # Of the four points' six pairs, the truth has two.
    assert score([*true, LineString([(0, 0), (0, 30)])], true).to_truth == pytest.approx(2 / 6)


def test_a_road_that_is_too_long_is_as_wrong_as_one_that_is_too_short():
    straight, bent = [LineString([(0, 0), (40, 0)])], [LineString([(0, 0), (20, 15), (40, 0)])]
    # One path each: 40 and 50 m.
    assert score(bent, straight).to_prediction == pytest.approx(1 - 10 / 40)
    assert score(bent, straight).to_truth == pytest.approx(1 - 10 / 50)


@pytest.mark.parametrize(
    ("predicted", "true", "expected"),
    [
        ([], [], PathSimilarity(None, None, None)),
        ([], [ROAD], PathSimilarity(0.0, None, 0.0)),
        ([ROAD], [], PathSimilarity(0.0, 0.0, None)),
        ([LineString([(1, 1), (1, 1)])], [ROAD], PathSimilarity(0.0, None, 0.0)),
    ],
)
def test_an_empty_side_has_no_paths(predicted, true, expected):
    assert score(predicted, true) == expected


def test_control_points_cut_edges_into_equal_pieces():
    network = make_network([LineString([(0, 0), (120, 0)]), LineString([(0, 9), (50 + 1e-9, 9)])])
    xy = shapely.get_coordinates(control_points(network).points(network))
    np.testing.assert_allclose(sorted(map(tuple, xy)), [(0, 0), (0, 9), (40, 0), (50, 9), (80, 0), (120, 0)])


def test_a_short_ring_has_a_path():
    network = make_network([LineString([(0, 0), (3, 0), (3, 3), (0, 0)])])
    assert len(control_points(network)) == 2
    assert path_similarity(network, network, snap_m=4).apls == pytest.approx(1)


def streets(seed, kept=0.75, size=(4, 4)):
    """Straight streets between neighbours of a crooked lattice."""
    rng = np.random.default_rng(seed)
    rows, cols = size
    points = np.stack(np.mgrid[:rows, :cols], -1) * 80.0 + rng.uniform(-25, 25, (rows, cols, 2))
    across = np.stack([points[:, :-1], points[:, 1:]], 2).reshape(-1, 2, 2)
    down = np.stack([points[:-1], points[1:]], 2).reshape(-1, 2, 2)
    lines = shapely.linestrings(np.concatenate([across, down]))
    return lines[rng.random(len(lines)) < kept]


def worsened(lines, seed):
    """With streets missing and the rest moved by up to 6 m."""
    rng = np.random.default_rng(seed)
    return shapely.transform(lines[rng.random(len(lines)) < 0.8], lambda xy: xy + rng.uniform(-6, 6, 2))


def drawn_through(lines):
    """A MultiGraph of what the lines draw: bends are taken out, from the greatest down, and their streets joined."""
    graph = nx.MultiGraph()
    for line in lines:
        graph.add_edge(*line.coords, line=list(line.coords))
    for bend in sorted(graph, reverse=True):
        if graph.degree(bend) == 2 and not graph.has_edge(bend, bend):
            (_, one, first), (_, other, second) = graph.edges(bend, data="line")
            first, second = (part if part[0] == bend else part[::-1] for part in (first, second))
            graph.remove_node(bend)
            graph.add_edge(one, other, line=first[:0:-1] + second)
    return graph


def with_stops(graph, stops):
    """A graph of street pieces from stop to stop; a stop is (edge, metres, name)."""
    pieces = nx.MultiGraph()
    for edge in graph.edges(keys=True):
        line = LineString(graph.edges[edge]["line"])
        begin, end = line.coords[0], line.coords[-1]
        along = sorted(
            [(0, begin), (line.length, end), *((m, name) for e, m, name in stops if e == edge)],
            key=lambda s: s[0],
        )
        for (before, a), (after, b) in pairwise(along):
            pieces.add_edge(a, b, weight=after - before)
    return pieces


def simplest(lines, others, *, snap_m):
    """APLS in one direction as the paper tells it: every pair, one after the other."""
    graph, other = drawn_through(lines), drawn_through(others)
    stops, seen = [], set()
    for edge in graph.edges(keys=True):
        line = LineString(graph.edges[edge]["line"])
        pieces = max(int(np.ceil(line.length / 50)), 2 if edge[0] == edge[1] else 1)
        for k in range(pieces + 1):
            at = line.interpolate(line.length * k / pieces)
            corner = line.coords[0] if k == 0 else line.coords[-1] if k == pieces else None
            if corner not in seen:
                stops.append((edge, line.length * k / pieces, len(stops), at))
            seen |= {corner} - {None}
    there = []
    for _, _, name, at in stops:
        near = [
            (LineString(data["line"]).distance(at), edge, LineString(data["line"]))
            for *edge, data in other.edges(keys=True, data=True)
        ]
        if near and min(near, key=lambda n: n[0])[0] <= snap_m:
            _, edge, line = min(near, key=lambda n: n[0])
            there.append((tuple(edge), line.project(at), name))
    one, two = with_stops(graph, [stop[:3] for stop in stops]), with_stops(other, there)
    costs = []
    for a in range(len(stops)):
        lengths = nx.single_source_dijkstra_path_length(one, a)
        found = nx.single_source_dijkstra_path_length(two, a) if a in two else {}
        costs += [
            min(1, abs(lengths[b] - found.get(b, np.inf)) / lengths[b]) for b in range(a) if b in lengths
        ]
    return 1 - np.mean(costs) if costs else None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 0.75, 1.0]))
def test_scores_are_those_of_the_simplest_way(seed, kept):
    true = streets(seed, kept)
    predicted = worsened(true, seed + 1)
    found = score(predicted, true)
    for value, lines, others in ((found.to_prediction, true, predicted), (found.to_truth, predicted, true)):
        expected = simplest(lines, others, snap_m=4)
        assert (value is None) if expected is None else value == pytest.approx(expected, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_laws(seed):
    true = streets(seed)
    predicted = worsened(true, seed + 1)
    found, swapped = score(predicted, true), score(true, predicted)
    assert (found.to_truth, found.to_prediction) == (swapped.to_prediction, swapped.to_truth)
    assert all(
        value is None or 0 <= value <= 1 for value in (found.apls, found.to_truth, found.to_prediction)
    )
    assert score(true, true).apls == (pytest.approx(1) if len(true) else None)
    cut = shapely.get_coordinates(shapely.segmentize(predicted, 30), return_index=True)
    pieces = [LineString(cut[0][i : i + 2]) for i in range(len(cut[0]) - 1) if cut[1][i] == cut[1][i + 1]]
    again = score(pieces[::-1], true)
    assert again.apls == (None if found.apls is None else pytest.approx(found.apls, abs=1e-6))


def test_a_sample_is_near_the_whole_and_always_the_same():
    true = streets(3, 0.8, (12, 12))
    predicted = worsened(true, 4)
    whole = score(predicted, true, max_sources=10**6, snap_m=8)
    some = score(predicted, true, max_sources=80, snap_m=8)
    assert some == score(predicted[::-1], true, max_sources=80, snap_m=8)
    assert some.apls != whole.apls
    assert (some.to_truth, some.to_prediction) == pytest.approx(
        (whole.to_truth, whole.to_prediction), abs=0.02
    )
    assert score(true, true, max_sources=20).apls == pytest.approx(1)


def test_blocks_change_nothing(monkeypatch):
    true = streets(5)
    whole = score(worsened(true, 6), true)
    monkeypatch.setattr(apls, "_BLOCK", 100)
    assert score(worsened(true, 6), true).apls == pytest.approx(whole.apls, rel=1e-12)
