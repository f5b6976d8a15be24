"""A small network in ONNX with what a U-Net has: norms, a depthwise kernel, a way down and up, a skip."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from geounet.models.bundle import Bundle, save_onnx
from geounet.models.card import ModelCard
from geounet.models.quantization import FloatGraph, float_graph

Array = NDArray[np.float32]
CHANNELS = 8
SIDE = 32


def convolution(name: str, inputs: int, outputs: int, *, groups: int = 1) -> dict[str, Array]:
    """A kernel of 3 × 3 by He, and a norm that is not neutral."""
    random = np.random.default_rng(sum(map(ord, name)))
    fan = 9 * inputs / groups
    tensors = {
        "kernel": random.normal(0, np.sqrt(2 / fan), (outputs, inputs // groups, 3, 3)),
        "gain": random.uniform(0.5, 1.5, outputs),
        "shift": random.normal(0, 0.2, outputs),
        "mean": random.normal(0, 0.2, outputs),
        "variance": random.uniform(0.5, 2, outputs),
    }
    return {f"{name} {key}": values.astype(np.float32) for key, values in tensors.items()}


def block(name: str, source: str, *, groups: int = 1, stride: int = 1, activation: str = "Relu") -> list:
    """Convolution, norm, activation."""
    norm = [f"{name} {key}" for key in ("gain", "shift", "mean", "variance")]
    limits = ["zero", "six"] if activation == "Clip" else []
    return [
        helper.make_node(
            "Conv", [source, f"{name} kernel"], [f"{name} raw"],
            pads=[1, 1, 1, 1], strides=[stride, stride], group=groups,
        ),
        helper.make_node("BatchNormalization", [f"{name} raw", *norm], [f"{name} normed"]),
        helper.make_node(activation, [f"{name} normed", *limits], [name]),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def network() -> ModelProto:
    """Three bands to two classes; its first kernel is stored in half precision, sides are asked of a norm's input."""
    tensors = {
        **convolution("first", 3, CHANNELS),
        **convolution("deep", CHANNELS, CHANNELS, groups=CHANNELS),
        **convolution("up", 2 * CHANNELS, CHANNELS),
        "head kernel": np.random.default_rng(3).normal(0, 0.3, (2, CHANNELS, 3, 3)).astype(np.float32),
        "zero": np.float32(0), "six": np.float32(6),
    }  # fmt: skip
    tensors["first half"] = tensors.pop("first kernel").astype(np.float16)
    nodes = [
        helper.make_node("Cast", ["first half"], ["first kernel"], to=TensorProto.FLOAT),
        *block("first", "patches"),
        *block("deep", "first", groups=CHANNELS, stride=2, activation="Clip"),
        helper.make_node("Shape", ["first raw"], ["sides"], start=2),
        helper.make_node("Shape", ["deep"], ["channels"], end=2),
        helper.make_node("Concat", ["channels", "sides"], ["size"], axis=0),
        helper.make_node("Resize", ["deep", "", "", "size"], ["large"], mode="nearest"),
        helper.make_node("Concat", ["large", "first"], ["both"], axis=1),
        *block("up", "both"),
        helper.make_node("Conv", ["up", "head kernel"], ["logits"], pads=[1, 1, 1, 1]),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
    ]
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size, "rows", "cols"])]
        for name, size in (("patches", 3), ("scores", 2))
    ]
    initializers = [numpy_helper.from_array(np.asarray(values), name) for name, values in tensors.items()]
    graph = helper.make_graph(nodes, "small", *ends, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model)
    return model


@pytest.fixture
def card(make_card: Callable[..., ModelCard]) -> ModelCard:
    """A card for it."""
    return make_card(bands=("red", "green", "blue"), tile=SIDE, stride=2)


@pytest.fixture
def source(tmp_path: Path, network: ModelProto, card: ModelCard) -> Bundle:
    """It as a bundle."""
    return save_onnx(tmp_path / "small", card, model=network.SerializeToString(), page="# small\n")


@pytest.fixture
def graph(source: Bundle) -> FloatGraph:
    """Its float graph."""
    return float_graph(source)


@pytest.fixture(scope="session")
def tiles() -> Array:
    """Six tiles of counts between 0 and 1."""
    coarse = np.random.default_rng(1).uniform(size=(6, 3, SIDE // 4, SIDE // 4))
    return coarse.repeat(4, 2).repeat(4, 3).astype(np.float32)


@pytest.fixture(scope="session")
def run() -> Callable[..., list[Array]]:
    """What a model gives, or holds within, by onnxruntime as it is installed."""
    import onnxruntime

    def scores(model: ModelProto | bytes, patches: Array, *names: str) -> list[Array]:
        opened = onnx.load_model_from_string(model) if isinstance(model, bytes) else ModelProto()
        if isinstance(model, ModelProto):
            opened.CopyFrom(model)
        given = {value.name for value in opened.graph.output}
        for name in names:
            if name not in given:
                opened.graph.output.add(name=name)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(opened.SerializeToString(), options)
        feed = {session.get_inputs()[0].name: patches}
        return session.run(list(names) or [session.get_outputs()[0].name], feed)

    return scores
