"""What a child prints, on both its pipes, as one queue: a thread reads each pipe, so that the child never waits long."""

from __future__ import annotations

import queue
import subprocess
import threading
from dataclasses import dataclass
from typing import IO

from geounet_qgis.child.lines import lines

ROOM = 1000
"""Lines that wait at most: a child that prints faster than it is heard has to wait, as at any full pipe."""

PAUSE_SECONDS = 0.1
"""How often a reader with a line to hand on looks whether anyone still wants it."""


@dataclass(frozen=True)
class Line:
    """A line that the child printed."""

    text: str
    is_error: bool
    """Whether it came on stderr."""


class Streams:
    """The lines of a child's stdout and stderr, in the order in which they came."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._lines: queue.Queue[Line | None] = queue.Queue(ROOM)
        self._unwanted = threading.Event()
        self._readers = [
            threading.Thread(target=self._read, args=(pipe,), kwargs={"is_error": is_error}, daemon=True)
            for pipe, is_error in ((process.stdout, False), (process.stderr, True))
        ]
        self._left = len(self._readers)
        for reader in self._readers:
            reader.start()

    def next(self, *, within: float) -> Line | None:
        """The next line, or None when none came within so many seconds or a pipe has ended."""
        try:
            line = self._lines.get(timeout=within)
        except queue.Empty:
            return None
        if line is None:
            self._left -= 1
        return line

    @property
    def ended(self) -> bool:
        """Whether both pipes have ended and every line was taken."""
        return self._left == 0

    def close(self) -> None:
        """Want no more. A reader whose pipe a stranger holds open stays with it, asleep, until that one ends."""
        self._unwanted.set()
        for reader in self._readers:
            reader.join(PAUSE_SECONDS)

    def _read(self, pipe: IO[bytes], *, is_error: bool) -> None:
        with pipe:
            for text in lines(pipe.fileno()):
                self._hand_on(Line(text, is_error))
                if self._unwanted.is_set():
                    return
        self._hand_on(None)

    def _hand_on(self, line: Line | None) -> None:
        while not self._unwanted.is_set():
            try:
                self._lines.put(line, timeout=PAUSE_SECONDS)
            except queue.Full:
                continue
            return
