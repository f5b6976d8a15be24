"""TernausNet: the size of its authors' network, skips from before each pooling, and values that keep their variance."""

import pytest
import torch
from torch import nn

from geounet.errors import ModelError
from geounet.models.networks.registry import network_stride
from geounet.models.networks.ternaus_net import ARCHITECTURE, build_ternaus_net

SMALL = {"name": "TernausNet", "filters": 4}


def _convolution(inputs: int, outputs: int, side: int = 3) -> int:
    return inputs * outputs * side * side + outputs


def _reference() -> int:
    """Parameters of UNet11, read off the authors' code: VGG11's convolutions, then middle → up, five times."""
    vgg = [(3, 64), (64, 128), (128, 256), (256, 256), (256, 512), (512, 512), (512, 512), (512, 512)]
    decoder = [(512, 512, 256), (768, 512, 256), (768, 512, 128), (384, 256, 64), (192, 128, 32)]
    stages = sum(_convolution(i, m) + _convolution(m, o) for i, m, o in decoder)
    return sum(_convolution(*pair) for pair in vgg) + stages + _convolution(96, 32) + _convolution(32, 1, 1)


def test_parameters_are_those_of_the_authors_code() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_ternaus_net(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters == _reference()


@pytest.mark.parametrize("encoder", ["vgg11", "vgg13_bn"])
def test_logits_have_the_tile_s_size_for_any_bands(encoder: str) -> None:
    network = build_ternaus_net({**SMALL, "encoder": encoder}, 5, 3).eval()
    assert network_stride(network) == 32
    with torch.inference_mode():
        logits = network(torch.randn(2, 5, 32, 64))
    assert logits.shape == (2, 3, 32, 64)
    assert logits.isfinite().all()


def test_values_neither_vanish_nor_explode_on_the_way_up() -> None:
    torch.manual_seed(1)
    network = build_ternaus_net(SMALL, 3, 2).eval()
    stage = network.get_submodule("up.0")
    inputs = next(layer.in_channels for layer in stage.modules() if isinstance(layer, nn.Conv2d))
    values = torch.relu(torch.randn(1, inputs, 16, 16))
    ratio = stage(values).square().mean() / values.square().mean()
    assert 0.3 < ratio < 3


def test_another_encoder_is_refused() -> None:
    with pytest.raises(ModelError, match="encoder is 'resnet34'; expected one of vgg11, "):
        build_ternaus_net({**SMALL, "encoder": "resnet34"}, 3, 2)
