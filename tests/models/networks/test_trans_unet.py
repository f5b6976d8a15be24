"""TransUNet: the size of its authors' network, standardised kernels, and a transformer that every pixel passes."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from geounet.errors import ModelError
from geounet.models.networks.architecture import Published
from geounet.models.networks.trans_unet import ARCHITECTURE, StandardisedConv2d, TransUNet, build_trans_unet

SMALL = {
    "name": "TransUNet", "units": [2, 1, 1], "width": 8, "hidden": 32, "layers": 2, "heads": 4, "mlp": 64, "grid": 4,
    "decoder_channels": [16, 16, 8, 8, 4],
}  # fmt: skip


def _unit(inputs: int, outputs: int) -> int:
    """Convolutions without bias, each followed by group norm's scale and shift; a shortcut where channels change."""
    middle = outputs // 4
    branch = inputs * middle + 9 * middle * middle + middle * outputs + 2 * (2 * middle + outputs)
    return branch + (inputs * outputs + 2 * outputs if inputs != outputs else 0)


def _reference(scores: int) -> int:
    """Parameters of R50-ViT-B_16 at 224 pixels, read off the authors' code."""
    stages = [(64, 256, 3), (256, 512, 4), (512, 1024, 9)]
    resnet = 3 * 64 * 49 + 128 + sum(_unit(i, o) + (n - 1) * _unit(o, o) for i, o, n in stages)
    hidden, mlp = 768, 3072
    layer = 4 * (hidden * hidden + hidden) + 2 * 2 * hidden + 2 * hidden * mlp + hidden + mlp
    transformer = 1024 * hidden + hidden + 14 * 14 * hidden + 12 * layer + 2 * hidden
    pairs = [
        (768, 512),
        (1024, 256),
        (256, 256),
        (512, 128),
        (128, 128),
        (192, 64),
        (64, 64),
        (64, 16),
        (16, 16),
    ]
    return resnet + transformer + sum(9 * i * o + 2 * o for i, o in pairs) + 9 * 16 * scores + scores


@pytest.mark.parametrize("published", ARCHITECTURE.published, ids=lambda one: one.scores)
def test_parameters_are_those_of_the_authors_code(published: Published) -> None:
    with torch.device("meta"):
        network = build_trans_unet(published.architecture, published.bands, published.scores)
    count = sum(p.numel() for p in network.parameters())
    assert count == published.parameters == _reference(published.scores)


def test_tiles_of_any_side_that_is_a_multiple_of_16_will_do() -> None:
    network = build_trans_unet(SMALL, 5, 3).eval()
    with torch.inference_mode():
        for rows, cols in ((64, 64), (16, 48)):
            assert network(torch.randn(2, 5, rows, cols)).shape == (2, 3, rows, cols)


def test_kernels_are_standardised() -> None:
    """Neither their scale nor their shift changes what comes out."""
    torch.manual_seed(1)
    layer = StandardisedConv2d(3, 4, 3, padding=1, bias=False)
    values = torch.randn(1, 3, 8, 8)
    before = layer(values)
    kernels = layer.weight.detach().clone()
    with torch.no_grad():
        layer.weight.mul_(100).add_(3)
    torch.testing.assert_close(layer(values), before, rtol=1e-3, atol=1e-3)
    flat = kernels.flatten(1)
    scaled = (flat - flat.mean(1, keepdim=True)) / flat.std(1, correction=0, keepdim=True)
    expected = torch.nn.functional.conv2d(values, scaled.view_as(kernels), padding=1)
    torch.testing.assert_close(before, expected, rtol=1e-3, atol=1e-3)


class PixelNorm(nn.Module):
    """Channels of a pixel to unit mean square."""

    def forward(self, values: Tensor) -> Tensor:
        return values / values.square().mean(1, keepdim=True).add(1e-6).sqrt()


def test_the_transformer_carries_what_lies_far_away() -> None:
    torch.manual_seed(1)
    network = build_trans_unet(SMALL, 3, 2).eval()
    assert isinstance(network, TransUNet)
    # Group norm, too, sees all of a tile; put a norm of each pixel in its place to see the transformer alone.
    for name, layer in list(network.named_modules()):
        if isinstance(layer, nn.GroupNorm):
            network.set_submodule(name, PixelNorm())
    patches = torch.randn(1, 3, 512, 16)
    changed = patches.clone()
    changed[:, :, :16] = 0
    reached = []
    for layers in (network.transformer.layers, nn.ModuleList([nn.Identity()])):
        network.transformer.layers = layers
        with torch.inference_mode():
            reached.append((network(patches) - network(changed)).abs()[:, :, -16:].max().item())
    assert reached[0] > 0
    assert reached[1] == 0


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"units": [1, 1]}, r"units is \(1, 1\); expected 3 whole numbers"),
        ({"decoder_channels": 4}, "decoder_channels is 4; expected 5 whole numbers"),
        ({"units": [1, 0, 1]}, "units is 0; expected a whole number from 1"),
        ({"heads": 5}, "hidden is 32, its heads are 5"),
        ({"encoder": "resnet50"}, "TransUNet has key 'encoder'"),
    ],
)
def test_what_it_does_not_take_is_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build_trans_unet({**SMALL, **keys}, 3, 2)


def test_each_stage_halves_the_sides() -> None:
    network = build_trans_unet(SMALL, 3, 2).eval()
    sides: list[int] = []
    for name in ("root", "stages.0", "stages.1", "stages.2"):
        network.get_submodule(name).register_forward_hook(
            lambda _stage, _inputs, output: sides.append(output.shape[-1])
        )
    with torch.inference_mode():
        network(torch.randn(1, 3, 64, 64))
    assert sides == [32, 16, 8, 4]
    assert all(a == 2 * b for a, b in pairwise(sides))
