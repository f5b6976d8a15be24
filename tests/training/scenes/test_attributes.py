"""Values of an attribute, or of a raster, as classes."""

from dataclasses import replace

import geopandas
import numpy as np
import pytest
import shapely

from geounet.errors import LabelsError, TrainingError
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes.attributes import ClassNames, feature_classes, texts_of
from geounet.training.scenes.labels import IGNORED

NAMES = ClassNames(("background", "building", "shed"))
ONLY = ClassNames(("background", "building"))


def classes(names, **columns):
    count = len(next(iter(columns.values()), [None]))
    frame = geopandas.GeoDataFrame(columns, geometry=[shapely.box(0, 0, 1, 1)] * count)
    return feature_classes(frame, names, source="labels.gpkg").tolist()


def test_a_value_is_the_class_of_that_name():
    assert classes(NAMES, **{"class": ["shed", "building", "background"]}) == [2, 1, 0]


def test_values_that_are_called_otherwise_are_mapped_and_some_ignored():
    names = replace(NAMES, attribute="kind", mapping={"yes": "building", "hut": "shed"}, ignored=("ruin",))
    assert classes(names, kind=["yes", "hut", "ruin", "shed"]) == [1, 2, IGNORED, 2]


@pytest.mark.parametrize(
    "values", [[1, 2, 9], [1.0, 2.0, 9.0], ["1", "2", "9"], np.array([1, 2, 9], np.int16), [True, 2, 9]]
)
def test_numbers_are_values_too(values):
    mapping = {"1": "building", "true": "building", "2": "shed"}
    assert classes(replace(NAMES, mapping=mapping, ignored=("9",)), **{"class": values}) == [1, 2, IGNORED]


def test_text_of_values():
    values = [1, 1.0, 1.5, -2, True, np.float32(3), np.int64(4), None, float("nan"), "a b", ""]
    assert texts_of(values) == ["1", "1", "1.5", "-2", "true", "3", "4", "", "", "a b", ""]


def test_an_unknown_value_is_named_with_the_attribute_and_the_choices():
    names = replace(NAMES, attribute="kind")
    with pytest.raises(
        LabelsError, match=r"labels\.gpkg have kind 'barn'; expected one of background, building, shed"
    ):
        classes(names, kind=["shed", "barn"])
    with pytest.raises(LabelsError, match="without a value of 'kind'"):
        classes(names, kind=["shed", None])
    assert classes(replace(names, mapping={"": "shed"}), kind=["shed", None]) == [2, 2]
    assert classes(replace(names, ignored=("",)), kind=["shed", None]) == [2, IGNORED]


def test_a_missing_attribute_is_named_with_those_there_are():
    with pytest.raises(
        LabelsError, match=r"no attribute 'class'.*\(they have kind, name\); set data.attribute"
    ):
        classes(NAMES, kind=["shed"], name=["x"])


def test_with_one_class_to_find_every_feature_is_of_it():
    assert classes(ONLY, name=["x", "y"]) == [1, 1]
    assert classes(replace(ONLY, attribute=""), **{"class": ["x", "y"]}) == [1, 1]
    with_boundary = ClassNames(("background", "boundary", "building"), auxiliary=("boundary",))
    assert classes(with_boundary, name=["x"]) == [2]


def test_but_what_a_layer_says_counts():
    assert classes(ONLY, **{"class": ["building", None, "background"]}) == [1, 1, 0]
    with pytest.raises(LabelsError, match="class 'road'"):
        classes(ONLY, **{"class": ["building", "road"]})
    with pytest.raises(LabelsError, match="no attribute 'kind'"):
        classes(replace(ONLY, attribute="kind"), name=["x"])
    with pytest.raises(LabelsError, match="no attribute 'class'"):
        classes(replace(ONLY, mapping={"yes": "building"}), name=["x"])


def test_a_mapping_to_no_class_and_two_meanings_of_a_value_are_refused(make_card):
    scene = SceneConfig(scene="a.tif", labels="a.gpkg")
    card = make_card(classes=("background", "thing"))
    assert ClassNames.of(DataConfig(train=(scene,), classes={"1": "thing"}), card).mapping == {"1": "thing"}
    with pytest.raises(TrainingError, match="the class 'hut'; expected one of background, thing"):
        ClassNames.of(DataConfig(train=(scene,), classes={"1": "hut"}), card)
    with pytest.raises(TrainingError, match=r"'1' is in data\.classes and in data\.ignored"):
        ClassNames.of(DataConfig(train=(scene,), classes={"1": "thing"}, ignored=("1",)), card)
