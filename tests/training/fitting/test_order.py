from hypothesis import given
from hypothesis import strategies as st

from geounet.training.config.optimizer import OptimizerConfig
from geounet.training.fitting.order import Order


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(1, 5))
def test_devices_share_the_crops_and_a_run_that_goes_on_skips_those_it_had(batch, accumulate, ranks, steps):
    o = OptimizerConfig(steps=steps, batch=batch, accumulate=accumulate)
    for first in range(steps + 1):
        orders = [Order(o, first_step=first, rank=rank, ranks=ranks) for rank in range(ranks)]
        a_step = batch * accumulate * ranks
        assert sorted(i for order in orders for i in order) == list(range(first * a_step, steps * a_step))
        assert all(len(order) == len(list(order)) for order in orders)
        for rank, order in enumerate(orders):
            assert all(i % ranks == rank for i in order)
