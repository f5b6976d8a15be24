"""Models of other libraries' hubs: their own interfaces, with a stand-in for what lies behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segmentation_models_pytorch as smp
import torch
import torchgeo.models
from torch import nn
from torchvision.transforms import v2 as transforms

from geounet.errors import ModelError
from geounet.models import load_model, torchgeo_hub
from geounet.models.bundle import Bundle
from geounet.models.catalogue import find

CHANNELS = (16, 8, 8, 8, 8)


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """A network of smp's, saved by smp."""

    def save(network: str = "Unet", **options: Any) -> Path:
        torch.manual_seed(4)
        if network == "Unet":
            options["decoder_channels"] = CHANNELS
        module = getattr(smp, network)("tu-test_efficientnet", encoder_weights=None, **options)
        folder = tmp_path / "smp-model"
        module.save_pretrained(folder)
        return folder

    return save


@pytest.mark.parametrize(("classes", "activation", "scores"), [(1, None, 1), (3, None, 3), (3, "sigmoid", 3)])
def test_smps_network_scores_as_smp_does(
    saved: Callable[..., Path], classes: int, activation: str | None, scores: int
) -> None:
    folder = saved(classes=classes, activation=activation)
    model = load_model(f"smp:{folder}", device="cpu", precision="float32")
    assert model.card.scores == scores
    assert model.card.bands == ("red", "green", "blue")
    patches = np.random.default_rng(1).normal(size=(1, 3, 64, 64)).astype(np.float32)
    module = smp.from_pretrained(folder).eval()
    with torch.inference_mode():
        given = module(torch.from_numpy(patches))
    exclusive = classes > 1 and activation is None
    expected = given.softmax(1) if exclusive else given if activation == "sigmoid" else given.sigmoid()
    np.testing.assert_allclose(model(patches), expected.numpy(), atol=2e-3)


def test_smps_card_normalises_as_the_encoder_was_trained(saved: Callable[..., Path]) -> None:
    card = find(f"smp:{saved()}").card
    params = smp.encoders.get_preprocessing_params("tu-test_efficientnet")
    assert card.normalization.range == "dtype"
    assert card.normalization.mean == pytest.approx(params["mean"])
    assert card.normalization.std == pytest.approx(params["std"])


def test_a_changed_folder_is_another_model(saved: Callable[..., Path]) -> None:
    first = find(f"smp:{saved(classes=2)}")
    assert find(f"smp:{saved(classes=2)}") == first
    assert find(f"smp:{saved(classes=3)}").digest != first.digest


def test_smps_other_networks_are_refused(saved: Callable[..., Path]) -> None:
    with pytest.raises(ModelError, match="is Linknet; this geounet builds Unet"):
        find(f"smp:{saved('Linknet')}")


def test_smps_hub_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="'smp:nobody/nothing' cannot be fetched") as caught:
        find("smp:nobody/nothing")
    assert "\n" not in str(caught.value)


class Weights:
    """torchgeo's weights as torchvision defines them: metadata, transforms, and a download."""

    def __init__(self) -> None:
        self.module = smp.Unet(
            "tu-test_efficientnet",
            encoder_weights=None,
            in_channels=4,
            classes=2,
            decoder_channels=(256, 128, 64, 32, 16),
        )
        self.meta = {
            "dataset": "D", "in_chans": 4, "num_classes": 2, "model": "U-Net", "encoder": "tu-test_efficientnet",
            "publication": "https://example.org/paper", "bands": ["B4", "B8", "B4", "B8"], "license": "CC-BY-4.0",
            "resolution": 10,
        }  # fmt: skip
        self.transforms = nn.Sequential(transforms.Normalize(mean=[0.0], std=[3000.0]))
        self.asked: list[dict[str, object]] = []

    def get_state_dict(self, **options: object) -> dict[str, torch.Tensor]:
        self.asked.append(options)
        return dict(self.module.state_dict())


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch) -> Weights:
    stand_in = Weights()
    monkeypatch.setattr(torchgeo.models, "get_weight", {"Unet_Weights.D": stand_in}.__getitem__)
    return stand_in


def test_torchgeos_network_scores_as_torchgeo_does(weights: Weights) -> None:
    model = load_model("torchgeo:Unet_Weights.D", device="cpu", precision="float32")
    card = model.card
    assert card.bands == ("B4", "B8", "B4_2", "B8_2")
    assert (card.gsd_m, card.license, card.classes) == (10, "CC-BY-4.0", ("background", "class_1"))
    counts = np.random.default_rng(1).integers(0, 65536, (1, 4, 64, 64)).astype(np.float32)
    low, high = card.normalization.range
    scale = np.array(card.normalization.std, np.float32)[:, None, None]
    shift = np.array(card.normalization.mean, np.float32)[:, None, None]
    patches = (np.clip((counts - low) / (high - low), 0, 1) - shift) / scale
    with torch.inference_mode():
        expected = weights.module.eval()(weights.transforms(torch.from_numpy(counts))).softmax(1)
    np.testing.assert_allclose(model(patches), expected.numpy(), atol=5e-3)


def test_torchgeo_is_asked_once_and_for_tensors_alone(weights: Weights) -> None:
    assert find("torchgeo:Unet_Weights.D") == find("torchgeo:Unet_Weights.D")
    assert weights.asked == [{"progress": False, "map_location": "cpu", "weights_only": True}]


def test_a_chain_of_normalisations_is_one() -> None:
    chain = nn.Sequential(
        transforms.Normalize([1.0, 2.0], [10.0, 20.0]),
        transforms.Resize((8, 8)),
        transforms.Normalize([0.5], [0.25]),
    )
    folded = torchgeo_hub.normalization_of(chain, bands=2)
    x = torch.rand(2, 8, 8, generator=torch.Generator().manual_seed(1)) * 1000
    mean, std = (torch.tensor(v).reshape(2, 1, 1) for v in (folded.mean, folded.std))
    torch.testing.assert_close((x / folded.range[1] - mean) / std, chain(x), atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize("name", [str(w) for w in torchgeo.models.get_model_weights("unet")])
def test_every_unet_that_torchgeo_lists_makes_a_card(name: str) -> None:
    weights = torchgeo.models.get_weight(name)
    card = torchgeo_hub.card_of(name, weights.meta, weights.transforms)
    assert len(card.bands) == weights.meta["in_chans"]
    assert card.scores == weights.meta["num_classes"]
    assert card.license == weights.meta["license"]


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("Unet_Weights.NOTHING", "has no weights"),
        ("ResNet18_Weights.SENTINEL2_RGB_MOCO", "not a segmentation network"),
    ],
)
def test_torchgeos_other_weights_are_refused(identifier: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        find(f"torchgeo:{identifier}")


def test_an_empty_identifier_is_refused(tiny: Bundle) -> None:
    with pytest.raises(ModelError, match="names nothing; expected smp:ID"):
        find("smp:")
