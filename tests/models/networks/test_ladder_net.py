"""LadderNet: as large as the author's, with one kernel a block, and rungs from each U-Net to the next."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from geounet.errors import ModelError
from geounet.models.networks.ladder_net import (
    ARCHITECTURE,
    LadderNet,
    LadderNetOptions,
    SharedResidual,
    Side,
    build_ladder_net,
)


def _small(bands: int = 3, **keys: object) -> LadderNet:
    torch.manual_seed(3)
    network = build_ladder_net({"name": "LadderNet", "channels": 4, "depth": 2, **keys}, bands, 2).eval()
    assert isinstance(network, LadderNet)
    return network


def _reference(bands: int, scores: int) -> int:
    """Parameters of the author's LadderNetv65(layers=4, filters=10), layer by layer."""

    def conv(inputs: int, outputs: int) -> int:
        return 9 * inputs * outputs + outputs

    widths = [10, 20, 40, 80, 160]
    blocks = sum(conv(w, w) for w in widths) + sum(conv(w, w) for w in widths[:-1])
    side = blocks + sum(conv(i, o) + conv(o, i) for i, o in pairwise(widths))
    return conv(bands, 10) + side + conv(10, 10) + side + 10 * scores + scores


def test_parameters_are_those_of_the_author_s_network() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_ladder_net(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters == _reference(1, 2)


@pytest.mark.parametrize("bands", [1, 3, 7])
@pytest.mark.parametrize("unets", [1, 2, 3])
def test_logits_have_the_tile_s_size_for_any_bands(bands: int, unets: int) -> None:
    assert _small(bands, unets=unets)(torch.randn(2, bands, 8, 4)).shape == (2, 2, 8, 4)


def test_both_turns_of_a_block_have_one_kernel_and_norms_of_their_own() -> None:
    block = SharedResidual(4, LadderNetOptions()).eval()
    assert sum(isinstance(layer, nn.Conv2d) for layer in block.modules()) == 1
    values, relu = torch.randn(1, 4, 8, 8), nn.functional.relu
    torch.testing.assert_close(block(values), relu(values))  # the second norm begins with nothing
    nn.init.uniform_(block.second.running_var, 0.5, 2.0)
    nn.init.uniform_(block.second.weight)
    expected = relu(block.second(block.conv(relu(block.first(block.conv(values))))) + values)
    torch.testing.assert_close(block(values), expected)


def test_whole_channels_are_dropped_between_the_turns_in_training() -> None:
    block = SharedResidual(64, LadderNetOptions(dropout=0.5)).train()
    kept: list[torch.Tensor] = []
    block.dropout.register_forward_hook(lambda _module, _inputs, output: kept.append(output))
    block(torch.randn(2, 64, 8, 8))
    silent = (kept[0] == 0).flatten(2).all(2)
    assert 0.2 < silent.float().mean() < 0.8


def test_each_level_of_a_u_net_reaches_the_same_level_of_the_next() -> None:
    options = LadderNetOptions(channels=4, depth=2, norm="none")
    side = Side(options).eval()
    values = torch.randn(1, 4, 8, 8)
    seen: list[torch.Tensor] = []
    for block in side.down:
        block.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0]))
    rungs = side(values, [])
    assert [tuple(rung.shape[1:]) for rung in rungs] == [(16, 2, 2), (8, 4, 4), (4, 8, 8)]
    without = seen.copy()
    seen.clear()
    others = [torch.zeros_like(rungs[0]), torch.zeros_like(rungs[1]), torch.randn_like(rungs[2])]
    side(values, others)
    torch.testing.assert_close(seen[0], without[0] + others[2])
    seen.clear()
    others = [torch.zeros_like(rungs[0]), torch.randn_like(rungs[1]), torch.zeros_like(rungs[2])]
    side(values, others)
    torch.testing.assert_close(seen[1], without[1] + others[1])


def test_what_a_card_may_not_say_is_one_clear_error() -> None:
    with pytest.raises(ModelError, match="key 'layers'; it takes channels, depth, unets, dropout, norm"):
        _small(layers=4)
    with pytest.raises(ModelError, match="norm is 'group'; expected one of batch, none"):
        _small(norm="group")
