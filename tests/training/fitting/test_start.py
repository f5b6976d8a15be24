import pytest
import torch

from geounet.errors import ModelError, TrainingError
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.training import TrainConfig
from geounet.training.fitting import start
from geounet.training.fitting.freezing import has_encoder
from geounet.training.fitting.start import begin_from, first_weights

CLASSIC = {"name": "ClassicUnet", "channels": 8, "depth": 2}
"""A network without an encoder of its own."""


def card_of(card: dict, **changes) -> ModelCard:
    return ModelCard.from_dict({"format": 1} | card | changes)


def begun(card: ModelCard, model: str) -> tuple[dict, list[str]]:
    torch.manual_seed(9)
    network = build(card)
    anew = begin_from(network, card, model)
    return network.state_dict(), anew


def test_the_same_card_has_all_weights(card, save_model):
    model = save_model(card)
    state, anew = begun(card_of(card), str(model))
    assert anew == []
    for name, value in bundle.load(bundle.read(model)).state_dict().items():
        assert torch.equal(state[name], value), name


def test_other_classes_begin_the_head_anew(card, save_model, caplog):
    model = save_model(card)
    with caplog.at_level("INFO", logger="geounet.training"):
        state, anew = begun(card_of(card, classes=["background", "house", "shed"]), str(model))
    assert anew == ["segmentation_head.0"]
    assert "segmentation_head.0" in caplog.text
    read = bundle.load(bundle.read(model)).state_dict()
    same = {
        name
        for name in read
        if state[name].shape == read[name].shape and torch.equal(state[name], read[name])
    }
    assert read.keys() - same == {"segmentation_head.0.weight", "segmentation_head.0.bias"}
    head = state["segmentation_head.0.weight"]
    assert state["segmentation_head.0.bias"].abs().max() == 0
    # He et al. (2015): a standard deviation of √(2 / fan-in).
    assert head.std() == pytest.approx((2 / head[0].numel()) ** 0.5, rel=0.2)


def banded(card, *bands):
    normalization = card["normalization"] | {"mean": [0.5] * len(bands), "std": [0.25] * len(bands)}
    return card_of(card, bands=list(bands), normalization=normalization)


def test_bands_that_the_model_has_keep_their_weights_and_new_ones_begin_without(card, save_model):
    model = save_model(card)
    before = bundle.load(bundle.read(model)).eval()
    state, anew = begun(banded(card, "height", "Blue", "red", "green"), str(model))
    assert anew == []
    kernels, wider = before.state_dict()["encoder.conv1.weight"], state["encoder.conv1.weight"]
    assert wider[:, 0].abs().max() == 0
    assert torch.equal(wider[:, 1:], kernels[:, [2, 0, 1]])


def test_the_run_begins_with_what_the_model_gives(card, save_model):
    model = save_model(card)
    before = bundle.load(bundle.read(model)).eval()
    wider = banded(card, "red", "green", "blue", "height")
    network = build(wider)
    begin_from(network, wider, str(model))
    patches = torch.randn(1, 4, 64, 64)
    with torch.no_grad():
        assert torch.allclose(network.eval()(patches), before(patches[:, :3]), atol=1e-5)


def test_bands_of_other_names_begin_the_first_layer_anew(card, save_model):
    state, anew = begun(banded(card, "b1", "b2", "b3", "b4"), str(save_model(card)))
    assert anew == ["encoder.conv1"]
    assert state["encoder.conv1.weight"].shape[1] == 4


def test_another_architecture_is_refused(card, save_model):
    architecture = card["architecture"] | {"decoder_channels": [32, 16, 8]}
    with pytest.raises(TrainingError, match="decoder_channels"):
        begun(card_of(card, architecture=architecture), str(save_model(card)))


def test_no_such_model_is_one_line(card):
    with pytest.raises(ModelError, match="not known"):
        begun(card_of(card), "nowhere")


def config_of(tables: dict, architecture: dict, **changes) -> TrainConfig:
    card = tables["card"] | {"architecture": architecture}
    merged = {
        name: {**tables[name], **value} if isinstance(value, dict) else value
        for name, value in changes.items()
    }
    return TrainConfig.from_dict(tables | {"card": card} | merged)


def test_a_network_without_an_encoder_begins_whole_by_he(tables):
    config = config_of(tables, CLASSIC)
    network = build(config.card)
    assert not has_encoder(network)
    for parameter in network.parameters():
        torch.nn.init.constant_(parameter, 7.0)
    torch.manual_seed(3)
    first_weights(network, config)
    convolutions = [layer for layer in network.modules() if isinstance(layer, torch.nn.Conv2d)]
    assert len(convolutions) == 11
    for layer in convolutions[1:-1]:  # of which each has kernels enough to tell
        assert layer.weight.detach().std() == pytest.approx((2 / layer.weight[0].numel()) ** 0.5, rel=0.2)
        assert layer.bias.abs().max() == 0


@pytest.mark.parametrize("init", ["imagenet", "somewhere.safetensors"])
def test_such_a_network_takes_no_encoders_weights(tables, init):
    config = config_of(tables, CLASSIC, init=init)
    with pytest.raises(ModelError, match=r"architecture ClassicUnet has no encoder .*init to 'none'.*start"):
        first_weights(build(config.card), config)


@pytest.mark.parametrize(("key", "value"), [("freeze", 3), ("encoder_rate", 0.1)])
def test_nor_can_its_encoder_be_treated_apart(tables, save_model, key, value):
    model = str(save_model(tables["card"] | {"architecture": CLASSIC}))
    config = config_of(tables, CLASSIC, start=model, optimizer={key: value})
    with pytest.raises(
        TrainingError, match=rf"optimizer.{key} is {value:g}; architecture ClassicUnet has no encoder"
    ):
        first_weights(build(config.card), config)


def test_a_crop_is_one_that_the_network_takes(tables):
    """A card may leave its stride out; crops are of the network's all the same."""
    tables["card"] = {key: value for key, value in tables["card"].items() if key != "stride"}
    config = config_of(tables, CLASSIC | {"depth": 5}, data={"crop": 48})
    with pytest.raises(
        TrainingError, match=r"data.crop is 48; architecture ClassicUnet takes multiples of 32"
    ):
        first_weights(build(config.card), config)


def test_a_network_of_one_tile_has_crops_of_that_side(tables):
    config = config_of(tables, CLASSIC)
    network = build(config.card)
    network.tile_side = 64
    with pytest.raises(
        TrainingError, match=r"data.crop is 48; .* one side alone: set it to the card's tile, 64"
    ):
        first_weights(network, config)


class Placed(torch.nn.Module):
    """A network with values of its own, learnt for each position, beside its layers."""

    def __init__(self, side: int = 4) -> None:
        super().__init__()
        self.positions = torch.nn.Parameter(torch.randn(1, 2, side, side))
        self.head = torch.nn.Conv2d(2, 2, 1)


@pytest.mark.parametrize("side", [4, 6])
def test_what_a_network_has_beside_its_layers_is_kept_where_it_fits(card, side, monkeypatch, save_model):
    theirs = Placed().state_dict()
    monkeypatch.setattr(start, "read_weights", lambda _: theirs)
    network = Placed(side)
    own = network.positions.detach().clone()
    anew = begin_from(network, card_of(card), str(save_model(card)))
    assert anew == ([] if side == 4 else [""])
    assert torch.equal(network.positions, theirs["positions"] if side == 4 else own)
    assert torch.equal(network.head.weight, theirs["head.weight"])
