"""An architecture's figures, against what is known on paper and by the library that has it."""

from dataclasses import replace

import pytest
import segmentation_models_pytorch as smp
import torch
from torch import Tensor, nn
from torch.nn import functional

from geounet.errors import ModelError
from geounet.models.networks import check as checking
from geounet.models.networks import figures as measuring
from geounet.models.networks.architecture import Architecture
from geounet.models.networks.check import check
from geounet.models.networks.default_card import default_card
from geounet.models.networks.figures import count_flops, count_parameters, figures
from geounet.models.networks.registry import find_architecture


def test_parameters_and_operations_of_a_convolution() -> None:
    layer = nn.Conv2d(3, 8, 5, padding=2)
    assert count_parameters(layer) == 3 * 8 * 25 + 8
    assert count_flops(layer, 3, side=10) == 2 * 3 * 8 * 25 * 10**2
    shared = nn.Sequential(layer, nn.ReLU(), layer)
    assert count_parameters(shared) == count_parameters(layer)


class Attentive(nn.Module):
    """Attention of each pixel to all."""

    def forward(self, image: Tensor) -> Tensor:
        tokens = image.flatten(2).transpose(1, 2)[:, None]
        return functional.scaled_dot_product_attention(tokens, tokens, tokens)


def test_operations_of_attention() -> None:
    tokens, channels = 8**2, 16
    assert count_flops(Attentive(), channels, side=8) == 2 * (
        2 * tokens**2 * channels
    )  # q · k, and weights · v


def test_the_figures_of_unet_are_its_librarys() -> None:
    found = figures("Unet")
    theirs = smp.Unet("resnet34", encoder_weights=None, classes=2)
    assert found.parameters == sum(p.numel() for p in theirs.parameters())
    assert (found.stride, found.smallest_tile, found.tile) == (32, 32, 256)
    assert found.receptive_field is not None
    assert found.receptive_field > 899  # of ResNet-34's last stage alone (Araujo et al. 2019)


def test_a_default_card_is_one_that_its_network_takes() -> None:
    card = default_card(find_architecture("Unet"), bands=("a", "b"), classes=("none", "one", "two"))
    assert card.architecture == {"name": "Unet", "encoder": "resnet34"}
    assert (card.channels, card.scores, 2 * card.margin % 32) == (2, 3, 0)


def test_a_default_card_of_volumes_has_their_number() -> None:
    stacks = replace(find_architecture("Unet"), axes="time", steps=6)
    card = default_card(stacks)
    assert card.axes == {"time": 6}
    assert card.channels == 18


class Spoiled(nn.Module):
    """One convolution, whose logits are made what they should not be."""

    output_stride = 1

    def __init__(self, how: str) -> None:
        super().__init__()
        self.layer, self.how = nn.Conv2d(3, 2, 1), how

    def forward(self, image: Tensor) -> Tensor:
        logits: Tensor = self.layer(image)
        if self.how == "size":
            return logits[:, :, 1:]
        return (
            logits / 0
            if self.how == "infinite"
            else (logits - logits).sqrt()
            if self.how == "slope"
            else logits
        )


def stand_in(how: str) -> Architecture:
    return Architecture(
        name="Spoiled", paper="nobody's", build=lambda *_: Spoiled(how), published=(), tile=16
    )


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("size", r"gives logits \(1, 2, 15, 16\); expected \(1, 2, 16, 16\)"),
        ("infinite", "gives logits that are not finite"),
        ("slope", "the gradient of layer.weight is not finite"),
    ],
)
def test_what_does_not_work_is_told(how: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "find_architecture", lambda _: stand_in(how))
    monkeypatch.setattr(checking, "default_network", lambda _: Spoiled(how))
    with pytest.raises(ModelError, match=message):
        check("Spoiled")


def test_what_works_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "find_architecture", lambda _: stand_in(""))
    monkeypatch.setattr(checking, "default_network", lambda _: Spoiled(""))
    done = check("Spoiled")
    assert (done.figures.parameters, done.idle, done.figures.receptive_field) == (8, 0, 1)
    assert done.figures.gflop_per_mpx == pytest.approx(2 * 3 * 2 / 1e3)


def test_a_default_network_is_always_the_same_and_leaves_chance_as_it_was() -> None:
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one, other = (measuring.default_network(find_architecture("Unet")) for _ in range(2))
    assert torch.equal(torch.rand(1), expected)
    for mine, theirs in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(mine, theirs)
