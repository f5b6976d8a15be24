"""From histograms to ranges: laws, and shares of numpy arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geounet.models.quantization.observing import BINS, Held
from geounet.models.quantization.ranges import PERCENTILE, entropy, minmax, percentile, range_of


def held(values: np.ndarray) -> Held:
    low, high = float(values.min()), float(values.max())
    span = (low, high) if high > low else (low, low + 1)
    return Held(low, high, np.histogram(values, BINS, span)[0], np.zeros(1))


@pytest.mark.parametrize("method", ["percentile", "entropy", "minmax"])
@given(seed=st.integers(0, 10_000), shift=st.floats(-5, 5), scale=st.floats(0.01, 10))
def test_a_range_has_zero_inside_and_is_no_wider_than_the_values(method, seed, shift, scale):
    values = np.random.default_rng(seed).normal(shift, scale, 500)
    low, high = range_of(held(values), method)
    bin_width = (values.max() - values.min()) / BINS or 1
    assert min(values.min(), 0) - 1e-9 <= low <= 0 <= high <= max(values.max(), 0) + bin_width + 1e-9


def test_what_is_the_same_everywhere_has_a_range():
    for method in ("percentile", "entropy", "minmax"):
        low, high = range_of(held(np.full(9, 2.5)), method)
        assert low == 0
        assert high >= 2.5


def test_minmax_holds_all():
    values = np.array([-1.5, 0.25, 7.0])
    assert minmax(held(values)) == (-1.5, 7.0)


def test_percentiles_leave_out_their_share_to_a_bin():
    values = np.random.default_rng(4).normal(size=100_000)
    low, high = percentile(held(values))
    width = np.ptp(values) / BINS
    for beyond, edge in ((values < low, values < low + width), (values > high, values > high - width)):
        assert beyond.sum() <= round(len(values) * (100 - PERCENTILE) / 200) <= edge.sum()


def test_entropy_leaves_a_lone_outlier_out():
    values = np.append(np.abs(np.random.default_rng(4).normal(size=200_000)), 16.0)
    low, high = entropy(held(values))
    assert low == pytest.approx(0, abs=1e-2)
    assert 3 < high < 8


def test_entropy_keeps_what_is_even():
    values = np.random.default_rng(4).uniform(-1, 2, 200_000)
    np.testing.assert_allclose(entropy(held(values)), (-1, 2), atol=0.05)
