"""Progress in moderation: a listener that draws each bar move would fall behind a child that sends thousands."""

from __future__ import annotations

from geounet_qgis.child.protocol import Progress

LEAST_SECONDS = 0.05
"""Least time between two that pass."""


class Thinning:
    """Lets the first progress through, then one in LEAST_SECONDS: always the newest."""

    def __init__(self) -> None:
        self._waiting: Progress | None = None
        self._passed = float("-inf")

    def add(self, progress: Progress) -> None:
        """Take the newest; the one that waited is old news."""
        self._waiting = progress

    def due(self, now: float) -> Progress | None:
        """The one to tell at `now` (seconds of a monotonic clock), if any."""
        if now - self._passed < LEAST_SECONDS:
            return None
        return self.rest(now)

    def rest(self, now: float) -> Progress | None:
        """The one that waits, whenever the last one passed: for the end of a run."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._passed = now
        return waiting
