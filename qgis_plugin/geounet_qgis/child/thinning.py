"""Progress in moderation: a listener that draws each bar move would fall behind a child that sends thousands."""

from __future__ import annotations

from geounet_qgis.child.protocol import Progress

LEAST_SECONDS = 0.05
"""Least time between two of a kind that pass."""


class Thinning:
    """Lets the first progress through, then one of each unit in LEAST_SECONDS: always the newest.

    Bars of scenes and of their pixels go side by side: each kind is thinned for itself, or one would hide the other.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, Progress] = {}
        self._passed: dict[str, float] = {}

    def add(self, progress: Progress) -> None:
        """Take the newest; the one of its unit that waited is old news."""
        self._waiting[progress.unit] = progress

    def due(self, now: float) -> list[Progress]:
        """Those to tell at `now` (seconds of a monotonic clock)."""
        units = [
            unit for unit in self._waiting if now - self._passed.get(unit, float("-inf")) >= LEAST_SECONDS
        ]
        self._passed.update(dict.fromkeys(units, now))
        return [self._waiting.pop(unit) for unit in units]

    def rest(self) -> list[Progress]:
        """Those that wait, whenever the last ones passed: for the end of a run."""
        rest, self._waiting = list(self._waiting.values()), {}
        return rest
