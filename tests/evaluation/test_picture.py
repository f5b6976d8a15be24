import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rasterio.crs import CRS
from rasterio.transform import from_origin

from geounet.evaluation.canvas import LabelCanvas
from geounet.evaluation.drawing import filled, outlined, traced
from geounet.evaluation.ground import Ground
from geounet.evaluation.layer_pictures import lines_picture, objects_picture
from geounet.evaluation.matching import match
from geounet.evaluation.pair import LabelPair
from geounet.evaluation.parts import near_and_far
from geounet.evaluation.picture import COLOURS, Overlay, Picture
from geounet.evaluation.plane import LOCAL_PLANE
from geounet.georeference import Georeference

UTM = CRS.from_epsg(32737)


def grid(rows: int, cols: int) -> Georeference:
    return Georeference(from_origin(0, rows, 1, 1), UTM, rows, cols)


def areas(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([shapely.box(*box) for box in boxes], dtype=object)


def shown(picture: Picture | LabelCanvas, outcome: str) -> np.ndarray:
    overlays = picture.overlays if isinstance(picture, Picture) else picture.overlays()
    found = [overlay.opacity for overlay in overlays if overlay.outcome == outcome]
    return found[0] if found else np.zeros((picture.grid.height, picture.grid.width), np.uint8)


labels = arrays(np.uint8, (7, 5), elements=st.sampled_from([0, 0, 1, 2, 255]))


@settings(max_examples=40, deadline=None)
@given(labels, labels, st.integers(1, 7))
def test_each_pixel_is_one_outcome_whatever_the_height_of_strips(found, true, rows):
    canvas = LabelCanvas(grid(7, 5))
    pairs = [LabelPair(r, found[r : r + rows], true[r : r + rows]) for r in range(0, 7, rows)]
    assert list(canvas.watched(pairs)) == pairs
    void = (found == 255) | (true == 255)
    expected = {
        "not counted": void,
        "hits": ~void & (found == true) & (true > 0),
        "misses": ~void & (found == 0) & (true > 0),
        "false alarms": ~void & (found > 0) & (true == 0),
        "wrong class": ~void & (found != true) & (found > 0) & (true > 0),
    }
    for outcome, mask in expected.items():
        assert np.array_equal(shown(canvas, outcome) > 0, mask), outcome


def test_a_large_raster_is_counted_into_shares():
    canvas = LabelCanvas(grid(3200, 1600))
    found = np.zeros((3200, 1600), np.uint8)
    found[:1600:2] = 1  # half of each pixel of the picture's upper half
    found[1600:] = 1
    list(canvas.watched([LabelPair(0, found, np.zeros_like(found))]))
    assert canvas.grid.height == 1600
    opacity = shown(canvas, "false alarms")
    assert opacity.shape == (1600, 800)
    assert np.unique(opacity[:800]).tolist() == [round(opacity[-1, 0] / 2)]
    assert np.unique(opacity[800:]).size == 1


def test_classes_that_overlap_show_any_of_them():
    canvas = LabelCanvas(grid(2, 2))
    one, none = np.ones((2, 2), np.uint8), np.zeros((2, 2), np.uint8)
    list(canvas.watched([LabelPair(0, one, none), LabelPair(0, one, one, band=1)]))
    assert shown(canvas, "hits").all()
    assert shown(canvas, "false alarms").all()


def test_areas_cover_their_share_of_each_pixel():
    cover = filled(areas((1, 1, 3, 3), (5, 1, 5.5, 2)), grid(4, 8))
    expected = np.zeros((4, 8))
    expected[1:3, 1:3] = 1
    assert np.array_equal(cover[:, :4], expected[:, :4])
    assert cover[2, 5] > 0
    assert cover[:, 6:].sum() == 0


def test_nothing_is_too_small_to_be_seen():
    assert filled(areas((2.1, 2.1, 2.11, 2.11)), grid(4, 4)).sum() > 0
    assert filled(np.array([], dtype=object), grid(4, 4)).sum() == 0


def test_lines_are_as_wide_as_asked_for():
    line = np.array([shapely.LineString([(0, 20.1), (40, 20.1)])], dtype=object)
    for width in (1.5, 3.5):
        assert traced(line, grid(40, 40), width=width).sum(axis=0)[20] == pytest.approx(width, abs=0.5)
    ring = outlined(areas((5, 5, 35, 35)), grid(40, 40), width=2)
    assert ring[20, 20] == 0
    assert ring[34, 20] > 0


def test_an_overlay_is_its_colour_where_it_is_drawn():
    overlay = Overlay("misses", "1", np.array([[0, 200]], np.uint8))
    assert overlay.rgba()[:, 0, 0].tolist() == [0, 0, 0, 0]
    assert overlay.rgba()[:, 0, 1].tolist() == [*COLOURS["misses"], 200]


def test_parts_of_a_picture_are_of_one_size():
    with pytest.raises(ValueError, match="one size"):
        Picture(grid(2, 2), (Overlay("hits", "", np.zeros((2, 3), np.uint8)),))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=5, unique=True))
def test_near_parts_are_as_long_as_what_a_buffer_covers(points):
    lines = np.array([shapely.LineString(points)], dtype=object)
    others = np.array([shapely.LineString([(0, 30), (60, 30)])], dtype=object)
    near, far = near_and_far(lines, others, within_m=5, step_m=0.25)
    buffer = others[0].buffer(5, quad_segs=64)
    legs = [shapely.LineString(leg) for leg in itertools.pairwise(points)]
    inside = sum(leg.intersection(buffer).length for leg in legs)
    assert shapely.length(near).sum() == pytest.approx(inside, abs=0.3 * len(points))
    assert shapely.length(near).sum() + shapely.length(far).sum() == pytest.approx(lines[0].length)


def test_without_others_every_part_is_far():
    line = np.array([shapely.MultiLineString([[(0, 0), (3, 0)], [(5, 0), (6, 0)]])], dtype=object)
    none = np.array([], dtype=object)
    near, far = near_and_far(line, none, within_m=1, step_m=1)
    assert (len(near), shapely.length(far).sum()) == (0, 4)
    assert [len(part) for part in near_and_far(none, line, within_m=1, step_m=1)] == [0, 0]


def at(picture: Picture, outcome: str, x: float, y: float) -> int:
    col, row = ~picture.grid.transform * (x, y)
    return int(shown(picture, outcome)[int(row), int(col)])


def test_objects_are_drawn_where_they_are_and_as_what_they_are():
    predicted = areas((0, 0, 10, 10), (50, 0, 60, 10))
    true = areas((0, 0, 10, 11), (80, 40, 90, 50))
    picture = objects_picture(
        predicted, true, matches=match(predicted, true), ground=Ground(LOCAL_PLANE, shapely.box(0, 0, 70, 60))
    )
    places = {"hits": (5, 5), "false alarms": (55, 5), "misses": (85, 45)}
    for outcome in places:
        assert [at(picture, outcome, *place) > 0 for place in places.values()] == [
            o == outcome for o in places
        ]
    assert at(picture, "not counted", 85, 45)
    assert not at(picture, "not counted", 5, 5)
    assert max(picture.grid.height, picture.grid.width) == 1600
    west, top = picture.grid.transform * (0, 0)
    east, bottom = picture.grid.transform * (picture.grid.width, picture.grid.height)
    assert west < 0
    assert east > 90
    assert bottom < 0
    assert top > 50


def test_a_false_alarm_in_a_miss_keeps_its_colour():
    predicted, true = areas((4, 4, 6, 6)), areas((0, 0, 10, 10))
    picture = objects_picture(predicted, true, matches=match(predicted, true), ground=Ground(LOCAL_PLANE))
    assert at(picture, "false alarms", 5, 5)
    assert not at(picture, "misses", 5, 5)
    assert at(picture, "misses", 2, 2)


def test_lines_are_drawn_as_met_or_not():
    predicted = np.array([shapely.LineString([(0, 1), (100, 1)]), shapely.LineString([(0, 60), (20, 60)])])
    true = np.array([shapely.LineString([(0, 0), (50, 0)]), shapely.LineString([(80, 80), (80, 95)])])
    picture = lines_picture(predicted, true, within_m=3, ground=Ground(LOCAL_PLANE))
    places = {"hits": (25, 1), "false alarms": (10, 60), "misses": (80, 90)}
    for outcome in places:
        assert [at(picture, outcome, *place) > 0 for place in places.values()] == [
            o == outcome for o in places
        ]
    assert at(picture, "false alarms", 80, 1)
    assert not at(picture, "hits", 80, 1)


def test_there_is_no_picture_of_nothing():
    none = np.array([], dtype=object)
    assert objects_picture(none, none, matches=match(none, none), ground=Ground(LOCAL_PLANE)) is None
    assert lines_picture(none, none, within_m=1, ground=Ground(LOCAL_PLANE)) is None
