"""Laws 2 to 4: tiling leaves no trace in the scores.

The pipeline runs as a person runs it: `geounet.predict` from file to file, with Segmenters whose scores on the
whole scene are known by other means (numpy, scipy on the mirror-padded whole).
"""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

import geounet

TILE = 16
FACTORY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
sizes = st.integers(1, 3 * TILE)
overlaps = st.sampled_from(range(0, TILE, 2))
windows = st.sampled_from(["taper", "core"])


def predicted(path: Path, segmenter: Any, **options: Any) -> NDArray[np.float32]:
    out = path.with_name("probability.tif")
    chosen = geounet.PredictOptions(dtype="float32", overwrite=True, **options)
    geounet.predict(path, segmenter, out, options=chosen)
    with rasterio.open(out) as dataset:
        return dataset.read()


@FACTORY
@given(sizes, sizes, overlaps, windows, st.integers(1, 8))
def test_law2_a_constant_gives_a_constant(
    make_raster: Any,
    make_card: Any,
    two_classes: Any,
    height: int,
    width: int,
    overlap: int,
    window: str,
    batch: int,
) -> None:
    path = make_raster(np.full((height, width), 0.5, np.float32))
    segmenter = two_classes(make_card(), lambda _: np.float32(0.7))
    scores = predicted(path, segmenter, tile=TILE, overlap=overlap, window=window, batch_size=batch)
    np.testing.assert_allclose(scores[1], 0.7, atol=1e-6)
    np.testing.assert_allclose(scores.sum(axis=0), 1, atol=1e-6)
    assert segmenter.largest_batch == batch  # the last batch too is padded to shape


def test_law2_every_size_of_one_axis(make_raster: Any, make_card: Any, two_classes: Any) -> None:
    """Every size up to three tiles, which a random draw would not visit."""
    for size, window in itertools.product(range(1, 3 * TILE + 1), ("taper", "core")):
        path = make_raster(np.full((size, 5), 0.5, np.float32))
        segmenter = two_classes(make_card(), lambda _: np.float32(0.3))
        scores = predicted(path, segmenter, tile=TILE, overlap=8, window=window, batch_size=3)
        np.testing.assert_allclose(scores[1], 0.3, atol=1e-6)


@FACTORY
@given(sizes, sizes, overlaps, windows, st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.9]))
def test_law3_a_pointwise_segmenter_scores_tiled_as_whole(
    make_raster: Any, make_card: Any, two_classes: Any, height: int, width: int, overlap: int, window: str, seed: int,
    invalid: float,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    values = rng.random((height, width), np.float32)
    valid = rng.random((height, width)) >= invalid
    path = make_raster(values, valid=valid)
    segmenter = two_classes(make_card(), lambda patches: patches[:, 0] ** 2)
    scores = predicted(path, segmenter, tile=TILE, overlap=overlap, window=window, batch_size=2)
    np.testing.assert_allclose(scores[1][valid], values[valid] ** 2, atol=1e-6)
    assert np.isnan(scores[:, ~valid]).all()


def box_mean(radius: int) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """A local mean; what lies outside of what it is given counts as 0, as a network's padding does."""

    def score(patches: NDArray[np.float32]) -> NDArray[np.float32]:
        size = 2 * radius + 1
        return np.stack(
            [uniform_filter(p[0].astype(np.float64), size, mode="constant") for p in patches]
        ).astype(np.float32)

    return score


@FACTORY
@given(
    sizes, sizes, st.integers(1, 5), st.integers(0, 2), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.2])
)
def test_law4_a_radius_within_the_margin_scores_tiled_as_on_the_mirrored_whole(
    make_raster: Any, make_card: Any, two_classes: Any, height: int, width: int, radius: int, spare: int, seed: int,
    invalid: float,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    values = rng.random((height, width), np.float32)
    valid = rng.random((height, width)) >= invalid
    path = make_raster(values, valid=valid)
    segmenter = two_classes(make_card(), box_mean(radius))
    scores = predicted(path, segmenter, tile=TILE, overlap=2 * (radius + spare), window="core")
    pad = [(radius, radius) if size > 1 else (0, 0) for size in (height, width)]
    whole = np.pad(np.where(valid, values, 0), pad, mode="reflect")
    whole = np.pad(whole, [(0, 0) if size > 1 else (radius, radius) for size in (height, width)], mode="edge")
    expected = box_mean(radius)(whole[None, None].astype(np.float32))[0][radius:-radius, radius:-radius]
    np.testing.assert_allclose(scores[1][valid], expected[valid], atol=1e-5)


@pytest.mark.parametrize("window", ["taper", "core"])
def test_the_area_is_a_crop_of_the_whole(
    make_raster: Any, make_card: Any, two_classes: Any, window: str
) -> None:
    rng = np.random.default_rng(5)
    path = make_raster(rng.random((61, 83), np.float32))
    segmenter = two_classes(make_card(), box_mean(3))
    whole = predicted(path, segmenter, tile=TILE, overlap=8, window=window)
    with rasterio.open(path) as scene:
        left, top = scene.transform * (20, 10)
        right, bottom = scene.transform * (57, 44)
    box = geounet.BBox(xmin=left, ymin=bottom, xmax=right, ymax=top)
    part = predicted(path, segmenter, tile=TILE, overlap=8, window=window, bbox=box)
    assert (part == whole[:, 10:44, 20:57]).all()
