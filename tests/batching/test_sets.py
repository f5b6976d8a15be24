import time
from dataclasses import replace

import pytest
from rasterio.crs import CRS
from rasterio.transform import Affine

from geounet.batching.item import Item
from geounet.batching.sets.touching import item_sets, mosaic_name, related
from geounet.georeference import Georeference
from geounet.raster.address import RasterAddress
from geounet.raster.header import Header

UTM = CRS.from_epsg(32737)
ORIGIN = Affine(0.5, 0, 500_000, 0, -0.5, 9_300_000)


def item(name, **about):
    return Item(name=name, raster=RasterAddress(address=f"/data/{name}.tif"), **about)


def header(row=0, col=0, size=10, *, origin=ORIGIN, crs=UTM, **about):
    grid = Georeference(origin * Affine.translation(col, row), crs, size, size)
    plain = Header(
        grid=grid, placed=True, dtypes=("uint8",) * 3, descriptions=("",) * 3, colours=("red", "green", "blue"),
        nodata=(None,) * 3, mask="none",
    )  # fmt: skip
    return replace(plain, **about)


def sets_of(headers, *, mosaic="auto", **items):
    """The sets of items by name, as a name and its items' names each."""
    found = item_sets([items.get(name, item(name)) for name in headers], headers, mosaic=mosaic)
    return {one.name: [member.name for member in one.items] for one in found}


def relatives_of(headers, **items):
    known = {name: one for name, one in headers.items() if one is not None}
    groups = related([items.get(name, item(name)) for name in headers], known)
    return sorted([member.name for member in group] for group in groups)


def test_tiles_that_touch_are_one_set_also_at_a_corner():
    headers = {
        "t/b": header(0, 10), "t/a": header(0, 0), "t/corner": header(10, 20), "t/far": header(10, 31),
    }  # fmt: skip
    assert sets_of(headers) == {"t": ["t/a", "t/b", "t/corner"], "t/far": ["t/far"]}


def test_without_mosaics_every_item_is_a_set_and_its_relatives_are_told():
    headers = {"a": header(0, 0), "b": header(0, 10), "c": header(0, 500), "d": header(0, 0, mask="bands")}
    found = item_sets([item(name) for name in headers], headers, mosaic="none")
    assert [[one.name, [other.name for other in one.relatives]] for one in found] == [
        ["a", ["a", "b", "c"]], ["b", ["a", "b", "c"]], ["c", ["a", "b", "c"]], ["d", ["d"]],
    ]  # fmt: skip


def test_islands_share_their_statistics():
    headers = {"a": header(0, 0), "b": header(0, 10), "c": header(0, 500)}
    found = item_sets([item(name) for name in headers], headers, mosaic="auto")
    assert [len(one.items) for one in found] == [2, 1]
    assert [len(one.relatives) for one in found] == [3, 3]


@pytest.mark.parametrize(
    "other",
    [
        {"dtypes": ("uint16",) * 3},
        {"descriptions": ("a", "b", "c")},
        {"colours": ("gray", "undefined", "undefined")},
        {"nodata": (0.0,) * 3},
        {"date": "2024-05-01"},
        {"crs": CRS.from_epsg(32736)},
        {"origin": ORIGIN * Affine.scale(1.01)},
        {"origin": ORIGIN * Affine.translation(0.5, 0)},
        {"palette": ((0, (0, 0, 0, 255)),)},
        {"placed": False},
        {"mask": "bands"},
    ],
)
def test_what_differs_is_apart(other):
    assert relatives_of({"a": header(0, 0), "b": header(0, 10, **other)}) == [["a"], ["b"]]


def test_a_mask_is_no_difference():
    assert relatives_of({"a": header(0, 0), "b": header(0, 10, mask="dataset")}) == [["a", "b"]]


def test_nan_is_the_same_nodata_as_nan():
    nan = (float("nan"),) * 3
    headers = {name: header(0, 10 * k, dtypes=("float32",) * 3, nodata=nan) for k, name in enumerate("ab")}
    assert relatives_of(headers) == [["a", "b"]]


def test_dates_of_items_come_before_those_of_tags_and_days_count():
    headers = {
        "a": header(0, 0),
        "b": header(0, 10),
        "c": header(0, 20, date="2024-05-01"),
        "d": header(0, 30),
    }
    items = {
        "a": item("a", date="2024-05-01T10:00:00Z"), "b": item("b", date="2024-05-01T22:00:00Z"),
        "d": item("d", date="2024-05-02"),
    }  # fmt: skip
    assert relatives_of(headers, **items) == [["a", "b", "c"], ["d"]]


def test_what_gdal_opens_otherwise_is_apart():
    raster = RasterAddress(address="/vsizip/x.zip/b.tif", drivers=("GTiff",), siblings=False)
    headers = {"a": header(0, 0), "b": header(0, 10)}
    assert relatives_of(headers, b=item("b").__class__(name="b", raster=raster)) == [["a"], ["b"]]


def test_items_that_could_not_be_opened_are_alone():
    assert relatives_of({"a": header(0, 0), "b": None, "c": None}) == [["a"], ["b"], ["c"]]


def test_sets_do_not_depend_on_the_order_of_items():
    headers = {f"t_{k:02d}": header(10 * (k % 5), 10 * (k // 5)) for k in range(30)}
    forward = sets_of(headers)
    assert forward == sets_of(dict(reversed(headers.items())))
    assert forward == {"t": sorted(headers)}


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["town/north_1", "town/north_2"], "town/north"),
        (["town/a", "town/b"], "town"),
        (["r1c1", "r1c2"], "mosaic"),
        (["x/tile_10", "x/tile_11"], "x/tile"),
        (["a", "a_1"], "a"),
        (["alone_1"], "alone_1"),
        (["map 1.rgb", "map 2.rgb"], "map"),
    ],
)
def test_a_mosaic_is_called_what_its_items_names_share(names, name):
    assert mosaic_name(names) == name


def test_no_two_sets_have_one_name():
    headers = {
        "t/a1": header(0, 0), "t/a2": header(0, 10), "t/b1": header(0, 500), "t/b2": header(0, 510), "T": header(0, 900),
    }  # fmt: skip
    assert sets_of(headers) == {
        "T": ["T"], "t_2": ["t/a1", "t/a2"], "t_3": ["t/b1", "t/b2"],
    }  # fmt: skip


def test_ten_thousand_items_take_no_time():
    headers = {f"{k:05d}": header(10 * (k // 100), 10 * (k % 100)) for k in range(10_000)}
    items = [item(name) for name in headers]
    begun = time.perf_counter()
    (found,) = item_sets(items, headers, mosaic="auto")
    assert time.perf_counter() - begun < 60  # about half a second where nothing else runs
    assert len(found.items) == 10_000


def test_a_thousand_scenes_of_one_place_take_no_time():
    headers = {f"{k:05d}": header(k % 97, k % 89, size=1000) for k in range(5000)}
    begun = time.perf_counter()
    assert len(item_sets([item(name) for name in headers], headers, mosaic="auto")) == 1
    assert time.perf_counter() - begun < 60
