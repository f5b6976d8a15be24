"""SegFormer: the sizes of its paper, and tokens that know of the whole tile."""

from functools import partial

import pytest
import torch

from geounet.models.networks.architecture import Published
from geounet.models.networks.registry import network_stride
from geounet.models.networks.segformer import ARCHITECTURE, build_segformer

MILLIONS = {"mit_b0": 3.8, "mit_b1": 13.7, "mit_b2": 27.5, "mit_b3": 47.3, "mit_b4": 64.1, "mit_b5": 84.7}
"""The paper's table 1, with ADE20K's 150 classes."""


@pytest.mark.parametrize("published", ARCHITECTURE.published, ids=lambda one: one.architecture["encoder"])
def test_parameters_are_those_of_the_authors_models_and_the_paper(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "linspace", partial(torch.linspace, device="cpu"))  # smp reads its values
    with torch.device("meta"):
        network = build_segformer(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters
    assert round(published.parameters / 1e6, 1) == MILLIONS[published.architecture["encoder"]]


def test_every_pixel_informs_every_other() -> None:
    torch.manual_seed(4)
    network = build_segformer({"name": "SegFormer", "encoder": "mit_b0"}, 4, 2).eval()
    patches = torch.randn(1, 4, 128, 96, requires_grad=True)
    logits = network(patches)
    assert logits.shape == (1, 2, 128, 96)
    logits[0, :, 0, 0].sum().backward()
    assert patches.grad is not None
    assert (patches.grad.abs().amax(dim=(0, 1)) > 0).float().mean() > 0.9
    assert network_stride(network) == 32


@pytest.mark.parametrize(("keys", "channels"), [({}, 256), ({"decoder_segmentation_channels": 32}, 32)])
def test_the_decoder_is_as_wide_as_the_paper_s_or_the_card_s(keys: dict[str, int], channels: int) -> None:
    network = build_segformer({"name": "SegFormer", "encoder": "mit_b0", **keys}, 3, 2)
    assert network.get_submodule("segmentation_head.0").in_channels == channels
