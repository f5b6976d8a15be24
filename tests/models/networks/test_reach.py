"""Receptive fields and smallest tiles, of networks whose figures are known on paper."""

import pytest
import torch
from torch import Tensor, nn

from geounet.errors import ModelError
from geounet.models.networks.reach import receptive_field, smallest_tile
from geounet.models.networks.registry import find_architecture


class Plain(nn.Module):
    """Layers, one after the other, and a stride."""

    def __init__(self, *layers: nn.Module, stride: int = 1, side: int | None = None) -> None:
        super().__init__()
        self.layers, self.output_stride = nn.Sequential(*layers), stride
        if side is not None:
            self.tile_side = side

    def forward(self, image: Tensor) -> Tensor:
        logits: Tensor = self.layers(image)
        return logits


class MixesAll(nn.Module):
    """Adds the image's mean to each pixel, as attention over the whole image does."""

    def forward(self, image: Tensor) -> Tensor:
        return image + image.mean((2, 3), keepdim=True)


def conv(size: int, *, dilation: int = 1, inputs: int = 8) -> nn.Conv2d:
    return nn.Conv2d(inputs, 8, size, padding=dilation * (size // 2), dilation=dilation)


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ([conv(1, inputs=3)], 1),
        ([conv(3, inputs=3)], 3),
        ([conv(3, inputs=3), nn.ReLU(), conv(5)], 7),
        ([conv(3, inputs=3, dilation=4), nn.BatchNorm2d(8), conv(3)], 11),
        ([conv(3, inputs=3, dilation=40), conv(3, dilation=100)], 281),
    ],
)
def test_layers_of_one_stride_add_up(layers: list[nn.Module], field: int) -> None:
    assert receptive_field(Plain(*layers), 3) == field


def test_a_halving_doubles_what_lies_below_it() -> None:
    torch.manual_seed(0)
    network = Plain(conv(3, inputs=3), nn.MaxPool2d(2), conv(3), nn.Upsample(scale_factor=2), stride=2)
    # Three pixels of half the size are six, and each of those saw one more on either side.
    assert receptive_field(network, 3) == 3 * 2 + 2


def test_the_classic_unet_sees_188_pixels() -> None:
    """On paper: from the bottleneck up, two 3 × 3 convolutions add 4 of a level's pixels, a halving doubles.

    The decoder adds 4 pixels of each level above the bottleneck, but only those of whole cells of the level below.
    """
    classic = find_architecture("ClassicUnet")
    module = classic.build({"name": "ClassicUnet", "channels": 8}, 3, 2)
    assert receptive_field(module, 3) == _on_paper(4)


def _on_paper(depth: int) -> int:
    """The field of the pixel in the middle of a U-Net, by intervals: which rows of each level it needs."""
    middle = 1 << 10
    first = last = middle  # rows at full size
    for _ in range(
        depth
    ):  # down to the bottleneck: two convolutions, then the cells that an up-convolution read
        first, last = (first - 2) // 2, (last + 2) // 2
    first, last = first - 2, last + 2
    for _ in range(depth):  # and up again by the encoder: the pixels of a cell, two convolutions
        first, last = 2 * first - 2, 2 * last + 1 + 2
    return last - first + 1


class Residual(nn.Module):
    """A branch whose norm gives nothing to begin with."""

    def __init__(self) -> None:
        super().__init__()
        self.branch = nn.Sequential(conv(9), nn.BatchNorm2d(8))
        nn.init.zeros_(self.branch[1].weight)

    def forward(self, values: Tensor) -> Tensor:
        return values + self.branch(values)


def test_a_branch_that_begins_with_nothing_counts() -> None:
    network = Plain(conv(3, inputs=3), Residual())
    assert receptive_field(network, 3) == 11
    assert not network.layers[1].branch[1].weight.any()


@pytest.mark.parametrize("side", [None, 32])
def test_what_sees_all_has_no_field(side: int | None) -> None:
    assert receptive_field(Plain(conv(3, inputs=3), MixesAll(), side=side), 3) is None


def test_a_field_longer_than_is_looked_at_has_no_end() -> None:
    layers = [nn.Conv2d(inputs, 4, (351, 1), padding=(175, 0)) for inputs in (3, 4, 4, 4)]
    assert receptive_field(Plain(*layers), 3, longest=1024) is None
    assert receptive_field(Plain(*layers), 3) == 4 * 350 + 1


def test_the_smallest_tile_is_the_least_that_passes() -> None:
    thrice = [nn.MaxPool2d(8), nn.Conv2d(3, 8, 3), nn.Upsample(scale_factor=8), nn.ReplicationPad2d(8)]
    assert smallest_tile(Plain(*thrice, stride=8), 3) == 24  # three cells for an unpadded convolution
    assert smallest_tile(Plain(conv(3, inputs=3), stride=16), 3) == 16
    assert smallest_tile(Plain(conv(3, inputs=3), stride=16, side=96), 3) == 96


def test_a_network_that_takes_nothing_says_why() -> None:
    with pytest.raises(ModelError, match=r"takes no tile of 4 to 8 pixels \(its logits are 4 × 4\)"):
        smallest_tile(Plain(conv(3, inputs=3), nn.MaxPool2d(2), stride=4), 3, largest=8)
