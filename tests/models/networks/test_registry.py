"""Networks are what their cards say."""

from collections.abc import Callable

import pytest
import segmentation_models_pytorch as smp
import torch

from geounet.errors import InvalidCardError, ModelError
from geounet.models.card import ModelCard
from geounet.models.networks import build, network_stride, with_stride

MakeCard = Callable[..., ModelCard]
UNET = {"name": "Unet", "encoder": "tu-test_efficientnet", "decoder_channels": [16, 8, 8, 8, 8]}


@pytest.mark.parametrize("bands", [("grey",), ("red", "green", "blue"), tuple("abcdefg")])
@pytest.mark.parametrize(("activation", "scores"), [("softmax", 3), ("sigmoid", 2)])
def test_logits_have_a_band_for_each_score(
    unet_card: MakeCard, bands: tuple[str, ...], activation: str, scores: int
) -> None:
    card = unet_card(bands=bands, classes=("background", "a", "b"), activation=activation)
    with torch.inference_mode():
        logits = build(card).eval()(torch.randn(2, len(bands), 64, 96))
    assert logits.shape == (2, scores, 64, 96)
    assert logits.min() < 0  # not probabilities


@pytest.mark.parametrize("encoder", ["resnet18", "mobilenet_v2", "tu-mobilenetv1_100"])
def test_it_is_smps_own_network(unet_card: MakeCard, encoder: str) -> None:
    card = unet_card(architecture={"name": "Unet", "encoder": encoder})
    expected = smp.Unet(encoder, encoder_weights=None, classes=2).state_dict()
    assert {k: v.shape for k, v in build(card).state_dict().items()} == {
        k: v.shape for k, v in expected.items()
    }


@pytest.mark.parametrize(("name", "encoder"), [("Unet", "resnet34"), ("SegFormer", "mit_b0")])
def test_a_name_alone_has_the_encoder_that_the_docs_name(
    unet_card: MakeCard, name: str, encoder: str
) -> None:
    alone, named = (
        build(unet_card(architecture=architecture)).state_dict()
        for architecture in ({"name": name}, {"name": name, "encoder": encoder})
    )
    assert {key: value.shape for key, value in alone.items()} == {
        key: value.shape for key, value in named.items()
    }


def test_the_stride_is_the_shift_that_changes_nothing(unet_card: MakeCard) -> None:
    card = unet_card(stride=1, architecture=UNET | {"encoder_depth": 4, "decoder_channels": [16, 8, 8, 8]})
    module = build(card).eval()
    stride = network_stride(module)
    image = torch.randn(1, 3, 256 + stride, 256, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        here, below = module(image[:, :, :256]), module(image[:, :, stride:])
        half = module(image[:, :, stride // 2 : stride // 2 + 256])
    inner = slice(96, 128)
    at_stride = (here[..., inner, :] - below[..., 96 - stride : 128 - stride, :]).abs().max()
    at_half = (here[..., inner, :] - half[..., 96 - stride // 2 : 128 - stride // 2, :]).abs().max()
    assert stride == 16
    assert at_stride < 0.1 * at_half


def test_a_card_without_a_stride_gets_its_networks(unet_card: MakeCard) -> None:
    card = unet_card(stride=1)
    assert with_stride(card, build(card)).stride == 32
    assert with_stride(unet_card(stride=64, margin=0), build(card)).stride == 64
    with pytest.raises(InvalidCardError, match="stride is 32; tile and twice the margin"):
        with_stride(unet_card(stride=1, margin=10), build(card))


def test_a_stride_that_is_not_the_networks_is_refused(unet_card: MakeCard) -> None:
    with pytest.raises(InvalidCardError, match="stride is 16; its network needs a multiple of 32"):
        build(unet_card(stride=16))


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        (None, "has no architecture"),
        ({"name": "Ynet"}, "architecture 'Ynet' is not known; this geounet builds .*Unet"),
        (UNET | {"encoder": "resnt18"}, "encoder 'resnt18' is not known.*such as .*resnet18"),
        (UNET | {"encoder": "tu-mobilenetv1_10"}, "is not known.*such as .*tu-mobilenetv1_100"),
        (UNET | {"encoder": "tu-hf-hub:someone/model"}, "is not known"),
        (UNET | {"encoder": None}, "encoder None is not known"),
        (
            UNET | {"encoder_weights": "imagenet"},
            "has key 'encoder_weights'; it takes encoder, encoder_depth",
        ),
        (UNET | {"decoder_channels": [8]}, "cannot be built with encoder 'tu-test_efficientnet'"),
        (
            UNET | {"encoder": "tu-vit_tiny_patch16_224"},
            "cannot be built with encoder 'tu-vit_tiny_patch16_224'",
        ),
    ],
)
def test_what_cannot_be_built_is_refused(
    unet_card: MakeCard, architecture: dict[str, object] | None, message: str
) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        build(unet_card(architecture=architecture))
    assert "\n" not in str(caught.value)


VOLUMES = {"name": "Unet3D", "channels": 2, "depth": 2}


def test_a_network_of_volumes_gets_its_dates_from_the_cards_axes(unet_card: MakeCard) -> None:
    card = unet_card(architecture=VOLUMES, axes={"time": 5}, stride=4)
    with torch.inference_mode():
        logits = build(card).eval()(torch.randn(2, card.channels, 16, 24))
    assert card.channels == 15
    assert logits.shape == (2, card.scores, 16, 24)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"architecture": VOLUMES},
            "has no axes; its network Unet3D takes volumes: add axes, such as {'time': 8}",
        ),
        ({"axes": {"time": 2}}, "Unet takes plain images"),
        ({"architecture": VOLUMES | {"steps": 4}, "axes": {"time": 2}}, "2 steps in its axes, and 4"),
    ],
)
def test_a_card_of_volumes_and_its_network_go_together(unet_card: MakeCard, change: dict, says: str) -> None:
    with pytest.raises(InvalidCardError, match=says):
        build(unet_card(stride=32, **change))
