"""Attention U-Net: as large as its reference, with gates in 0 … 1 that weigh what skips bring."""

from itertools import pairwise

import pytest
import torch

from geounet.errors import ModelError
from geounet.models.networks.attention_unet import (
    ARCHITECTURE,
    AttentionGate,
    AttentionUnet,
    build_attention_unet,
)


def _small(bands: int = 3, **keys: object) -> AttentionUnet:
    torch.manual_seed(3)
    network = build_attention_unet(
        {"name": "AttentionUnet", "channels": 4, "depth": 2, **keys}, bands, 2
    ).eval()
    assert isinstance(network, AttentionUnet)
    return network


def _reference(bands: int, scores: int) -> int:
    """Parameters of LeeJunHyun's AttU_Net, layer by layer: convolutions with bias, and a norm behind each but the last."""

    def conv(inputs: int, outputs: int, size: int = 3) -> int:
        return size * size * inputs * outputs + outputs + 2 * outputs

    widths = [64, 128, 256, 512, 1024]
    down = sum(conv(i, o) + conv(o, o) for i, o in pairwise([bands, *widths]))
    up = sum(conv(2 * w, w) + conv(2 * w, w) + conv(w, w) for w in widths[:-1])
    gates = sum(2 * conv(w, w // 2, 1) + conv(w // 2, 1, 1) for w in widths[:-1])
    return down + up + gates + 64 * scores + scores


def test_parameters_are_those_of_the_reference() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_attention_unet(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters == _reference(3, 1)


@pytest.mark.parametrize("bands", [1, 3, 7])
def test_logits_have_the_tile_s_size_for_any_bands(bands: int) -> None:
    assert _small(bands)(torch.randn(2, bands, 8, 4)).shape == (2, 2, 8, 4)


def test_a_gate_s_coefficients_are_one_a_pixel_in_0_to_1() -> None:
    torch.manual_seed(3)
    gate = AttentionGate(8).eval()
    coefficients = gate(100 * torch.randn(2, 8, 16, 16), 100 * torch.randn(2, 8, 16, 16))
    assert coefficients.shape == (2, 1, 16, 16)
    assert coefficients.min() >= 0
    assert coefficients.max() <= 1
    assert coefficients.max() - coefficients.min() > 0.5


def test_a_gate_is_additive_attention() -> None:
    gate = AttentionGate(2).eval()
    with torch.no_grad():
        for part, weight in ((gate.gating, [[1.0, 2.0]]), (gate.skip, [[3.0, -1.0]]), (gate.psi, [[0.5]])):
            part[0].weight.copy_(torch.tensor(weight)[..., None, None])
            part[0].bias.fill_(0.25)
            part[1].eps = 0.0  # then a fresh norm changes nothing
    gating, skip = torch.tensor([0.5, 1.0]), torch.tensor([1.0, 2.0])
    # ReLU((0.5 + 2 + 0.25) + (3 − 2 + 0.25)) = 4, and 0.5 · 4 + 0.25 = 2.25.
    found = gate(gating[None, :, None, None], skip[None, :, None, None])
    torch.testing.assert_close(found.item(), torch.tensor(2.25).sigmoid().item())


def test_a_closed_gate_keeps_its_skip_out() -> None:
    network, patches = _small(), torch.randn(1, 3, 16, 16)
    finest = network.gates[-1]
    with torch.no_grad():
        finest.psi[1].bias.fill_(-1e4)
    merged: list[torch.Tensor] = []
    network.merge[-1].register_forward_pre_hook(lambda _module, inputs: merged.append(inputs[0]))
    network(patches)
    assert not merged[0][:, :4].any()
    assert merged[0][:, 4:].any()


def test_what_a_card_may_not_say_is_one_clear_error() -> None:
    with pytest.raises(ModelError, match="key 'encoder'; it takes channels, depth"):
        _small(encoder="resnet18")
    with pytest.raises(ModelError, match="channels is 5; expected a multiple of 2"):
        _small(channels=5)
