"""`auto`: torch on a GPU; on a CPU what starts soonest for little, and what a trial found fastest for much."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from geounet.errors import DeviceError, GeounetWarning, MissingDependencyError, ModelError
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.engines import choice
from geounet.models.engines.choice import FEW_PIXELS, MANY_PIXELS, start_chosen
from geounet.models.engines.wanted import Wanted

CPU = Wanted(device="cpu", threads=2)
LITTLE, MUCH = replace(CPU, pixels=2 * FEW_PIXELS), replace(CPU, pixels=2 * MANY_PIXELS)


@dataclass
class Stub:
    """An engine that only says its name."""

    name: str
    card: ModelCard
    wanted: Wanted
    any_tile: bool = True

    def __call__(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.zeros((len(patches), 2, *patches.shape[2:]), np.float32)

    def describe(self) -> dict[str, str]:
        return {"engine": self.name, "dtype": "float32"}


@dataclass
class Machine:
    """A machine where engines take known times, and what was asked of it."""

    bundle: Bundle
    seconds: dict[str, float]
    failing: dict[str, Exception]
    graph: str
    """Whether the bundle has a graph: `ready`, `made` when it is asked for, or why it cannot be used."""
    started: list[str]
    trials: int = 0

    def start(self, name: str, bundle: Bundle, wanted: Wanted) -> Stub:
        self.started.append(name)
        if name in self.failing:
            raise self.failing[name]
        return Stub(name, bundle.card, wanted)

    def time(self, engines: dict[str, Stub], _: object) -> dict[str, float]:
        self.trials += 1
        return {name: self.seconds[name] for name in engines}

    def ready_graph(self, _: Bundle) -> object:
        if self.graph not in ("ready", "made"):
            raise ModelError(self.graph)
        return "a graph" if self.graph == "ready" else None

    def graph_of(self, _: Bundle) -> object:
        if self.graph not in ("ready", "made"):
            raise ModelError(self.graph)
        self.graph = "ready"
        return "a graph"

    def chosen(self, wanted: Wanted = CPU) -> str:
        self.started.clear()
        return start_chosen(self.bundle, wanted).name


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, unet_card: Callable[..., ModelCard], tmp_path: Path) -> Machine:
    made = Machine(
        bundle=Bundle(unet_card(), tmp_path, "digest"),
        seconds={"openvino": 0.3, "onnx": 0.2, "torch": 0.4},
        failing={},
        graph="ready",
        started=[],
    )
    for name in ("start", "ready_graph", "graph_of"):
        monkeypatch.setattr(choice, name, getattr(made, name))
    monkeypatch.setattr(choice, "seconds_each", made.time)
    monkeypatch.setattr(choice, "available_engines", lambda: dict.fromkeys(made.seconds, "1.0"))
    monkeypatch.setattr(choice, "may_have_gpu", lambda: False)
    return made


@pytest.mark.parametrize("fastest", ["openvino", "onnx", "torch"])
def test_the_fastest_is_taken_and_remembered(machine: Machine, fastest: str) -> None:
    machine.seconds[fastest] = 0.1
    assert machine.chosen() == fastest
    assert sorted(machine.started) == ["onnx", "openvino", "torch"]
    assert machine.chosen() == fastest
    assert (machine.started, machine.trials) == ([fastest], 1)


def test_what_a_trial_found_wrong_is_not_run_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(engines: dict[str, Stub], _: object) -> dict[str, Stub]:
        return {name: engine for name, engine in engines.items() if name != "openvino"}

    monkeypatch.setattr(choice, "without_odd_ones", without)
    assert machine.chosen() == "onnx"
    assert machine.chosen(LITTLE) == "onnx"
    machine.failing["onnx"] = ModelError("no more")
    with pytest.warns(GeounetWarning, match="onnx cannot be used"):
        assert machine.chosen() == "torch"
    assert machine.trials == 1


def test_what_makes_graphs_is_not_missed_where_torch_runs(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Bundle) -> object:
        raise MissingDependencyError("onnxscript is not installed")

    machine.graph = "made"
    monkeypatch.setattr(choice, "graph_of", missing)
    assert machine.chosen(MUCH) == "torch"
    machine.seconds = {"torch": 1.0}
    monkeypatch.setattr(choice, "ready_graph", missing)
    assert machine.chosen(MUCH) == "torch"


def test_a_cache_that_cannot_be_written_costs_a_trial_each_time(machine: Machine, cache: Path) -> None:
    cache.write_text("not a folder")
    assert [machine.chosen(), machine.chosen()] == ["onnx", "onnx"]
    assert machine.trials == 2


def test_little_is_run_by_what_starts_soonest_without_a_trial(machine: Machine) -> None:
    machine.seconds["torch"] = 0.1
    assert machine.chosen(LITTLE) == "openvino"
    assert (machine.started, machine.trials) == (["openvino"], 0)
    assert machine.chosen(replace(LITTLE, pixels=2 * FEW_PIXELS + 1)) == "torch"
    assert machine.chosen(LITTLE) == "openvino"  # whatever a trial has found since


def test_a_graph_is_made_for_much_alone(machine: Machine) -> None:
    machine.graph = "made"
    assert (
        machine.chosen(LITTLE)
        == machine.chosen()
        == machine.chosen(replace(MUCH, pixels=MANY_PIXELS))
        == "torch"
    )
    assert (machine.graph, machine.trials) == ("made", 0)
    assert machine.chosen(MUCH) == "onnx"
    assert (machine.graph, machine.trials) == ("ready", 1)


def test_a_graph_that_cannot_be_used_leaves_torch(machine: Machine) -> None:
    machine.graph = "graph.onnx of model 'tiny' is of other weights; remove it"
    for wanted in (CPU, MUCH):
        with pytest.warns(GeounetWarning, match="is of other weights; remove it; torch runs it"):
            assert machine.chosen(wanted) == "torch"
    del machine.seconds["torch"]
    with pytest.raises(ModelError, match="is of other weights"):
        machine.chosen()


def test_one_engine_needs_no_trial(machine: Machine) -> None:
    machine.seconds = {"onnx": 1.0}
    assert machine.chosen() == "onnx"
    assert machine.trials == 0
    machine.seconds = {"torch": 1.0, "compile": 0.1}
    assert machine.chosen() == "torch"


@pytest.mark.parametrize("wanted", [CPU, LITTLE])
def test_an_engine_that_fails_falls_out_with_a_warning(machine: Machine, wanted: Wanted) -> None:
    machine.failing["openvino"] = ModelError("no such operator\nFrobnicate")
    with pytest.warns(
        GeounetWarning, match=r"engine openvino cannot be used \(no such operator Frobnicate\)"
    ):
        assert machine.chosen(wanted) == "onnx"


def test_what_was_remembered_and_fails_now_falls_out(machine: Machine) -> None:
    assert machine.chosen() == "onnx"
    machine.failing["onnx"] = MissingDependencyError("onnxruntime does not load")
    with pytest.warns(GeounetWarning, match="engine onnx cannot be used"):
        assert machine.chosen() == "openvino"


def test_lacking_the_arithmetic_is_no_news(machine: Machine, recwarn: pytest.WarningsRecorder) -> None:
    machine.failing["onnx"] = DeviceError("bfloat16 cannot be asked for")
    assert machine.chosen(replace(CPU, precision="bfloat16")) == "openvino"
    assert not [said for said in recwarn if said.category is GeounetWarning]


def test_where_all_fail_the_last_ones_reason_is_told(
    machine: Machine, recwarn: pytest.WarningsRecorder
) -> None:
    machine.failing = {name: DeviceError(f"{name} has no float16") for name in machine.seconds}
    for wanted in (CPU, LITTLE):
        with pytest.raises(DeviceError, match="torch has no float16"):
            machine.chosen(wanted)
    machine.failing["torch"] = RuntimeError("illegal\ninstruction")
    with pytest.raises(ModelError, match=r"runs in no engine that is installed \(illegal instruction\)"):
        machine.chosen()
    assert not [said for said in recwarn if said.category is GeounetWarning]


def test_a_network_in_onnx_keeps_its_own_arithmetic(machine: Machine) -> None:
    (machine.bundle.folder / "model.onnx").touch()
    machine.seconds["torch"] = 0.01
    engine = start_chosen(machine.bundle, LITTLE)
    assert (engine.name, engine.wanted.precision) == ("openvino", "float32")
    assert machine.chosen() == "onnx"
    assert start_chosen(machine.bundle, replace(LITTLE, precision="bfloat16")).wanted.precision == "bfloat16"


@pytest.mark.parametrize("device", ["cuda", "cuda:1", "mps"])
def test_a_gpu_is_torchs(machine: Machine, device: str) -> None:
    assert machine.chosen(Wanted(device=device)) == "torch"
    (machine.bundle.folder / "model.onnx").touch()
    assert machine.chosen(Wanted(device=device)) == "onnx"


@pytest.mark.parametrize(("found", "expected"), [("cuda", "torch"), ("cpu", "onnx")])
def test_a_gpu_is_looked_for_where_there_may_be_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, found: str, expected: str
) -> None:
    import torch

    monkeypatch.setattr(choice, "may_have_gpu", lambda: True)
    monkeypatch.setattr(choice, "choose_device", lambda _: torch.device(found))
    assert machine.chosen(Wanted()) == expected
