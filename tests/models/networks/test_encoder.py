"""Where training starts: weights that fit whole, adapted to the bands, or He's initialisation."""

from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import timm
import torch
from torch import Tensor, nn

from geounet.errors import ModelError, WeightsError
from geounet.models.card import ModelCard
from geounet.models.networks import build, encoder, initialise_encoder

MakeCard = Callable[..., ModelCard]
ENCODER = "test_efficientnet"


@pytest.fixture
def weights(tmp_path: Path) -> tuple[Path, dict[str, Tensor]]:
    """A whole classifier of timm's, in timm's names, as a file."""
    model = timm.create_model(ENCODER, features_only=True)
    state = {name: torch.randn_like(t) for name, t in model.state_dict().items() if t.is_floating_point()}
    path = tmp_path / "encoder.safetensors"
    safetensors.torch.save_file({**state, "classifier.weight": torch.zeros(5, 8)}, path)
    return path, state


def test_every_tensor_of_a_file_arrives(unet_card: MakeCard, weights: tuple[Path, dict[str, Tensor]]) -> None:
    card, (path, state) = unet_card(), weights
    module = build(card)
    initialise_encoder(module, card, path)
    found = module.get_submodule("encoder.model").state_dict()
    assert state.keys() == {name for name in found if not name.endswith("num_batches_tracked")}
    assert all(torch.equal(found[name], tensor) for name, tensor in state.items())


def test_names_may_be_spelled_as_timms_wrapper_does(
    unet_card: MakeCard, weights: tuple[Path, dict[str, Tensor]]
) -> None:
    card, (path, state) = unet_card(), weights
    spelled = {f"model.{name.replace('blocks.', 'blocks_')}": tensor for name, tensor in state.items()}
    safetensors.torch.save_file(spelled, path)
    module = build(card)
    initialise_encoder(module, card, path)
    assert torch.equal(
        module.get_submodule("encoder.model").state_dict()["conv_stem.weight"], state["conv_stem.weight"]
    )


@pytest.mark.parametrize("bands", [1, 2, 5])
def test_the_first_convolution_answers_grey_as_it_did(
    unet_card: MakeCard, weights: tuple[Path, dict[str, Tensor]], bands: int
) -> None:
    card, (path, state) = unet_card(bands=tuple("abcde"[:bands])), weights
    module = build(card)
    initialise_encoder(module, card, path)
    kernel = module.get_submodule("encoder.model.conv_stem").weight
    # timm's rule repeats bands and scales by 3 / bands: with multiples of three, or one, grey answers as before.
    repeated = state["conv_stem.weight"].repeat(1, 2, 1, 1)[:, :bands] * (3 / bands)
    expected = state["conv_stem.weight"].sum(1, keepdim=True) if bands == 1 else repeated
    torch.testing.assert_close(kernel, expected)


def _spoiled(state: dict[str, Tensor], how: str) -> dict[str, Tensor]:
    if how == "shape":
        return {**state, "conv_stem.weight": torch.zeros(1, 3, 3, 3)}
    if how == "lacks":
        return {name: tensor for name, tensor in state.items() if name != "conv_stem.weight"}
    return {**state, "blocks.9.0.conv.weight": torch.zeros(1)}


@pytest.mark.parametrize(
    ("how", "message"),
    [("shape", "conv_stem.weight is"), ("lacks", "it lacks 1 "), ("surplus", "it has beyond it 1 ")],
)
def test_a_file_that_does_not_fit_whole_is_refused(
    unet_card: MakeCard, weights: tuple[Path, dict[str, Tensor]], how: str, message: str
) -> None:
    path, state = weights
    safetensors.torch.save_file(_spoiled(state, how), path)
    with pytest.raises(WeightsError, match=message):
        initialise_encoder(build(unet_card()), unet_card(), path)


def test_he_keeps_the_variance_of_activations(unet_card: MakeCard) -> None:
    torch.manual_seed(0)
    for groups in (1, 64):
        layer = nn.Sequential(nn.Conv2d(64, 64, 3, groups=groups, bias=False))
        encoder.initialise_he(layer)
        fan_in = 64 // groups * 9
        assert layer[0].weight.var().item() == pytest.approx(2 / fan_in, rel=0.15)
    module, card = build(unet_card()), unet_card()
    nn.init.zeros_(module.get_submodule("encoder.model.conv_stem").weight)
    initialise_encoder(module, card, "none")
    assert module.get_submodule("encoder.model.conv_stem").weight.std() > 0


def test_a_hubs_weights_are_taken_where_it_answers(
    unet_card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    import segmentation_models_pytorch as smp

    asked: list[object] = []
    real = smp.encoders.get_encoder

    def stand_in(name: str, *, weights: object, **options: object) -> nn.Module:
        asked.append(weights)
        built: nn.Module = real(name, weights=None, **options)
        nn.init.constant_(built.get_submodule("model.conv_stem").weight, 0.25)
        return built

    monkeypatch.setattr(smp.encoders, "get_encoder", stand_in)
    card = unet_card(bands=tuple("abcde"))
    module = build(card)
    initialise_encoder(module, card, "imagenet")
    assert asked == [True]
    assert module.get_submodule("encoder.model.conv_stem").weight.unique().tolist() == [0.25]


def test_a_hub_that_does_not_answer_leaves_the_choice_to_the_caller(
    unet_card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    card = unet_card()
    with pytest.raises(
        ModelError, match=r"'tu-test_efficientnet' cannot be fetched .*safetensors file.*'none'"
    ) as caught:
        initialise_encoder(build(card), card, "imagenet")
    assert "\n" not in str(caught.value)
    with pytest.raises(WeightsError, match="cannot be read"):
        initialise_encoder(build(card), card, Path("nowhere.safetensors"))
