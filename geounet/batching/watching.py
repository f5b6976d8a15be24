"""What those who watch a run are told: pixels as they move through it, and scenes as they end."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from geounet.batching.job import Job, Outcome

Stage = Literal["read", "predict", "write"]
STAGES: tuple[Stage, ...] = ("read", "predict", "write")

Heard = Callable[[Job | None, Outcome], object]
"""Hears of a job that has ended."""


Begun = Callable[[Job], object]
"""Hears of a job that is worked on by itself."""


def nobody(_job: Job | None, _outcome: Outcome) -> None:
    """Hear nothing."""


@dataclass(slots=True)
class Watch:
    """What a run has done so far; its methods may be called by several threads."""

    heard: Heard = nobody
    begun: Begun = field(default=lambda _: None)
    ready: Callable[[], object] = field(default=lambda: None)
    """Hears that the model is loaded, and the first job is about to be taken."""
    scene_ended: Callable[[int], object] = field(default=lambda _: None)
    """Moves a bar of scenes on."""
    predicted: Callable[[int], object] = field(default=lambda _: None)
    """Moves a bar of pixels on."""
    jobs: dict[str, Job] = field(default_factory=dict)
    """All jobs of the run, by key."""
    model: str = ""
    """The model's name and version."""
    workers: int = 1
    pixels: int = 0
    """Pixels of scenes that are done."""
    moved: Counter[Stage] = field(default_factory=Counter)
    """Pixels that each stage is done with; context is predicted more than once."""
    features: int = 0
    states: Counter[str] = field(default_factory=Counter)
    """Jobs that this run has ended, by state."""
    began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ended(self, outcome: Outcome) -> None:
        """A job has ended."""
        with self._lock:
            self.pixels += outcome.pixels
            self.moved["write"] += outcome.pixels
            self.features += outcome.features
            self.states[outcome.state] += 1
        self.scene_ended(1)
        self.heard(self.jobs.get(outcome.key), outcome)

    def pixels_moved(self, stage: Stage, pixels: int) -> None:
        """A stage is done with pixels."""
        with self._lock:
            self.moved[stage] += pixels
        if stage == "predict":
            self.predicted(pixels)

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return time.monotonic() - self.began
