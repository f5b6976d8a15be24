import networkx as nx
import numpy as np
import pytest

from geounet.vector.centrelines.chains import chains


@pytest.mark.parametrize("seed", range(30))
def test_chains_are_what_is_left_when_nodes_of_two_edges_are_dissolved(seed):
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(1, 30))
    ends = rng.integers(0, nodes, (int(rng.integers(0, 40)), 2))
    walked, stops = chains(ends, nodes)
    assert sorted((walked // 2).tolist()) == list(range(len(ends)))
    leave, reach = ends.ravel()[walked], ends.ravel()[walked ^ 1]
    degrees = np.bincount(ends.ravel(), minlength=nodes)
    begin = 0
    for stop in stops:
        assert (leave[begin + 1 : stop] == reach[begin : stop - 1]).all()
        assert (degrees[leave[begin + 1 : stop]] == 2).all()
        is_ring = leave[begin] == reach[stop - 1]
        assert is_ring or (degrees[[leave[begin], reach[stop - 1]]] != 2).all()
        begin = stop
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(ends.tolist())
    rings = sum(1 for part in nx.connected_components(graph) if all(degrees[node] == 2 for node in part))
    loose = sum(degrees[node] for node in range(nodes) if degrees[node] != 2)
    assert len(stops) == rings + loose // 2


def test_a_ring_begins_at_its_lowest_node():
    walked, stops = chains(np.array([[3, 2], [1, 3], [2, 1]]), 4)
    assert len(stops) == 1
    assert np.array([[3, 2], [1, 3], [2, 1]]).ravel()[walked[0]] == 1
