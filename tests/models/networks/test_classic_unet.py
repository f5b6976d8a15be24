"""U-Net of 2015: its size, its context at the border, where it drops, and how its values vary at the start."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from geounet.errors import ModelError
from geounet.models.networks.classic_unet import ARCHITECTURE, ClassicUnet, build_classic_unet


def _small(bands: int = 3, scores: int = 2, **keys: object) -> ClassicUnet:
    torch.manual_seed(3)
    network = build_classic_unet({"name": "ClassicUnet", "channels": 4, **keys}, bands, scores)
    assert isinstance(network, ClassicUnet)
    return network.eval()


def _figure_1(bands: int, scores: int) -> int:
    """Parameters of the paper's figure: 3 × 3 convolutions, 2 × 2 up-convolutions, a 1 × 1, all with bias."""
    widths = [64, 128, 256, 512, 1024]
    down = sum(9 * (i * o + o * o) + 2 * o for i, o in pairwise([bands, *widths]))
    up = sum(4 * 2 * o * o + o + 9 * (2 * o * o + o * o) + 2 * o for o in widths[:-1])
    return down + up + 64 * scores + scores


def test_parameters_are_those_of_the_paper() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_classic_unet(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters == _figure_1(1, 1)


@pytest.mark.parametrize("padding", ["mirror", "valid"])
@pytest.mark.parametrize("depth", [1, 3, 4])
def test_logits_have_the_tile_s_size_for_any_bands(padding: str, depth: int) -> None:
    for bands in (1, 4):
        network = _small(bands, padding=padding, depth=depth)
        patches = torch.randn(2, bands, 1 << depth, 3 << depth)
        assert network(patches).shape == (2, 2, *patches.shape[2:])


def test_valid_convolutions_take_the_paper_s_184_pixels() -> None:
    network = _small(1, padding="valid")
    network.context = 0
    sizes: list[torch.Size] = []
    network.head.register_forward_hook(lambda _module, _inputs, output: sizes.append(output.shape))
    network(torch.zeros(1, 1, 572, 572))
    assert sizes == [(1, 2, 388, 388)]


def test_valid_convolutions_see_mirrored_context_and_no_zeros() -> None:
    network = _small(1, padding="valid", depth=2)
    patches = torch.randn(1, 1, 64, 48)
    whole = torch.from_numpy(np.pad(patches.numpy(), [(0, 0), (0, 0), (32, 32), (32, 32)], mode="reflect"))
    torch.testing.assert_close(network(patches), network(whole)[:, :, 32:-32, 32:-32])


@pytest.mark.parametrize("padding", ["mirror", "valid"])
def test_a_constant_image_has_no_border_on_the_way_down(padding: str) -> None:
    network = _small(padding=padding)
    found: list[torch.Tensor] = []
    network.down[-1].register_forward_hook(lambda _module, _inputs, output: found.append(output))
    network(torch.full((1, 3, 64, 64), 0.7))
    torch.testing.assert_close(found[0], found[0][..., 1:2, 1:2].expand_as(found[0]))


def test_values_are_dropped_at_the_two_deepest_levels_in_training_alone() -> None:
    network = _small(dropout=0.5)
    drops = [level[-1] for level in network.down if isinstance(level[-1], nn.Dropout)]
    assert [drop.p for drop in drops] == [0.5, 0.5]
    patches = torch.randn(1, 3, 32, 32)
    assert torch.equal(network(patches), network(patches))
    network.train()
    assert not torch.equal(network(patches), network(patches))


def test_values_neither_vanish_nor_explode_at_the_start() -> None:
    logits = _small(channels=16)(torch.randn(4, 3, 64, 64))
    assert 0.3 < logits.std() < 5


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"encoder": "resnet18"}, "key 'encoder'; it takes channels, depth, dropout, padding"),
        ({"padding": "zeros"}, "padding is 'zeros'; expected one of mirror, valid"),
        ({"depth": 0}, "depth is 0; expected a whole number from 1"),
        ({"channels": 2.5}, "channels is 2.5"),
        ({"dropout": 1}, "dropout is 1; expected a number from 0 to below 1"),
    ],
)
def test_what_a_card_may_not_say_is_one_clear_error(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build_classic_unet({"name": "ClassicUnet", **keys}, 3, 2)
