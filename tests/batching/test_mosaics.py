from contextlib import contextmanager

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

from geounet.batching.item import Item
from geounet.batching.sets.mosaics import broken, mosaic_address, sample_address
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import read_header

ORIGIN = from_origin(500_000, 9_300_000, 0.5, 0.5)


@pytest.fixture
def make_item(make_raster):
    def make(name, array, col=0, **about):
        path = make_raster(array, f"{name}.tif", transform=ORIGIN * Affine.translation(col, 0), **about)
        return Item(name=name, raster=RasterAddress(address=str(path)))

    return make


def headers_of(items):
    headers = []
    for item in items:
        with opened(item.raster) as dataset:
            headers.append(read_header(dataset))
    return headers


def test_items_of_a_set_are_one_raster_and_one_item_is_itself(make_item):
    array = np.arange(200, dtype=np.uint8).reshape(10, 20)
    items = [make_item("town/a", array[:, :9]), make_item("town/b", array[:, 9:], 9)]
    address = mosaic_address(items, headers_of(items))
    assert address.address == "town"
    assert RasterAddress.from_dict(address.to_dict()) == address
    with opened(address) as dataset:
        np.testing.assert_array_equal(dataset.read(1), array)
    assert mosaic_address(items[:1], headers_of(items[:1])) == items[0].raster


def test_what_gdal_needs_for_the_members_goes_with_the_mosaic(make_item):
    items = [make_item(name, np.ones((4, 4), np.uint8), col) for name, col in (("a", 0), ("b", 4))]
    items = [
        Item(
            name=item.name,
            raster=RasterAddress(address=item.raster.address, siblings=False, config=(("X_Y", "1"),)),
        )
        for item in items
    ]
    address = mosaic_address(items, headers_of(items))
    assert (address.siblings, address.config) == (False, (("X_Y", "1"),))


def test_a_sample_leaves_out_what_lies_between(make_item):
    items = [
        make_item(str(k), np.full((10, 10), k + 1, np.uint8), col)
        for k, col in enumerate((0, 10_000, 90_000))
    ]
    with opened(sample_address(items, headers_of(items))) as dataset:
        found = dataset.read(1)
    assert found.size <= 500
    assert [int((found == k).sum()) for k in (1, 2, 3)] == [100] * 3


def test_broken_items_are_told_from_whole_ones(make_item, tmp_path):
    array = np.random.default_rng(0).integers(0, 255, (3, 300, 300)).astype(np.uint8)
    whole, cut, torn = (make_item(name, array, compress="deflate") for name in ("whole", "cut", "torn"))
    path = tmp_path / "cut.tif"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (tmp_path / "torn.tif").write_bytes(b"")
    lines = broken([whole, cut, torn])
    assert sorted(lines) == ["cut", "torn"]
    assert "cut.tif cannot be read at rows" in lines["cut"]
    assert "cannot open torn.tif" in lines["torn"]
    assert all("\n" not in line and str(tmp_path) not in line for line in lines.values())


def test_a_broken_mask_breaks_an_item(make_item, tmp_path):
    rng = np.random.default_rng(0)
    item = make_item("m", np.ones((400, 400), np.uint8), valid=rng.random((400, 400)) > 0.5)
    path = tmp_path / "m.tif"
    with rasterio.open(path) as dataset:
        assert dataset.tags(1, ns="TIFF") is not None
    content = bytearray(path.read_bytes())
    content[-6000:] = bytes(6000)  # the mask is written last
    path.write_bytes(content)
    assert sorted(broken([item])) == ["m"]


def test_items_are_opened_as_the_caller_opens_them(make_item):
    asked = []

    @contextmanager
    def own(raster):
        asked.append(raster)
        with opened(raster) as dataset:
            yield dataset

    item = make_item("a", np.ones((4, 4), np.uint8))
    assert broken([item], own) == {}
    assert asked == [item.raster]
