import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from geounet.training.config.optimizer import SCHEDULES, OptimizerConfig
from geounet.training.fitting.schedule import rate_factor

STEPS = 40


def ours(o: OptimizerConfig, *, halvings: int = 0) -> list[float]:
    return [rate_factor(o, n, progress=n / o.steps, halvings=halvings) for n in range(o.steps)]


def of_torch(make) -> list[float]:
    """The rates that a scheduler of torch's gives, of a highest rate of 1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, rates = make(optimizer), []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.parametrize(
    ("schedule", "oracle"),
    [
        ("cosine", lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=STEPS)),
        ("linear", lambda o: lr_scheduler.LinearLR(o, 1.0, 1e-12, total_iters=STEPS)),
        ("constant", lambda o: lr_scheduler.ConstantLR(o, 1.0)),
        ("one-cycle", lambda o: lr_scheduler.OneCycleLR(o, 1.0, total_steps=STEPS + 1, cycle_momentum=False)),
    ],
)
def test_schedules_are_torchs(schedule, oracle):
    o = OptimizerConfig(steps=STEPS, schedule=schedule, warmup=0)
    # torch's one-cycle policy reaches its top a step of 0.3 · STEPS before; both are one curve over the run.
    assert ours(o) == pytest.approx(of_torch(oracle), abs=0.06 if schedule == "one-cycle" else 1e-9)


def test_one_cycle_has_the_ends_and_the_top_of_torchs():
    o = OptimizerConfig(steps=STEPS, schedule="one-cycle", warmup=30)
    factors = [rate_factor(o, 0, progress=p, halvings=0) for p in (0.0, 0.15, 0.3, 0.65, 1.0)]
    middle = (1 + 1 / 25) / 2
    assert factors == pytest.approx([1 / 25, middle, 1.0, (1 + 4e-6) / 2, 4e-6])


def test_a_plateau_halves():
    o = OptimizerConfig(steps=STEPS, schedule="plateau", warmup=0)
    assert set(ours(o, halvings=3)) == {0.125}


@given(st.sampled_from(SCHEDULES), st.integers(0, 30), st.integers(1, 200))
def test_a_rate_is_within_its_highest_and_warms_up(schedule, warmup, steps):
    o = OptimizerConfig(steps=steps, schedule=schedule, warmup=warmup)
    factors = ours(o)
    assert all(0 < factor <= 1 for factor in factors)
    if schedule == "constant" and warmup:
        assert factors == pytest.approx([min(1, (n + 1) / warmup) for n in range(steps)])


def test_the_clock_may_be_ahead_of_the_steps():
    o = OptimizerConfig(steps=STEPS, warmup=0)
    assert rate_factor(o, 3, progress=0.5, halvings=0) == pytest.approx(0.5)
    assert rate_factor(o, 3, progress=1.5, halvings=0) == pytest.approx(0.0)
