"""A batch on a terminal: scenes, the time that is left, and how fast each stage is."""

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from geounet.batching.watching import STAGES, Watch
from geounet.cli.progress import silent_bar
from geounet.cli.report import Reporter
from geounet.progress import ProgressBar
from geounet.ticking import ticking

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PAUSE_SECONDS = 0.5
_WINDOW = 20
"""Looks that a rate is taken over."""

_SHORT = {"read": "read", "predict": "model", "write": "written"}


@contextmanager
def batch_bars(watch: Watch, report: Reporter) -> Iterator[Callable[..., ProgressBar]]:
    """What makes the run's bars: drawn with each stage's rate on a terminal, else the reporter's own."""
    if not (report.draws and sys.stderr.isatty()):
        yield report.progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[stages]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as drawn, _refreshed(watch, drawn):

        def bar(*, total: int, desc: str, unit: str) -> ProgressBar:
            if unit == "px":
                return silent_bar(total=total, desc=desc, unit=unit)  # the stages' rates say it
            return _Bar(drawn, drawn.add_task(desc, total=total, stages=""))

        yield bar


class _Bar:
    """A bar in tqdm's shape, among rich's."""

    def __init__(self, drawn: "Progress", task: "TaskID") -> None:
        self._drawn, self._task = drawn, task

    def update(self, n: int, /) -> None:
        """Move on by `n`."""
        self._drawn.update(self._task, advance=n)

    def close(self) -> None:
        """Stand still."""
        self._drawn.stop_task(self._task)


def _refreshed(watch: Watch, drawn: "Progress") -> AbstractContextManager[None]:
    """Write the rates of the last seconds beside the last bar, until the context ends."""
    looks: deque[Mapping[str, int]] = deque(maxlen=_WINDOW)

    def refresh() -> None:
        looks.append(Counter(watch.moved))
        if drawn.task_ids:
            drawn.update(drawn.task_ids[-1], stages=_rates(looks))

    return ticking(refresh, seconds=_PAUSE_SECONDS)


def _rates(looks: deque[Mapping[str, int]]) -> str:
    """Megapixels a second of each stage over the looks."""
    seconds = (len(looks) - 1) * _PAUSE_SECONDS
    if not seconds:
        return ""
    first, last = looks[0], looks[-1]
    rates = [
        f"{_SHORT[stage]} {(last.get(stage, 0) - first.get(stage, 0)) / 1e6 / seconds:.2f}"
        for stage in STAGES
    ]
    return f"{' · '.join(rates)} Mpx/s"
