"""Deep residual U-Net: its size, its strides in place of pooling, and the way that its units leave open."""

import pytest
import torch
from torch import nn

from geounet.errors import ModelError
from geounet.models.networks.res_unet import ARCHITECTURE, ResidualUnit, ResUNet, build_res_unet


def _small(bands: int = 3, **keys: object) -> ResUNet:
    torch.manual_seed(3)
    network = build_res_unet({"name": "ResUNet", "channels": 4, **keys}, bands, 2).eval()
    assert isinstance(network, ResUNet)
    return network


def _paper() -> ResUNet:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_res_unet(published.architecture, published.bands, published.scores)
    assert isinstance(network, ResUNet)
    return network


def test_convolutions_are_the_paper_s_7_8_million() -> None:
    network = _paper()
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    projections = [unit.project for unit in network.modules() if isinstance(unit, ResidualUnit)]
    main = [layer for layer in layers if not any(layer is other for other in projections)]
    assert len(main) == 15  # two in each of seven units, and the last
    assert round(sum(layer.weight.numel() for layer in main) / 1e6, 1) == 7.8


def test_parameters_are_those_of_the_paper_and_of_its_projections() -> None:
    published, found = ARCHITECTURE.published[0], sum(p.numel() for p in _paper().parameters())
    assert abs(found / published.parameters - 1) <= published.tolerance
    units = [(3, 64), (64, 128), (128, 256), (256, 512), (768, 256), (384, 128), (192, 64)]
    kernels = sum(9 * (i * o + o * o) + i * o + 3 * o for i, o in units)
    norms = 2 * 64 + 2 * sum(i + o for i, o in units[1:])
    assert found == kernels + norms + 64 + 1


@pytest.mark.parametrize("bands", [1, 3, 7])
def test_logits_have_the_tile_s_size_for_any_bands(bands: int) -> None:
    assert _small(bands)(torch.randn(2, bands, 16, 8)).shape == (2, 2, 16, 8)


def test_sides_are_halved_by_strides_alone() -> None:
    network = _small(depth=3)
    assert not any(isinstance(layer, nn.MaxPool2d | nn.AvgPool2d) for layer in network.modules())
    sizes: list[int] = []
    for unit in network.down:
        unit.register_forward_hook(lambda _module, _inputs, output: sizes.append(output.shape[-1]))
    network(torch.zeros(1, 3, 32, 32))
    assert sizes == [32, 16, 8, 4]


@pytest.mark.parametrize("stride", [1, 2])
def test_a_unit_whose_residual_is_nothing_projects(stride: int) -> None:
    unit = ResidualUnit(3, 5, stride=stride).eval()
    nn.init.zeros_(unit.residual[-1].weight)
    nn.init.zeros_(unit.residual[-1].bias)
    values = torch.randn(1, 3, 8, 8)
    torch.testing.assert_close(
        unit(values),
        nn.functional.conv2d(values[:, :, ::stride, ::stride], unit.project.weight, unit.project.bias),
    )


def test_a_unit_activates_before_it_convolves() -> None:
    kinds = [type(layer).__name__ for layer in ResidualUnit(3, 5).residual]
    assert kinds == ["BatchNorm2d", "ReLU", "Conv2d"] * 2


def test_what_a_card_may_not_say_is_one_clear_error() -> None:
    with pytest.raises(ModelError, match="key 'encoder'; it takes channels, depth"):
        _small(encoder="resnet18")
