"""Law 8: a scene's dtype says nothing about its scores, and a window is normalised as its scene is."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

import geounet
from geounet.models.card import Normalization

BANDS = ("red", "green", "blue")


@pytest.fixture
def scene() -> Any:
    rng = np.random.default_rng(8)
    return rng.gamma(4, 18, (3, 80, 96)).clip(0, 255).astype(np.uint8)


@pytest.fixture
def segmenter(make_card: Any, two_classes: Any) -> Any:
    card = make_card(bands=BANDS, normalization=Normalization("scene", (2, 98), (0.4,) * 3, (0.2,) * 3))
    return two_classes(card, lambda p: 1 / (1 + np.exp(-p.sum(axis=1))))


def read(path: Path) -> Any:
    with rasterio.open(path) as dataset:
        return dataset.read()


@pytest.mark.parametrize("gsd", ["native", 0.5])
def test_law8_uint8_uint16_and_float_give_the_same_scores(
    make_raster: Any, segmenter: Any, scene: Any, tmp_path: Path, gsd: Any
) -> None:
    scores, labels = [], []
    kinds = [scene, scene.astype(np.uint16) * 257, scene.astype(np.float32) / 255]
    for number, values in enumerate(kinds):
        path = make_raster(values, f"{number}.tif")
        options = geounet.PredictOptions(dtype="float32", output="both", tile=32, overlap=8, gsd=gsd)
        geounet.predict(path, segmenter, tmp_path / f"p{number}.tif", options=options)
        scores.append(read(tmp_path / f"p{number}.tif"))
        labels.append(read(tmp_path / f"p{number}_class.tif"))
    for other in (1, 2):
        np.testing.assert_allclose(scores[other], scores[0], atol=1e-5)
        assert (labels[other] != labels[0]).mean() <= 1e-3


def test_law8_a_window_is_normalised_as_the_scene_is(
    make_raster: Any, segmenter: Any, scene: Any, tmp_path: Path
) -> None:
    scene[:, :, :48] //= 3  # the left half is dark: statistics of a window would differ
    path = make_raster(scene)
    whole, part = tmp_path / "whole.tif", tmp_path / "part.tif"
    options = geounet.PredictOptions(dtype="float32", tile=32, overlap=8)
    geounet.predict(path, segmenter, whole, options=options)
    with rasterio.open(path) as dataset:
        (left, top), (right, bottom) = dataset.transform * (3, 4), dataset.transform * (40, 70)
    box = geounet.BBox(xmin=left, ymin=bottom, xmax=right, ymax=top)
    geounet.predict(
        path, segmenter, part, options=geounet.PredictOptions(dtype="float32", tile=32, overlap=8, bbox=box)
    )
    assert (read(part) == read(whole)[:, 4:70, 3:40]).all()
