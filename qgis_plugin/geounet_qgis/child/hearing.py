"""What a child has said so far: told on to a listener, and kept for the end."""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Protocol

from geounet_qgis.child.failure import LONGEST, one_line
from geounet_qgis.child.protocol import (
    PROTOCOL,
    Done,
    Event,
    Failed,
    Output,
    Progress,
    Result,
    Rubbish,
    Started,
    Unknown,
    parse,
)
from geounet_qgis.child.streams import Line
from geounet_qgis.child.thinning import Thinning

MOST_RUBBISH = 100
"""Lines of rubbish that are told on; of the rest, how many there were."""

LAST_SAID = 200
"""Lines of stderr that are kept."""


class Listener(Protocol):
    """Who follows a run. Both are called in the thread that runs it."""

    def event(self, event: Event) -> None:
        """Something was said."""

    def is_cancelled(self) -> bool:
        """Whether the run is no longer wanted."""


class Hearing:
    """Everything that one child says."""

    def __init__(self, listener: Listener) -> None:
        self.pid: int | None = None
        self.outputs: list[Output] = []
        self.result: dict[str, Any] | None = None
        self.reported: dict[str, Any] | None = None
        self.failure: str | None = None
        self.refusal: str | None = None
        self.said: deque[str] = deque(maxlen=LAST_SAID)
        self._listener = listener
        self._thinning = Thinning()
        self._rubbish = 0

    @property
    def is_last_word_said(self) -> bool:
        """Whether the child has said how its run ended."""
        return self.result is not None or self.failure is not None

    def hear(self, line: Line) -> None:
        """Take a line."""
        if not line.text.strip():
            return
        if line.is_error:
            self.said.append(line.text[-LONGEST:])
        elif self.refusal is None:  # in another protocol the same words may mean something else
            self._take(parse(line.text))

    def tell_progress(self) -> None:
        """Tell the progress that is due."""
        for bar in self._thinning.due(time.monotonic()):
            self._tell(bar)

    def end(self) -> None:
        """Tell what was held back: nothing more will come."""
        for bar in self._thinning.rest():
            self._tell(bar)
        if self._rubbish > MOST_RUBBISH:
            self._tell(Rubbish(f"… and {self._rubbish - MOST_RUBBISH} more lines that are no events"))

    def _take(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._thinning.add(event)
            self.tell_progress()
            return
        if isinstance(event, Unknown):
            return
        if isinstance(event, Rubbish):
            self._rubbish += 1
            if self._rubbish > MOST_RUBBISH:
                return
        self._keep(event)
        self._tell(event)

    def _keep(self, event: Event) -> None:
        if isinstance(event, Started):
            self.pid = event.pid
            self.refusal = _refusal(event)
        elif isinstance(event, Output):
            self.outputs.append(event)
        elif isinstance(event, Result):
            self.reported = event.result
        elif isinstance(event, Failed):
            self.failure = one_line(event.message) or event.error or "geounet failed and did not say why"
        elif isinstance(event, Done):
            self.result = event.result

    def _tell(self, event: Event) -> None:
        self._listener.event(event)


def _refusal(started: Started) -> str | None:
    if started.protocol == PROTOCOL:
        return None
    return (
        f"geounet {started.geounet} of this environment speaks protocol {started.protocol}, this plugin speaks "
        f"{PROTOCOL}; update the environment"
    )
