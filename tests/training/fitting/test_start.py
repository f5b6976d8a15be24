import pytest
import torch

from geounet.errors import ModelError, TrainingError
from geounet.models import bundle
from geounet.models.card import ModelCard
from geounet.models.networks import build
from geounet.training.fitting.start import begin_from


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


def test_other_bands_begin_the_first_layer_anew(card, save_model):
    normalization = card["normalization"] | {"mean": [0.5] * 4, "std": [0.25] * 4}
    wider = card_of(card, bands=["red", "green", "blue", "nir"], normalization=normalization)
    state, anew = begun(wider, str(save_model(card)))
    assert anew == ["encoder.conv1"]
    assert state["encoder.conv1.weight"].shape[1] == 4


def test_another_architecture_is_refused(card, save_model):
    architecture = card["architecture"] | {"decoder_channels": [32, 16, 8]}
    with pytest.raises(TrainingError, match="decoder_channels"):
        begun(card_of(card, architecture=architecture), str(save_model(card)))


def test_no_such_model_is_one_line(card):
    with pytest.raises(ModelError, match="not known"):
        begun(card_of(card), "nowhere")
