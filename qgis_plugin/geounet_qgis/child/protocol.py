"""What the child says of its run: one JSON object a line, as `geounet … --json-events` writes them.

    {"event": "started", "protocol": 1, "geounet": "0.1.0", "command": "extract", "pid": 4711}
    {"event": "progress", "description": "scene.tif", "done": 4194304, "total": 16777216, "unit": "px", "rate": 1.2e6}
    {"event": "log", "level": "info" | "warning" | "error", "message": "…"}
    {"event": "output", "path": "buildings.gpkg", "kind": "layer"}
    {"event": "failed", "error": "SceneError", "message": "…"}
    {"event": "done", "result": {…}}

Events and keys that a newer geounet adds are no error: such an event is Unknown. Whatever else stands on a line is
Rubbish.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union

PROTOCOL = 1
"""The protocol that this plugin speaks."""

LONGEST_RUBBISH = 2000
"""Characters of a line of rubbish that are kept."""


@dataclass(frozen=True)
class Started:
    """The first word of a run; `pid` is the process that does the work (None before geounet said it)."""

    geounet: str
    protocol: int
    command: str
    pid: int | None = None


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is; `total` is 0 where it is not known, `rate` is units a second."""

    description: str
    done: float
    total: float
    unit: str = ""
    rate: float | None = None


@dataclass(frozen=True)
class Log:
    """A line for a person; `level` is info, warning or error."""

    level: str
    message: str


@dataclass(frozen=True)
class Output:
    """A file or folder that is there, whole."""

    path: str
    kind: str


@dataclass(frozen=True)
class Result:
    """What the run came to, told before its end: also where not all of it succeeded, and it then fails."""

    result: dict[str, Any]


@dataclass(frozen=True)
class Failed:
    """The run ended early; `error` is the name of the exception."""

    error: str
    message: str


@dataclass(frozen=True)
class Done:
    """The run is over, and this is what it gave."""

    result: dict[str, Any]


@dataclass(frozen=True)
class Unknown:
    """An event of a newer geounet."""

    name: str


@dataclass(frozen=True)
class Rubbish:
    """A line that is no event."""

    text: str


Event = Union[Started, Progress, Log, Output, Result, Failed, Done, Unknown, Rubbish]


def parse(line: str) -> Event:
    """The event on a line. Never raises: what is no event is Rubbish."""
    try:
        said = json.loads(line)
        name = _string(said["event"])
        return _READERS[name](said) if name in _READERS else Unknown(name)
    except (ValueError, TypeError, KeyError, RecursionError):
        # RecursionError: a line of a million brackets is valid JSON as far as one can see.
        return Rubbish(line[:LONGEST_RUBBISH])


def _started(said: dict[str, Any]) -> Started:
    pid = said.get("pid")
    return Started(
        geounet=_string(said["geounet"]),
        protocol=_whole(said["protocol"]),
        command=_string(said.get("command", "")),
        pid=None if pid is None else _whole(pid),
    )


def _progress(said: dict[str, Any]) -> Progress:
    rate = said.get("rate")
    return Progress(
        description=_string(said.get("description", "")),
        done=_number(said["done"]),
        total=_number(said["total"]),
        unit=_string(said.get("unit", "")),
        rate=None if rate is None else _number(rate),
    )


def _log(said: dict[str, Any]) -> Log:
    return Log(level=_string(said.get("level", "info")), message=_string(said["message"]))


def _output(said: dict[str, Any]) -> Output:
    return Output(path=_string(said["path"]), kind=_string(said.get("kind", "")))


def _failed(said: dict[str, Any]) -> Failed:
    return Failed(error=_string(said.get("error", "")), message=_string(said["message"]))


def _result(said: dict[str, Any]) -> Result:
    return Result(_object(said["result"]))


def _done(said: dict[str, Any]) -> Done:
    return Done(_object(said.get("result", {})))


_READERS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "started": _started,
    "progress": _progress,
    "log": _log,
    "output": _output,
    "result": _result,
    "failed": _failed,
    "done": _done,
}


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise TypeError
    return value
