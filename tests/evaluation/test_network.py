import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from geounet.errors import LabelsError
from geounet.evaluation.network import Network, line_strings, make_network


def shape(network):
    """Nodes and edges, as many as there are."""
    return len(network.nodes), len(network.edges)


def line(*points):
    return LineString(points)


CASES = {
    "one line with a bend": ([line((0, 0), (3, 4), (3, 10))], 2, [11]),
    "two lines end to end": ([line((0, 0), (3, 4)), line((3, 10), (3, 4))], 2, [11]),
    "a cross with a shared vertex": ([line((-1, 0), (0, 0), (1, 0)), line((0, -2), (0, 0), (0, 2))], 5, [1, 1, 2, 2]),
    "a bridge": ([line((-1, 0), (1, 0)), line((0, -2), (0, 2))], 4, [2, 4]),
    "a line that ends on another": ([line((-1, 0), (3, 0)), line((0, 0), (0, 2))], 4, [1, 2, 3]),
    "two lines that end on another": ([line((-1, 0), (3, 0)), line((0, 0), (0, 2)), line((0, -5), (0, 0))], 5, [1, 2, 3, 5]),
    "several ends on one piece": (
        [line((0, 0), (9, 0)), *(line((x, 0), (x, 1)) for x in (7, 2, 4))], 8, [1, 1, 1, 2, 2, 2, 3],
    ),
    "ends a little apart": ([line((0, 0), (1, 0)), line((1.005, 0), (2, 0)), line((1, 0.005), (1, 3))], 4, [1, 1, 3]),
    "ends too far apart": ([line((0, 0), (1, 0)), line((1.02, 0), (2.02, 0))], 4, [1, 1]),
    "a ring": ([line((0, 0), (3, 0), (3, 3), (0, 3), (0, 0))], 1, [12]),
    "a ring in pieces": ([line((3, 3), (0, 3), (0, 0)), line((3, 3), (3, 0), (0, 0))], 1, [12]),
    "a ring on a stalk": ([line((-2, 0), (0, 0), (3, 0), (3, 4), (0, 0))], 2, [2, 12]),
    "two roads between two places": (
        [line((0, 0), (4, 0)), line((0, 0), (0, 3), (4, 3), (4, 0)), line((0, 0), (-1, 0)), line((4, 0), (5, 0))],
        4, [1, 1, 4, 10],
    ),
    "a line twice": ([line((0, 0), (1, 0), (2, 0)), line((2, 0), (1, 0), (0, 0))], 2, [2]),
    "there and back": ([line((0, 0), (5, 0), (0, 0))], 2, [5]),
    "no length": ([line((7, 7), (7, 7)), line((0, 0), (0, 0), (1, 0))], 2, [1]),
    "nothing": ([None, LineString()], 0, []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_nodes_and_edges_of_small_layers(case):
    lines, nodes, lengths = CASES[case]
    network = make_network(lines)
    assert len(network.nodes) == nodes
    np.testing.assert_allclose(np.sort(network.lengths), lengths, atol=0.02)
    np.testing.assert_allclose(shapely.length(network.lines), network.lengths)


def test_crossings_meet_when_asked():
    cross = [line((-1, 0), (1, 0)), line((0, -2), (0, 2))]
    assert shape(make_network(cross, noding="crossings")) == (5, 4)
    assert shape(make_network([], noding="crossings")) == (0, 0)


def test_multi_lines_heights_and_rings_are_lines():
    many = MultiLineString([[(0, 0, 5), (1, 0, 6)], [(1, 0, 6), (2, 0, 9)]])
    network = make_network([many, shapely.LinearRing([(5, 5), (6, 5), (6, 6)])])
    np.testing.assert_allclose(np.sort(network.lengths), [2, 2 + 2**0.5])
    assert not shapely.has_z(network.lines).any()


def test_areas_are_refused():
    with pytest.raises(LabelsError, match="found Polygon, expected lines"):
        line_strings([shapely.box(0, 0, 1, 1)])


def test_edges_lines_and_lengths_go_together():
    with pytest.raises(LabelsError, match="expected as many"):
        Network(np.zeros((2, 2)), np.array([[0, 1]]), np.array([line((0, 0), (1, 0))]), np.zeros(0))


@st.composite
def lattices(draw):
    """Straight pieces between neighbours of a crooked lattice, as pairs of its points."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = np.stack(np.mgrid[:4, :5], -1).reshape(-1, 2) * 70.0 + rng.uniform(-20, 20, (20, 2))
    number = np.arange(20).reshape(4, 5)
    pairs = np.concatenate([
        np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], 1),
        np.stack([number[:-1].ravel(), number[1:].ravel()], 1),
    ])  # fmt: skip
    return points, pairs[rng.random(len(pairs)) < draw(st.sampled_from([0.2, 0.5, 0.8, 1.0]))]


@settings(max_examples=60, deadline=None)
@given(lattices())
def test_nodes_are_ends_and_junctions_and_no_length_is_lost(lattice):
    points, pairs = lattice
    oracle = nx.Graph(list(map(tuple, pairs)))
    network = make_network(shapely.linestrings(points[pairs]))
    parts = [oracle.subgraph(part) for part in nx.connected_components(oracle)]
    expected = {tuple(points[node]) for node, degree in oracle.degree if degree != 2}
    expected |= {
        min(tuple(points[node]) for node in part) for part in parts if all(d == 2 for _, d in part.degree)
    }
    assert set(map(tuple, network.nodes)) == expected
    np.testing.assert_allclose(
        network.lengths.sum(), shapely.length(shapely.linestrings(points[pairs])).sum()
    )
    assert len(np.unique(network.components())) == len(parts)
    # Euler: what is drawn through is neither node nor edge.
    assert len(network.edges) - len(network.nodes) == len(pairs) - len(oracle)


@settings(max_examples=30, deadline=None)
@given(lattices(), st.integers(0, 1000))
def test_features_order_direction_and_extra_vertices_change_nothing(lattice, seed):
    points, pairs = lattice
    rng = np.random.default_rng(seed)
    whole = make_network(shapely.linestrings(points[pairs]))
    halves = [
        LineString(shapely.get_coordinates(piece)[:: rng.choice([-1, 1])])
        for one in shapely.linestrings(points[pairs])
        for at in [rng.uniform(0.2, 0.8)]
        for piece in (
            shapely.ops.substring(one, 0, at, normalized=True), shapely.ops.substring(one, at, 1, normalized=True)
        )
    ]  # fmt: skip
    parts = make_network([halves[i] for i in rng.permutation(len(halves))])
    np.testing.assert_array_equal(parts.nodes, whole.nodes)
    for network in (whole, parts):
        begins, ends = (network.nodes[nodes] for nodes in network.edges.T)
        np.testing.assert_array_equal(shapely.get_coordinates(shapely.get_point(network.lines, 0)), begins)
        np.testing.assert_array_equal(shapely.get_coordinates(shapely.get_point(network.lines, -1)), ends)
    np.testing.assert_allclose(np.sort(parts.lengths), np.sort(whole.lengths), rtol=1e-9)
