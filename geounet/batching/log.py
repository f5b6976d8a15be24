"""A structured log of a batch: a JSON object a line, which several processes append to one file."""

import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from geounet.batching.redaction import GONE, is_secret, redact
from geounet.errors import OutputError

Level = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")


@dataclass(slots=True)
class Log:
    """A file that grows by whole lines.

    Each line is one `write` to a file that is open for appending, so that lines of several processes on one machine
    never mix; on shared storage each process needs a file of its own. What looks like a secret is taken out.
    """

    path: Path
    worker: str = ""
    """Who writes: it stands in every line."""
    least: Level = "info"
    """Lines below this level are left out."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _descriptor: int = field(default=-1, init=False, repr=False)

    def __enter__(self) -> Self:
        """Open the file. Raises OutputError where it cannot be written."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(self.path, flags, 0o644)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(
                f"cannot write the log {self.path} ({reason}); choose a file in a folder that you may write to"
            ) from error
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what comes after is an error."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def write(self, event: str, *, level: Level = "info", **fields: object) -> None:
        """Append a line: time, level, event, worker and `fields` (`scene`, `line`, `seconds` …), those of None left out."""
        if LEVELS.index(level) < LEVELS.index(self.least):
            return
        try:
            os.write(self._descriptor, self._line(event, level, fields))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(
                f"cannot write the log {self.path} ({reason}); make room, or choose another file"
            ) from error

    def _line(self, event: str, level: Level, fields: dict[str, object]) -> bytes:
        head = {"time": self._time(), "level": level, "event": event, "worker": self.worker or None}
        known = {name: clean(value, name) for name, value in (head | fields).items() if value is not None}
        return (json.dumps(known, ensure_ascii=False) + "\n").encode(errors="replace")

    def _time(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clean(value: Any, name: str = "") -> Any:  # noqa: ANN401 (JSON)
    """A value as JSON, without what looks like a secret by its name or by itself; no number is None."""
    if is_secret(name):
        return GONE
    if isinstance(value, Mapping):
        return {str(key): clean(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int) else redact(str(value))
