"""The table: a row a figure, each with what it is measured against and the goal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    figure: str
    value: str
    against: str
    goal: str = ""


def render(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| figure | measured | against | goal (must / excellent) |", "|---|---|---|---|"]
    lines += [f"| {row.figure} | {row.value} | {row.against} | {row.goal} |" for row in rows]
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
