"""OpenVINO gives what the graph says, in the arithmetic that is asked for."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from geounet.errors import DeviceError, MissingDependencyError, ModelError, OutOfMemoryError
from geounet.models.card import ModelCard
from geounet.models.engines import openvino as engine
from geounet.models.engines.libraries import version_of
from geounet.models.engines.onnx_file import read_onnx
from geounet.models.engines.openvino import OpenvinoSegmenter
from geounet.models.segmenter import Segmenter

Write = Callable[..., Path]
MakeCard = Callable[..., ModelCard]
Oracle = Callable[..., NDArray[np.float32]]
Load = Callable[..., OpenvinoSegmenter]


@pytest.fixture
def load(write_onnx: Write, unet_card: MakeCard) -> Load:
    def make(*, precision: str = "float32", **file: object) -> OpenvinoSegmenter:
        card = unet_card(tile=32, margin=4, stride=8, architecture=None)
        return OpenvinoSegmenter(card, read_onnx(write_onnx(**file)), precision=precision, threads=1)

    return make


def patches(count: int, side: int = 32) -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(size=(count, 3, side, side)).astype(np.float32)


@pytest.mark.parametrize("batch", ["batch", 2])
@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_tiles_goes_through_any_batch(
    load: Load, oracle: Oracle, batch: int | str, count: int
) -> None:
    scores = load(batch=batch)(patches(count))
    assert (scores.dtype, scores.flags.owndata or scores.base is not None) == (np.float32, True)
    np.testing.assert_allclose(scores, oracle(patches(count)), atol=1e-6)


def test_tiles_of_any_side_go_through_one_network(load: Load, oracle: Oracle) -> None:
    segmenter = load()
    for side in (16, 32, 24):
        np.testing.assert_allclose(segmenter(patches(2, side=side)), oracle(patches(2, side=side)), atol=1e-6)


MODELS_COME_AND_GO = """
import os, signal
import geounet

models = [geounet.load_model("buildings", engine="openvino") for _ in range(3)]
while models:
    del models[0]
signal.signal(signal.SIGINT, lambda *_: print("handled"))
os.kill(os.getpid(), signal.SIGINT)
"""


def test_signals_are_handled_after_models_have_gone_in_the_order_in_which_they_came() -> None:
    run = subprocess.run(
        [sys.executable, "-c", MODELS_COME_AND_GO], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "handled\n"), run.stderr


def test_scores_are_the_callers_own(load: Load) -> None:
    segmenter = load()
    first = segmenter(patches(1))
    before = first.copy()
    segmenter(-patches(1))
    np.testing.assert_array_equal(first, before)


def test_it_is_a_segmenter_that_says_what_it_is(load: Load) -> None:
    segmenter = load()
    assert isinstance(segmenter, Segmenter)
    assert segmenter.describe() == {
        "engine": "openvino", "openvino": version_of("openvino"), "device": "cpu", "dtype": "float32", "threads": 1,
    }  # fmt: skip


def test_several_threads_may_ask_at_once(load: Load, oracle: Oracle) -> None:
    segmenter = load()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: segmenter(patches(1, side=8 * n)), (1, 2, 3, 4) * 4))
    for n, scores in zip((1, 2, 3, 4) * 4, found, strict=True):
        np.testing.assert_allclose(scores, oracle(patches(1, side=8 * n)), atol=1e-6)


@pytest.mark.parametrize(
    ("has", "asked", "expected"),
    [
        (("FP32", "BF16"), "auto", "bfloat16"),
        (("FP32", "FP16"), "auto", "float32"),
        (("FP32", "BF16"), "float32", "float32"),
        (("FP32", "FP16"), "float16", "float16"),
    ],
)
def test_half_precision_is_taken_where_the_processor_has_it(
    has: tuple[str, ...], asked: str, expected: str
) -> None:
    assert engine._chosen(asked, has) == expected


def test_arithmetic_that_is_emulated_is_refused() -> None:
    with pytest.raises(
        DeviceError, match="no bfloat16 in hardware; it has float32: pass one of them, or auto"
    ):
        engine._chosen("bfloat16", ("FP32", "INT8"))


def test_other_devices_are_refused(write_onnx: Write, unet_card: MakeCard) -> None:
    with pytest.raises(DeviceError, match=r"'cuda' is not there for OpenVINO.*--engine torch"):
        OpenvinoSegmenter(unet_card(), read_onnx(write_onnx()), device="cuda")


def test_what_is_not_installed_names_its_extra(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openvino", None)
    with pytest.raises(MissingDependencyError, match=r"openvino .*pip install 'geounet\[openvino\]'"):
        load()


def test_a_graph_that_does_not_run_is_one_line(write_onnx: Write, unet_card: MakeCard) -> None:
    import onnx

    path = write_onnx()
    model = onnx.load(path)
    model.graph.node[1].op_type = "Frobnicate"
    onnx.save(model, path)
    with pytest.raises(ModelError, match=r"does not run in OpenVINO .*pass another --engine") as caught:
        OpenvinoSegmenter(unet_card(), read_onnx(path), threads=1)
    assert "\n" not in str(caught.value)


class Full:
    """A request that has no memory left."""

    def infer(self, *_: object, **__: object) -> None:
        raise RuntimeError("Exception from src/inference:\n[ GENERAL_ERROR ] std::bad_alloc\n")


def test_a_batch_too_large_can_be_told_from_other_failures(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    segmenter = load()
    monkeypatch.setattr(segmenter, "_request", Full())
    with pytest.raises(OutOfMemoryError, match=r"2 tiles of 32 × 32 do not fit cpu .*--batch-size") as caught:
        segmenter(patches(2))
    assert "\n" not in str(caught.value)
