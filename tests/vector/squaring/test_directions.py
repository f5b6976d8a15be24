import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.vector.squaring.directions import agreed_directions, dominant_directions


def turn(one, other):
    """Degrees between directions, modulo a right angle."""
    return np.abs((np.degrees(one - other) + 45) % 90 - 45)


@given(angle=st.floats(0, 89.999), noise=st.floats(0, 2))
def test_a_building_has_the_direction_of_its_walls(angle, noise):
    off = np.array([0, 90 + noise, 180 - noise, 270 + noise, 45])
    lengths = np.array([30.0, 20, 30, 20, 12])
    found, error = dominant_directions(np.radians(angle + off), lengths, np.zeros(5, np.int64), 1)
    assert turn(found[0], np.radians(angle)) <= noise + 1e-6
    assert 0 < error[0] < np.radians(1)


def test_longer_walls_are_surer_and_no_walls_know_nothing():
    angles, lengths = np.zeros(8), np.array([5.0] * 4 + [50.0] * 4)
    found, error = dominant_directions(angles, lengths, np.repeat([0, 2], 4), 3)
    assert np.isnan(found[1])
    assert np.isnan(error[1])
    assert error[0] > 10 * error[2]


def test_walls_far_off_do_not_count():
    angles = np.radians([10.0, 100, 10, 30])
    found, _ = dominant_directions(angles, np.array([20.0, 20, 20, 15]), np.zeros(4, np.int64), 1)
    np.testing.assert_allclose(np.degrees(found), 10, atol=1e-9)


@pytest.mark.parametrize("apart", [2.0, 88.0])
def test_neighbours_that_agree_share_a_direction(apart):
    directions = np.radians([1.0, (1.0 + apart) % 90, 40.0])
    pairs = np.array([(0, 1), (1, 2)])
    shared = agreed_directions(directions, np.zeros(3), pairs, agree=np.radians(3))
    assert shared[0] == shared[1]
    assert turn(shared[0], directions[0]) == pytest.approx(1)
    assert shared[2] == pytest.approx(directions[2])


def test_a_row_that_turns_slowly_is_no_block():
    directions = np.radians(np.arange(0, 40, 2.0))
    pairs = np.stack([np.arange(19), np.arange(1, 20)], axis=1)
    shared = agreed_directions(directions, np.zeros(20), pairs, agree=np.radians(3))
    assert turn(shared, directions).max() <= 3 + 1e-9
    assert 1 < len(np.unique(shared)) < 20


def test_what_is_unsure_follows_its_neighbour():
    directions, errors = np.radians([0.0, 10.0]), np.radians([0.1, 5.0])
    shared = agreed_directions(directions, errors, np.array([(0, 1)]), agree=np.radians(3))
    np.testing.assert_allclose(np.degrees(shared), 0.1, atol=0.05)
