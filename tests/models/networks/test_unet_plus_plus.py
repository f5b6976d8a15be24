"""UNet++: its size, and skips that are dense."""

import pytest
import torch

from geounet.errors import ModelError
from geounet.models.networks.unet_plus_plus import ARCHITECTURE, build_unet_plus_plus

SMALL = {"name": "UnetPlusPlus", "encoder": "resnet18", "decoder_channels": [32, 16, 8, 8, 4]}


def test_parameters_are_those_of_the_reference() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_unet_plus_plus(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters


def test_each_node_takes_all_nodes_before_it_at_its_sides() -> None:
    """The paper's X(0, j) takes X(0, 0) … X(0, j − 1), at half the sides, and X(1, j − 1) from below."""
    network = build_unet_plus_plus(SMALL, 3, 2).eval()
    taken: dict[int, torch.Size] = {}
    for nested in range(4):
        network.get_submodule(f"decoder.blocks.x_{nested}_3").register_forward_hook(
            lambda _block, inputs, _output, nested=nested: taken.update({nested: inputs[1].shape})
        )
    with torch.inference_mode():
        network(torch.randn(1, 3, 32, 64))
    first = 64  # resnet18's channels at half the sides, and those of every node there but the last
    assert taken == {nested: (1, (4 - nested) * first, 16, 32) for nested in range(4)}


def test_depth_and_bands_are_free() -> None:
    network = build_unet_plus_plus({**SMALL, "encoder_depth": 3, "decoder_channels": [16, 8, 4]}, 5, 3).eval()
    with torch.inference_mode():
        assert network(torch.randn(2, 5, 24, 40)).shape == (2, 3, 24, 40)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"encoder": "mit_b0"}, "UnetPlusPlus cannot be built with encoder 'mit_b0'"),
        ({"deep": 1}, "UnetPlusPlus has key 'deep'; it takes encoder, encoder_depth"),
    ],
)
def test_what_it_does_not_take_is_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build_unet_plus_plus({**SMALL, **keys}, 3, 2)
