import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geounet.training.scenes.balance import class_shares


def test_classes_that_are_everywhere_are_chosen_equally_often_in_each_scene():
    shares = class_shares(np.array([[False, True, True], [False, True, True]]), np.array([0.9, 0.1]))
    np.testing.assert_allclose(shares, [[0, 0.5, 0.5], [0, 0.5, 0.5]])


def test_a_class_of_one_scene_is_chosen_there_so_often_that_all_are_equal():
    weights = np.array([0.5, 0.5])
    shares = class_shares(np.array([[True, False], [True, True]]), weights)
    np.testing.assert_allclose(weights @ shares, [0.5, 0.5], atol=1e-3)
    np.testing.assert_allclose(shares, [[1, 0], [0, 1]], atol=1e-2)


def test_a_scene_s_weight_stands_where_both_cannot_be():
    shares = class_shares(np.array([[True, False], [True, True]]), np.array([0.9, 0.1]))
    np.testing.assert_allclose(shares[0], [1, 0])
    assert shares[1, 1] > 0.9
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_a_scene_without_classes_chooses_none():
    shares = class_shares(np.array([[False, False], [True, True]]), np.array([0.5, 0.5]))
    np.testing.assert_allclose(shares, [[0, 0], [0.5, 0.5]])


@settings(max_examples=60, deadline=None)
@given(
    present=hnp.arrays(np.bool_, st.tuples(st.integers(1, 6), st.integers(1, 5))),
    seed=st.integers(0, 99),
)
def test_shares_are_of_present_classes_and_sum_to_one(present, seed):
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(present)))
    shares = class_shares(present, weights)
    assert (shares[~present] == 0).all()
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), present.any(axis=1))


@pytest.mark.parametrize("seed", range(5))
def test_classes_are_equal_wherever_they_can_be(seed):
    """With one class that only some scenes have, of enough weight, all are equally often."""
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.full(6, 20.0))
    present = np.ones((6, 3), np.bool_)
    present[:2, 2] = False  # the other four weigh more than a third together
    np.testing.assert_allclose(weights @ class_shares(present, weights), 1 / 3, atol=1e-6)
