"""A small network and the forms that it leaves in, each written once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from geounet.models import bundle, load_model
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard, Normalization
from geounet.models.exchange import Exported, export_model
from geounet.models.networks import build

SUFFIXES = {"onnx": ".onnx", "openvino": ".xml", "torchscript": ".pt", "mlm": ".json"}


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A U-Net of two classes and four bands with a temperature, its batch norms other than neutral."""
    card = ModelCard(
        name="ponds", version="2.1.0", description="Ponds.", task="areas",
        architecture={"name": "Unet", "encoder": "tu-test_efficientnet", "decoder_channels": [16, 8, 8, 8, 8]},
        bands=("red", "green", "blue", "nir"), classes=("background", "pond"), activation="softmax", gsd_m=0.5,
        normalization=Normalization(
            range=(0.0, 255.0), percentiles=(2.0, 98.0), mean=(0.4, 0.4, 0.5, 0.3), std=(0.2, 0.2, 0.25, 0.1)
        ),
        tile=64, margin=16, license="CC-BY-4.0", sources=("somewhere",), stride=32, temperature=1.7,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        module = build(card)
        for layer in module.modules():
            if isinstance(layer, nn.BatchNorm2d):
                nn.init.uniform_(layer.running_mean, -0.1, 0.1)
                nn.init.uniform_(layer.running_var, 0.5, 2.0)
    folder = tmp_path_factory.mktemp("bundles") / "ponds"
    return bundle.save(folder, card, state=module.state_dict(), page="# ponds\n")


@pytest.fixture(scope="session")
def exported(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Exported]:
    """The small network in one of its forms."""
    folder, done = tmp_path_factory.mktemp("exported"), dict[str, Exported]()

    def export(to: str) -> Exported:
        if to not in done:
            place = folder / to
            place.mkdir()
            done[to] = export_model(small.folder, place / f"ponds{SUFFIXES[to]}", to=to)
        return done[to]

    return export


@pytest.fixture
def patches() -> NDArray[np.float32]:
    """Three tiles, as the small network takes them."""
    return np.random.default_rng(5).normal(size=(3, 4, 64, 64)).astype(np.float32)


@pytest.fixture
def scores(small: Bundle, patches: NDArray[np.float32]) -> NDArray[np.float32]:
    """What geounet makes of them."""
    return load_model(small.folder, device="cpu", precision="float32", threads=1)(patches)


@pytest.fixture
def scene(make_raster: Callable[..., Path]) -> Path:
    """A scene of four bands of 8 bits, a corner of it invalid, larger than one tile."""
    pixels = np.random.default_rng(2).integers(0, 256, (4, 13, 17), dtype=np.uint8).repeat(9, 1).repeat(9, 2)
    valid = np.ones(pixels.shape[1:], bool)
    valid[:20, :30] = False
    names = ("red", "green", "blue", "nir")
    return make_raster(pixels, crs="EPSG:32737", valid=valid, descriptions=names)
