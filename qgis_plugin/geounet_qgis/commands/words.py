"""Words of a command line: options that are left out where nothing was chosen."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import Union

Value = Union[str, float, None]
"""What an option can have; None is no choice."""


def option(flag: str, value: Value) -> list[str]:
    """Return the words of an option with a value: none where there is no choice.

    A value that begins with a minus, such as the west of a rectangle, is joined: it would look like an option.
    """
    if value is None or value == "":
        return []
    text = value if isinstance(value, str) else number(value)
    return [f"{flag}={text}"] if text.startswith("-") else [flag, text]


def repeated(flag: str, values: Iterable[str]) -> list[str]:
    """Return the words of an option that may be given several times."""
    return [word for value in values for word in option(flag, value)]


def listed(flag: str, values: Sequence[float] | None) -> list[str]:
    """Return the words of an option whose values are separated by commas."""
    return option(flag, ",".join(number(value) for value in values) if values else None)


def switch(flag: str, on: bool | None) -> list[str]:  # noqa: FBT001 (the value of a switch)
    """Return `--flag` for yes, `--no-flag` for no, and nothing where it is the model's own choice.

    Options that have no `--no-` form take `on or None`.
    """
    if on is None:
        return []
    return [flag] if on else [f"--no-{flag[2:]}"]


def number(value: float) -> str:
    """Return the shortest text that reads back as the same number: 4 for 4.0, never an exponent's sum of digits."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def shown(words: Sequence[str]) -> str:
    """Return the words as one line that can be pasted into this platform's terminal."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
