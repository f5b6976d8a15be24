import pytest

from geounet.errors import OptionsError
from geounet.options import ExtractOptions, VectorizeOptions
from geounet.vector import finishing_choices

CARD = {"min_area": 4.0, "regularize": True, "separate": True}


def test_what_was_not_chosen_is_the_card_s():
    chosen = finishing_choices(ExtractOptions(min_area=9), task="buildings", finishing=CARD)
    assert (chosen.min_area, chosen.regularize, chosen.separate, chosen.simplify) == (9, True, True, None)
    assert (chosen.kind, chosen.centerlines) == ("buildings", False)


def test_a_no_is_a_choice():
    chosen = finishing_choices(ExtractOptions(regularize=False), task="buildings", finishing=CARD)
    assert chosen.regularize is False


def test_the_card_s_finishing_is_for_its_own_task():
    chosen = finishing_choices(ExtractOptions(kind="areas"), task="buildings", finishing=CARD)
    assert (chosen.min_area, chosen.regularize) == (None, None)


@pytest.mark.parametrize(
    ("options", "task", "kind", "lines"),
    [
        ({}, None, "areas", False),
        ({}, "roads", "roads", True),
        ({"centerlines": False}, "roads", "roads", False),
        ({"centerlines": True}, "areas", "areas", True),
        ({"kind": "roads"}, "buildings", "roads", True),
    ],
)
def test_roads_are_lines_unless_told_otherwise(options, task, kind, lines):
    chosen = finishing_choices(VectorizeOptions(**options), task=task, finishing={})
    assert (chosen.kind, chosen.centerlines) == (kind, lines)


@pytest.mark.parametrize("options", [{"regularize": True}, {"separate": True}])
def test_lines_are_not_regularised(options):
    with pytest.raises(OptionsError, match="for areas"):
        finishing_choices(VectorizeOptions(kind="roads", **options), task=None, finishing={})


def test_a_graph_needs_lines():
    with pytest.raises(OptionsError, match="--centerlines"):
        finishing_choices(VectorizeOptions(graph="g.graphml"), task="buildings", finishing={})


def test_separate_needs_connectivity_4():
    with pytest.raises(OptionsError, match="connectivity 4"):
        finishing_choices(VectorizeOptions(separate=True, connectivity=8), task=None, finishing={})
    assert not finishing_choices(ExtractOptions(connectivity=8), task="buildings", finishing=CARD).separate


def test_the_smallest_area_is_not_for_lines():
    with pytest.raises(OptionsError, match="--min-length"):
        finishing_choices(VectorizeOptions(kind="roads", min_area=4), task=None, finishing={})
    assert finishing_choices(VectorizeOptions(), task="roads", finishing={"min_area": 4}).centerlines


def test_a_person_s_simplifying_takes_the_place_of_the_card_s_regularising():
    chosen = finishing_choices(ExtractOptions(simplify=0.5), task="buildings", finishing=CARD)
    assert (chosen.simplify, chosen.regularize) == (0.5, False)
    with pytest.raises(OptionsError, match="choose one"):
        finishing_choices(ExtractOptions(simplify=0.5, regularize=True), task="buildings", finishing=CARD)
