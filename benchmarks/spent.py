"""What work takes: wall time, and the CPU time of its processes, which a busy machine changes less."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of some work."""

    wall: float = 0.0
    cpu: float = 0.0
    """Of all processes and threads together, the system's part among it."""

    def __add__(self, other: "Spent") -> "Spent":
        """Of one after the other."""
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    def scaled(self, factor: float) -> "Spent":
        """Of so many times the work."""
        return Spent(self.wall * factor, self.cpu * factor)


def spent_on(work: Callable[[], object]) -> Spent:
    """What work takes that is done in processes of its own, which have ended when it returns."""
    started, cpu = time.perf_counter(), _ended_children()
    work()
    return Spent(time.perf_counter() - started, _ended_children() - cpu)


def _ended_children() -> float:
    """CPU seconds of the processes that this one, and its own, waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
