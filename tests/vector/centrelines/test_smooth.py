import numpy as np
import pytest
import shapely

from geounet.vector.centrelines.smooth import simplified, smoothed, smoothed_ring


def wandering(seed, count=200):
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.uniform(-1, 1.5, (count, 2)), axis=0)


@pytest.mark.parametrize("window", [1, 3, 10, 500])
def test_a_straight_line_stays_where_it_is(window):
    line = np.linspace([3.0, 5.0], [40.0, 17.0], 50)
    assert smoothed(line, window, 100.0) == pytest.approx(line)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("furthest", [0.0, 0.5, 3.0])
def test_no_point_moves_too_far_and_ends_do_not_move(seed, furthest):
    line = wandering(seed)
    smooth = smoothed(line, 5, furthest)
    assert np.hypot(*(smooth - line).T).max() <= furthest + 1e-9
    assert (smooth[[0, -1]] == line[[0, -1]]).all()


def test_stairs_become_a_slope():
    stairs = np.column_stack([np.arange(100) // 2, (np.arange(100) + 1) // 2]).astype(float)
    middle = smoothed(stairs, 4, 1.0)[20:80]
    assert np.abs(middle[:, 0] - middle[:, 1] + 0.5).max() < 0.05


@pytest.mark.parametrize("shift", [1, 17])
def test_where_a_ring_begins_changes_nothing(shift):
    angle = np.linspace(0, 2 * np.pi, 61)[:-1]
    ring = np.column_stack([20 * np.cos(angle), 12 * np.sin(angle) + np.sin(9 * angle)])
    one = smoothed_ring(np.vstack([ring, ring[:1]]), 4, 1.0)
    turned = np.roll(ring, -shift, axis=0)
    other = smoothed_ring(np.vstack([turned, turned[:1]]), 4, 1.0)
    assert (one[0] == one[-1]).all()
    assert np.roll(one[:-1], -shift, axis=0) == pytest.approx(other[:-1])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("tolerance", [0.1, 1.0, 5.0])
def test_simplified_as_geos_does(seed, tolerance):
    line = wandering(seed)
    expected = shapely.simplify(shapely.LineString(line), tolerance, preserve_topology=False)
    assert line[simplified(line, tolerance)] == pytest.approx(shapely.get_coordinates(expected))
