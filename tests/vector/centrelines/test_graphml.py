import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely
from rasterio.crs import CRS
from rasterio.transform import Affine

from geounet.georeference import Georeference
from geounet.vector.centrelines import write_graphml
from geounet.vector.placement import Placement
from geounet.vector.records import LayerSpec


@pytest.fixture
def network(traced, drawn):
    labels = drawn([([(5, 50), (145, 50)], 8), ([(75, 5), (75, 95)], 6)], (100, 150))
    labels[drawn([([(5, 80), (60, 80)], 6)], (100, 150)) == 1] = 2
    return traced(labels)


@pytest.fixture
def spec():
    grid = Georeference(Affine(0.5, 0, 500_000, 0, -0.5, 4_600_000), CRS.from_epsg(32637), 100, 150)
    names = ("background", "road", "track & <path>")
    return LayerSpec(grid=grid, class_names=names, exclusive=True, source="a&b.tif", model="roads 1.0.0")


def test_networkx_reads_the_network(network, spec, tmp_path):
    path = tmp_path / "roads.graphml"
    write_graphml(network, path, spec=spec, placement=Placement.of(spec.grid))
    graph = nx.read_graphml(path, force_multigraph=True)
    assert graph.graph["crs"] == "EPSG:32637"
    assert graph.graph["source"] == "a&b.tif"
    assert graph.number_of_nodes() == len(network.nodes)
    assert graph.number_of_edges() == len(network)
    assert sum(data["length_m"] for *_, data in graph.edges(data=True)) == pytest.approx(
        network.length_m.sum(), abs=0.01
    )
    for number, (col, row) in enumerate(network.nodes):
        node = graph.nodes[f"n{number}"]
        assert (node["x"], node["y"]) == pytest.approx(spec.grid.transform * (col, row))
    for begin, end, data in graph.edges(data=True):
        line = data["line"] - 1
        assert sorted(network.ends[line]) == sorted((int(begin[1:]), int(end[1:])))
        assert data["class"] == spec.class_names[network.label[line]]
        assert data["width_m"] == pytest.approx(network.width_m[line], abs=0.001)
        assert "confidence" not in data
        line = shapely.get_coordinates(shapely.from_wkt(data["geometry"]))
        assert line[0] == pytest.approx([graph.nodes[begin][axis] for axis in "xy"])
        assert line[-1] == pytest.approx([graph.nodes[end][axis] for axis in "xy"])


def test_coordinates_are_those_of_the_placement(network, spec, tmp_path):
    path = tmp_path / "roads.graphml"
    write_graphml(network, path, spec=spec, placement=Placement.of(spec.grid, crs="OGC:CRS84"))
    graph = nx.read_graphml(path, force_multigraph=True)
    assert pyproj.CRS.from_user_input(graph.graph["crs"]).is_geographic
    to_degrees = pyproj.Transformer.from_crs(32637, "OGC:CRS84", always_xy=True)
    expected = to_degrees.transform(*(spec.grid.transform * tuple(network.nodes[0])))
    assert (graph.nodes["n0"]["x"], graph.nodes["n0"]["y"]) == pytest.approx(expected, abs=1e-8)


def test_the_same_network_is_the_same_bytes(network, spec, tmp_path):
    for name in ("a", "b"):
        write_graphml(network, tmp_path / name, spec=spec, placement=Placement.of(spec.grid))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_network_without_roads_is_a_graph_without_nodes(traced, spec, tmp_path):
    write_graphml(
        traced(np.zeros((100, 150), np.uint8)),
        tmp_path / "none",
        spec=spec,
        placement=Placement.of(spec.grid),
    )
    assert nx.read_graphml(tmp_path / "none").number_of_nodes() == 0
