"""In which order crops are trained on: from the step that a run goes on at, each device its own."""

from collections.abc import Iterator

from torch.utils.data import Sampler

from geounet.training.config.optimizer import OptimizerConfig


class Order(Sampler[int]):
    """Numbers of a device's crops: of all devices' `i`th crops, device `rank` of `ranks` takes `i · ranks + rank`."""

    def __init__(self, o: OptimizerConfig, *, first_step: int, rank: int, ranks: int) -> None:
        a_step = o.batch * o.accumulate
        self.crops = range(first_step * a_step, o.steps * a_step)
        self.rank, self.ranks = rank, ranks

    def __iter__(self) -> Iterator[int]:
        return (i * self.ranks + self.rank for i in self.crops)

    def __len__(self) -> int:
        return len(self.crops)
