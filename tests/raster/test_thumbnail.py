import io

import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.transform import Affine, from_origin, rowcol
from rasterio.warp import calculate_default_transform

from geounet.errors import SceneError
from geounet.georeference import Georeference
from geounet.raster.thumbnail import photograph, png, read_thumbnail, reduced

UTM = CRS.from_epsg(32737)


def blocks(bands: int = 3, side: int = 40) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (bands, side, side), dtype=np.uint8)


def test_a_scene_is_averaged_into_the_pixels_of_the_picture(make_raster):
    array = blocks()
    small = read_thumbnail(make_raster(array), largest_side=10)
    means = array.reshape(3, 10, 4, 10, 4).mean(axis=(2, 4))
    assert small.image.shape == (3, 10, 10)
    assert np.abs(small.image - means).max() <= 0.51
    assert small.valid.all()
    assert small.grid.gsd() == pytest.approx((1.2, 1.2), rel=1e-2)


def test_overviews_show_the_same(make_raster):
    array = np.repeat(np.repeat(blocks(side=8), 8, axis=1), 8, axis=2)
    path = make_raster(array, tiled=True, blockxsize=16, blockysize=16)
    plain = read_thumbnail(path, largest_side=16)
    with rasterio.open(path, "r+") as dataset:
        dataset.build_overviews([2, 4], Resampling.average)
    assert np.array_equal(read_thumbnail(path, largest_side=16).image, plain.image)


def test_what_is_not_valid_is_told(make_raster):
    valid = np.ones((40, 40), np.bool_)
    valid[:, :20] = False
    small = read_thumbnail(make_raster(blocks(), valid=valid), largest_side=20)
    assert np.array_equal(small.valid, valid[::2, ::2])
    assert not small.image[:, ~small.valid].any()


@pytest.mark.parametrize(("dtype", "nodata"), [("uint8", 0), ("float32", np.nan), ("int16", -9999)])
def test_nodata_is_not_valid_and_not_shown(make_raster, dtype, nodata):
    array = np.linspace(1, 200, 1600).reshape(1, 40, 40).astype(dtype)
    array[:, 10:20] = nodata
    small = read_thumbnail(make_raster(array, nodata=nodata))
    assert np.array_equal(small.valid, ~np.isin(np.arange(40), range(10, 20))[:, None] & np.ones(40, bool))
    assert np.array_equal(small.image[0], small.image[2])


def test_alpha_is_not_a_colour(make_raster):
    array = np.concatenate([blocks(), np.full((1, 40, 40), 255, np.uint8)])
    array[3, :, 30:] = 0
    small = read_thumbnail(make_raster(array, photometric="RGB", alpha="YES"))
    assert np.array_equal(small.valid, array[3] > 0)
    assert np.array_equal(small.image[:, :, :30], array[:3, :, :30])


def test_counts_that_are_no_bytes_are_stretched(make_raster):
    array = np.linspace(1000, 3000, 1600).reshape(1, 40, 40).astype(np.uint16)
    image = read_thumbnail(make_raster(array)).image[0]
    assert image.min() == 0
    assert image.max() == 255
    assert (np.diff(image.ravel().astype(int)) >= 0).all()


def test_a_grid_in_another_crs_shows_things_where_they_are(make_raster):
    array = np.zeros((3, 100, 100), np.uint8)
    array[:, 60:70, 20:30] = 255
    path = make_raster(array, transform=from_origin(500_000, 9_300_000, 10, 10))
    x, y = Transformer.from_crs(UTM, 4326, always_xy=True).transform(500_250, 9_299_350)
    where, width, height = calculate_default_transform(
        UTM, CRS.from_epsg(4326), 100, 100, 500_000, 9_299_000, 501_000, 9_300_000
    )
    grid = Georeference(where * Affine.translation(-20, -20), CRS.from_epsg(4326), height + 40, width + 40)
    small = read_thumbnail(path, grid)
    row, col = rowcol(grid.transform, x, y)
    bright = np.argwhere(small.image[0] > 127)
    assert np.abs(bright.mean(axis=0) - (row, col)).max() < 1.5
    assert len(bright) == pytest.approx(100, rel=0.15)
    assert not small.valid[:18].any()
    assert small.valid[25:-25, 25:-25].all()


def test_a_colour_table_is_seen_in_its_colours(make_raster):
    path = make_raster(np.eye(20, dtype=np.uint8))
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {0: (10, 20, 30), 1: (200, 100, 50)})
    image = read_thumbnail(path).image
    assert image[:, 0, 0].tolist() == [200, 100, 50]
    assert image[:, 0, 1].tolist() == [10, 20, 30]


def test_a_scene_and_a_grid_without_a_crs_share_their_plane(make_raster):
    path = make_raster(blocks(), crs=None)
    with rasterio.open(path) as dataset:
        grid = Georeference(dataset.transform, None, 40, 40)
    assert np.array_equal(read_thumbnail(path, grid).image, blocks())
    with pytest.raises(SceneError, match=r"no CRS.*--assume-crs"):
        read_thumbnail(path, Georeference(grid.transform, UTM, 40, 40))
    assert read_thumbnail(
        path, Georeference(grid.transform, UTM, 40, 40), assume_crs="EPSG:32737"
    ).valid.all()


def test_reduced_keeps_extent_and_what_is_small():
    grid = Georeference(from_origin(0, 0, 1, 1), UTM, 3000, 1000)
    small = reduced(grid, largest_side=300)
    assert (small.height, small.width) == (300, 100)
    assert small.transform * (100, 300) == grid.transform * (1000, 3000)
    assert reduced(grid, largest_side=3000) == grid
    assert reduced(Georeference(grid.transform, UTM, 100_000, 3), largest_side=100).width == 1


def test_images_are_what_other_programs_read():
    image = blocks(4)
    with MemoryFile(io.BytesIO(png(image))) as file, file.open() as picture:
        assert picture.driver == "PNG"
        assert np.array_equal(picture.read(), image)
    smooth = np.broadcast_to(np.arange(0, 200, 5, dtype=np.uint8), (4, 40, 40)).copy()
    smooth[3] = 255
    media, data = photograph(smooth)
    with MemoryFile(io.BytesIO(data)) as file, file.open() as picture:
        assert f"image/{picture.driver.lower()}" == media
        assert np.abs(picture.read()[:3].astype(int) - smooth[:3]).mean() < 5
