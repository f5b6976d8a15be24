import dataclasses

import numpy as np
import pytest

from geounet.training.reporting.advice import advice, left_advice, temperature_advice, threshold_advice
from geounet.training.reporting.places import place_figures
from geounet.training.validation.history import Validation
from geounet.training.validation.judge import Judged
from geounet.training.validation.sample import Sample
from geounet.training.validation.verdict import Verdict

GOOD = Verdict(threshold=0.5, iou=0.7, by_place={"a": 0.72, "b": 0.68}, by_class={"building": 0.7}, nll=0.2)


def judged(name: str, *, pixels: int = 10_000) -> Judged:
    truth = np.zeros((200, 200), np.uint8)
    truth.flat[:pixels] = 1
    return Judged(
        name=name, classes=("background", "building"), threshold=0.5, curves={},
        confusion=np.zeros((2, 2), np.int64), prediction=truth, truth=truth,
        sample=Sample(np.empty((0, 2), np.float32), np.empty(0, np.uint8)),
    )  # fmt: skip


def history(steps: int = 1000) -> list[Validation]:
    return [
        Validation(
            step=step, loss=1.0, rate=1e-3, seconds=1.0, threshold=0.5, iou=0.5, by_place={}, by_class={}, nll=0.2
        )
        for step in range(100, steps + 1, 100)
    ]  # fmt: skip


def said(found: Verdict = GOOD, *, places: tuple[Judged, ...] = (), step: int = 800) -> str:
    places = places or (judged("a"), judged("b"))
    return " ".join(advice(found, place_figures(places), places, history=history(), step=step))


def test_of_a_good_run_nothing_is_said():
    assert said() == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"by_place": {"a": 0.7}}, "one place"),
        ({"by_place": {"a": 0.9, "b": 0.5}}, "b is far below"),
    ],
)
def test_what_stands_out_is_said(change, words):
    assert words in said(dataclasses.replace(GOOD, **change))


def test_the_length_of_a_run_is_judged_by_its_best_step():
    assert "more steps may help" in said(step=1000)
    assert "came early" in said(step=300)


def test_a_place_without_a_class_and_a_class_with_few_pixels_are_named():
    places = (judged("a", pixels=500), judged("b", pixels=0), judged("c", pixels=0))
    text = said(places=places)
    assert "500 true pixels of building" in text
    assert "labelled in c" in text


def test_a_threshold_at_the_limit_of_its_temperature_is_told():
    assert len(list(threshold_advice(0.3, 1.0))) == len(list(threshold_advice(0.7, 2.0))) == 1
    assert list(threshold_advice(0.3, 0.5)) == list(threshold_advice(0.5, 1.0)) == []
    # σ(logit(0.3) / 0.5) = 0.09 / 0.58
    assert len(list(threshold_advice(0.152, 0.5))) == 1


def test_a_temperature_that_was_not_taken_is_named():
    assert "left at 1" in left_advice(0.1, 1.0)


@pytest.mark.parametrize(
    ("step", "after", "words"),
    [
        (0, 0.6, "its weights are kept"),
        (800, 0.59, "before 0.600 → after 0.590"),
        (800, 0.7, ""),
    ],
)
def test_a_run_that_gained_nothing_over_its_start_says_so(step, after, words):
    first = dataclasses.replace(history()[0], step=0, loss=None, iou=0.6)
    found = dataclasses.replace(GOOD, iou=after)
    places = (judged("a"), judged("b"))
    told = " ".join(advice(found, place_figures(places), places, history=[first, *history()], step=step))
    assert ("gained nothing" in told) == bool(words)
    assert words in told
    assert "came early" not in told


def test_a_temperature_at_its_bound_is_told():
    assert list(temperature_advice(1.3)) == []
    assert len(list(temperature_advice(0.1))) == len(list(temperature_advice(10.0))) == 1
