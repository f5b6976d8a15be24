"""A network small enough to be built, saved and run in every test."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from scipy.special import softmax
from torch import nn

from geounet.models import bundle
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard, Normalization
from geounet.models.networks import build
from geounet.models.torchvision_ops import declare_missing_operators

declare_missing_operators()  # before the tests import smp, timm and torchgeo themselves


@pytest.fixture
def unet_card() -> Callable[..., ModelCard]:
    """A card for a tiny U-Net, with changes; its normalisation follows its bands."""

    def make(**changes: Any) -> ModelCard:
        bands = changes.get("bands", ("red", "green", "blue"))
        half = (0.5,) * len(bands)
        plain = ModelCard(
            name="tiny",
            version="1.0.0",
            description="",
            task="buildings",
            architecture={
                "name": "Unet",
                "encoder": "tu-test_efficientnet",
                "decoder_channels": [16, 8, 8, 8, 8],
            },
            bands=bands,
            classes=("background", "building"),
            activation="softmax",
            gsd_m=0.3,
            normalization=Normalization(range="scene", percentiles=(2.0, 98.0), mean=half, std=half),
            tile=64,
            margin=16,
            license="CC-BY-4.0",
            sources=("somewhere",),
            stride=32,
        )
        return replace(plain, **changes)

    return make


@pytest.fixture
def network() -> Callable[[ModelCard], nn.Module]:
    """A card's network, the same at every call, its batch norms other than neutral."""

    def make(card: ModelCard) -> nn.Module:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(7)
            module = build(card)
            for layer in module.modules():
                if isinstance(layer, nn.BatchNorm2d):
                    nn.init.uniform_(layer.running_mean, -0.1, 0.1)
                    nn.init.uniform_(layer.running_var, 0.5, 2.0)
        return module.eval()

    return make


@pytest.fixture
def tiny(
    tmp_path: Path, unet_card: Callable[..., ModelCard], network: Callable[[ModelCard], nn.Module]
) -> Bundle:
    """The tiny network as a bundle."""
    card = unet_card()
    return bundle.save(tmp_path / "tiny", card, state=network(card).state_dict(), page="# tiny\n")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GEOUNET_CACHE", str(folder))
    return folder


DEEPNESS = {
    "model_type": '"Segmentor"',
    "class_names": '{"0": "dark", "1": "bright"}',
    "resolution": "30",
    "tiles_size": "64",
    "tiles_overlap": "25",
    "seg_thresh": "0.5",
}
"""Metadata as Deepness's own script (tools/add_model_metadata.py) writes them."""

KERNEL = np.array([[-2.0, -1.0, 0.5], [1.0, 2.0, -0.53]], np.float32)
"""Two classes of three bands, which are equal at no counts but black."""


@pytest.fixture
def write_onnx(tmp_path: Path) -> Callable[..., Path]:
    """An ONNX file made by onnx alone: a 1 × 1 convolution by KERNEL and a softmax, with Deepness's keys, and changes."""

    def write(
        name: str = "land.onnx",
        *,
        last: str | None = "Softmax",
        batch: int | str = "batch",
        side: int | str = "side",
        opset: int = 13,
        kernel: NDArray[np.float32] = KERNEL,
        metadata: Mapping[str, str] = DEEPNESS,
    ) -> Path:
        classes, bands = kernel.shape
        weights = numpy_helper.from_array(kernel[:, :, None, None], "kernel")
        nodes = [helper.make_node("Conv", ["image", "kernel"], ["logits"])]
        if last is not None:
            axis = {"axis": 1} if last == "Softmax" else {}
            nodes.append(helper.make_node(last, ["logits"], ["classes"], **axis))
        output = "logits" if last is None else "classes"
        graph = helper.make_graph(
            nodes,
            "land",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, [batch, bands, side, side])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, [batch, classes, side, side])],
            [weights],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
        helper.set_model_props(model, dict(metadata))
        path = tmp_path / name
        onnx.save(model, path)
        return path

    return write


def pointwise(patches: NDArray[np.float32], kernel: NDArray[np.float32] = KERNEL) -> NDArray[np.float32]:
    """What that file gives, by scipy."""
    scores: NDArray[np.float32] = softmax(np.einsum("kc,nchw->nkhw", kernel, patches), axis=1)
    return scores


@pytest.fixture
def oracle() -> Callable[..., NDArray[np.float32]]:
    """What the file of `write_onnx` gives, without ONNX."""
    return pointwise
