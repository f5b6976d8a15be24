"""Why a child ended without a word of its own, in one line."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence

LONGEST = 1000
"""Characters of a line that is shown to a person."""

_NOISE = re.compile(r"geounet: warning: |[\W_]*$|.*\d%\|")
"""What explains nothing: a warning, a line of punctuation (a traceback's carets), a progress bar."""

_PREFIX = "geounet: "
"""What geounet puts before the line that it prints for a person."""


def why_it_ended(code: int | None, said: Sequence[str]) -> str:
    """One line from the exit code (negative: a signal) and what the child last said on stderr."""
    last = _last_meaningful(said)
    if code is not None and code < 0:
        return f"geounet was ended by signal {_signal(-code)}" + (f"; it last said: {last}" if last else "")
    if last and code != 0:
        return last
    ended = f"geounet ended with code {_number(code)}" if code else "geounet ended without a result"
    return ended + (f"; it last said: {last}" if last else "")


def one_line(text: str) -> str:
    """A text as one line, not too long."""
    return " ".join(text.split())[:LONGEST]


def _last_meaningful(said: Sequence[str]) -> str:
    for text in reversed(said):
        line = text.rstrip("\r").rpartition("\r")[2].strip()  # of a line drawn anew, what stood there last
        if line and not _NOISE.match(line):
            return one_line(line.removeprefix(_PREFIX))
    return ""


def _signal(number: int) -> str:
    try:
        return f"{number} ({signal.Signals(number).name})"
    except ValueError:  # a real-time signal has no name
        return str(number)


def _number(code: int) -> str:
    """The code as people look it up: Windows gives a crash as 0xC0000005."""
    return f"0x{code:08X}" if code > 0xFFFF else str(code)
