import dataclasses

import numpy as np
import pytest

from geounet.evaluation.curve import ThresholdCurve
from geounet.models.card import ModelCard
from geounet.training.scenes.labels import IGNORED
from geounet.training.validation.judge import Judged
from geounet.training.validation.sample import Sample
from geounet.training.validation.verdict import (
    best_threshold,
    confusion_iou,
    limits,
    moved_threshold,
    verdict,
)


def judged(name: str, probability: np.ndarray, truth: np.ndarray, *, threshold: float = 0.5) -> Judged:
    """What `judge` makes of probabilities of the second of two classes."""
    known = truth != IGNORED
    levels = np.floor(probability * 250 + 1e-4).astype(int)
    inside, outside = (np.bincount(levels[known & (truth == k)], minlength=251) for k in (1, 0))
    prediction = np.where(known, probability >= threshold, IGNORED).astype(np.uint8)
    confusion = np.array(
        [[((truth == t) & (prediction == p)).sum() for p in (0, 1)] for t in (0, 1)], dtype=np.int64
    )
    logits = np.log(np.stack([1 - probability, probability], axis=-1))[known].astype(np.float32)
    return Judged(
        name=name, classes=("background", "building"), threshold=threshold,
        curves={"building": ThresholdCurve(outside, inside)}, confusion=confusion, prediction=prediction, truth=truth,
        sample=Sample(logits, truth[known]),
    )  # fmt: skip


def place(name: str, seed: int) -> tuple[Judged, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    truth = random.choice(np.array([0, 1, IGNORED], np.uint8), (40, 40))
    probability = np.clip(random.normal(0.35 + 0.2 * (truth == 1), 0.15), 0.01, 0.99)
    return judged(name, probability, truth), probability, truth


def iou(probability, truth, threshold) -> float:
    found, true, known = probability >= threshold, truth == 1, truth != IGNORED
    return (found & true & known).sum() / ((found | true) & known).sum()


@pytest.fixture
def model(card) -> ModelCard:
    return ModelCard.from_dict({"format": 1} | card)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.612, 0.7])
def test_iou_is_its_definition_and_the_mean_over_places(model, threshold):
    (a, *first), (b, *second) = place("a", 1), place("b", 2)
    found = verdict([a, b], model, threshold)
    expected = iou(*first, threshold), iou(*second, threshold)
    assert found.by_place == pytest.approx({"a": expected[0], "b": expected[1]})
    assert found.iou == pytest.approx(np.mean(expected))
    assert found.by_class == pytest.approx({"building": np.mean(expected)})


def test_the_best_threshold_is_that_of_the_highest_mean(model):
    (a, *first), (b, *second) = place("a", 1), place("b", 2)
    found = verdict([a, b], model, None)
    steps = np.arange(75, 176) / 250
    means = [np.mean([iou(*first, t), iou(*second, t)]) for t in steps]
    assert found.iou == pytest.approx(max(means))
    assert found.threshold == pytest.approx(steps[int(np.argmax(means))])


def test_of_equal_thresholds_the_middle_is_taken():
    truth = np.array([[0, 1]], np.uint8)
    assert best_threshold([judged("a", np.array([[0.1, 0.9]]), truth)]) == 0.5


def heated(probability, temperature):
    logit = np.log(probability / (1 - probability)) / temperature
    return 1 / (1 + np.exp(-logit))


@pytest.mark.parametrize("temperature", [0.3, 0.5, 0.8, 1.0, 1.5])
def test_a_temperature_takes_nothing_from_iou(model, temperature):
    """But for the curve's steps, the decisions at temperature 1 are among those that are looked through."""
    random = np.random.default_rng(1)
    truth = random.choice(np.array([0, 1], np.uint8), (60, 60))
    probability = np.clip(random.normal(0.2 + 0.2 * truth, 0.1), 0.01, 0.99)
    before = verdict([judged("a", probability, truth)], model, None)
    card = dataclasses.replace(model, temperature=temperature)
    after = verdict([judged("a", heated(probability, temperature), truth)], card, None)
    assert after.iou >= before.iou - 0.01
    moved = moved_threshold(before.threshold, temperature)
    assert iou(heated(probability, temperature), truth, moved) == pytest.approx(before.iou, abs=1e-3)
    assert moved == pytest.approx(heated(before.threshold, temperature))


@pytest.mark.parametrize("temperature", [1e-3, 0.1, 0.5, 1.0, 3.0])
def test_a_threshold_is_looked_for_where_it_may_be(temperature):
    low, high = limits(temperature)
    assert 0 < low <= 0.3
    assert 0.7 <= high < 1
    if temperature >= 1:
        assert (low, high) == (0.3, 0.7)


def test_a_place_without_the_class_does_not_count(model):
    a, probability, truth = place("a", 1)
    empty = judged("empty", np.linspace(0.1, 0.9, 16).reshape(4, 4), np.zeros((4, 4), np.uint8))
    found = verdict([a, empty], model, 0.5)
    assert found.by_place == pytest.approx({"a": iou(probability, truth, 0.5)})
    assert verdict([empty], model, None).iou == 0


def test_of_more_classes_the_labels_decide(model):
    a, *_ = place("a", 1)
    confusion = np.array([[50, 3, 2], [4, 30, 1], [0, 5, 20]])
    three = dataclasses.replace(a, classes=("background", "building", "tree"), confusion=confusion)
    found = verdict([three], model, None)
    assert found.threshold == model.threshold
    assert found.by_class == pytest.approx({"building": 30 / 43, "tree": 20 / 28})
    assert found.iou == pytest.approx((30 / 43 + 20 / 28) / 2)


def test_iou_of_a_class_that_is_nowhere_is_no_number():
    np.testing.assert_allclose(confusion_iou(np.array([[3, 0], [0, 0]])), [1, np.nan])
