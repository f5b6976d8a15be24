"""Probability rasters: the labels of the run that wrote them, levels that are exact, classes that overlap or not."""

import json

import numpy as np
import pytest
import rasterio

import geounet
from geounet.errors import LabelsError
from geounet.evaluation.probabilities import holds_probabilities, probability_side
from geounet.georeference import Georeference
from geounet.options import PredictOptions
from geounet.raster.labels import open_labels


def readings(path, *, threshold=0.5, rows=16):
    """The side, and its labels and levels whole."""
    with rasterio.open(path) as file:
        grid = Georeference(file.transform, file.crs, file.height, file.width)
        side = probability_side(file, grid, threshold=threshold)
        parts = list(side.readings(rows))
    whole = (np.concatenate([getattr(part, name) for part in parts], axis=1) for name in ("labels", "levels"))
    return side, *whole


def whole_labels(path):
    with open_labels(path) as raster:
        return np.concatenate([strip.labels for strip in raster.strips(16)], axis=1)


@pytest.fixture
def predicted(tmp_path, make_raster, make_card, segmenter_type):
    """Predict a scene of noise, some of it not valid, by scores that are noise: (probabilities, classes)."""

    def run(classes, activation, *, dtype, threshold=0.5):
        rng = np.random.default_rng(3)
        values = rng.random((1, 40, 50)).astype(np.float32)
        values[0, 5:9, 20:30] = np.nan
        card = make_card(classes=classes, activation=activation)
        turns = np.arange(1, card.scores + 1)[:, None, None] * 7.3

        def scores(patches):
            raw = np.sin(patches * turns) ** 2 + 1e-3
            return (raw / raw.sum(axis=1, keepdims=True) if activation == "softmax" else raw).astype(
                np.float32
            )

        out = tmp_path / "p.tif"
        options = PredictOptions(output="both", dtype=dtype, threshold=threshold)
        geounet.predict(make_raster(values), segmenter_type(card, scores), out, options=options)
        return out, tmp_path / "p_class.tif"

    return run


@pytest.mark.parametrize("threshold", [0.5, 0.3])
@pytest.mark.parametrize(
    ("classes", "activation"),
    [
        (("background", "a"), "softmax"),
        (("background", "a", "b"), "softmax"),
        (("background", "a", "b", "c"), "softmax"),
        (("background", "a"), "sigmoid"),
        (("background", "a", "b"), "sigmoid"),
    ],
)
def test_labels_are_those_of_the_run_that_wrote_the_probabilities(predicted, classes, activation, threshold):
    probabilities, labels = predicted(classes, activation, dtype="float32", threshold=threshold)
    side, found, levels = readings(probabilities, threshold=threshold)
    expected = whole_labels(labels)
    assert (found == expected).all()
    assert side.class_names == classes
    assert side.exclusive == (activation == "softmax" or len(classes) == 2)
    assert levels.shape == (len(classes) - 1, 40, 50)
    assert (found == 255).sum() == len(found) * 40
    assert ((levels == 255) == (found[:1] == 255)).all()


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_of_bytes_labels_differ_where_rounding_crosses_the_threshold_alone(predicted, activation):
    probabilities, labels = predicted(("background", "a"), activation, dtype="uint8")
    _, found, levels = readings(probabilities)
    with rasterio.open(probabilities) as file:
        stored = file.read(file.count)
    assert (levels[0] == stored).all()
    differs = found != whole_labels(labels)
    assert (stored[differs[0]] == 125).all()
    assert differs.mean() < 0.01


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_level_is_the_largest_threshold_that_is_reached(make_raster, dtype):
    steps = np.arange(251)[None, None]
    if dtype == "uint8":
        path = make_raster(steps.astype(np.uint8))
        with rasterio.open(path, "r+") as file:
            file.scales = (0.004,)
    else:
        path = make_raster((steps / 250).astype(np.float32))
    _, _, levels = readings(path)
    assert levels.ravel().tolist() == list(range(251))
    for k in (1, 75, 125, 249):
        _, labels, _ = readings(path, threshold=k / 250)
        assert labels.sum() == 251 - k


def test_what_a_third_party_scaled_is_read_too(make_raster):
    path = make_raster(np.array([[[0, 32767, 32768, 65535]]], np.uint16), descriptions=("water",))
    with rasterio.open(path, "r+") as file:
        file.scales = (1 / 65535,)
        assert holds_probabilities(file)
    side, labels, levels = readings(path)
    assert side.class_names == ("background", "water")
    assert labels.tolist() == [[[0, 0, 1, 1]]]
    assert levels.tolist() == [[[0, 124, 125, 250]]]
    percent = make_raster(np.arange(101, dtype=np.uint8)[None, None], "percent.tif")
    with rasterio.open(percent, "r+") as file:
        file.scales = (0.01,)
    assert readings(percent)[2].ravel().tolist() == [5 * k // 2 for k in range(101)]
    assert readings(percent, threshold=0.3)[1].sum() == 101 - 30  # though 30 × 0.01 is a little less than 0.3


def test_auxiliary_classes_give_what_they_scored_to_the_others(make_raster):
    scores = np.array([[[0.2, 0.1, 0.0]], [[0.3, 0.0, 0.0]], [[0.5, 0.9, 1.0]]], np.float32)
    path = make_raster(scores, descriptions=("background", "building", "edge"))
    with rasterio.open(path, "r+") as file:
        file.update_tags(GEOUNET_AUXILIARY=json.dumps(["edge"]))
    side, labels, levels = readings(path)
    assert side.class_names == ("background", "building")
    assert labels.tolist() == [[[1, 0, 0]]]
    assert levels.tolist() == [[[150, 0, 0]]]


def test_the_tag_says_whether_classes_overlap(make_raster):
    halves = np.full((2, 1, 3), 0.5, np.float32)  # add up to 1, by chance
    path = make_raster(halves, descriptions=("a", "b"))
    assert readings(path)[0].exclusive
    with rasterio.open(path, "r+") as file:
        file.update_tags(GEOUNET_ACTIVATION="sigmoid")
    side, labels, _ = readings(path)
    assert side.class_names == ("background", "a", "b")
    assert labels.tolist() == [[[1, 1, 1]]] * 2


def test_what_is_no_probability_is_refused(make_raster):
    with pytest.raises(
        LabelsError, match="holds 3; expected probabilities from 0 to 1, or labels that are stored"
    ):
        readings(make_raster(np.array([[[0, 1, 3]]], np.float32)))
    path = make_raster(np.ones((1, 2, 2), np.float32))
    with rasterio.open(path, "r+") as file:
        file.update_tags(GEOUNET_AUXILIARY="[")
    with pytest.raises(LabelsError, match="GEOUNET_AUXILIARY is not a JSON list"):
        readings(path)
