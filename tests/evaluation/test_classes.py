"""Which class is which, by hand."""

import numpy as np
import pytest

from geounet.errors import LabelsError, OptionsError
from geounet.evaluation.classes import Naming, match_classes


def raster(*names, source="a.tif"):
    return Naming(source, ("background", *names))


def layer(*names):
    return Naming("b.gpkg", ("background", *names), layer=True)


def matched(reference, other, chosen=None, *, labels=4):
    """The names, and what the first labels of either side are compared under."""
    plan = match_classes(reference, other, chosen)
    assert reference.layer or plan.reference[255] == 255
    assert other.layer or plan.other[255] == 255
    return plan.names[1:], plan.reference[:labels].tolist(), plan.other[:labels].tolist()


SAME = [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("reference", "other", "names"),
    [
        (raster(), raster(), ("class_1",)),
        (raster("building"), raster(), ("building",)),
        (raster(), raster("house"), ("house",)),
        (raster("building"), raster("house"), ("building",)),
        (raster("building", "road"), raster(), ("building", "road")),
        (raster(), raster("building", "road"), ("building", "road")),
        (raster("class_1", "class_2"), raster("a", "b"), ("a", "b")),
        (raster("a", "b"), raster("class_1", "class_2", "class_3"), ("a", "b", "class_3")),
        (raster("a", "b"), raster("a", "b"), ("a", "b")),
    ],
)
def test_rasters_are_matched_by_number_where_names_say_nothing(reference, other, names):
    assert matched(reference, other) == (names, SAME, SAME)


def test_rasters_that_name_their_classes_are_matched_by_name():
    assert matched(raster("building", "road", "water"), raster("water", "building")) == (
        ("building", "road", "water"),
        SAME,
        [0, 3, 1, 0],
    )


@pytest.mark.parametrize("other", [layer(), layer("house"), layer("garage", "house", "shed")])
def test_all_areas_are_the_one_class(other):
    names, own, found = matched(raster("building"), other)
    assert (names, own) == (("building",), SAME)
    assert found[1 : max(2, len(other.names))] == [1] * max(1, len(other.names) - 1)


def test_areas_are_matched_by_name_where_there_are_several_classes():
    names, own, found = matched(raster("road", "building"), layer("building"))
    assert (names, own) == (("road", "building"), SAME)
    assert found[1] == 2


def test_what_is_not_chosen_is_background():
    three = raster("building", "road", "water")
    assert matched(three, raster(), ["water", "building"]) == (
        ("building", "water"),
        [0, 1, 0, 2],
        [0, 1, 0, 2],
    )
    assert matched(three, raster("water", "building"), ["water"]) == (("water",), [0, 0, 0, 1], [0, 1, 0, 0])
    assert matched(three, layer("road", "water"), ["water"])[2][1:3] == [0, 1]


def test_all_that_are_chosen_are_the_one_class():
    assert matched(raster("building"), raster("water", "house", "shed"), ["house", "3"]) == (
        ("building",),
        SAME,
        [0, 0, 1, 1],
    )
    assert matched(raster(), raster(), ["2"], labels=3) == (("class_2",), [0, 1, 2], [0, 0, 1])
    assert matched(raster("building"), layer("house", "shed", "water"), ["house", "shed"])[2][1:] == [1, 1, 0]


@pytest.mark.parametrize(
    ("reference", "other", "chosen", "error", "message"),
    [
        (
            raster("a", "b"),
            raster("a", "c"),
            None,
            LabelsError,
            r"a\.tif has class 'c', .* expected the same names",
        ),
        (raster("a"), raster("a", "c"), None, LabelsError, "has class 'c'"),
        (raster("a", "b"), layer("c"), None, LabelsError, r"b\.gpkg has class 'c', a\.tif 'a', 'b'"),
        (raster("a", "b"), layer(), None, LabelsError, r"no attribute 'class'; it names one of 'a', 'b'"),
        (raster("a"), layer(), ["a"], LabelsError, "no attribute 'class' to choose 'a' by"),
        (raster("a"), layer("b"), ["c"], OptionsError, r"b\.gpkg has no class 'c', but 'b'"),
        (raster("a"), raster("a"), ["300"], OptionsError, "has no class '300'"),
    ],
)
def test_what_has_no_counterpart_is_refused(reference, other, chosen, error, message):
    with pytest.raises(error, match=message):
        match_classes(reference, other, chosen)


def test_tables_take_every_label():
    plan = match_classes(raster("a", "b"), raster("b"), None)
    assert plan.reference.tolist() == list(range(256))
    assert np.flatnonzero(plan.other).tolist() == [1, 255]
