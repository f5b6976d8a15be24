import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rasterio.transform import Affine, from_origin

from geounet.batching.item import Item
from geounet.batching.sets.statistics import shared_ranges
from geounet.models.card import Normalization
from geounet.options import ExtractOptions
from geounet.raster.address import RasterAddress, opened
from geounet.raster.header import read_header
from geounet.raster.normalize import scene_ranges
from geounet.raster.scene import Scene

ORIGIN = from_origin(500_000, 9_300_000, 0.5, 0.5)
OPTIONS = ExtractOptions()


@pytest.fixture
def rng():
    return np.random.default_rng(6)


@pytest.fixture
def card(make_card):
    return make_card(
        bands=("grey",),
        normalization=Normalization(range="scene", percentiles=(2, 98), mean=(0.0,), std=(1.0,)),
    )


@pytest.fixture
def make_items(make_raster):
    """Items cut from an array at (rows, cols), and their headers by name."""

    def make(array, places, *, valid=None, **about):
        items, headers = [], {}
        for k, (rows, cols) in enumerate(places):
            transform = ORIGIN * Affine.translation(cols.start, rows.start)
            mask = None if valid is None else valid[rows, cols]
            path = make_raster(array[rows, cols], f"t{k}.tif", transform=transform, valid=mask, **about)
            items.append(Item(name=f"t{k}", raster=RasterAddress(address=str(path))))
            with opened(items[-1].raster) as dataset:
                headers[items[-1].name] = read_header(dataset)
        return items, headers

    return make


def whole_ranges(path, card, options=OPTIONS):
    with Scene.open(path, bands=card.bands, options=options, gsd_m=card.gsd_m) as scene:
        return scene_ranges(scene, card.normalization)


def truncate(item, size):
    path = Path(item.raster.address)
    path.write_bytes(path.read_bytes()[:size])


def four(height, width):
    rows, cols = (
        (slice(0, height // 3), slice(height // 3, height)),
        (slice(0, width // 2), slice(width // 2, width)),
    )
    return [(r, c) for r in rows for c in cols]


@pytest.mark.parametrize("gsd_m", [None, 1.2])
def test_tiles_share_the_ranges_of_the_scene_that_they_are_of(make_raster, make_items, card, rng, gsd_m):
    card = replace(card, gsd_m=gsd_m)
    array = rng.gamma(2, 30, (1600, 1700)).clip(0, 255).astype(np.uint8)  # more than is sampled whole
    array[:800] //= 3
    valid = rng.random(array.shape) > 0.2
    whole = make_raster(array, transform=ORIGIN, valid=valid)
    items, headers = make_items(array, four(*array.shape), valid=valid)
    found = shared_ranges(items, headers, card, options=OPTIONS)
    assert found == whole_ranges(whole, card)


def test_islands_far_apart_are_sampled_together(make_items, card, monkeypatch):
    read = []
    original = Scene.read
    monkeypatch.setattr(Scene, "read", lambda self, window: read.append(window) or original(self, window))
    array = np.zeros((60, 200_000), np.uint8)
    places = [(slice(0, 60), slice(c, c + 60)) for c in (0, 70_000, 199_940)]
    for k, (rows, cols) in enumerate(places):
        array[rows, cols] = 50 * (k + 1)
    items, headers = make_items(array, places)
    found = shared_ranges(items, headers, card, options=OPTIONS)
    assert (found.low, found.high) == ((50,), (150,))
    assert sum(window.height * window.width for window in read) < 50_000


def test_a_broken_item_is_left_out(make_items, card, rng):
    array = rng.integers(0, 255, (600, 600)).astype(np.uint8)
    array[200:, 300:] //= 4
    items, headers = make_items(array, four(600, 600), compress="deflate")
    truncate(items[0], 3000)
    found = shared_ranges(items, headers, card, options=OPTIONS)
    expected = np.percentile(
        np.concatenate([array[r, c].ravel() for r, c in four(600, 600)[1:]]).astype(float), (2, 98)
    )
    assert (found.low[0], found.high[0]) == tuple(expected)


@pytest.mark.parametrize("range_", ["dtype", (0.0, 255.0)])
def test_what_needs_no_statistics_shares_none(make_items, make_card, range_):
    items, headers = make_items(np.ones((8, 8), np.uint8), four(8, 8))
    card = make_card(normalization=Normalization(range=range_, percentiles=(2, 98), mean=(0.0,), std=(1.0,)))
    assert shared_ranges(items, headers, card, options=OPTIONS) is None


def test_statistics_of_a_person_stand(make_items, card, tmp_path):
    (tmp_path / "stats.json").write_text(json.dumps({"low": [0], "high": [9]}))
    items, headers = make_items(np.ones((8, 8), np.uint8), four(8, 8))
    assert shared_ranges(items, headers, card, options=ExtractOptions(stats=tmp_path / "stats.json")) is None


def test_one_item_has_its_own(make_items, card):
    items, headers = make_items(np.ones((8, 8), np.uint8), four(8, 8)[:1])
    assert shared_ranges(items, headers, card, options=OPTIONS) is None


def test_where_nothing_can_be_read_each_item_says_so_itself(make_items, make_card, card):
    items, headers = make_items(np.ones((8, 8), np.uint8), four(8, 8))
    other = make_card(
        bands=("red", "nir"),
        normalization=Normalization(range="scene", percentiles=(2, 98), mean=(0.0,) * 2, std=(1.0,) * 2),
    )
    assert shared_ranges(items, headers, other, options=OPTIONS) is None
    for item in items:
        truncate(item, 100)
    assert shared_ranges(items, headers, card, options=OPTIONS) is None
