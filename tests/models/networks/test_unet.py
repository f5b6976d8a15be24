"""U-Nets of less depth: stages are left out at the coarse end, and the others stay as they are."""

import pytest
import torch

from geounet.errors import ModelError
from geounet.models.networks.registry import network_stride
from geounet.models.networks.unet import ARCHITECTURE, build_unet

UNET = {"name": "Unet", "encoder": "tu-test_efficientnet"}


def test_parameters_are_those_of_the_reference() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_unet(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters


@pytest.mark.parametrize("depth", [3, 4, 5])
def test_depth_is_the_number_of_halvings(depth: int) -> None:
    network = build_unet({**UNET, "encoder_depth": depth}, 3, 2).eval()
    assert network_stride(network) == 1 << depth
    with torch.inference_mode():
        assert network(torch.randn(1, 3, 1 << depth, 2 << depth)).shape == (1, 2, 1 << depth, 2 << depth)


def test_a_shallower_network_keeps_the_channels_of_each_stage() -> None:
    whole = build_unet({"name": "Unet", "encoder": "resnet18"}, 3, 2).get_submodule("decoder.blocks")
    for depth in (3, 4):
        keys = {"name": "Unet", "encoder": "resnet18", "encoder_depth": depth}
        blocks = build_unet(keys, 3, 2).get_submodule("decoder.blocks")
        shapes = [{k: v.shape for k, v in block.state_dict().items()} for block in (*blocks, *whole)]
        # All but the first, into which another map comes, are the last stages of the whole network.
        assert shapes[1:depth] == shapes[depth:][-(depth - 1) :]


def test_a_card_s_own_channels_come_first() -> None:
    own = {**UNET, "encoder_depth": 3, "decoder_channels": [12, 8, 4]}
    assert build_unet(own, 3, 2).get_submodule("segmentation_head.0").in_channels == 4
    with pytest.raises(ModelError, match="architecture Unet cannot be built"):
        build_unet({**own, "encoder_depth": 4}, 3, 2)
