"""MultiResUNet: its size, its three scales in one block, and the way of its skips."""

import pytest
import torch

from geounet.errors import ModelError
from geounet.models.networks.multires_unet import (
    ARCHITECTURE,
    MultiResBlock,
    MultiResUNet,
    build_multires_unet,
    residual_path,
)


def _small(bands: int = 3, **keys: object) -> MultiResUNet:
    torch.manual_seed(3)
    network = build_multires_unet({"name": "MultiResUNet", "channels": 8, "depth": 2, **keys}, bands, 2)
    assert isinstance(network, MultiResUNet)
    return network.eval()


def _keras(*, unscaled: int, scaled: int, head_norm: int) -> int:
    """Parameters of the authors' Keras code, layer by layer.

    `unscaled` and `scaled` are those of a norm for each channel: Keras counts shift, mean and variance of the norms
    behind convolutions, which it gives no scale, and all four of the others; torch counts scale and shift.
    """

    def block(inputs: int, width: int) -> tuple[int, int]:
        a, b, c = (int(1.67 * width * share) for share in (0.167, 0.333, 0.5))
        total = a + b + c
        kernels = inputs * total + 9 * (inputs * a + a * b + b * c)
        return kernels + 2 * unscaled * total + 2 * scaled * total, total

    count, inputs = 0, 3
    for level, width in enumerate((32, 64, 128, 256, 512)):
        parameters, inputs = block(inputs, width)
        steps = [inputs, *[width] * 3][: 4 - level]
        count += parameters + sum(10 * i * width + 2 * unscaled * width + scaled * width for i in steps)
    for width in (256, 128, 64, 32):
        parameters, outputs = block(2 * width, width)
        count += parameters + 4 * inputs * width + width
        inputs = outputs
    return count + inputs + head_norm


def test_parameters_are_the_paper_s_but_for_what_its_framework_counts() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_multires_unet(published.architecture, published.bands, published.scores)
    found = sum(p.numel() for p in network.parameters())
    assert published.parameters == _keras(unscaled=3, scaled=4, head_norm=3)
    assert found == _keras(unscaled=2, scaled=2, head_norm=1)  # the head has a bias in place of a norm
    assert abs(found / published.parameters - 1) <= published.tolerance


@pytest.mark.parametrize("bands", [1, 3, 7])
def test_logits_have_the_tile_s_size_for_any_bands(bands: int) -> None:
    assert _small(bands)(torch.randn(2, bands, 8, 4)).shape == (2, 2, 8, 4)


def test_a_block_sees_three_five_and_seven_pixels() -> None:
    block = MultiResBlock(1, 12).eval()
    assert block.outputs == 3 + 6 + 10  # of 20.04 channels 0.167, 0.333 and 0.5
    values = torch.zeros(1, 1, 15, 15, requires_grad=True)
    reached = []
    for convs in ([block.small], [block.small, block.middle], [block.small, block.middle, block.large]):
        layers = torch.nn.Sequential(*convs)
        for conv in convs:
            torch.nn.init.constant_(conv[0].weight, 0.1)
            torch.nn.init.constant_(conv[1].bias, 0.1)  # no ReLU is closed
        (gradient,) = torch.autograd.grad(layers(values)[0, 0, 7, 7], values)
        reached.append(int((gradient[0, 0, 7] != 0).sum()))
    assert reached == [3, 5, 7]


def test_the_outer_the_skip_the_longer_its_way() -> None:
    network = _small(depth=4)
    assert [len(path) for path in network.paths] == [4, 3, 2, 1, 0]
    values = torch.randn(1, 5, 8, 8)
    assert residual_path(5, 6, steps=2).eval()(values).shape == (1, 6, 8, 8)
    assert residual_path(5, 6, steps=0)(values) is values


def test_what_a_card_may_not_say_is_one_clear_error() -> None:
    with pytest.raises(ModelError, match="key 'alpha'; it takes channels, depth"):
        _small(alpha=2)
    with pytest.raises(ModelError, match="channels is 2; expected a whole number from 4"):
        _small(channels=2)
