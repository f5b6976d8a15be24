"""R2U-Net: as large as its reference, whose recurrent convolutions turn one kernel over and over."""

from itertools import pairwise

import pytest
import torch

from geounet.errors import ModelError
from geounet.models.networks.r2_unet import (
    ARCHITECTURE,
    R2UNet,
    RecurrentConv,
    RecurrentResidual,
    build_r2_unet,
)


def _small(bands: int = 3, **keys: object) -> R2UNet:
    torch.manual_seed(3)
    network = build_r2_unet({"name": "R2UNet", "channels": 4, "depth": 2, **keys}, bands, 2).eval()
    assert isinstance(network, R2UNet)
    return network


def _reference(bands: int, scores: int) -> int:
    """Parameters of LeeJunHyun's R2U_Net, layer by layer: a block is a 1 × 1 and two 3 × 3 convolutions, however often."""

    def conv(inputs: int, outputs: int) -> int:
        return 9 * inputs * outputs + outputs + 2 * outputs

    def block(inputs: int, outputs: int) -> int:
        return inputs * outputs + outputs + 2 * conv(outputs, outputs)

    widths = [64, 128, 256, 512, 1024]
    down = sum(block(i, o) for i, o in pairwise([bands, *widths]))
    up = sum(conv(2 * w, w) + block(2 * w, w) for w in widths[:-1])
    return down + up + 64 * scores + scores


def test_parameters_are_those_of_the_reference() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_r2_unet(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters == _reference(3, 1)


@pytest.mark.parametrize("bands", [1, 3, 7])
def test_logits_have_the_tile_s_size_for_any_bands(bands: int) -> None:
    assert _small(bands)(torch.randn(2, bands, 8, 4)).shape == (2, 2, 8, 4)


@pytest.mark.parametrize("recurrences", [1, 2, 5])
def test_one_kernel_turns_on_the_input_and_its_own_output(recurrences: int) -> None:
    layer = RecurrentConv(4, recurrences=recurrences).eval()
    values = torch.randn(1, 4, 8, 8)
    expected = layer.conv(values)
    for _ in range(recurrences):
        expected = layer.conv(values + expected)
    torch.testing.assert_close(layer(values), expected)
    assert sum(p.numel() for p in layer.parameters()) == 9 * 16 + 4 + 8


def test_more_recurrences_have_no_more_parameters_and_see_further() -> None:
    counts, reaches = [], []
    for times in (1, 3):
        layer = RecurrentConv(2, recurrences=times).eval()
        torch.nn.init.constant_(layer.conv[0].weight, 0.1)
        torch.nn.init.constant_(layer.conv[1].bias, 1.0)  # no ReLU is closed
        counts.append(sum(p.numel() for p in layer.parameters()))
        values = torch.zeros(1, 2, 21, 21, requires_grad=True)
        layer(values)[0, 0, 10, 10].backward()
        reaches.append(int((values.grad[0, 0, 10] != 0).sum()))
    assert counts[0] == counts[1]
    assert reaches == [2 * 2 + 1, 2 * 4 + 1]  # a 3 × 3 convolution once, and once a recurrence


def test_a_block_adds_what_it_began_with() -> None:
    block = RecurrentResidual(3, 4, recurrences=2).eval()
    values = torch.randn(1, 3, 8, 8)
    with torch.no_grad():
        for layer in block.recurrent:
            layer.conv[1].weight.zero_()  # the recurrent part gives nothing
    torch.testing.assert_close(block(values), block.project(values))


def test_what_a_card_may_not_say_is_one_clear_error() -> None:
    with pytest.raises(ModelError, match="key 't'; it takes channels, depth, recurrences"):
        _small(t=2)
    with pytest.raises(ModelError, match="recurrences is 0; expected a whole number from 1"):
        _small(recurrences=0)
