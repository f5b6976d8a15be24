"""One pass over a run's jobs: the figures and the lists that the page shows."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from geounet.batching.extent import area_m2
from geounet.batching.job import Job, Outcome
from geounet.batching.ledgers.ledger import JobRecord
from geounet.batching.redaction import redact
from geounet.batching.reporting.place import Place

MOST_OUTPUTS = 500
"""Scenes whose outputs are listed; the folder has the others."""

MOST_SLOW = 10
"""Scenes that are listed for taking longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What this run alone did; jobs of earlier runs are not among it."""

    seconds: float
    """Wall time."""
    pixels: int = 0
    """Pixels that were looked at."""
    workers: int | None = None
    """Processes that worked on jobs."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong with a scene, or with an item of its mosaic."""

    scene: str
    line: str
    item: str = ""
    """The item that was left out; empty where the whole scene failed."""


@dataclass(frozen=True, slots=True, order=True)
class Timing:
    """How long a scene took."""

    seconds: float
    name: str
    pixels: int


@dataclass(frozen=True, slots=True)
class Written:
    """What was written for a scene."""

    name: str
    features: int
    outputs: Mapping[str, str]
    """Paths below the output folder, by kind."""


@dataclass(slots=True)
class Tally:
    """What the jobs of a run add up to; parts of scenes that were split count as nothing but failures."""

    states: Counter[str] = field(default_factory=Counter)
    by_class: Counter[str] = field(default_factory=Counter)
    features: int = 0
    pixels: int = 0
    valid_pixels: int = 0
    area_m2: float = 0.0
    """Ground that done scenes cover; where they overlap it counts again."""
    failures: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    slowest: list[Timing] = field(default_factory=list)
    """A heap; see `slow`."""
    written: list[Written] = field(default_factory=list)
    with_outputs: int = 0
    """Scenes that have outputs, those among them that are not listed."""

    @classmethod
    def of(cls, records: Iterable[JobRecord]) -> Self:
        """The tally of all jobs."""
        tally = cls()
        for record in records:
            tally.add(record)
        return tally

    @property
    def scenes(self) -> int:
        """Scenes in any state."""
        return self.states.total()

    @property
    def slow(self) -> list[Timing]:
        """The scenes that took longest, the slowest first."""
        return sorted(self.slowest, reverse=True)

    def add(self, record: JobRecord) -> None:
        """Count a job in."""
        outcome = record.outcome
        if record.state == "failed":
            self.failures.append(Problem(record.job.name, _line(outcome)))
        if record.job.rows is not None:
            return
        self.states[record.state] += 1
        if outcome is None:
            return
        self._add_place(record, outcome)
        if record.state == "done":
            self._add_done(record.job, outcome)

    def _add_place(self, record: JobRecord, outcome: Outcome) -> None:
        if outcome.bounds is None:
            return
        partial = record.state == "done" and outcome.left_out
        line = f"without {len(outcome.left_out)} items" if partial else redact(outcome.line or "")
        state = "partial" if partial else record.state
        self.places.append(Place(state, record.job.name, outcome.bounds, line))

    def _add_done(self, job: Job, outcome: Outcome) -> None:
        self.features += outcome.features
        self.by_class.update(outcome.by_class)
        self.pixels += outcome.pixels
        self.valid_pixels += outcome.valid_pixels
        self.area_m2 += 0.0 if outcome.bounds is None else area_m2(outcome.bounds)
        self.left_out += [
            Problem(job.name, redact(line), item) for item, line in sorted(outcome.left_out.items())
        ]
        timing = Timing(outcome.seconds, job.name, outcome.pixels)
        if len(self.slowest) < MOST_SLOW:
            heapq.heappush(self.slowest, timing)
        else:
            heapq.heappushpop(self.slowest, timing)
        if outcome.outputs:
            self.with_outputs += 1
            if len(self.written) < MOST_OUTPUTS:
                self.written.append(Written(job.name, outcome.features, outcome.outputs))


def _line(outcome: Outcome | None) -> str:
    """Why a job failed."""
    return redact((outcome and outcome.line) or "no reason was kept")
