"""The table: a row a figure, each with what it is measured against and the goal."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any, Literal

Verdict = Literal["excellent", "met", "missed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a ratio should come to."""

    must: float
    """The floor; the ceiling with `at_most`."""
    excellent: float | None = None
    """What work is done to; None where reaching the floor is all."""
    at_most: bool = False
    """Whether less is better."""

    def verdict(self, ratio: float) -> Verdict:
        """How a measured ratio stands to it."""
        return (
            "excellent"
            if self._reaches(ratio, self.best)
            else "met"
            if self._reaches(ratio, self.must)
            else "missed"
        )

    @property
    def best(self) -> float:
        """The excellent value, or the floor where there is no other."""
        return self.must if self.excellent is None else self.excellent

    def _reaches(self, ratio: float, bound: float) -> bool:
        return ratio <= bound if self.at_most else ratio >= bound

    def __str__(self) -> str:
        both = f"{self.must:g}" if self.excellent is None else f"{self.must:g} / {self.excellent:g}"
        return f"at most {both}" if self.at_most else both


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    figure: str
    value: str
    against: str
    goal: str = ""
    """In words, where there is no target."""
    ratio: float | None = field(default=None, kw_only=True)
    """What the target is about."""
    target: Target | None = field(default=None, kw_only=True)
    """The goal as numbers: such rows make the first table of the results."""
    data: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    """What a plot needs besides, as JSON."""

    @property
    def verdict(self) -> Verdict | None:
        """How the ratio stands to the target; None without one."""
        return None if self.target is None or self.ratio is None else self.target.verdict(self.ratio)

    @property
    def goal_text(self) -> str:
        """The goal in words."""
        return self.goal if self.target is None else str(self.target)


def render(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| figure | measured | against | goal (must / excellent) |", "|---|---|---|---|"]
    lines += [f"| {row.figure} | {row.value} | {row.against} | {row.goal_text} |" for row in rows]
    return "\n".join(lines)


def interleaved(*jobs: Callable[[], object], rounds: int) -> list[float]:
    """Median seconds of each job, the jobs taking turns so that a noisy machine is noisy to all."""
    seconds: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for times, job in zip(seconds, jobs, strict=True):
            started = perf_counter()
            job()
            times.append(perf_counter() - started)
    return [median(times) for times in seconds]
