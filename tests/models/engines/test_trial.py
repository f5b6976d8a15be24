"""A trial tells who is fastest by medians of interleaved rounds, and leaves out who scores otherwise."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from geounet.errors import GeounetWarning
from geounet.models.card import ModelCard
from geounet.models.engines.trial import MOST_ROUNDS, noise, seconds_each, without_odd_ones

PATCHES = np.zeros((1, 3, 32, 32), np.float32)


class Clock:
    """Time that engines move on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Taking:
    """An engine that takes so many seconds at each call, the last ones for good."""

    clock: Clock
    seconds: list[float]
    card: ModelCard | None = None
    dtype: str = "float32"
    any_tile: bool = True
    calls: list[float] = field(default_factory=list)

    def __call__(self, _: NDArray[np.float32]) -> None:
        self.calls.append(self.clock.now)
        self.clock.now += self.seconds[min(len(self.calls), len(self.seconds)) - 1]

    def describe(self) -> dict[str, str]:
        return {"dtype": self.dtype}


def test_medians_are_taken_in_turns() -> None:
    clock = Clock()
    steady = Taking(clock, [0.11])
    disturbed = Taking(clock, [0.1, 0.1, 0.5, 0.1, 0.1])
    found = seconds_each({"steady": steady, "disturbed": disturbed}, PATCHES, clock=clock)
    assert found == pytest.approx({"steady": 0.11, "disturbed": 0.1})
    starts = sorted([(t, "steady") for t in steady.calls] + [(t, "disturbed") for t in disturbed.calls])
    assert [name for _, name in starts] == ["steady", "disturbed"] * len(steady.calls)


def test_a_trial_ends_with_its_time_but_not_before_two_rounds() -> None:
    clock = Clock()
    slow, quick = Taking(clock, [5.0]), Taking(clock, [4.0])
    seconds_each({"slow": slow, "quick": quick}, PATCHES, clock=clock)
    assert (len(slow.calls), len(quick.calls)) == (2, 2)
    clock = Clock()
    quick = Taking(clock, [1e-6])
    seconds_each({"quick": quick}, PATCHES, clock=clock)
    assert len(quick.calls) == MOST_ROUNDS


def test_who_is_far_behind_runs_once() -> None:
    clock = Clock()
    behind, ahead = Taking(clock, [0.3]), Taking(clock, [0.1])
    assert seconds_each({"behind": behind, "ahead": ahead}, PATCHES, clock=clock) == pytest.approx(
        {"behind": 0.3, "ahead": 0.1}
    )
    assert len(behind.calls) == 1


@pytest.mark.parametrize(
    ("card", "any_tile", "shape"),
    [
        ({"tile": 64, "margin": 16}, True, (64, 3, 64, 64)),
        ({"tile": 512, "margin": 64}, True, (1, 3, 512, 512)),
        ({"tile": 1024, "margin": 64}, True, (1, 3, 512, 512)),
        ({"tile": 1024, "margin": 64}, False, (1, 3, 1024, 1024)),
        ({"tile": 960, "margin": 48, "stride": 48}, True, (1, 3, 960, 960)),
    ],
)
def test_noise_is_a_batch_that_engines_take(
    unet_card: Callable[..., ModelCard], card: dict[str, int], any_tile: bool, shape: tuple[int, ...]
) -> None:
    engines = [Taking(Clock(), [0], unet_card(**card), any_tile=each) for each in (True, any_tile)]
    assert noise(engines).shape == shape
    np.testing.assert_array_equal(noise(engines), noise(engines))
    assert noise([]).size == 0


@pytest.mark.parametrize("wrong", [0.5, np.nan])
def test_other_scores_than_torchs_are_left_out(wrong: float) -> None:
    engines = {name: Taking(Clock(), [0]) for name in ("openvino", "onnx", "torch")}
    scores = {name: np.full((1, 2, 4, 4), 0.25, np.float32) for name in engines}
    scores["onnx"] = scores["onnx"] + np.float32(9e-5)
    assert set(without_odd_ones(engines, scores)) == set(engines)
    scores["openvino"] = np.full((1, 2, 4, 4), wrong, np.float32)
    with pytest.warns(GeounetWarning, match="engine openvino gives other scores than torch"):
        assert set(without_odd_ones(engines, scores)) == {"onnx", "torch"}


@pytest.mark.parametrize(("far", "kept"), [(0.02, True), (0.2, False), (np.nan, False)])
def test_fewer_bits_may_differ_a_little_from_what_runs_in_single_precision(far: float, kept: bool) -> None:
    engines = {"openvino": Taking(Clock(), [0], dtype="bfloat16"), "onnx": Taking(Clock(), [0])}
    scores = {"onnx": np.zeros((1, 2, 4, 4), np.float32), "openvino": np.full((1, 2, 4, 4), far, np.float32)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeounetWarning)
        assert set(without_odd_ones(engines, scores)) == ({"onnx", "openvino"} if kept else {"onnx"})


def test_without_torch_another_engine_is_what_others_are_judged_by() -> None:
    engines = {"openvino": Taking(Clock(), [0]), "onnx": Taking(Clock(), [0])}
    scores = {"openvino": np.ones((1, 2, 4, 4), np.float32), "onnx": np.zeros((1, 2, 4, 4), np.float32)}
    with pytest.warns(GeounetWarning, match="engine openvino gives other scores than onnx"):
        assert set(without_odd_ones(engines, scores)) == {"onnx"}


def test_where_nothing_runs_in_single_precision_nothing_is_told() -> None:
    engines = {name: Taking(Clock(), [0], dtype="bfloat16") for name in ("openvino", "torch")}
    scores = {"openvino": np.ones((1, 2, 4, 4), np.float32), "torch": np.zeros((1, 2, 4, 4), np.float32)}
    assert set(without_odd_ones(engines, scores)) == set(engines)
