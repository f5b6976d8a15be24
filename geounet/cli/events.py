"""`--json-events`: what happens in a run as one JSON object a line on stdout, for a program that started it.

    {"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "extract", "pid": 4711}
    {"event": "progress", "description": "scene.tif", "done": 4194304, "total": 16777216, "unit": "px", "rate": 1.2e6}
    {"event": "log", "level": "info" | "warning" | "error", "message": "…"}
    {"event": "output", "path": "buildings.gpkg", "kind": "layer"}
    {"event": "outcome", "outcome": {…}}    of a batch: a scene has ended
    {"event": "result", "result": {…}}      of a batch: what it came to, before `failed` too
    {"event": "failed", "error": "SceneError", "message": "…"}
    {"event": "done", "result": {…}}

`started` comes first, and exactly one of `failed` and `done` last. `rate` is units a second since the bar began,
null before it is known. Newer protocols may add events and keys; readers ignore what they do not know.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import geounet
from geounet.cli.report import TextReporter, Verdict
from geounet.progress import ProgressBar

PROTOCOL = 1
"""Raised when an event changes its meaning, not when one is added."""

PAUSE_SECONDS = 0.1
"""Least time between two progress events of a bar, its first and last apart."""


class EventReporter:
    """Writes events to stdout; whatever else prints there meanwhile, native libraries among them, goes to stderr."""

    draws = False

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        sys.stdout.flush()
        self._stdout = os.dup(1)
        os.dup2(2, 1)
        self._lines = os.fdopen(os.dup(self._stdout), "w", encoding="utf-8", newline="\n")
        return self

    def __exit__(self, *exception: object) -> None:
        """Give stdout back."""
        sys.stdout.flush()
        os.dup2(self._stdout, 1)
        os.close(self._stdout)
        self._lines.close()

    def started(self, command: str) -> None:
        """Say which protocol follows, and from which process: its temporary folders carry its number."""
        self._send(
            "started", protocol=PROTOCOL, geounet=geounet.__version__, command=command, pid=os.getpid()
        )

    @property
    def progress(self) -> Callable[..., ProgressBar]:
        """A bar whose moves are events."""
        return self._bar

    def log(self, message: str, *, level: str = "info") -> None:
        """Send a line of text."""
        self._send("log", level=level, message=message)

    def output(self, path: Path, kind: str) -> None:
        """Send what was written, and where."""
        self._send("output", path=str(path), kind=kind)

    def answer(self, text: str) -> None:
        """Send nothing: the result has it."""

    def check(self, name: str, verdict: Verdict, message: str) -> None:
        """Send it as a line of text."""
        level = {"ok": "info", "warn": "warning", "bad": "error"}[verdict]
        self._send("log", level=level, message=f"{name}: {message}")

    def tell(self, event: str, **values: object) -> None:
        """Send it."""
        self._send(event, **values)

    def failed(self, error: BaseException, message: str, *, debug: bool) -> None:
        """Send the error, and print the same line on stderr as for a person."""
        TextReporter(quiet=True).failed(error, message, debug=debug)
        self._send("failed", error=type(error).__name__, message=message)

    def done(self, result: Mapping[str, Any]) -> None:
        """Send the result."""
        self._send("done", result=result)

    def _bar(self, *, total: int, desc: str, unit: str) -> ProgressBar:
        return _EventBar(self._send, total=total, desc=desc, unit=unit)

    def _send(self, event: str, **values: object) -> None:
        line = json.dumps({"event": event, **values}, allow_nan=False)
        with self._lock:
            self._lines.write(line + "\n")
            self._lines.flush()


class _EventBar:
    """A bar in tqdm's shape that sends progress events, not too many."""

    def __init__(self, send: Callable[..., None], *, total: int, desc: str, unit: str) -> None:
        self._send, self._total, self._desc, self._unit = send, total, desc, unit
        self._done, self._sent = 0, -1
        self._began = self._last = time.monotonic()
        self._tell()

    def update(self, n: int, /) -> None:
        """Move on by `n`, and say so where the last word is not too fresh."""
        self._done += n
        if time.monotonic() - self._last >= PAUSE_SECONDS or self._done >= self._total:
            self._tell()

    def close(self) -> None:
        """Say where it ended."""
        if self._sent != self._done:
            self._tell()

    def _tell(self) -> None:
        self._last = time.monotonic()
        self._sent = self._done
        seconds = self._last - self._began
        rate = round(self._done / seconds, 1) if self._done and seconds > 0 else None
        self._send(
            "progress", description=self._desc, done=self._done, total=self._total, unit=self._unit, rate=rate
        )
