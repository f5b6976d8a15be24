"""A town's files lie where its pixels are."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.features import rasterize

from geounet.errors import OutputError
from geounet.synthetic import Town, TownOptions, draw_town


def test_the_picture_is_a_tiled_rgb_geotiff_with_its_mask_inside(town: Town, tmp_path):
    path = town.write(tmp_path / "scene.tif")
    assert [p.name for p in tmp_path.iterdir()] == ["scene.tif"], "the mask is in the file"
    with rasterio.open(path) as scene:
        assert np.array_equal(scene.read(), town.image)
        assert np.array_equal(scene.dataset_mask() > 0, town.valid)
        assert scene.mask_flag_enums[0] == [MaskFlags.per_dataset]
        assert scene.colorinterp == (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
        assert scene.profile["tiled"]
        assert scene.profile["compress"] == "deflate"
        assert scene.crs.to_epsg() == 32737
        assert scene.transform == town.grid.transform


def test_the_grid_is_0_3_m_on_the_ground(town: Town):
    # UTM's scale is within 0.04 % of true beside its central meridian.
    assert np.allclose(town.grid.gsd(), 0.3, rtol=1e-3)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb"])
def test_footprints_read_back_lie_on_the_labels(town: Town, tmp_path, suffix):
    path = town.write_truth(tmp_path / f"truth{suffix}")
    scene = town.write(tmp_path / "scene.tif")
    with rasterio.open(scene) as dataset:
        frame = gpd.read_file(path).to_crs(dataset.crs)
        again = rasterize(frame.geometry, dataset.shape, transform=dataset.transform)
    assert len(frame) == len(town.buildings)
    wrong = np.count_nonzero((again == 1)[town.valid] != (town.labels == 1)[town.valid])
    # RFC 7946 asks for degrees; GDAL rounds them to 7 digits, about a centimetre.
    assert wrong <= (0.002 * np.count_nonzero(town.labels == 1) if suffix == ".geojson" else 0)


def test_centrelines_carry_their_width(town: Town, tmp_path):
    frame = gpd.read_file(town.write_truth(tmp_path / "roads.gpkg", layer="roads"))
    assert frame.crs.to_epsg() == 32737
    assert frame.width_m.tolist() == [width for _, width in town.roads]
    assert np.allclose(frame.length, [0.3 * line.length for line, _ in town.roads])


def test_a_town_without_buildings_writes_an_empty_layer(tmp_path):
    town = draw_town(TownOptions(size=(40, 40), density=0.0))
    frame = gpd.read_file(town.write_truth(tmp_path / "none.gpkg"))
    assert len(frame) == 0
    assert frame.crs.to_epsg() == 32737


def test_a_file_is_kept_when_asked(town: Town, tmp_path):
    path = tmp_path / "scene.tif"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists"):
        town.write(path, overwrite=False)
    assert path.read_bytes() == b"mine"


def test_files_are_the_same_bytes_each_time(tmp_path):
    options = TownOptions(size=(300, 300), seed=2)
    first, second = (draw_town(options).write(tmp_path / f"{i}.tif").read_bytes() for i in range(2))
    assert first == second


def test_another_place_and_crs(tmp_path):
    town = draw_town(TownOptions(size=(30, 50), gsd_m=0.5, epsg=32633, origin=(500_000.0, 5_000_000.0)))
    with rasterio.open(town.write(tmp_path / "there.tif")) as scene:
        assert scene.crs.to_epsg() == 32633
        assert tuple(scene.bounds) == (500_000, 5_000_000 - 15, 500_025, 5_000_000)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
def test_streets_read_back_lie_on_the_labels(tmp_path, suffix):
    town = draw_town(TownOptions(size=(300, 260), gsd_m=1.0, seed=4))
    frame = gpd.read_file(town.write_streets(tmp_path / f"streets{suffix}")).to_crs(town.grid.crs)
    again = rasterize(frame.geometry, town.labels.shape, transform=town.grid.transform)
    assert set(frame.geom_type) == {"Polygon"}
    assert len(frame) == len(town.carriageways)
    wrong = np.count_nonzero((again == 1)[town.valid] != (town.labels == 2)[town.valid])
    assert wrong <= (0.002 * np.count_nonzero(town.labels == 2) if suffix == ".geojson" else 0)
