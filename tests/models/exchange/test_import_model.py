"""What a model comes as is known by its name, and each kind becomes the same kind of bundle."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import segmentation_models_pytorch as smp
import torch
import torchgeo.models
from torch import Tensor, nn

from geounet.errors import ModelError, OptionsError, WeightsError
from geounet.models import bundle, load_model
from geounet.models.bundle import Bundle
from geounet.models.card import ModelCard
from geounet.models.exchange import import_model

MakeCard = Callable[..., ModelCard]
CHANNELS = (16, 8, 8, 8, 8)


@pytest.fixture
def unet() -> nn.Module:
    torch.manual_seed(4)
    module: nn.Module = smp.Unet(
        "tu-test_efficientnet", encoder_weights=None, decoder_channels=CHANNELS, classes=2
    )
    return module.eval()


def same_scores(imported: Bundle, network: nn.Module) -> None:
    patches = np.random.default_rng(1).normal(size=(1, 3, 64, 64)).astype(np.float32)
    with torch.inference_mode():
        expected = network(torch.from_numpy(patches)).softmax(1).numpy()
    found = load_model(imported.folder, device="cpu", precision="float32")(patches)
    np.testing.assert_allclose(found, expected, atol=2e-3)  # kernels are rounded to 11 bits


@pytest.mark.parametrize("prefix", ["", "smp:"])
def test_a_folder_of_smps(unet: nn.Module, tmp_path: Path, prefix: str) -> None:
    unet.save_pretrained(tmp_path / "saved")
    imported = import_model(f"{prefix}{tmp_path / 'saved'}", out=tmp_path / "out")
    assert imported.card.architecture == {
        "name": "Unet", "encoder": "tu-test_efficientnet", "decoder_channels": list(CHANNELS),
        "encoder_depth": 5, "decoder_use_norm": "batchnorm", "decoder_interpolation": "nearest",
    }  # fmt: skip
    same_scores(imported, unet)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: smp.UnetPlusPlus("tu-test_efficientnet", encoder_weights=None, decoder_channels=CHANNELS, classes=2),
         "UnetPlusPlus"),
        (lambda: smp.Segformer("tu-test_efficientnet", encoder_weights=None, decoder_segmentation_channels=32, classes=2),
         "SegFormer"),
    ],
)  # fmt: skip
def test_smps_other_networks_of_the_family(make: Callable[[], nn.Module], name: str, tmp_path: Path) -> None:
    torch.manual_seed(4)
    network = make().eval()
    network.save_pretrained(tmp_path / "saved")
    imported = import_model(tmp_path / "saved", out=tmp_path / "out")
    assert imported.card.architecture is not None
    assert imported.card.architecture["name"] == name
    same_scores(imported, network)


class Weights:
    """torchgeo's weights as torchvision defines them."""

    def __init__(self, state: dict[str, Tensor]) -> None:
        self.state = state
        self.meta = {
            "dataset": "D", "in_chans": 3, "num_classes": 2, "model": "U-Net", "encoder": "tu-test_efficientnet",
            "publication": "https://example.org/paper", "bands": ["B4", "B3", "B2"], "license": "CC-BY-4.0",
            "resolution": 10,
        }  # fmt: skip
        self.transforms = nn.Identity()

    def get_state_dict(self, **_: object) -> dict[str, Tensor]:
        return self.state


@pytest.mark.parametrize("name", ["torchgeo:Unet_Weights.D", "Unet_Weights.D"])
def test_a_weight_enum_of_torchgeo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    torch.manual_seed(4)
    module = smp.Unet("tu-test_efficientnet", encoder_weights=None, classes=2).eval()
    stand_in = {"Unet_Weights.D": Weights(dict(module.state_dict()))}
    monkeypatch.setattr(torchgeo.models, "get_weight", stand_in.__getitem__)
    imported = import_model(name, out=tmp_path / "out")
    assert (imported.card.bands, imported.card.gsd_m) == (("B4", "B3", "B2"), 10)
    assert name in imported.page.read_text(encoding="utf-8")
    same_scores(imported, module)


def test_a_card_that_is_given_replaces_a_hubs(unet: nn.Module, tmp_path: Path, unet_card: MakeCard) -> None:
    unet.save_pretrained(tmp_path / "saved")
    card = unet_card(classes=("land", "water"))
    imported = import_model(tmp_path / "saved", card=card, out=tmp_path / "out")
    assert imported.card == card
    with pytest.raises(WeightsError, match="segmentation_head"):
        import_model(tmp_path / "saved", card=unet_card(classes=("a", "b", "c")), out=tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_weights_and_a_card(unet: nn.Module, tmp_path: Path, unet_card: MakeCard) -> None:
    torch.save(unet.state_dict(), tmp_path / "w.pth")
    imported = import_model(tmp_path / "w.pth", card=unet_card(), out=tmp_path / "out")
    assert imported == bundle.read(tmp_path / "out")
    (tmp_path / "w.xml").write_text("<net/>", encoding="utf-8")
    with pytest.raises(
        ModelError, match=r"w.xml is a network of OpenVINO, for OpenVINO's own programs; .* its ONNX export"
    ):
        import_model(tmp_path / "w.xml", out=tmp_path / "out")
    with pytest.raises(OptionsError, match=r"w.pth says nothing of bands and classes; pass --card"):
        import_model(tmp_path / "w.pth", out=tmp_path / "other")
    with pytest.raises(OptionsError, match="activation softmax is for ONNX files"):
        import_model(tmp_path / "w.pth", card=unet_card(), out=tmp_path / "other", activation="softmax")


def test_onnx(write_onnx: Callable[..., Path], tmp_path: Path) -> None:
    path = write_onnx("LAND.ONNX")
    assert import_model(path, out=tmp_path / "out").is_onnx


def test_folders_of_other_things_are_refused(tiny: Bundle, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is a bundle already; pass it as the model"):
        import_model(tiny.folder, out=tmp_path / "out")
    (tmp_path / "photos").mkdir()
    with pytest.raises(
        ModelError, match=r"has no config.json; expected a folder that smp's save_pretrained wrote"
    ):
        import_model(tmp_path / "photos", out=tmp_path / "out")
