"""A model whose classes are what is bright and what is not, and scenes for it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from geounet.models.bundle import Bundle, save_onnx
from geounet.models.card import ModelCard

TILE, MARGIN = 32, 4


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own."""
    monkeypatch.setenv("GEOUNET_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def card(make_card: Callable[..., ModelCard]) -> ModelCard:
    """Three bands at no GSD of its own."""
    return make_card(bands=("red", "green", "blue"), tile=TILE, margin=MARGIN)


@pytest.fixture
def bright(tmp_path: Path, card: ModelCard) -> Callable[..., Bundle]:
    """Bright where the mean of the bands is above a half.

    `ballast` is a channel of that value beside brightness: it means nothing, and 8 bits for both leave brightness few.
    """

    def make(*, ballast: float = 0.0) -> Bundle:
        first = np.zeros((2, 3, 1, 1), np.float32)
        first[1] = 1 / 3
        second = np.eye(2, dtype=np.float32)[:, :, None, None]
        last = np.array([[0, 0], [0, 40]], np.float32)[:, :, None, None]
        tensors = {
            "first kernel": first, "first bias": np.array([ballast, 0], np.float32),
            "second kernel": second, "last kernel": last, "last bias": np.array([20, 0], np.float32),
        }  # fmt: skip
        nodes = [
            helper.make_node("Conv", ["patches", "first kernel", "first bias"], ["one"]),
            helper.make_node("Relu", ["one"], ["first"]),
            helper.make_node("Conv", ["first", "second kernel"], ["two"]),
            helper.make_node("Relu", ["two"], ["second"]),
            helper.make_node("Conv", ["second", "last kernel", "last bias"], ["logits"]),
            helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
        ]
        ends = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size, "rows", "cols"])
            for name, size in (("patches", 3), ("scores", 2))
        ]
        held = [numpy_helper.from_array(values, name) for name, values in tensors.items()]
        graph = helper.make_graph(nodes, "bright", ends[:1], ends[1:], held)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
        folder = tmp_path / f"bright{ballast:g}"
        return save_onnx(folder, card, model=model.SerializeToString(), page="# bright\n")

    return make


@pytest.fixture
def pixels() -> NDArray[np.float32]:
    """Patches of brightness between 0 and 1, three bands, larger than several tiles."""
    coarse = np.random.default_rng(8).uniform(size=(1, 12, 15)).repeat(8, 1).repeat(8, 2)
    noise = np.random.default_rng(9).normal(0, 0.05, (3, 96, 120))
    return np.clip(coarse + noise, 0, 1).astype(np.float32)


@pytest.fixture
def scene(make_raster: Callable[..., Path], pixels: NDArray[np.float32]) -> Path:
    """They as a scene with a corner that is not valid."""
    valid = np.ones(pixels.shape[1:], bool)
    valid[:30, :40] = False
    return make_raster(pixels, "scene.tif", valid=valid, descriptions=("red", "green", "blue"))


@pytest.fixture
def labels(make_raster: Callable[..., Path], pixels: NDArray[np.float32]) -> Path:
    """The truth of that scene."""
    return make_raster((pixels.mean(0) > 0.5).astype(np.uint8), "labels.tif")
