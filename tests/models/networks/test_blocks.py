"""Pieces of networks: shapes, the steady variance of up-convolutions, crops and mirrors."""

import numpy as np
import pytest
import torch
from torch import nn

from geounet.models.networks import blocks


@pytest.mark.parametrize("block", [blocks.conv_norm, blocks.conv_norm_relu, blocks.norm_relu_conv])
@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 1), (3, 2), (7, 2)])
def test_convolutions_keep_the_sides_or_halve_them(block, size: int, stride: int) -> None:
    values = block(4, 6, size=size, stride=stride)(torch.randn(2, 4, 16, 8))
    assert values.shape == (2, 6, 16 // stride, 8 // stride)


@pytest.mark.parametrize("size", [2, 3])
def test_up_convolutions_double_the_sides_and_keep_the_variance(size: int) -> None:
    torch.manual_seed(0)
    values = blocks.up_convolution(256, 64, size=size)(torch.randn(2, 256, 16, 16))
    assert values.shape == (2, 64, 32, 32)
    # 3 × 3 kernels put 1, 2, 2 and 4 pixels into an output: 9 / 4 in the mean; the border's are fewer.
    assert abs(values[:, :, 2:-2, 2:-2].var().item() - 1) < 0.05


def test_upsampling_repeats_pixels_before_it_convolves() -> None:
    block = blocks.upsample_conv(1, 1).eval()
    values = torch.rand(1, 1, 4, 4)
    np.testing.assert_array_equal(
        block[0](values)[0, 0].numpy(), np.kron(values[0, 0].numpy(), np.ones((2, 2)))
    )
    assert block(values).shape == (1, 1, 8, 8)


def test_the_centre_is_the_middle() -> None:
    values = torch.arange(48.0).reshape(1, 1, 6, 8)
    assert torch.equal(blocks.centre(values, torch.zeros(1, 3, 2, 4)), values[:, :, 2:4, 2:6])
    assert torch.equal(blocks.centre(values, values), values)


@pytest.mark.parametrize(("side", "pad"), [(1, 3), (2, 5), (16, 94), (40, 7)])
def test_mirrored_is_numpy_s_reflect_for_any_side(side: int, pad: int) -> None:
    values = torch.arange(2.0 * side * side).reshape(1, 2, side, side)
    pads = [(0, 0), (0, 0), (pad, pad), (pad, pad)]
    np.testing.assert_array_equal(
        blocks.mirrored(values, pad).numpy(), np.pad(values.numpy(), pads, mode="reflect")
    )


def test_a_contracting_path_halves_the_sides_between_its_levels():
    path = blocks.ContractingPath(nn.Conv2d(2, 2, 1) for _ in range(3))
    values = torch.randn(1, 2, 16, 8)
    levels = path(values)
    for block, level in zip(path, levels, strict=True):
        assert torch.equal(level, block(values))
        values = nn.functional.max_pool2d(level, 2)
    assert [tuple(level.shape[2:]) for level in levels] == [(16, 8), (8, 4), (4, 2)]
