import numpy as np
import pytest

from geounet.errors import TrainingError
from geounet.training import TrainConfig
from geounet.training.fitting.finder import find_rate, smoothed, steepest


def losses(rates, *, best: float) -> np.ndarray:
    """A loss that falls along a logistic curve of log rate, steepest at `best`, and rises past a hundred times that."""
    log = np.log(rates / best)
    return 1 / (1 + np.exp(log)) + np.exp(2 * (log - np.log(300)))


@pytest.mark.parametrize("best", [1e-4, 3e-3])
def test_the_rate_is_where_the_loss_falls_fastest(best):
    rates = np.geomspace(1e-6, 1, 120)
    noise = np.random.default_rng(1).normal(0, 0.005, 120)
    found = steepest(rates, smoothed(losses(rates, best=best) + noise))
    assert best / 2 < found < best * 2


def humped(rates) -> np.ndarray:
    """A loss whose minimum is near 2.5e-3: small rates let it rise before it falls, and it falls fastest near 1.2e-4."""
    log = np.log(rates / 2.5e-3)
    hump = 0.15 * np.exp(-((np.log(rates / 2e-5) / 0.8) ** 2))
    return 1.3 - 0.8 / (1 + np.exp(-1.2 * (log + 3))) + np.exp(1.5 * (log - 3)) + hump


def test_noise_and_a_hump_before_the_fall_move_the_rate_little():
    rates = np.geomspace(1e-6, 1, 100)
    seen = humped(rates) < 4 * humped(rates).min()  # the test ends where the loss has gone up
    lowest = rates[humped(rates).argmin()]
    found = []
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0, 0.06, 100)
        found.append(steepest(rates[seen], smoothed((humped(rates) + noise)[seen])))
    assert all(lowest / 60 <= rate <= lowest / 2 for rate in found)  # its place is noisy too
    assert max(found) <= 4 * min(found)
    assert 1.2e-4 / 1.5 <= np.median(found) <= 1.2e-4 * 1.5


def test_a_second_minimum_at_rates_that_are_too_high_is_none():
    rates = np.geomspace(1e-6, 1, 100)
    log = np.log(rates / 1e-3)
    twice = 1 / (1 + np.exp(log)) + 0.1 * np.exp(-((np.log(rates / 0.15)) ** 2))
    assert rates[smoothed(twice).argmin()] > 0.9
    assert 1e-3 / 2 < steepest(rates, smoothed(twice)) < 1e-3 * 2


def test_smoothing_keeps_a_line_in_its_place_and_a_constant_as_it_is():
    line = np.linspace(3, 1, 50)
    np.testing.assert_allclose(smoothed(line)[6:-6], line[6:-6])
    np.testing.assert_allclose(smoothed(np.full(50, 2.0)), 2.0)


def test_a_loss_that_never_falls_is_said():
    rates = np.geomspace(1e-6, 1, 60)
    with pytest.raises(TrainingError, match="never falls"):
        steepest(rates, np.linspace(1, 2, 60))


def test_a_rate_is_found_and_written(tables):
    found = find_rate(TrainConfig.from_dict(tables), steps=40)
    np.testing.assert_allclose(np.diff(np.log(found.rates)), np.log(1e6) / 39, rtol=1e-9)
    assert found.rates[0] == pytest.approx(1e-6)
    assert found.suggestion in found.rates
    assert found.table.read_text().count("\n") == len(found.rates) + 1
    assert found.chart.read_text().startswith("<svg")
    assert not (found.table.parent / "checkpoint").exists()


def test_too_few_steps_are_refused(tables):
    with pytest.raises(TrainingError, match="33"):
        find_rate(TrainConfig.from_dict(tables), steps=10)
