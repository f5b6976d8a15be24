import numpy as np
import pytest

from geounet.vector.squaring.lines import Meetings, Sides, lines_of
from geounet.vector.squaring.vertices import vertices_of


def straight(*walls, features=None, weights=None):
    """Walls from point to point, each with its own direction."""
    ends = np.array(walls, float)
    chords = ends[:, 1] - ends[:, 0]
    return Sides(
        begins=ends[:, 0],
        moments=np.stack([chords[:, i] * chords[:, j] / 2 for i in (0, 1) for j in (0, 1)], axis=1),
        chords=chords,
        angles=np.arctan2(chords[:, 1], chords[:, 0]),
        weights=np.ones(len(walls)) if weights is None else np.array(weights, float),
        features=np.arange(len(walls)) if features is None else np.array(features),
    )


def meeting(place, *walls):
    """Walls that meet at one vertex."""
    return Meetings(np.zeros(len(walls), np.int64), np.array(walls), np.array([place], float))


def test_walls_almost_in_line_become_one():
    sides = straight(((0, 0), (10, 0)), ((10, 0.5), (30, 0.5)))
    lines = lines_of(sides, meeting((10, 0), 0, 1), slack=1.0)
    line = lines.of_wall[0]
    assert lines.of_wall[1] == line
    # As much of both on one side as on the other: the mean by length.
    assert abs(lines.offsets[line]) == pytest.approx((10 * 0 + 20 * 0.5) / 30)


@pytest.mark.parametrize(
    ("other", "features"),
    [
        (((10, 3), (30, 3)), (0, 1)),  # too far apart
        (((10, 0), (30, 8)), (0, 1)),  # another direction
        (((10, 0.5), (30, 0.5)), (0, 0)),  # of one building: a step that it has
        (((10, 0.5), (30, 0.5)), (0, -1)),  # stays as it is
    ],
)
def test_walls_that_are_not_in_line_stay_apart(other, features):
    sides = straight(((0, 0), (10, 0)), other, features=features)
    lines = lines_of(sides, meeting((10, 0), 0, 1), slack=1.0)
    assert lines.of_wall.tolist() == [0, 1]


def test_a_line_has_the_direction_of_its_weightiest_wall():
    sides = straight(((0, 0), (10, 0.4)), ((10, 0), (30, 0)), weights=(10, 1))
    lines = lines_of(sides, meeting((10, 0), 0, 1), slack=2.0)
    (line,) = set(lines.of_wall.tolist())
    np.testing.assert_allclose(lines.normals[line] @ sides.chords[0], 0, atol=1e-12)


def test_a_row_that_drifts_is_not_one_line():
    walls = [((10 * k, 0.8 * k), (10 * k + 10, 0.8 * k)) for k in range(8)]
    meetings = Meetings(
        np.repeat(np.arange(7), 2), np.stack([np.arange(7), np.arange(1, 8)], axis=1).ravel(),
        np.array([(10.0 * k, 0.8 * k) for k in range(1, 8)]),
    )  # fmt: skip
    lines = lines_of(straight(*walls), meetings, slack=1.0)
    offsets = np.abs(lines.offsets[lines.of_wall])
    assert np.abs(offsets - 0.8 * np.arange(8)).max() <= 1.0
    assert 1 < len(set(lines.of_wall.tolist())) < 8


def placed(sides, meetings, **choices):
    lines = lines_of(sides, meetings, slack=0.1)
    fixed = choices.pop("fixed", np.zeros(len(meetings.places), np.bool_))
    return vertices_of(lines, meetings, fixed=fixed, far=choices.pop("far", 2.0))


def test_a_vertex_is_where_its_lines_cross():
    sides = straight(((0, 0), (10, 1)), ((10, 2), (9, 12)))
    at, through = placed(sides, meeting((10, 1.5), 0, 1))
    normals = np.stack([-sides.chords[:, 1], sides.chords[:, 0]], axis=1)
    np.testing.assert_allclose(at[0], np.linalg.solve(normals, (normals * sides.begins).sum(axis=1)))
    assert through.all()


def test_of_three_lines_the_weightiest_two_cross():
    sides = straight(((0, 0), (20, 0)), ((20, 0), (20, 5)), ((20, 0.3), (14, 6)), weights=(1, 10, 1))
    at, through = placed(sides, meeting((20, 0), 0, 1, 2))
    np.testing.assert_allclose(at[0], (20, 0), atol=1e-12)
    assert through.tolist() == [True, True, False]


def test_a_vertex_on_one_line_goes_straight_to_it():
    at, through = placed(straight(((0, 1), (20, 1))), meeting((8, 0), 0))
    np.testing.assert_allclose(at[0], (8, 1))
    assert through.all()


def test_lines_that_cross_far_away_have_no_vertex_there():
    sides = straight(((0, 0), (20, 0)), ((20, 3), (40, 12)), weights=(10, 1))
    at, _ = placed(sides, meeting((20, 1), 0, 1), far=2.0)
    assert at[0, 1] == pytest.approx(0)
    assert abs(at[0, 0] - 20) <= 1


def test_fixed_vertices_stay():
    at, through = placed(straight(((0, 1), (20, 1))), meeting((8, 0), 0), fixed=np.ones(1, np.bool_))
    np.testing.assert_array_equal(at[0], (8, 0))
    assert not through.any()
