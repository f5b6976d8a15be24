import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from geounet.evaluation.counterparts import area_counterparts, line_counterparts

HOUSE = shapely.box(0, 0, 10, 10)


def shapes(*them):
    found = np.empty(len(them), object)
    found[:] = them
    return found


def areas(ours, existing, *, iou=0.5, changed_iou=0.1):
    return area_counterparts(shapes(*ours), shapes(*existing), iou=iou, changed_iou=changed_iou)


def test_new_changed_matched_and_missing():
    """IoU 1, 0.8, 1/3 and 0."""
    places = [translate(HOUSE, 100 * i) for i in range(4)]
    ours = [places[0], shapely.box(100, 0, 108, 10), translate(places[2], 5), translate(HOUSE, 0, 50)]
    found = areas(ours, places)
    assert found.status.tolist() == ["matched", "matched", "changed", "new"]
    assert found.existing.tolist() == [0, 1, 2, -1]
    assert found.iou == pytest.approx([1, 0.8, 1 / 3, np.nan], nan_ok=True)
    assert found.covered == pytest.approx([1, 1, 0.5, 0])
    assert found.missing.tolist() == [False, False, False, True]
    assert found.existing_covered == pytest.approx([1, 0.8, 0.5, 0])


def test_pieces_of_a_building_are_no_new_ones():
    """A house that we cut in three: one piece is it, changed, and the others lie where it stands."""
    cuts = [shapely.box(x, 0, x + 10 / 3, 10) for x in (0, 10 / 3, 20 / 3)]
    found = areas(cuts, [HOUSE])
    assert found.status.tolist() == ["changed"] * 3
    assert found.existing.tolist() == [0, 0, 0]
    assert found.iou == pytest.approx([1 / 3] * 3)


def test_what_we_run_together_is_not_missing():
    """A row of twelve houses under one of ours, an IoU of 1/12 with each."""
    row = [translate(HOUSE, 10 * i) for i in range(12)]
    found = areas([shapely.box(0, 0, 120, 10)], [*row, translate(HOUSE, 500)])
    assert found.status.tolist() == ["changed"]
    assert found.existing[0] in range(12)
    assert found.missing.tolist() == [False] * 12 + [True]


def test_a_new_house_beside_one_that_was_drawn_askew():
    """It runs 2 m into its neighbour, which is another's counterpart: still new, and it says how far."""
    found = areas([translate(HOUSE, 1), translate(HOUSE, 8.5)], [HOUSE])
    assert found.status.tolist() == ["matched", "new"]
    assert found.covered == pytest.approx([0.9, 0.15])
    assert found.missing.tolist() == [False]


def test_a_duplicate_is_not_new():
    found = areas([HOUSE, HOUSE], [HOUSE])
    assert found.status.tolist() == ["matched", "changed"]
    assert found.existing.tolist() == [0, 0]


def test_a_neighbour_that_touches_is_new():
    found = areas([HOUSE, translate(HOUSE, 10)], [HOUSE])
    assert found.status.tolist() == ["matched", "new"]
    assert found.covered.tolist() == [1, 0]


def test_nothing_on_either_side():
    assert areas([HOUSE], []).status.tolist() == ["new"]
    assert areas([], [HOUSE]).missing.tolist() == [True]


def line(*coordinates):
    return shapely.LineString(coordinates)


def roads(ours, existing, looked_at=None):
    existing = shapes(*existing)
    return line_counterparts(
        shapes(*ours),
        existing,
        looked_at=existing if looked_at is None else shapes(*looked_at),
        buffer_m=4,
        shares=(0.25, 0.75),
    )


def test_lines_by_the_share_that_is_there():
    """An old road; one that is half of it and goes on as far; a side street; and one far away."""
    old, gone = line((0, 0), (100, 0)), line((0, 500), (100, 500))
    ours = [line((0, 3), (100, 3)), line((54, 0), (154, 0)), line((50, 0), (50, 40)), line((0, 90), (9, 90))]
    found = roads(ours, [old, gone])
    assert found.status.tolist() == ["matched", "changed", "new", "new"]
    assert found.existing.tolist() == [0, 0, -1, -1]
    assert found.covered == pytest.approx([1, 0.5, 0.1, 0])
    assert found.missing.tolist() == [False, True]
    assert found.existing_covered == pytest.approx([1, 0])


def test_an_existing_line_counts_where_it_is_looked_at():
    """A long road, of which the first 100 m lie where we looked, and one that lies outside."""
    long, outside = line((0, 0), (10_000, 0)), line((0, 5000), (1, 5000))
    nowhere = shapely.LineString()
    found = roads([line((0, 0), (100, 0))], [long, outside], [line((0, 0), (100, 0)), nowhere])
    assert found.missing.tolist() == [False, True]
    assert found.existing_covered == pytest.approx([1, np.nan], nan_ok=True)
    assert roads([line((0, 0), (100, 0))], [long]).missing.tolist() == [True]
