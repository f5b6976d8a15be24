"""Continuous U-Net: its size, motion of the second order, and solvers beside torchdiffeq's and a motion that is known."""

import math

import pytest
import torch
from torch import Tensor, nn

from geounet.errors import ModelError
from geounet.models.networks.continuous_unet import (
    ARCHITECTURE,
    SOLVERS,
    ContinuousUnetOptions,
    SecondOrderBlock,
    build_continuous_unet,
)

SMALL = {"name": "ContinuousUnet", "filters": 4}


def _convolution(inputs: int, outputs: int, side: int = 1) -> int:
    return inputs * outputs * side * side + outputs


def _counted(filters: int, *, both: bool) -> int:
    """Parameters of the authors' ConvSODEUNet; of one whose blocks learn acceleration alone, unless `both`."""
    widths = [2, 4, 8, 16, 32, 16, 8, 4, 2]
    between = [(2, 4), (4, 8), (8, 16), (16, 32), (48, 16), (24, 8), (12, 4), (6, 2)]
    first = _convolution(3, filters) + _convolution(filters, filters, 3) + _convolution(filters, filters)
    blocks = sum(
        _convolution(w * filters, w * filters, 3)
        + _convolution(w * filters, w * filters // (1 if both else 2))
        for w in widths
    )
    joins = sum(_convolution(i * filters, o * filters) for i, o in between)
    return first + blocks + joins + _convolution(2 * filters, 1)


def test_parameters_are_those_of_the_authors_code_less_a_learnt_velocity() -> None:
    published = ARCHITECTURE.published[0]
    with torch.device("meta"):
        network = build_continuous_unet(published.architecture, published.bands, published.scores)
    count = sum(p.numel() for p in network.parameters())
    assert published.parameters == _counted(16, both=True)
    assert count == _counted(16, both=False)
    assert count == pytest.approx(published.parameters, rel=published.tolerance)
    assert f"{published.parameters - count:,} fewer" in published.source


def _block(solver: str, steps: int = 1, channels: int = 8) -> SecondOrderBlock:
    torch.manual_seed(3)
    return SecondOrderBlock(channels, ContinuousUnetOptions(solver=solver, solver_steps=steps)).eval()


class Spring(nn.Module):
    """dv/dt = −z."""

    def forward(self, values: Tensor) -> Tensor:
        return -values.chunk(2, 1)[0]


@pytest.mark.parametrize(("solver", "order"), [("rk4", 4), ("heun", 2), ("midpoint", 2), ("euler", 1)])
def test_a_spring_swings_as_it_must(solver: str, order: int) -> None:
    """z = cos t, v = −sin t, from z = 1, v = 0; halving the steps divides the error by 2 ** order."""
    start = torch.cat([torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1)], 1).double()
    exact = torch.tensor([math.cos(1), -math.sin(1)], dtype=torch.float64)
    errors = []
    for steps in (8, 16):
        block = _block(solver, steps)
        block.acceleration = Spring()  # type: ignore[assignment]
        errors.append((block(start).flatten() - exact).abs().max().item())
    assert errors[0] < 0.1
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.25)


@pytest.mark.parametrize("solver", ["rk4", "midpoint", "euler"])
@pytest.mark.parametrize("steps", [1, 3])
def test_solvers_are_torchdiffeq_s(solver: str, steps: int) -> None:
    torchdiffeq = pytest.importorskip("torchdiffeq")
    block, values = _block(solver, steps), torch.randn(2, 8, 6, 5)
    times = torch.linspace(0, 1, steps + 1)
    with torch.inference_mode():
        expected = torchdiffeq.odeint(lambda _t, state: block.change(state), values, times, method=solver)[-1]
        torch.testing.assert_close(block(values), expected)


def test_the_state_moves_by_its_velocity() -> None:
    block, values = _block("rk4"), torch.randn(1, 8, 4, 4)
    torch.testing.assert_close(block.change(values)[:, :4], values[:, 4:])
    assert set(SOLVERS) == {"rk4", "heun", "midpoint", "euler"}


def test_norms_are_those_of_each_channel_of_each_tile() -> None:
    values = torch.randn(2, 8, 5, 7)
    norm = _block("rk4").acceleration[0]  # type: ignore[index]
    torch.testing.assert_close(norm(values), nn.InstanceNorm2d(8)(values))


def test_a_tile_does_not_depend_on_those_beside_it() -> None:
    network = build_continuous_unet(SMALL, 5, 3).eval()
    patches = torch.randn(3, 5, 32, 48)
    with torch.inference_mode():
        logits = network(patches)
        assert logits.shape == (3, 3, 32, 48)
        torch.testing.assert_close(logits[1:2], network(patches[1:2]), rtol=1e-4, atol=1e-4)


def test_a_solver_of_other_steps_is_refused() -> None:
    with pytest.raises(ModelError, match="solver is 'dopri5'; expected one of rk4, heun, midpoint, euler"):
        build_continuous_unet({**SMALL, "solver": "dopri5"}, 3, 2)
