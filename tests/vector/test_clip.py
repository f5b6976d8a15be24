import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from rasterio.crs import CRS
from rasterio.transform import Affine

from geounet.errors import OutputError
from geounet.georeference import Georeference
from geounet.options import VectorizeOptions
from geounet.vector import LayerSpec, vectorize_strips
from geounet.vector.clip import clip_layer

SUFFIXES = [".gpkg", ".geojson", ".fgb", ".shp", ".parquet"]
HEIGHT, WIDTH = 90, 120
CUTS = {"a": (0, 0, 40, 50), "b": (0, 50, 40, 70), "c": (40, 0, 50, 33), "d": (40, 33, 50, 87)}
TRANSFORMS = {
    "utm": Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000),
    "south-up": Affine(0.3, 0, 500_000, 0, 0.3, 9_300_000),
    "rotated": Affine(0.3, 0, 500_000, 0, -0.3, 9_300_000) * Affine.rotation(33),
}


def spec_of(transform, **about):
    return LayerSpec(
        grid=Georeference(transform, CRS.from_epsg(32737), HEIGHT, WIDTH),
        class_names=("background", "building", "road"),
        exclusive=True,
        source="scene",
        model="towns 1.2.0",
        metadata={"GEOUNET_VERSION": "0"},
        **about,
    )


@pytest.fixture
def labels():
    rng = np.random.default_rng(11)
    blocks = rng.integers(0, 3, (HEIGHT // 6, WIDTH // 6)).astype(np.uint8)
    labels = np.kron(blocks, np.ones((6, 6), np.uint8))
    labels[30:36, 5:110] = 1
    labels[10:80, 48] = 2
    return labels


@pytest.fixture
def make_layer(tmp_path, strips):
    """Write labels as a layer in some format; the layer, what it was written with, and its tiles' grids by name."""

    def make(labels, suffix=".gpkg", *, transform=TRANSFORMS["utm"], **choices):
        spec = spec_of(transform)
        layer = tmp_path / f"whole{suffix}"
        vectorize_strips(strips(labels, 16), layer, spec, options=VectorizeOptions(**choices))
        tiles = {
            tmp_path / f"{name}{suffix}": Georeference(
                transform * Affine.translation(col, row), spec.grid.crs, height, width
            )
            for name, (row, col, height, width) in CUTS.items()
        }
        return layer, spec, tiles

    return make


def outline(grid):
    corners = [(0, 0), (grid.width, 0), (grid.width, grid.height), (0, grid.height)]
    return shapely.Polygon([grid.transform * corner for corner in corners])


@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_piece_is_what_lies_in_its_tile(make_layer, labels, name):
    layer, spec, tiles = make_layer(labels, transform=TRANSFORMS[name])
    results = clip_layer(layer, tiles, spec=spec, overwrite=False)
    whole = gpd.read_file(layer)
    for out, grid in tiles.items():
        pieces, box = gpd.read_file(out), outline(grid)
        expected = whole.assign(geometry=whole.intersection(box))
        expected = expected[expected.area > 1e-6]
        assert results[out].features == len(pieces)
        assert pieces["id"].tolist() == expected["id"].tolist()
        assert (pieces.geometry.symmetric_difference(expected.geometry, align=False).area < 1e-6).all()
        assert pieces.is_valid.all()
        kept = ["id", "class", "confidence", "confidence_p10", "source", "model"]
        assert pieces[kept].equals(expected[kept].reset_index(drop=True))
        cut = ~whole.set_index("id").loc[pieces["id"]].covered_by(box.buffer(1e-6)).to_numpy()
        assert pieces["touches_edge"][cut].all()
        assert pieces["area_m2"].to_numpy() == pytest.approx(pieces.area.to_numpy(), rel=2e-3)  # UTM's scale
        assert pieces["perimeter_m"].to_numpy() == pytest.approx(pieces.length.to_numpy(), rel=1e-3)


def test_what_lies_within_a_tile_is_left_as_it_is(make_layer, labels):
    layer, spec, tiles = make_layer(labels)
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    whole = gpd.read_file(layer).set_index("id")
    for out, grid in tiles.items():
        pieces = gpd.read_file(out).set_index("id")
        inside = whole.index[whole.covered_by(outline(grid))]
        assert len(inside) > 3
        assert_geodataframe_equal(pieces.loc[inside], whole.loc[inside])


def test_pieces_joined_by_their_ids_are_the_layer(make_layer, labels):
    layer, spec, tiles = make_layer(labels)
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    whole = gpd.read_file(layer).set_index("id")
    pieces = gpd.GeoDataFrame(np.concatenate([gpd.read_file(out).to_numpy() for out in tiles]))
    pieces.columns = gpd.read_file(layer).columns
    covered = shapely.union_all([outline(grid) for grid in tiles.values()])
    joined = pieces.set_geometry("geometry", crs=whole.crs).dissolve("id")
    for number, feature in whole.geometry.intersection(covered).items():
        if feature.area > 1e-6:
            assert joined.geometry[number].symmetric_difference(feature).area < 1e-6
    inside = whole.covered_by(covered.buffer(1e-6))
    sums = pieces.groupby("id")["area_m2"].sum()
    assert sums[whole.index[inside]].astype(float).to_numpy() == pytest.approx(
        whole["area_m2"][inside].to_numpy(), abs=3e-3
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_keeps_its_schema_also_of_a_tile_without_features(make_layer, labels, suffix):
    labels[:40, :50] = 0
    layer, spec, tiles = make_layer(labels, suffix)
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    read = gpd.read_parquet if suffix == ".parquet" else gpd.read_file
    whole = read(layer)
    for out in tiles:
        frame = read(out)
        if suffix != ".geojson" or len(frame):
            assert list(frame.columns) == list(whole.columns)
        assert frame.crs == whole.crs
        assert (len(frame) == 0) == (out.stem == "a")
    total = sum(read(out).to_crs(32737).area.sum() for out in tiles)
    covered = sum(int((labels[r : r + h, c : c + w] > 0).sum()) for r, c, h, w in CUTS.values())
    assert total == pytest.approx(covered * 0.09, rel=1e-4)


def test_metadata_and_style_are_those_of_the_layer(make_layer, labels):
    layer, spec, tiles = make_layer(labels)
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    for path in [layer, *tiles]:
        assert pyogrio.read_info(path, layer=path.stem)["layer_metadata"]["GEOUNET_VERSION"] == "0"
        assert "layer_styles" in pyogrio.list_layers(path)[:, 0]


def test_lines_are_cut_and_measured(make_layer):
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[18:23, 5:115] = 1
    labels[10:85, 20:25] = 1
    layer, spec, tiles = make_layer(labels, centerlines=True)
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    whole = gpd.read_file(layer).set_index("id")
    found = {out.stem: gpd.read_file(out) for out in tiles}
    for out, grid in tiles.items():
        pieces, box = found[out.stem], outline(grid)
        assert set(pieces.geom_type) <= {"LineString"}
        assert pieces.length.sum() == pytest.approx(whole.intersection(box).length.sum(), rel=1e-9)
        assert pieces["length_m"].to_numpy() == pytest.approx(pieces.length.to_numpy(), rel=1e-3)
        assert (pieces["width_m"].to_numpy() == whole.loc[pieces["id"], "width_m"].to_numpy()).all()
    assert found["b"]["touches_edge"].all()


def test_a_line_that_comes_back_is_several(make_layer, tmp_path):
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[20:24, 10:80], labels[34:38, 10:80], labels[20:38, 76:80] = 1, 1, 1
    layer, spec, tiles = make_layer(labels, centerlines=True)
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    pieces = gpd.read_file(tmp_path / "a.gpkg")
    assert len(gpd.read_file(layer)) == 1
    assert pieces["id"].tolist() == [1, 1]


def test_where_tiles_overlap_both_have_it(make_layer, labels, tmp_path):
    layer, spec, _ = make_layer(labels)
    tiles = {tmp_path / f"{name}.gpkg": spec.grid for name in "xy"}
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    x, y = (gpd.read_file(out) for out in tiles)
    assert_geodataframe_equal(x, y)
    assert_geodataframe_equal(x, gpd.read_file(layer))


def test_another_format_or_the_layer_itself_is_refused(make_layer, labels, tmp_path):
    layer, spec, _ = make_layer(labels)
    with pytest.raises(OutputError, match="same format"):
        clip_layer(layer, {tmp_path / "x.fgb": spec.grid}, spec=spec, overwrite=False)
    with pytest.raises(OutputError, match="files that are read"):
        clip_layer(layer, {layer: spec.grid}, spec=spec, overwrite=True)


def test_the_same_layer_gives_the_same_bytes_and_nothing_else_is_left(make_layer, labels, tmp_path):
    layer, spec, tiles = make_layer(labels)
    clip_layer(layer, tiles, spec=spec, overwrite=False)
    first = {out: out.read_bytes() for out in tiles}
    clip_layer(layer, tiles, spec=spec, overwrite=True)
    assert {out: out.read_bytes() for out in tiles} == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [layer.name, *(out.name for out in tiles)]
    )
