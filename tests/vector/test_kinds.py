"""What a kind of labels comes out as: separated and regularised buildings, centrelines and their graph, in every format."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
import shapely.affinity
from rasterio.features import rasterize

import geounet
from geounet.errors import GeounetWarning, OutputError

FORMATS = (".gpkg", ".geojson", ".fgb", ".shp", ".parquet")
SIDE = 300


@pytest.fixture
def houses(make_raster):
    """Turned houses at 0.3 m: two rows, some of which meet at a corner's width, and one with a courtyard."""
    shapes = [
        shapely.affinity.rotate(shapely.box(x, y, x + 30, y + 22), 20, origin=(150, 150))
        for y in (40, 110)
        for x in (20, 51, 110, 170)
    ]
    shapes.append(shapely.box(180, 200, 260, 280) - shapely.box(205, 225, 235, 255))
    labels = rasterize(shapes, (SIDE, SIDE), dtype="uint8")
    return make_raster(labels, "houses.tif", nodata=255)


@pytest.fixture
def streets(make_raster):
    """A crossing of two streets at 1 m, 8 and 6 m wide, one of them slanted."""
    lines = [
        shapely.LineString([(0, 100), (300, 100)]).buffer(4),
        shapely.LineString([(60, 300), (200, 0)]).buffer(3),
    ]
    labels = rasterize(lines, (SIDE, SIDE), dtype="uint8")
    where = rasterio.Affine(1, 0, 500_000, 0, -1, 9_300_000)
    return make_raster(labels, "streets.tif", nodata=255, transform=where)


def read(path):
    return gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, layer=path.stem)


@pytest.mark.parametrize("extension", FORMATS)
def test_buildings_say_which_are_regularised(houses, tmp_path, extension):
    out = tmp_path / f"b{extension}"
    geounet.vectorize(houses, out, options=geounet.VectorizeOptions(regularize=True))
    layer = read(out)
    regular = layer["regular" if extension == ".shp" else "regularized"].astype(bool)
    assert regular.any()
    assert layer.geometry.is_valid.all()
    assert shapely.get_num_coordinates(layer.geometry.to_numpy()).max() < 60


def test_without_regularising_there_is_no_such_field(houses, tmp_path):
    geounet.vectorize(houses, tmp_path / "b.gpkg", options=geounet.VectorizeOptions(kind="buildings"))
    assert "regularized" not in pyogrio.read_info(tmp_path / "b.gpkg", layer="b")["fields"]


@pytest.mark.parametrize("connectivity", [4, 8])
def test_regularised_buildings_are_where_they_were_and_overlap_nowhere(houses, tmp_path, connectivity):
    layers = {}
    for regularize in (False, True):
        options = geounet.VectorizeOptions(regularize=regularize, connectivity=connectivity, overwrite=True)
        geounet.vectorize(houses, tmp_path / "b.gpkg", options=options)
        layers[regularize] = read(tmp_path / "b.gpkg")
    exact, regular = (layers[k].geometry.to_numpy() for k in (False, True))
    assert len(exact) == len(regular)
    shared = shapely.area(shapely.intersection(exact, regular))
    assert (shared / shapely.area(shapely.union(exact, regular)) >= 0.9).all()
    assert shapely.area(shapely.union_all(regular)) == pytest.approx(shapely.area(regular).sum(), abs=1e-9)
    np.testing.assert_allclose(
        layers[True].area_m2.sum() / layers[False].area_m2.sum(), shapely.area(regular).sum() / shapely.area(exact).sum(),
        rtol=1e-5,
    )  # fmt: skip


CHOICES = [
    {"separate": True},
    {"regularize": True},
    {"separate": True, "regularize": True},
    {"kind": "roads"},
]


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("rows", [1, 37, SIDE])
def test_how_rows_come_in_strips_changes_no_byte(houses, tmp_path, choice, rows):
    for name, strip_rows in (("once", None), ("again", rows)):
        (tmp_path / name).mkdir()
        options = geounet.VectorizeOptions(strip_rows=strip_rows, **choice)
        geounet.vectorize(houses, tmp_path / name / "b.geojson", options=options)
    once, again = (read(tmp_path / name / "b.geojson") for name in ("once", "again"))
    assert once.equals(again)
    assert len(once)


@pytest.mark.parametrize("extension", FORMATS)
def test_streets_are_lines_that_meet_in_one_node(streets, tmp_path, extension):
    out = tmp_path / f"s{extension}"
    done = geounet.vectorize(streets, out, options=geounet.VectorizeOptions(kind="roads"))
    layer = read(out)
    assert done.features == len(layer) == 4
    assert set(layer.geom_type) == {"LineString"}
    on_ground = layer.to_crs(layer.estimate_utm_crs()).length / 0.9996  # the scale of UTM near its middle
    np.testing.assert_allclose(layer.length_m, on_ground, rtol=2e-3)
    assert sorted(layer.width_m.round()) == [6, 6, 8, 8]
    assert layer.length_m.sum() == pytest.approx(300 + np.hypot(140, 300), rel=0.03)
    assert layer.touches_edge.astype(bool).all() if "touches_edge" in layer else layer.edge.astype(bool).all()


def test_the_graph_is_that_of_the_layer(streets, tmp_path):
    graph = tmp_path / "g.graphml"
    options = geounet.VectorizeOptions(kind="roads", graph=graph)
    done = geounet.vectorize(streets, tmp_path / "s.gpkg", options=options)
    assert done.graph == graph
    network = nx.read_graphml(graph)
    layer = read(tmp_path / "s.gpkg")
    assert sorted(degree for _, degree in network.degree) == [1, 1, 1, 1, 4]
    lengths = sorted(float(edge["length_m"]) for _, _, edge in network.edges(data=True))
    np.testing.assert_allclose(lengths, sorted(layer.length_m), atol=1e-3)
    xs = {round(float(node["x"]), 3) for _, node in network.nodes(data=True)}
    assert xs == {round(line.coords[at][0], 3) for line in layer.geometry for at in (0, -1)}


def test_unsure_streets_are_left_out_of_layer_and_graph(make_raster, make_card, two_classes, tmp_path):
    score = np.zeros((SIDE, SIDE), np.float32)
    score[95:103], score[195:203] = 0.9, 0.6
    scene = make_raster(score, transform=rasterio.Affine(1, 0, 500_000, 0, -1, 9_300_000))
    graph = tmp_path / "g.graphml"
    options = geounet.ExtractOptions(min_confidence=0.8, graph=graph)
    model = two_classes(make_card(task="roads"), lambda patches: patches[:, 0])
    done = geounet.extract(scene, model, tmp_path / "s.gpkg", options=options)
    assert done.features == 1
    assert read(tmp_path / "s.gpkg").confidence.tolist() == pytest.approx([0.9], abs=0.01)
    assert sorted(dict(nx.read_graphml(graph).degree).values()) == [1, 1]


def test_no_streets_are_an_empty_layer_of_lines(make_raster, tmp_path):
    empty = make_raster(np.zeros((20, 30), np.uint8), nodata=255)
    done = geounet.vectorize(empty, tmp_path / "s.gpkg", options=geounet.VectorizeOptions(kind="roads"))
    assert done.features == 0
    assert pyogrio.read_info(tmp_path / "s.gpkg", layer="s")["geometry_type"] == "LineString"


@pytest.mark.parametrize(("nodata", "warned"), [(None, True), (255, False)])
def test_a_mask_of_0_and_255_is_not_empty_without_a_word(make_raster, tmp_path, recwarn, nodata, warned):
    mask = np.zeros((20, 30), np.uint8)
    mask[5:10, 5:10] = 255
    geounet.vectorize(make_raster(mask, nodata=nodata), tmp_path / "m.gpkg")
    assert any("write it as 1" in str(w.message) for w in recwarn if w.category is GeounetWarning) == warned


def test_a_layer_that_cannot_be_written_leaves_no_graph(streets, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise OutputError("cannot write")

    monkeypatch.setattr("geounet.vector.vectorize.write_layer", fails)
    options = geounet.VectorizeOptions(kind="roads", graph=tmp_path / "g.graphml")
    with pytest.raises(OutputError):
        geounet.vectorize(streets, tmp_path / "s.gpkg", options=options)
    assert not (tmp_path / "g.graphml").exists()


def test_a_graph_has_a_name_of_its_own_kind(streets, tmp_path):
    options = geounet.VectorizeOptions(kind="roads", graph=tmp_path / "g.txt")
    with pytest.raises(OutputError, match=r"extension of \.graphml"):
        geounet.vectorize(streets, tmp_path / "s.gpkg", options=options)
