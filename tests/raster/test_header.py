import numpy as np
import pytest
import rasterio
from rasterio.control import GroundControlPoint
from rasterio.enums import ColorInterp

from geounet.errors import SceneError
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import day_of, headers, read_header


def read(path):
    with opened(RasterAddress(address=str(path))) as dataset:
        return read_header(dataset)


def test_a_header_says_what_rasterio_says(make_raster):
    path = make_raster(
        np.zeros((2, 20, 30), np.int16),
        descriptions=("near", "far"),
        nodata=-9,
        tiled=True,
        blockxsize=16,
        blockysize=32,
    )
    header = read(path)
    with rasterio.open(path) as dataset:
        assert header.grid.transform == dataset.transform
        assert header.grid.crs == dataset.crs
        assert (header.grid.height, header.grid.width) == dataset.shape
        assert header.dtypes == dataset.dtypes
        assert header.descriptions == dataset.descriptions
        assert header.blocks == dataset.block_shapes[0]
    assert header.count == 2
    assert header.nodata == (-9, -9)
    assert (header.mask, header.alpha, header.palette, header.date) == ("none", None, (), None)
    assert header.placed


def test_masks_alpha_and_palettes_are_told(make_raster):
    array = np.zeros((8, 8), np.uint8)
    assert read(make_raster(array, valid=array == 0)).mask == "dataset"
    path = make_raster(np.zeros((4, 8, 8), np.uint8), photometric="rgb", alpha="yes")
    assert (read(path).alpha, read(path).mask) == (4, "none")
    assert read(path).colours == tuple(
        c.name for c in (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha)
    )
    path = make_raster(array, photometric="palette")
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {1: (10, 20, 30, 255)})
    assert (1, (10, 20, 30, 255)) in read(path).palette


def test_overviews_are_told(make_raster):
    path = make_raster(np.zeros((64, 64), np.uint8))
    with rasterio.open(path, "r+") as dataset:
        dataset.build_overviews([2, 4])
    assert read(path).overviews == (2, 4)


@pytest.mark.parametrize(
    ("tags", "domain"),
    [
        ({"TIFFTAG_DATETIME": "2024:03:09 10:11:12"}, None),
        ({"ACQUISITIONDATETIME": "2024-03-09T10:11:12Z"}, "IMAGERY"),
        ({"ACQUISITIONDATETIME": "2024-03-09", "TIFFTAG_DATETIME": "2025:01:01 00:00:00"}, None),
    ],
)
def test_the_day_is_that_of_the_image_before_that_of_the_file(make_raster, tags, domain):
    path = make_raster(np.zeros((4, 4), np.uint8))
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(ns=domain, **tags)
    assert read(path).date == "2024-03-09"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-09", "2024-03-09"),
        ("20240309T1011", "2024-03-09"),
        (" 2024/03/09", "2024-03-09"),
        ("March", None),
        ("", None),
    ],
)
def test_days_of_all_spellings(text, day):
    assert day_of(text) == day


def test_control_points_do_not_place_a_grid(tmp_path):
    points = [GroundControlPoint(row=r, col=c, x=c * 1.0, y=-r * 1.0) for r, c in ((0, 0), (0, 4), (4, 0))]
    with rasterio.open(
        tmp_path / "p.tif", "w", driver="GTiff", height=4, width=4, count=1, dtype="uint8", gcps=points, crs="EPSG:32737"
    ):  # fmt: skip
        pass
    assert not read(tmp_path / "p.tif").placed


@pytest.mark.parametrize("at_once", [1, 4])
def test_headers_come_in_order_with_the_errors_in_their_places(make_raster, tmp_path, at_once):
    paths = [make_raster(np.zeros((4, width), np.uint8), f"{width}.tif") for width in range(3, 9)]
    paths.insert(2, tmp_path / "missing.tif")
    found = list(headers(paths, read, at_once=at_once))
    assert isinstance(found[2], SceneError)
    assert [header.grid.width for header in found if not isinstance(header, SceneError)] == list(range(3, 9))


def test_masks_beside_a_file_are_found(make_raster):
    path = make_raster(np.zeros((8, 8), np.uint8))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(path, "r+") as dataset:
        dataset.write_mask(np.eye(8, dtype=bool))
    assert path.with_name("scene.tif.msk").exists()
    (header,) = headers([path], read)
    assert header.mask == "dataset"
