"""The guided filter, against its definition: a ridge regression in every square, and against what it must keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import uniform_filter

from geounet.inference.guided import guided_filter


def by_definition(guide, values, *, radius, eps):
    """He's filter with a regression solved in each square, on arrays that are mirrored far enough."""
    pad = ((0, 0), (2 * radius, 2 * radius), (2 * radius, 2 * radius))
    picture, wanted = (np.pad(each.astype(float), pad, mode="reflect") for each in (guide, values))
    rows, cols = guide.shape[1:]
    side = 2 * radius + 1
    total = np.zeros((len(values), rows + 4 * radius, cols + 4 * radius))
    for row in range(rows + 2 * radius):
        for col in range(cols + 2 * radius):
            square = (slice(None), slice(row, row + side), slice(col, col + side))
            inputs, outputs = (each[square].reshape(len(each), -1).T for each in (picture, wanted))
            centred = inputs - inputs.mean(axis=0)
            ridge = np.sqrt(eps * side**2) * np.eye(len(guide))
            padded = np.concatenate([outputs - outputs.mean(axis=0), np.zeros((len(guide), len(values)))])
            slopes = np.linalg.lstsq(np.concatenate([centred, ridge]), padded, rcond=None)[0]
            fitted = (inputs - inputs.mean(axis=0)) @ slopes + outputs.mean(axis=0)
            total[square] += fitted.T.reshape(len(values), side, side)
    inner = slice(2 * radius, -2 * radius)
    return total[:, inner, inner] / side**2


@pytest.mark.parametrize("bands", [1, 3])
def test_it_is_a_regression_in_every_square(bands):
    rng = np.random.default_rng(bands)
    guide, values = rng.random((bands, 9, 11), np.float32), rng.random((2, 9, 11), np.float32)
    found = guided_filter(guide, values, radius=2, eps=1e-2)
    np.testing.assert_allclose(found, by_definition(guide, values, radius=2, eps=1e-2), atol=1e-6)


def test_a_picture_without_edges_leaves_a_mean_of_means():
    values = np.random.default_rng(0).random((1, 20, 20), np.float32)
    found = guided_filter(np.full((3, 20, 20), 0.4, np.float32), values, radius=2, eps=1e-3)
    means = uniform_filter(uniform_filter(values[0], 5, mode="mirror"), 5, mode="mirror")
    np.testing.assert_allclose(found[0], means, atol=1e-6)


@given(st.floats(0, 1), st.integers(1, 9), st.integers(1, 9))
def test_what_is_the_same_everywhere_stays_so_and_sums_are_kept(score, rows, cols):
    rng = np.random.default_rng(0)
    guide, second = rng.random((3, rows, cols), np.float32), rng.random((rows, cols), np.float32)
    same = guided_filter(guide, np.full((1, rows, cols), score, np.float32), radius=3, eps=1e-3)
    np.testing.assert_allclose(same, np.float32(score), atol=1e-6)
    both = guided_filter(guide, np.stack([1 - second, second]), radius=3, eps=1e-3)
    np.testing.assert_allclose(both.sum(axis=0), 1, atol=1e-6)


def test_a_value_that_the_picture_explains_is_kept():
    picture = np.random.default_rng(0).random((3, 15, 15), np.float32)
    explained = 0.2 * picture[:1] + 0.5 * picture[1:2] + 0.1
    np.testing.assert_allclose(guided_filter(picture, explained, radius=3, eps=1e-7), explained, atol=1e-3)
