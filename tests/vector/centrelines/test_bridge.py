"""Gaps that are bridged, and gaps that are not."""

import numpy as np
import pytest

STREET = [(10, 50), (140, 50)]


def gapped(drawn, *, first=70, last=80, roads=((STREET, 8),), shape=(100, 150)):
    labels = drawn(roads, shape)
    labels[:, first:last] = 0
    return labels


def test_a_gap_along_a_road_is_bridged_and_the_road_is_one_line(traced, drawn, lines):
    network = traced(gapped(drawn))
    (line,) = lines(network)
    assert line.length == pytest.approx(130, abs=2)
    assert network.vertices[:, 1] == pytest.approx(50, abs=0.6)
    assert len(network.vertices) == 2


@pytest.mark.parametrize(("gap", "count"), [(20, 1), (28, 2)])
def test_without_scores_a_gap_is_bridged_up_to_a_part_of_the_longest(traced, drawn, gap, count):
    assert len(traced(gapped(drawn, last=70 + gap), max_gap=30.0)) == count


def test_no_gap_is_bridged_when_none_is_asked_for(traced, drawn):
    assert len(traced(gapped(drawn, last=72), max_gap=0.0)) == 2


@pytest.mark.parametrize(("probability", "count"), [(0.0, 2), (0.15, 2), (0.3, 1)])
def test_with_scores_the_gap_must_look_like_a_road(traced, drawn, probability, count):
    labels = gapped(drawn, last=97)
    sure = np.where(labels == 1, 240, round(250 * (1 - probability))).astype(np.uint8)
    network = traced(labels, confidence=sure, max_gap=30.0, consent=0.2)
    assert len(network) == count
    if count == 1:
        # 103 pixels of road at 0.96, and 27 at 0.3; junction cells of both are a mean.
        assert network.confidence[0] == pytest.approx((103 * 0.96 + 27 * 0.3) / 130, abs=0.02)
        assert network.confidence_p10[0] == pytest.approx(0.3, abs=0.05)


def test_roads_that_do_not_point_at_each_other_stay_apart(traced, drawn):
    labels = drawn([([(10, 30), (70, 30)], 8), ([(75, 42), (140, 42)], 8)], (80, 150))
    assert len(traced(labels)) == 2


def test_a_road_that_stops_short_of_another_is_led_to_its_side(traced, drawn, degrees):
    labels = drawn([([(75, 5), (75, 95)], 8), ([(10, 50), (60, 50)], 6)], (100, 150))
    network = traced(labels)
    assert degrees(network) == [1, 1, 1, 3]
    junction = network.nodes[np.bincount(network.ends.ravel()) == 3][0]
    assert junction == pytest.approx([75, 50], abs=1)


def test_a_crossing_whose_middle_is_gone_is_one_node(traced, drawn, degrees):
    labels = drawn([([(75, 5), (75, 95)], 6), ([(10, 50), (140, 50)], 6)], (100, 150))
    labels[45:55, 70:80] = 0
    network = traced(labels)
    assert degrees(network) == [1, 1, 1, 1, 4]
    junction = network.nodes[np.bincount(network.ends.ravel()) == 4][0]
    assert junction == pytest.approx([75, 50], abs=1)


def test_no_bridge_goes_through_a_road(traced, drawn, degrees):
    roads = [([(10, 50), (62, 50)], 6), ([(88, 50), (140, 50)], 6), ([(75, 5), (75, 95)], 6)]
    network = traced(drawn(roads, (100, 150)))
    assert degrees(network) == [1, 1, 1, 1, 4]  # both are led to the road between them


def test_where_the_way_round_is_short_no_bridge_is_built(traced, drawn, degrees):
    hook = [(10, 20), (60, 20), (60, 44), (48, 44), (48, 34)]
    assert degrees(traced(drawn([(hook, 5)], (80, 100)))) == [1, 1]
    wide = [(10, 20), (90, 20), (90, 60), (48, 60), (48, 34)]
    assert degrees(traced(drawn([(wide, 5)], (80, 100)))) == [1, 3]


def test_a_ring_with_a_gap_is_closed(traced, drawn):
    angle = np.linspace(0.06, 2 * np.pi - 0.06, 100)
    ring = np.column_stack([75 + 60 * np.cos(angle), 75 + 60 * np.sin(angle)])
    network = traced(drawn([(ring, 6)], (150, 150)))
    assert len(network) == 1
    assert network.ends[0, 0] == network.ends[0, 1]
    assert network.length_m[0] == pytest.approx(2 * np.pi * 60, rel=0.01)


def test_crumbs_of_a_road_carry_a_bridge(traced, drawn, lines):
    """Pieces too short to be lines are road all the same: what counts is what is missing."""
    labels = gapped(drawn, first=50, last=80)
    assert len(traced(labels)) == 2
    labels[46:54, 57:62] = labels[46:54, 68:73] = 1
    (line,) = lines(traced(labels))
    assert line.length == pytest.approx(130, abs=2)
