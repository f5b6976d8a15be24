"""Refined Segmenters: the one path of all Segmenters, and its laws."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, uniform_filter

import geounet
from geounet.errors import ModelError, OptionsError
from geounet.inference import refine
from geounet.inference.asked import asked
from geounet.inference.guided import guided_filter
from geounet.inference.mean_field import Field, Joined
from geounet.inference.refine import Refined
from geounet.inference.tta import Augmented
from geounet.models.card import Normalization

METHODS = ("crf", "guided")
REACH = {"crf": refine.FIELD.reach, "guided": 2 * refine.RADIUS}
FACTORY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
both = pytest.mark.parametrize("method", METHODS)


def predicted(path: Path, segmenter: Any, **options: Any) -> Any:
    out = path.with_name("probability.tif")
    chosen = geounet.PredictOptions(dtype="float32", overwrite=True, **options)
    geounet.predict(path, segmenter, out, options=chosen)
    with rasterio.open(out) as dataset:
        return dataset.read()


def textured(*shape: int) -> Any:
    rng = np.random.default_rng(1)
    return (gaussian_filter(rng.random(shape), 2) > 0.5).astype(np.float32) * 0.6 + 0.2 * rng.random(
        shape, np.float32
    )


@both
@FACTORY
@given(
    st.integers(1, 48),
    st.integers(1, 48),
    st.sampled_from(range(0, 16, 2)),
    st.sampled_from(["taper", "core"]),
)
def test_law2_a_constant_gives_a_constant(
    make_raster: Any,
    make_card: Any,
    two_classes: Any,
    method: Any,
    height: int,
    width: int,
    overlap: int,
    window: str,
) -> None:
    path = make_raster(textured(height, width))
    segmenter = two_classes(make_card(), lambda _: np.float32(0.7))
    scores = predicted(path, segmenter, tile=16, overlap=overlap, window=window, batch_size=3, refine=method)
    assert np.ptp(scores, axis=(1, 2)).max() <= 1e-6
    np.testing.assert_allclose(scores.sum(axis=0), 1, atol=1e-6)
    if method == "guided":
        np.testing.assert_allclose(scores[1], 0.7, atol=1e-6)
    else:
        assert scores[1, 0, 0] >= 0.7  # surer, on the same side of the threshold


@both
def test_law4_tiles_are_refined_as_the_whole_where_the_margin_holds_the_reach(
    make_raster: Any, make_card: Any, two_classes: Any, method: Any
) -> None:
    margin = REACH[method]
    path = make_raster(textured(90, 70))
    segmenter = two_classes(make_card(), lambda p: p[:, 0].clip(0, 1))
    chosen = {"window": "core", "overlap": 2 * margin, "refine": method}
    tiled = predicted(path, segmenter, tile=2 * margin + 20, **chosen)
    whole = predicted(path, segmenter, tile=2 * margin + 100, **chosen)
    np.testing.assert_allclose(tiled, whole, atol=1e-5)


@both
@pytest.mark.parametrize("how", ["mask", "nan"])
def test_law5_noise_under_invalid_pixels_changes_no_byte(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, method: Any, how: str
) -> None:
    valid = np.ones((70, 90), bool)
    valid[:33, :40] = valid[50:52] = valid[60, 80] = False
    ranges = Normalization(range="scene", percentiles=(2.0, 98.0), mean=(0.5,) * 3, std=(0.5,) * 3)
    card = make_card(bands=("red", "green", "blue"), normalization=ranges)
    outputs = []
    for noise in (1, 2):
        picture = np.random.default_rng(3).random((3, 70, 90)).astype(np.float32)
        picture[:, ~valid] = np.random.default_rng(noise).random((3, int((~valid).sum())))
        if how == "nan":
            picture[0, ~valid] = np.nan
        path = make_raster(picture, f"{noise}/s.tif", **({"valid": valid} if how == "mask" else {}))
        segmenter = two_classes(card, lambda p: 1 / (1 + np.exp(-uniform_filter(p[:, 0], (0, 5, 5)))))
        files = [path.with_name(name) for name in ("c.tif", "p.tif", "o.gpkg")]
        options = geounet.ExtractOptions(
            tile=32, overlap=8, class_raster=files[0], probability=files[1], refine=method
        )
        geounet.extract(path, segmenter, files[2], options=options)
        outputs.append([file.read_bytes() for file in files])
    assert outputs[0] == outputs[1]
    with rasterio.open(files[0]) as labels:
        assert ((labels.read(1) == 255) == ~valid).all()


@both
def test_law7_the_same_bytes_whatever_the_batch(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, method: Any
) -> None:
    path = make_raster(textured(90, 110))
    runs = []
    for number, batch in enumerate((4, 4, 1)):
        folder = tmp_path / str(number)
        folder.mkdir()
        out, kept = folder / "o.gpkg", folder / "c.tif"
        options = geounet.ExtractOptions(tile=32, overlap=8, refine=method, tta=True, class_raster=kept)
        segmenter = two_classes(make_card(), lambda p: p[:, 0].clip(0, 1))
        geounet.extract(path, segmenter, out, options=replace(options, batch_size=batch))
        with rasterio.open(kept) as labels:
            runs.append((out.read_bytes(), kept.read_bytes(), labels.read().tobytes()))
            assert json.loads(labels.tags()["GEOUNET_ENGINE"])["refine"] == method
    assert runs[0] == runs[1]
    assert runs[0][2] == runs[2][2]


@both
@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_it_refines_each_tile_by_its_patch(
    make_card: Any, segmenter_type: Any, method: Any, activation: str
) -> None:
    rng = np.random.default_rng(0)
    classes = ("background", "a", "b")
    card = make_card(bands=("red", "green"), classes=classes, activation=activation, threshold=0.3)
    card = replace(card, normalization=replace(card.normalization, mean=(0.5, 0.5), std=(0.25, 0.5)))
    counts = rng.random((3, 2, 20, 24), np.float32)
    scores = rng.dirichlet(np.ones(3), (3, 20, 24)).astype(np.float32).transpose(0, 3, 1, 2)[:, : card.scores]
    patches = (counts - 0.5) / np.array([0.25, 0.5], np.float32)[:, None, None]
    found = Refined(segmenter_type(card, lambda _: scores), method, threshold=0.3)(patches)
    for guide, given_scores, refined in zip(counts, scores, found, strict=True):
        if method == "guided":
            expected = guided_filter(guide, given_scores, radius=refine.RADIUS, eps=refine.EPS).clip(0, 1)
        elif activation == "softmax":
            expected = Joined.of(guide, Field()).mean_field(given_scores, np.zeros(3, np.float32))
        else:
            bias = np.array([0, np.log(0.3 / 0.7)], np.float32)
            joined = Joined.of(guide, Field())
            expected = np.stack([joined.mean_field(np.stack([1 - s, s]), bias)[1] for s in given_scores])
        np.testing.assert_allclose(refined, expected, atol=1e-4)


def test_the_field_is_even_at_the_threshold(make_card: Any, two_classes: Any) -> None:
    """A score just above the threshold is drawn up, one just below it down."""
    for threshold in (0.2, 0.8):
        for score, way in ((threshold + 0.05, 1), (threshold - 0.05, -1)):
            segmenter = two_classes(make_card(), lambda _, score=score: np.float32(score))
            found = Refined(segmenter, "crf", threshold=threshold)(np.zeros((1, 1, 16, 16), np.float32))
            assert ((found[:, 1] - score) * way > 0.01).all()


def test_many_bands_guide_as_a_few(make_card: Any) -> None:
    card = make_card(bands=tuple("abcdefg"))
    patches = np.random.default_rng(0).random((2, 7, 5, 6), np.float32)
    guides = refine._guides(patches, card)
    expected = [patches[:, part].mean(axis=1) for part in ([0, 1], [2, 3], [4, 5], [6])]
    np.testing.assert_allclose(guides, np.stack(expected, axis=1), atol=1e-6)


def test_a_stack_is_scaled_date_by_date(make_card: Any) -> None:
    card = make_card(bands=("a", "b"), axes={"time": 2})
    card = replace(card, normalization=replace(card.normalization, std=(2.0, 3.0)))
    guides = refine._guides(np.ones((1, 4, 3, 3), np.float32), card)
    assert guides[0, :, 0, 0].tolist() == [2, 3, 2, 3]


@both
@pytest.mark.parametrize("score", [np.nan, 3.0, -2.0])
def test_what_is_no_probability_is_told(
    make_raster: Any, make_card: Any, two_classes: Any, tmp_path: Path, method: Any, score: float
) -> None:
    path = make_raster(textured(20, 20))
    segmenter = two_classes(make_card(), lambda _: np.float32(score))
    options = geounet.PredictOptions(refine=method, output="class")
    with pytest.raises(ModelError, match="probabilities"):
        geounet.predict(path, segmenter, tmp_path / "c.tif", options=options)


@both
def test_scores_of_the_wrong_shape_are_told(
    make_raster: Any, make_card: Any, segmenter_type: Any, tmp_path: Path, method: Any
) -> None:
    segmenter = segmenter_type(make_card(), lambda p: np.zeros((len(p), 3, *p.shape[2:]), np.float32))
    options = geounet.PredictOptions(refine=method)
    with pytest.raises(ModelError, match=r"gave scores of shape .* expected"):
        geounet.predict(make_raster(textured(20, 20)), segmenter, tmp_path / "p.tif", options=options)


def test_views_are_averaged_before_they_are_refined(make_card: Any, two_classes: Any) -> None:
    segmenter = two_classes(make_card(), lambda p: p[:, 0])
    chosen = asked(segmenter, geounet.PredictOptions(tta=True, refine="guided"))
    assert isinstance(chosen, Refined)
    assert isinstance(chosen.segmenter, Augmented)
    assert chosen.segmenter.segmenter is segmenter
    assert asked(segmenter, geounet.PredictOptions()) is segmenter


def test_another_refinement_is_refused() -> None:
    with pytest.raises(OptionsError, match="choose one of None, crf, guided"):
        geounet.PredictOptions(refine="sharp")
