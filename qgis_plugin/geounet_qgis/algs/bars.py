"""How far a run is, of all the bars that it tells, and when a line of text about one is due."""

from __future__ import annotations

import time

from geounet_qgis.child.protocol import Progress

SCENE = "scene"
"""The unit of a bar that counts whole scenes: beside it, others are about parts of these."""

FIRST_PAUSE, LONGEST_PAUSE = 3.0, 60.0
"""Seconds between two lines of text about a bar: each time twice as many, for the dialog keeps all lines."""


class Advance:
    """How much of a run is done, in per cent.

    Bars that come in turn, how many is not said, move it as the furthest of them. Once there is one of scenes it is the
    scenes that are done, and what is done of those under way. It goes back only where a bar of scenes begins: they are
    looked at first, and then worked on.
    """

    def __init__(self) -> None:
        self.percent = 0.0
        self._scenes: Progress | None = None
        self._begun: dict[str, float] = {}

    @property
    def counts_scenes(self) -> bool:
        """Whether there was a bar of scenes."""
        return self._scenes is not None

    def add(self, bar: Progress) -> None:
        """Take a bar as it is now; one without a total says nothing."""
        if not bar.total:
            return
        done = min(1.0, bar.done / bar.total)
        if bar.unit == SCENE:
            if self._scenes is None or self._scenes.description != bar.description:
                self.percent = 0.0
            # Which of those under way are among the done is not said: they are heard again at once if they are not.
            self._scenes, self._begun = bar, {}
        elif self._scenes is not None:
            self._begun[bar.description] = done
            done = min(1.0, (self._scenes.done + sum(self._begun.values())) / self._scenes.total)
        self.percent = max(self.percent, 100.0 * done)


class Pace:
    """When a line about a bar is due, which bars follow one another: at the first sight of one, then less and less often."""

    def __init__(self) -> None:
        self._description = ""
        self._tell_at = 0.0
        self._pause = FIRST_PAUSE

    def is_due(self, bar: Progress) -> bool:
        """Say whether to tell this now."""
        if bar.description != self._description:
            self._description, self._pause = bar.description, FIRST_PAUSE
        elif not bar.rate or time.monotonic() < self._tell_at:
            return False
        else:
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._tell_at = time.monotonic() + self._pause
        return True


class PartsPace:
    """When a line about a scene among many is due: of one that takes long, and less and less often in all."""

    def __init__(self) -> None:
        self._description = ""
        self._tell_at = 0.0
        self._pause = FIRST_PAUSE

    def is_due(self, bar: Progress) -> bool:
        """Say whether to tell this now."""
        now = time.monotonic()
        if bar.description != self._description:
            self._description = bar.description
            self._tell_at = max(self._tell_at, now + FIRST_PAUSE)
        if not bar.rate or now < self._tell_at:
            return False
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._tell_at = now + self._pause
        return True
