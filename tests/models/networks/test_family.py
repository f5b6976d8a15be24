"""What holds of every architecture: it is built from a card, learns, is kept in a bundle, and leaves as ONNX."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import safetensors.torch
import torch
from timm.models import adapt_input_conv
from torch import Tensor, nn
from torch.nn import functional

from geounet.errors import ModelError
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.exchange.export_onnx import network_to_onnx
from geounet.models.networks import build, initialise_encoder, network_stride, takes_any_tile
from geounet.models.networks.default_card import BANDS, CLASSES, default_card
from geounet.models.networks.encoder import encoder_name
from geounet.models.networks.registry import MODULES, find_architecture
from geounet.models.weights import halve

TIMMS = {"encoder": "tu-test_efficientnet", "decoder_channels": [16, 8, 8, 8, 8]}
SMALL: Mapping[str, Mapping[str, Any]] = {
    "Unet": TIMMS,
    "ClassicUnet": {"channels": 8, "depth": 3},
    "UnetPlusPlus": TIMMS,
    "AttentionUnet": {"channels": 8, "depth": 3},
    "ResUNet": {"channels": 8},
    "MultiResUNet": {"channels": 8, "depth": 3},
    "R2UNet": {"channels": 8, "depth": 3},
    "LadderNet": {"channels": 8, "depth": 3},
    "DenseUnet": {"layers": [2, 2, 2, 2], "growth": 8, "channels": 16},
    "TernausNet": {"filters": 4},
    "TransUNet": {
        "units": [1, 1, 1], "width": 8, "hidden": 32, "layers": 2, "heads": 2, "mlp": 64, "grid": 4,
        "decoder_channels": [32, 16, 16, 8, 8],
    },
    "CATS": {
        "features": [8, 8, 16, 16, 32, 8], "hidden": 32, "layers": 4, "heads": 2, "mlp": 64, "grid": 4,
    },
    "SegFormer": {"encoder": "mit_b0", "decoder_segmentation_channels": 32},
    "Unet3D": {"channels": 8, "depth": 2, "halvings": 1},
    "UNETR": {"channels": 2, "hidden": 24, "mlp": 32, "heads": 2, "image": 64},
    "ContinuousUnet": {"filters": 4},
}  # fmt: skip
"""Options that make each small."""

SIDE = 64
"""Of a tile."""

STEPS = {"Unet3D": 2, "UNETR": 16}
"""Dates or slices of a volume: as few as it takes."""

family = pytest.mark.parametrize("name", MODULES)


def small_card(name: str, *, bands: tuple[str, ...] = BANDS, classes: tuple[str, ...] = CLASSES) -> ModelCard:
    known = find_architecture(name)
    small = replace(known, options=SMALL[name], tile=SIDE, steps=STEPS.get(name, 1))
    return default_card(small, bands=bands, classes=classes)


def seeded(card: ModelCard) -> nn.Module:
    """The card's network as a training begins with it, the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        module = build(card)
        initialise_encoder(module, card, "none")
    return module


def settled(card: ModelCard) -> nn.Module:
    """That network in evaluation mode, its batch norms having seen what they norm, as after training."""
    module = seeded(card).train()
    for layer in module.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            layer.momentum = None  # statistics of all that was seen
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(8)
        module(tiles(card))
    return module.eval()


def tiles(card: ModelCard, *, count: int = 2, side: int = SIDE) -> Tensor:
    """Smooth noise."""
    noise = torch.randn(count, card.channels, side, side, generator=torch.Generator().manual_seed(6))
    return 4 * functional.avg_pool2d(noise, 9, stride=1, padding=4)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Networks this small are slower on more."""
    torch.set_num_threads(1)


def test_each_is_made_small_here() -> None:
    assert SMALL.keys() == MODULES.keys()


@family
def test_it_has_its_name_its_paper_and_a_published_size(name: str) -> None:
    known = find_architecture(name)
    assert known.name == name
    assert "(20" in known.paper
    for one in known.published:
        assert one.architecture["name"] == name
        assert one.parameters > 0
        assert 0 <= one.tolerance < 0.5
        assert one.source
        assert "TO BE FOUND" not in one.source


@family
def test_a_default_card_is_whole(name: str) -> None:
    known = find_architecture(name)
    card = default_card(known)
    assert ModelCard.from_dict(card.to_dict()) == card
    assert (known.axes is None) == (known.steps == 1)


@family
@pytest.mark.parametrize("bands", [("grey",), tuple("abcde")], ids=len)
def test_any_bands_and_classes_give_logits_of_the_tiles_size(name: str, bands: tuple[str, ...]) -> None:
    card = small_card(name, bands=bands, classes=("background", "a", "b"))
    module = build(card).eval()
    stride = network_stride(module)
    sides = (SIDE, SIDE + stride) if takes_any_tile(module) else (SIDE,)
    with torch.inference_mode():
        for side in sides:
            logits = module(tiles(card, side=side))
            assert logits.shape == (2, 3, side, side)
            assert logits.isfinite().all()
            assert logits.min() < 0 or logits.max() > 1  # not probabilities


@family
def test_an_unknown_key_is_refused(name: str) -> None:
    card = small_card(name)
    with pytest.raises(ModelError, match=f"{name}.*colour.*takes") as caught:
        build(replace(card, architecture={**(card.architecture or {}), "colour": "blue"}))
    assert "\n" not in str(caught.value)


@family
def test_ten_steps_lower_the_loss(name: str) -> None:
    card = small_card(name)
    module = seeded(card).train()
    images = tiles(card)
    labels = (images[:, 0] > 0).long()
    optimizer = torch.optim.AdamW(module.parameters(), lr=3e-3)
    losses = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)  # of dropout
        for _ in range(11):
            optimizer.zero_grad()
            loss = functional.cross_entropy(module(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert np.isfinite(losses).all()
    assert losses[-1] < 0.9 * losses[0]


@family
def test_a_bundle_brings_it_back(name: str, tmp_path: Path) -> None:
    card = small_card(name)
    module = settled(card)
    kept = bundle.save(tmp_path / "model", card, state=module.state_dict(), page="# a page\n")
    assert kept.card == card
    module.load_state_dict(halve(module.state_dict()))  # at rest, kernels are in half precision
    with torch.inference_mode():
        expected = module(tiles(card))
        found = bundle.load(bundle.read(kept.folder)).eval()(tiles(card))
    torch.testing.assert_close(found, expected, rtol=0, atol=0)


@family
def test_onnx_gives_the_same_scores(name: str) -> None:
    """In plain onnxruntime, and for another number of tiles than it was traced with."""
    card = small_card(name)
    module, images = settled(card), tiles(card, count=3)
    session = onnxruntime.InferenceSession(network_to_onnx(module, card), providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {"patches": images.numpy()})
    with torch.inference_mode():
        expected = module(images).softmax(1)
    torch.testing.assert_close(torch.from_numpy(scores), expected, rtol=0, atol=1e-4)


@family
def test_it_begins_by_he_or_by_weights_of_its_encoder(name: str, tmp_path: Path) -> None:
    """A file of three bands' weights fits any number of bands; without an encoder there is one choice."""
    card = small_card(name, bands=tuple("abcde"))
    if encoder_name(card) is None:
        for weights in ("imagenet", tmp_path / "encoder.safetensors"):
            with pytest.raises(ModelError, match=f"architecture {name} has no encoder .*'none'"):
                initialise_encoder(build(card), card, weights)
        return
    theirs = seeded(small_card(name)).get_submodule("encoder").state_dict()
    safetensors.torch.save_file(theirs, tmp_path / "encoder.safetensors")
    module = build(card)
    initialise_encoder(module, card, tmp_path / "encoder.safetensors")
    for key, tensor in module.get_submodule("encoder").state_dict().items():
        source = theirs[key]
        expected = source if source.shape == tensor.shape else adapt_input_conv(5, source)
        torch.testing.assert_close(tensor, expected, rtol=0, atol=0)
