import numpy as np
import pyogrio
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles

from geounet.errors import LabelsError, OptionsError, OutputError
from geounet.vector.merging import write_pmtiles
from geounet.vector.merging.zooms import EXTENT, WORLD_M, largest_zoom, smallest_zoom


def header(path):
    with path.open("rb") as file:
        return Reader(MmapSource(file)).header()


def tiles(path):
    with path.open("rb") as file:
        return dict(all_tiles(MmapSource(file)))


def whole_features(path, zoom):
    """Features of one zoom as GDAL reads them, put together where tiles cut them."""
    frame = pyogrio.read_dataframe(path, ZOOM_LEVEL=str(zoom))
    frame["geometry"] = shapely.make_valid(frame.geometry.to_numpy())
    return frame.dissolve("id").sort_index()


def tile_of(lon, lat, zoom):
    """By the definition of Web Mercator's tiles."""
    x = (lon + 180) / 360
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
    return zoom, int(x * 2**zoom), int(y * 2**zoom)


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".shp", ".geojson"])
def test_tiles_show_features_at_their_place(suffix, make_layer, read, tmp_path):
    path = make_layer(f"towns{suffix}")
    write_pmtiles(path, tmp_path / "t.pmtiles", overwrite=False, min_zoom=14, max_zoom=18)
    expected = read(path).set_index("id").to_crs(3857)
    found = whole_features(tmp_path / "t.pmtiles", 18)
    assert found.index.tolist() == expected.index.tolist()
    assert found["class"].tolist() == expected["class"].tolist()
    np.testing.assert_allclose(found["confidence"], expected["confidence"])
    np.testing.assert_allclose(found["area_m2"], expected["area_m2"])
    unit = WORLD_M / 2**18 / EXTENT
    apart = shapely.hausdorff_distance(found.geometry.to_numpy(), expected.geometry.to_numpy())
    assert apart.max() < 2 * unit
    assert pyogrio.list_layers(tmp_path / "t.pmtiles")[:, 0].tolist() == ["towns"]


def test_every_feature_has_a_tile_where_it_lies(make_layer, read, tmp_path):
    path = make_layer("towns.gpkg")
    write_pmtiles(path, tmp_path / "t.pmtiles", overwrite=False, min_zoom=13, max_zoom=17)
    places = set(tiles(tmp_path / "t.pmtiles"))
    head = header(tmp_path / "t.pmtiles")
    assert (head["min_zoom"], head["max_zoom"], head["addressed_tiles_count"]) == (13, 17, len(places))
    points = read(path).representative_point().to_crs(4326)
    assert {tile_of(p.x, p.y, zoom) for p in points for zoom in range(13, 18)} <= places
    bounds = [head[key] / 1e7 for key in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")]
    np.testing.assert_allclose(bounds, read(path).to_crs(4326).total_bounds, atol=2e-7)


def test_lines_have_tiles_too(make_layer, read, tmp_path):
    path = make_layer("roads.fgb", lines=True)
    write_pmtiles(path, tmp_path / "t.pmtiles", overwrite=False, max_zoom=16)
    found = whole_features(tmp_path / "t.pmtiles", 16)
    expected = read(path).to_crs(3857).geometry[0]
    assert found.geometry.iloc[0].hausdorff_distance(expected) < 2 * WORLD_M / 2**16 / EXTENT
    np.testing.assert_allclose(found["length_m"], read(path)["length_m"])


def test_the_same_layer_gives_the_same_bytes(make_layer, tmp_path):
    contents = []
    for _ in range(2):
        write_pmtiles(make_layer("a.gpkg"), tmp_path / "a.pmtiles", overwrite=True)
        contents.append((tmp_path / "a.pmtiles").read_bytes())
    assert contents[0] == contents[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gpkg", "a.pmtiles"]


def test_zooms_follow_the_features_and_the_extent(make_layer, tmp_path):
    write_pmtiles(make_layer("a.gpkg"), tmp_path / "a.pmtiles", overwrite=False)
    head = header(tmp_path / "a.pmtiles")
    assert head["max_zoom"] == 16
    assert 10 <= head["min_zoom"] <= 16


@pytest.mark.parametrize("size", [0.1, 5.0, 100.0, 3e4, 4e7])
def test_the_largest_zoom_resolves_a_feature(size):
    zoom = largest_zoom(size)
    units = size / (WORLD_M / 2**zoom / EXTENT)
    assert zoom == 16 or units >= 32
    assert zoom == 0 or units < 64 or zoom == 16


def test_the_smallest_zoom_shows_all_of_it_in_a_few_tiles():
    assert smallest_zoom([0, 0, WORLD_M, WORLD_M], 4) == 0
    assert smallest_zoom([0, 0, WORLD_M / 2**10, 1], 14) == 10
    assert smallest_zoom([0, 0, WORLD_M, WORLD_M], 14) == 8
    assert smallest_zoom([0, 0, 0, 0], 14) == 14


@pytest.mark.parametrize(("low", "high"), [(9, 8), (-1, 5), (3, 23)])
def test_zooms_that_cannot_be_are_refused(low, high, make_layer, tmp_path):
    with pytest.raises(OptionsError, match="zoom"):
        write_pmtiles(
            make_layer("a.gpkg"), tmp_path / "a.pmtiles", overwrite=False, min_zoom=low, max_zoom=high
        )


def test_a_layer_without_features_has_no_tiles(make_layer, tmp_path):
    with pytest.raises(OutputError, match="no features"):
        write_pmtiles(make_layer("a.gpkg", empty=True), tmp_path / "a.pmtiles", overwrite=False)
    assert not (tmp_path / "a.pmtiles").exists()


def test_other_extensions_are_refused(make_layer, tmp_path):
    with pytest.raises(OutputError, match=r"\.pmtiles"):
        write_pmtiles(make_layer("a.gpkg"), tmp_path / "a.mbtiles", overwrite=False)


def test_a_layer_that_breaks_on_the_way_leaves_nothing(make_layer, tmp_path):
    path = make_layer("a.fgb")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(LabelsError, match=r"a\.fgb"):
        write_pmtiles(path, tmp_path / "a.pmtiles", overwrite=False)
    assert [one.name for one in tmp_path.iterdir()] == ["a.fgb"]
