"""CATS: the size of its authors' network in two dimensions, and two encoders whose maps are summed."""

import pytest
import torch
from torch import nn

from geounet.errors import ModelError
from geounet.models.networks.cats import ARCHITECTURE, CATS, build_cats

SMALL = {
    "name": "CATS", "features": [4, 6, 8, 16, 32, 4], "hidden": 24, "layers": 4, "heads": 4, "mlp": 64, "grid": 4,
}  # fmt: skip
"""Levels of channels that all differ, so that none can be taken for another."""


def _pair(inputs: int, outputs: int) -> int:
    """Two convolutions, or a residual unit of them, each with its norm's scale and shift."""
    return 9 * (inputs + outputs) * outputs + 2 * outputs + 4 * outputs


def _reference(bands: int, scores: int) -> int:
    """Parameters of the authors' code with dimensions=2 and a tile of 256, where its forward pass uses them."""
    widths = [32, 32, 64, 128, 256]
    encoder = sum(_pair(i, o) for i, o in zip([bands, *widths], widths, strict=False))
    up = [(256, 128, 128, 128), (128, 64, 64, 64), (64, 32, 32, 32), (32, 32, 32, 32)]
    decoder = sum(4 * i * u + u + _pair(u + skip, o) for i, u, skip, o in up) + 32 * scores + scores
    hidden, mlp = 768, 3072
    layer = 4 * hidden * hidden + hidden + 2 * 2 * hidden + 2 * hidden * mlp + hidden + mlp
    transformer = bands * 256 * hidden + hidden + 256 * hidden + 12 * layer + 2 * hidden
    lifts = [(hidden, 128), (hidden, 64), (64, 64), (hidden, 32), (32, 32), (32, 32)]
    lifted = sum(4 * i * o + o for i, o in lifts) + sum(_pair(width, width) for width in (32, 64, 128))
    return encoder + decoder + transformer + lifted + _pair(hidden, 256) + hidden * 256 + 256


def test_parameters_are_those_of_the_authors_code() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_cats(published.architecture, published.bands, published.scores)
    assert sum(p.numel() for p in network.parameters()) == published.parameters == _reference(3, 2)


def test_tiles_of_any_side_that_is_a_multiple_of_16_will_do() -> None:
    network = build_cats(SMALL, 5, 3).eval()
    with torch.inference_mode():
        for rows, cols in ((64, 64), (32, 48)):
            assert network(torch.randn(2, 5, rows, cols)).shape == (2, 3, rows, cols)


def test_the_two_encoders_are_summed_at_each_level_but_the_first() -> None:
    """The decoder sees c + t; where t is nothing, it is a plain U-Net's."""
    network = build_cats(SMALL, 3, 2).eval()
    assert isinstance(network, CATS)
    seen: dict[str, list[torch.Tensor]] = {"c": [], "t": [], "merged": []}
    for convolution in network.convolutions:
        convolution.register_forward_hook(lambda _m, _i, output: seen["c"].append(output))
    for lift in network.lift:
        lift.register_forward_hook(lambda _m, _i, output: seen["t"].append(output))
    for merge in network.merge:
        merge.register_forward_pre_hook(lambda _m, inputs: seen["merged"].append(inputs[0]))
    with torch.inference_mode():
        network(torch.randn(1, 3, 64, 64))
    skips = [seen["c"][0]] + [c + t for c, t in zip(seen["c"][1:4], seen["t"], strict=False)]
    for skip, merged in zip(reversed(skips), seen["merged"], strict=True):
        torch.testing.assert_close(merged[:, : skip.shape[1]], skip)
    assert [t.shape for t in seen["t"]] == [c.shape for c in seen["c"][1:]]


def test_maps_are_taken_a_quarter_of_the_layers_apart() -> None:
    with torch.device("meta"):
        network = build_cats({"name": "CATS"}, 3, 2)
    assert isinstance(network, CATS)
    assert network.taken == [3, 6, 9]  # the authors' hidden states, of 0 … 11


def test_without_its_transformer_it_sees_less_far() -> None:
    torch.manual_seed(1)
    network = build_cats(SMALL, 3, 2).eval()
    # Instance norm, too, sees all of a tile; take it away to see the transformer alone.
    for name, layer in list(network.named_modules()):
        if isinstance(layer, nn.InstanceNorm2d):
            network.set_submodule(name, nn.Identity())
    patches = torch.randn(1, 3, 512, 16)
    changed = patches.clone()
    changed[:, :, :16] = 0
    reached = []
    for lifted in (True, False):
        if not lifted:
            for parameter in network.get_submodule("lift").parameters():
                nn.init.zeros_(parameter)
        with torch.inference_mode():
            reached.append((network(patches) - network(changed)).abs()[:, :, -16:].max().item())
    assert reached[0] > 0
    assert reached[1] == 0


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"features": [8, 8]}, r"features is \(8, 8\); expected 6 whole numbers"),
        ({"layers": 3}, "layers is 3; expected a whole number from 4"),
        ({"dropout": 1}, "dropout is 1"),
    ],
)
def test_what_it_does_not_take_is_refused(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build_cats({**SMALL, **keys}, 3, 2)
