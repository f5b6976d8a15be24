"""Normalisation against the design's formula in float64, and ranges against numpy over the whole scene."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geounet.errors import OptionsError
from geounet.grid import mirror
from geounet.models.card import Normalization
from geounet.raster.normalize import Normalizer, Ranges, scene_ranges

DTYPES = [
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float16",
    "float32",
    "float64",
]


def formula(values, valid, n):
    """The design's words, in float64."""
    low, high, mean, std = (np.array(v, float)[:, None, None] for v in (n.low, n.high, n.mean, n.std))
    with np.errstate(all="ignore"):
        fraction = np.where(high > low, np.clip((values.astype(float) - low) / (high - low), 0, 1), 0)
    return np.where(valid, (fraction - mean) / std, 0)


def card_range(kind, percentiles=(2, 98), bands=3):
    return Normalization(kind, percentiles, (0.0,) * bands, (1.0,) * bands)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_follows_the_formula(rng, dtype):
    values = rng.integers(0, 120, (4, 33, 47)).astype(dtype)
    valid = rng.random((33, 47)) > 0.2
    # ordinary; wider than the counts; no width; upside down
    normalizer = Normalizer((10, -50, 30, 90), (100, 400, 30, 10), (0.4, 0.5, 0.1, 0.2), (0.2, 0.3, 2, 0.5))
    out = normalizer(values, valid)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, formula(values, valid, normalizer), atol=2e-6)


@pytest.mark.parametrize("dtype", ["int32", "uint32", "float64", "int64"])
def test_large_counts_in_a_narrow_range_keep_their_differences(rng, dtype):
    values = (rng.integers(0, 100, (1, 9, 9)) + 2_000_000_000).astype(dtype)
    valid = np.ones((9, 9), bool)
    normalizer = Normalizer((2_000_000_000,), (2_000_000_100,), (0.0,), (1.0,))
    np.testing.assert_allclose(normalizer(values, valid), formula(values, valid, normalizer), atol=1e-6)


def test_what_is_not_valid_is_zero_whatever_it_holds():
    values = np.array([[[np.nan, np.inf, -np.inf, 3e38, 5]]], np.float32)
    valid = np.array([[False, False, False, False, True]])
    out = Normalizer((0,), (10,), (0.25,), (0.5,))(values, valid)
    assert out.tolist() == [[[0, 0, 0, 0, 0.5]]]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_tiles_are_gathered_with_the_mirror_as_numpy_pads(data):
    height, width, tile = (data.draw(st.integers(1, 40)) for _ in range(3))
    row, col = data.draw(st.integers(-30, 40)), data.draw(st.integers(-30, 40))
    rng = np.random.default_rng(data.draw(st.integers(0, 9)))
    values = rng.integers(0, 255, (2, height, width)).astype(data.draw(st.sampled_from(["uint8", "float32"])))
    valid = rng.random((height, width)) > 0.2
    normalizer = Normalizer((0, 5), (200, 255), (0.4, 0.3), (0.2, 0.1))
    pad = 80
    padded = np.pad(normalizer(values, valid), ((0, 0), (pad, pad), (pad, pad)), "reflect")
    out = np.empty((2, tile, tile), np.float32)
    rows = np.array(mirror(row, tile, size=height), np.int64)
    cols = np.array(mirror(col, tile, size=width), np.int64)
    normalizer.into_tile(out, values, valid, rows, cols)
    assert (out == padded[:, row + pad : row + pad + tile, col + pad : col + pad + tile]).all()


def test_a_part_of_an_array_is_normalised_as_a_copy_of_it(rng):
    values, valid = rng.integers(0, 255, (3, 40, 50)).astype("uint8"), rng.random((40, 50)) > 0.2
    normalizer = Normalizer((0,) * 3, (255,) * 3, (0.4,) * 3, (0.2,) * 3)
    whole, out = normalizer(values, valid), np.zeros((3, 60, 60), np.float32)
    normalizer.into(out[:, 5:25, 7:37], values[:, 3:23, 9:39], valid[3:23, 9:39])
    assert (out[:, 5:25, 7:37] == whole[:, 3:23, 9:39]).all()
    out[:, 5:25, 7:37] = 0
    assert not out.any()


@pytest.mark.parametrize("percentiles", [(2, 98), (0, 100), (0.5, 99.9)])
def test_scene_ranges_are_percentiles_of_valid_pixels(make_raster, open_scene, rng, percentiles):
    values, valid = rng.gamma(4, 500, (3, 90, 110)).astype("uint16"), rng.random((90, 110)) > 0.3
    values[:, ~valid] = 65_000
    with open_scene(make_raster(values, valid=valid)) as scene:
        ranges = scene_ranges(scene, card_range("scene", percentiles))
    expected = np.percentile(values[:, valid].astype(float), percentiles, axis=1)
    np.testing.assert_allclose([ranges.low, ranges.high], expected, rtol=1e-12)


@pytest.mark.parametrize("gsd", ["native", 0.5, 0.9])
def test_a_dtype_says_nothing_about_what_the_network_sees(make_raster, open_scene, rng, gsd):
    """Law 8, at this stage."""
    values = rng.gamma(4, 18, (3, 80, 96)).clip(0, 255).astype("uint8")
    kinds = [values, values.astype("uint16") * 257, values.astype("float32") / 255]
    seen = []
    for number, kind in enumerate(kinds):
        with open_scene(make_raster(kind, f"{number}.tif"), gsd=gsd) as scene:
            ranges = scene_ranges(scene, card_range("scene"))
            pixels = scene.rows(0, scene.height)
            seen.append(Normalizer.of(card_range("scene"), ranges)(pixels.values, pixels.valid))
    np.testing.assert_allclose(seen[1], seen[0], atol=1e-5)
    np.testing.assert_allclose(seen[2], seen[0], atol=1e-5)


def test_a_scene_without_valid_pixels_has_a_range_all_the_same(make_raster, open_scene):
    with open_scene(make_raster(np.zeros((3, 20, 20), "uint8"), nodata=0)) as scene:
        assert scene_ranges(scene, card_range("scene")) == Ranges((0, 0, 0), (1, 1, 1))


@pytest.mark.parametrize(
    ("dtype", "top"),
    [
        ("uint8", 255),
        ("int8", 127),
        ("uint16", 65535),
        ("int16", 32767),
        ("uint32", 2**32 - 1),
        ("float32", 1),
        ("float64", 1),
    ],
)
def test_the_range_of_a_dtype(make_raster, open_scene, dtype, top):
    with open_scene(make_raster(np.zeros((3, 8, 8), dtype))) as scene:
        assert scene_ranges(scene, card_range("dtype")) == Ranges((0, 0, 0), (top,) * 3)


def test_a_fixed_range_and_one_from_elsewhere(make_raster, open_scene, tmp_path):
    stats = tmp_path / "stats of all scenes.json"
    ranges = Ranges((1.0, 2.0, 3.0), (4.0, 5.0, 6.5))
    stats.write_text(json.dumps(ranges.to_dict()), encoding="utf-8")
    with open_scene(make_raster(np.zeros((3, 8, 8), "uint8"))) as scene:
        assert scene_ranges(scene, card_range((0, 3000))) == Ranges((0, 0, 0), (3000,) * 3)
        assert scene_ranges(scene, card_range("scene"), stats=stats) == ranges


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read .*check the path"),
        ("not json", "expected {"),
        ("[]", "expected {"),
        ('{"low": [1]}', "expected {"),
        ('{"low": [1, 2, 3], "high": [1, 2]}', "3 low and 2 high values"),
        ('{"low": [1, 2, null], "high": [1, 2, 3]}', "finite numbers"),
        ('{"low": [0], "high": [1]}', "are of 1 bands; expected 3"),
    ],
)
def test_bad_statistics_are_one_line_with_the_remedy(make_raster, open_scene, tmp_path, text, message):
    stats = tmp_path / "stats.json"
    if text is not None:
        stats.write_text(text)
    with (
        open_scene(make_raster(np.zeros((3, 8, 8), "uint8"))) as scene,
        pytest.raises(OptionsError, match=message) as caught,
    ):
        scene_ranges(scene, card_range("scene"), stats=stats)
    assert "\n" not in str(caught.value)


def test_uneven_ranges_are_refused():
    with pytest.raises(OptionsError, match="expected as many"):
        Normalizer.of(card_range("scene"), Ranges((0,), (1,)))
