import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from geounet.models.torchvision_ops import declare_missing_operators
from geounet.training.validation.calibration import reliability
from geounet.training.validation.sample import Sample, Sampler
from geounet.training.validation.temperature import best_temperature

declare_missing_operators()

from torchmetrics.functional.classification import (  # noqa: E402 (torchmetrics imports torchvision)
    binary_calibration_error,
    multiclass_calibration_error,
)


def drawn(classes: int, *, factor: float = 1.0, pixels: int = 40_000) -> Sample:
    """Labels drawn from the softmax of logits, which are then multiplied by a factor."""
    random = np.random.default_rng(classes)
    logits = random.normal(0, 2, (pixels, classes))
    odds = np.exp(logits)
    below = (odds / odds.sum(axis=1, keepdims=True)).cumsum(axis=1)
    labels = (random.random((pixels, 1)) > below).sum(axis=1)
    return Sample((factor * logits).astype(np.float32), labels.clip(0, classes - 1).astype(np.uint8))


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_the_factor_of_logits_is_found_again(classes, factor):
    assert best_temperature(drawn(classes, factor=factor)) == pytest.approx(factor, rel=0.03)


def test_no_pixel_leaves_the_temperature_at_1():
    assert best_temperature(Sample(np.empty((0, 2), np.float32), np.empty(0, np.uint8))) == 1


def test_nll_is_torchs_cross_entropy():
    sample = drawn(3, pixels=500)
    logits, labels = torch.from_numpy(sample.logits), torch.from_numpy(sample.labels).long()
    for temperature in (0.5, 1.0, 2.0):
        expected = torch.nn.functional.cross_entropy(logits / temperature, labels)
        assert sample.nll(temperature) == pytest.approx(float(expected), rel=1e-5)


@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_the_calibration_error_is_torchmetrics(factor):
    two, four = drawn(2, factor=factor), drawn(4, factor=factor)
    p2, p4 = two.probabilities(), four.probabilities()
    expected = binary_calibration_error(
        torch.from_numpy(p2[:, 1]), torch.from_numpy(two.labels).long(), n_bins=15
    )
    assert reliability(p2, two.labels).error == pytest.approx(float(expected), abs=1e-4)
    expected = multiclass_calibration_error(
        torch.from_numpy(p4), torch.from_numpy(four.labels).long(), 4, n_bins=15
    )
    assert reliability(p4, four.labels).error == pytest.approx(float(expected), abs=1e-4)


def test_scaling_by_the_best_temperature_calibrates():
    sample = drawn(2, factor=3.0)
    before = reliability(sample.probabilities(), sample.labels)
    after = reliability(sample.probabilities(best_temperature(sample)), sample.labels)
    assert after.error < 0.02 < before.error


@given(st.lists(st.integers(0, 60), max_size=8), st.integers(1, 50))
def test_a_sample_is_spread_evenly_whatever_the_strips(lengths, largest):
    """One pixel out of each run, each at its own place."""
    total = sum(lengths)
    sampler, first = Sampler(total, largest=largest), 0
    for length in lengths:
        places = np.arange(first, first + length)
        odds = (places + 1) / (total + 1)
        sampler.add(
            np.stack([1 - odds, odds]).astype(np.float32), (places % 200).astype(np.uint8), temperature=1.0
        )
        first += length
    sample = sampler.sample(2)
    run = max(1, -(-total // largest))
    places = np.rint(sample.probabilities()[:, 1] * (total + 1) - 1).astype(int)
    assert len(places) == -(-total // run) <= largest
    assert (places // run == np.arange(len(places))).all()
    assert (sample.labels == places % 200).all()
