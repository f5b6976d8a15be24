"""A U-Net of dense blocks: its size, and that each layer sees all before it."""

import pytest
import torch
from torch import nn

from geounet.errors import ModelError
from geounet.models.networks.architecture import Published
from geounet.models.networks.dense_unet import ARCHITECTURE, DenseBlock, DenseUnet, build_dense_unet


def _small(bands: int = 3, **keys: object) -> DenseUnet:
    torch.manual_seed(3)
    small = {"name": "DenseUnet", "layers": [2, 3, 2], "growth": 4, "channels": 6}
    network = build_dense_unet({**small, **keys}, bands, 2).eval()
    assert isinstance(network, DenseUnet)
    return network


def _meta(published: Published) -> nn.Module:
    with torch.device("meta"):
        return build_dense_unet(published.architecture, published.bands, published.scores)


@pytest.mark.parametrize("published", ARCHITECTURE.published, ids=["103", "67"])
def test_parameters_are_those_of_the_paper(published: Published) -> None:
    network = _meta(published)
    found = sum(p.numel() for p in network.parameters())
    assert abs(found / published.parameters - 1) <= published.tolerance * (1 + 1e-9)
    # Lasagne, which the paper counts with, has the running mean and variance of a norm among its parameters.
    statistics = sum(
        b.numel() for name, b in network.named_buffers() if name.split(".")[-1].startswith("running")
    )
    assert found + statistics == published.parameters


def test_channels_at_each_level_are_those_of_the_paper_s_table() -> None:
    network = _meta(ARCHITECTURE.published[0])
    assert isinstance(network, DenseUnet)
    # Table 2, with the authors' correction in their README: from the bottleneck on, 16 more than printed.
    down = [block.layers[0][0].num_features + 16 * len(block.layers) for block in network.down]
    assert down == [112, 192, 304, 464, 656]
    bottom = network.bottom
    assert bottom.layers[0][0].num_features + 16 * len(bottom.layers) == 896
    up = [block.layers[0][0].num_features + 16 * len(block.layers) for block in network.up]
    assert up == [1088, 816, 576, 384, 256]


@pytest.mark.parametrize("bands", [1, 3, 7])
def test_logits_have_the_tile_s_size_for_any_bands(bands: int) -> None:
    assert _small(bands)(torch.randn(2, bands, 8, 4)).shape == (2, 2, 8, 4)


def test_each_layer_sees_the_input_and_all_layers_before() -> None:
    block = DenseBlock(3, layers=4, growth=2, dropout=0.2).eval()
    seen: list[torch.Tensor] = []
    for layer in block.layers:
        layer.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0].clone()))
    values = torch.randn(1, 3, 8, 8)
    given = block(values)
    assert given.shape == (1, 8, 8, 8)
    for count, inputs in enumerate(seen):
        torch.testing.assert_close(inputs, torch.cat([values, given[:, : 2 * count]], 1))


def test_values_are_dropped_in_training_alone() -> None:
    network, patches = _small(), torch.randn(2, 3, 8, 8)
    assert torch.equal(network(patches), network(patches))
    assert not torch.equal(network.train()(patches), network(patches))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"layers": 4}, "layers are 4; expected a list of 2 to 9 numbers"),
        ({"layers": [4]}, "expected a list of 2 to 9 numbers"),
        ({"layers": [4, 0]}, "layers is 0; expected a whole number from 1"),
        ({"dropout": 1.5}, "dropout is 1.5"),
        ({"depth": 4}, "key 'depth'; it takes layers, growth, channels, dropout"),
    ],
)
def test_what_a_card_may_not_say_is_one_clear_error(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        _small(**keys)
