"""Kernels of seven bits, and biases that make good what they shift: scipy is the oracle."""

import numpy as np
import pytest
from scipy.signal import correlate

from geounet.models.quantization.correction import LARGEST, rounded, shift_of


@pytest.fixture
def kernel():
    return np.random.default_rng(2).normal(size=(4, 6, 3, 3))


def test_a_rounded_kernel_is_integers_of_seven_bits(kernel):
    near = rounded(kernel)
    steps = np.abs(kernel).max(axis=(1, 2, 3), keepdims=True) / LARGEST
    integers = near / steps
    np.testing.assert_allclose(integers, np.rint(integers), atol=1e-9)
    assert np.abs(integers).max() == pytest.approx(LARGEST)
    assert np.abs(near - kernel).max() <= steps.max() / 2 + 1e-12


def test_pairs_of_products_fit_sixteen_bits():
    assert 2 * 255 * LARGEST < 2**15


def test_a_channel_of_zeros_stays(kernel):
    kernel[1] = 0
    assert not rounded(kernel)[1].any()


@pytest.mark.parametrize("groups", [1, 2])
def test_the_shift_is_that_of_a_convolution(kernel, groups):
    image = np.random.default_rng(5).uniform(size=(6 * groups, 1, 1)) * np.ones((6 * groups, 9, 9))
    found = shift_of(kernel, image.mean((1, 2)), groups=groups)
    for out in range(4):
        group = out // (4 // groups)
        taken = image[6 * group : 6 * group + 6]
        exact, near = (correlate(taken, k[out], mode="valid") for k in (kernel, rounded(kernel)))
        np.testing.assert_allclose(found[out], (near - exact).mean(), atol=1e-12)
