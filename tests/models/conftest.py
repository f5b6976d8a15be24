"""A network small enough to be built, saved and run in every test."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
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
