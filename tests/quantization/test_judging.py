"""Mean IoU of rasters, against scikit-learn."""

import json

import numpy as np
import pytest
import rasterio
from sklearn.metrics import jaccard_score

from geounet.grid import TileGrid, Window
from geounet.quantization.judging import mean_iou
from geounet.quantization.tiles import CalibratedScene
from geounet.raster.normalize import Ranges


@pytest.fixture
def pair():
    random = np.random.default_rng(3)
    truth = random.integers(0, 3, (40, 50)).astype(np.uint8)
    changed = random.uniform(size=truth.shape) < 0.3
    return np.where(changed, random.integers(0, 3, truth.shape), truth).astype(np.uint8), truth


@pytest.fixture
def paths(pair, make_raster):
    """Both as files; the prediction names its classes, as geounet's do."""
    found = [make_raster(values, f"{k}.tif") for k, values in enumerate(pair)]
    with rasterio.open(found[0], "r+") as dataset:
        dataset.update_tags(GEOUNET_CLASSES=json.dumps(["background", "a", "b"]))
    return found


def test_it_is_the_mean_over_classes(pair, paths):
    found = mean_iou(*paths)
    assert found == pytest.approx(
        np.mean(jaccard_score(pair[1].ravel(), pair[0].ravel(), labels=[1, 2], average=None))
    )


def test_only_what_is_held_back_counts(pair, paths):
    grid = TileGrid(40, 50, tile=16)
    scene = CalibratedScene(source="x", grid=grid, ranges=Ranges((0.0,), (1.0,)), tiles=((0, 0), (1, 2)))
    mask = scene.held_back(Window(0, 0, 40, 50))
    found = mean_iou(*paths, scene)
    prediction, truth = (values[mask] for values in pair)
    assert found == pytest.approx(np.mean(jaccard_score(truth, prediction, labels=[1, 2], average=None)))


def test_a_class_that_the_truth_lacks_does_not_count(make_raster):
    truth, prediction = np.zeros((2, 6, 6), np.uint8)
    prediction[0] = 1
    paths = [make_raster(values, f"{k}.tif") for k, values in enumerate((prediction, truth))]
    assert mean_iou(*paths) is None


def test_the_same_is_one(paths):
    assert mean_iou(paths[0], paths[0]) == 1
