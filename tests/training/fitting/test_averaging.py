import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from geounet.training.config.optimizer import OptimizerConfig
from geounet.training.fitting.averaging import Average


def network() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3))


def walk(network: nn.Module, steps: int):
    """The network after each of some random steps."""
    for step in range(1, steps + 1):
        with torch.no_grad():
            for tensor in (*network.parameters(), network[1].running_mean, network[1].running_var):
                tensor.add_(torch.randn_like(tensor))
        network[1].num_batches_tracked += 1
        yield step


def same(one: nn.Module, other: nn.Module) -> None:
    for name, value in one.state_dict().items():
        if value.is_floating_point():  # torch averages counters too
            torch.testing.assert_close(value, other.state_dict()[name], msg=name)


def test_a_moving_average_has_torchs_once_its_memory_is_grown():
    moved = network()
    mine = Average(moved, OptimizerConfig(steps=400, average=0.6))
    oracle = AveragedModel(moved, multi_avg_fn=get_ema_multi_avg_fn(0.6), use_buffers=True)
    for step in walk(moved, 60):
        mine.update(moved, step, progress=step / 400)
        oracle.update_parameters(moved)
    same(mine.module, oracle.module)


def test_the_first_steps_are_soon_forgotten():
    average = Average(network(), OptimizerConfig(steps=10, average=0.99))
    assert [average.share(step) for step in (1, 2, 3)] == pytest.approx([1.0, 1 - 2 / 11, 1 - 3 / 12])


def test_the_end_of_a_run_is_averaged_equally():
    moved = network()
    mine = Average(moved, OptimizerConfig(steps=20, average=0.9, swa=0.25))
    oracle = AveragedModel(moved, use_buffers=True)
    for step in walk(moved, 20):
        mine.update(moved, step, progress=step / 20)
        if step > 15:
            oracle.update_parameters(moved)
    assert mine.swa_from == 15
    for name, value in mine.module.named_parameters():
        torch.testing.assert_close(value, dict(oracle.module.named_parameters())[name])
    torch.testing.assert_close(mine.module[1].running_mean, oracle.module[1].running_mean)
    assert mine.module[1].num_batches_tracked == moved[1].num_batches_tracked


def test_an_average_is_not_trained():
    assert not any(p.requires_grad for p in Average(network(), OptimizerConfig(steps=1)).parameters())
