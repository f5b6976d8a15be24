from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from affine import Affine

from geounet.errors import GeounetWarning, TrainingError
from geounet.training import TrainConfig
from geounet.training.config.data import SceneConfig
from geounet.training.proposal import propose
from geounet.training.scenes.causes import causes
from geounet.training.scenes.reading import training_scenes, validation_scenes

LEFT, TOP = 500_000, 9_000_000
GREY = np.full((3, 40, 40), 90, np.uint8)
INSIDE, AWAY = shapely.box(LEFT + 2, TOP - 8, LEFT + 8, TOP - 2), shapely.box(0, 0, 5, 5)


@pytest.fixture
def scene(make_raster) -> Callable[..., Path]:
    """A scene of pixels of 0.5 m at (LEFT, TOP)."""

    def make(image: np.ndarray = GREY, name: str = "scene.tif", **options) -> Path:
        transform = Affine(0.5, 0, LEFT, 0, -0.5, TOP)
        return make_raster(image, name, crs="EPSG:32737", transform=transform, **options)

    return make


@pytest.fixture
def layer(tmp_path) -> Callable[..., Path]:
    """A layer of these shapes, with attributes."""

    def write(shapes: list, name: str = "labels.gpkg", **attributes) -> Path:
        frame = geopandas.GeoDataFrame(attributes, geometry=shapes, crs="EPSG:32737")
        frame.to_file(tmp_path / name)
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("shapes", "review", "said"),
    [
        ([], [], "labels.gpkg has no feature at all"),
        ([AWAY], [None], "no feature of labels.gpkg lies in scene.tif: .* is their CRS right"),
        ([INSIDE] * 2, ["rejected", "Rejected"], "all features of labels.gpkg in scene.tif are rejected"),
        ([INSIDE] * 2, ["rejected", None], "no feature of labels.gpkg in scene.tif is accepted"),
    ],
)
def test_each_reason_for_no_label_is_told(scene, layer, tables, tmp_path, shapes, review, said):
    """By a run on listed scenes, by one that divides them, and by a proposal; the CRS is doubted only for its sake."""
    labels = layer(shapes, review=review)
    listed = [{"scene": str(scene()), "labels": str(labels)}]
    tables["data"] |= {"train": listed, "attribute": ""}
    divided = tables | {"data": {k: v for k, v in tables["data"].items() if k != "validation"}}
    for config in (tables, divided):
        with pytest.raises(TrainingError, match=said) as caught:
            training_scenes(TrainConfig.from_dict(config))
        assert ("CRS" in str(caught.value)) == ("CRS" in said)
        assert "\n" not in str(caught.value)
    with pytest.raises(TrainingError, match=said):
        propose([scene()], labels, out=tmp_path / "a.toml")


def test_a_scene_without_valid_pixels_and_one_of_a_single_pixel_are_told(scene, layer, tmp_path):
    labels, nothing = layer([INSIDE]), np.zeros((40, 40), np.bool_)
    masked, single = scene(name="masked.tif", valid=nothing), scene(GREY[:, :1, :1], "single.tif")
    for path, said in ((masked, "no pixel of masked.tif is valid"), (single, "single.tif is a single pixel")):
        with pytest.raises(TrainingError, match=said):
            propose([path], labels, out=tmp_path / "a.toml")
    both = causes([SceneConfig(scene=path, labels=labels) for path in (masked, single, masked)])
    assert both == "no pixel of masked.tif is valid, all are nodata; single.tif is a single pixel"


def test_a_scene_whose_features_are_all_rejected_is_background(scene, layer, tables):
    good, bad = layer([INSIDE], "good.gpkg"), layer([INSIDE], "bad.gpkg", review=["rejected"])
    tables["data"] |= {
        "attribute": "",
        "train": [
            {"scene": str(scene(name="a.tif")), "labels": str(good)},
            {"scene": str(scene(name="b.tif")), "labels": str(bad)},
        ],
    }
    with pytest.warns(
        GeounetWarning, match="training scene b: all features of bad.gpkg in b.tif are rejected"
    ):
        found = training_scenes(TrainConfig.from_dict(tables))
    assert [np.unique(one.levels[0].labels).tolist() for one in found] == [[0, 1], [0]]


def test_words_that_are_no_verdict_are_told(scene, layer, tables):
    for words, outcome in (
        (["Approved", "denied"], "so all features count as labels"),
        (["accepted", "denied"], "such features count as not looked at"),
    ):
        labels = layer([INSIDE, INSIDE], review=words)
        listed = [{"scene": str(scene()), "labels": str(labels)}]
        tables["data"] |= {"attribute": "", "validation": listed}
        with pytest.warns(GeounetWarning, match=f"review of labels.gpkg says .*denied; .*{outcome}"):
            validation_scenes(TrainConfig.from_dict(tables))
