"""Who watches a batch from the command line: warnings, events, a structured log, metrics."""

import re
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from geounet import __version__
from geounet.batching.job import Job, Outcome
from geounet.batching.log import Log
from geounet.batching.metrics import Distribution, Snapshot, serve_metrics
from geounet.batching.options import BatchOptions
from geounet.batching.watching import Watch
from geounet.cli.report import Reporter

_MOST_ALIKE = 3
"""Warnings that differ by a scene's name and numbers alone and are told."""


@dataclass(slots=True)
class Heard:
    """What was heard of a run."""

    report: Reporter
    log: Log | None
    watch: Watch = field(default_factory=Watch)
    scenes: Distribution = field(default_factory=Distribution)
    failures: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ended(self, job: Job | None, outcome: Outcome) -> None:
        """A scene has ended: tell whoever wants to know."""
        name = outcome.key if job is None else job.name
        with self._lock:
            self.scenes = self.scenes.with_one(outcome.seconds)
            self.failures += outcome.state == "failed"
        self.report.tell("outcome", name=name, outcome=outcome.to_dict())
        if outcome.state == "failed":
            self.report.log(f"{name}: {outcome.line}", level="warning")
        for item, line in outcome.left_out.items():
            self.report.log(f"{name} is done without {item}: {line}", level="warning")
        if self.log is not None:
            self.log.write(
                "scene",
                level="warning" if outcome.state == "failed" else "info",
                scene=name,
                state=outcome.state,
                line=outcome.line,
                seconds=round(outcome.seconds, 3),
                pixels=outcome.pixels,
                features=outcome.features,
            )

    def snapshot(self) -> Snapshot:
        """The figures right now."""
        watch = self.watch
        states: dict[Any, int] = dict(watch.states)
        states["pending"] = max(0, len(watch.jobs) - sum(states.values()))
        return Snapshot(
            states=states,
            pixels=watch.pixels,
            features=watch.features,
            failures=self.failures,
            scenes=self.scenes,
            model=watch.model,
            version=__version__,
        )


@contextmanager
def _few_warnings(report: Reporter) -> Iterator[None]:
    """Of warnings that differ by their scene alone, the first few: an archive may have thousands."""
    told: Counter[str] = Counter()
    before = warnings.showwarning

    def tell(message: Warning | str, *_: object, **__: object) -> None:
        text = str(message)
        kind = re.sub(r"[\d.]+", "", text.partition(" ")[2])
        told[kind] += 1
        if told[kind] <= _MOST_ALIKE:
            report.log(text, level="warning")
        elif told[kind] == _MOST_ALIKE + 1:
            report.log("more warnings like the last are not shown", level="warning")

    warnings.showwarning = tell
    try:
        yield
    finally:
        warnings.showwarning = before


@contextmanager
def watched(options: BatchOptions, report: Reporter) -> Iterator[Heard]:
    """Watch a run for as long as the context lasts."""
    with ExitStack() as stack:
        stack.enter_context(_few_warnings(report))
        log = None if options.log is None else stack.enter_context(Log(options.log))
        heard = Heard(report, log)
        if options.metrics_port is not None:
            port = stack.enter_context(
                serve_metrics(options.metrics_host, options.metrics_port, heard.snapshot)
            )
            report.log(f"metrics: http://{options.metrics_host}:{port}/metrics")
        yield heard
