"""Lines of a pipe as they come, none longer than what fits in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator

CHUNK = 1 << 16
"""Bytes asked for at once."""

LONGEST = 8 << 20
"""Bytes of a line that are kept; the result of a run with many thousand scenes is shorter."""


def lines(descriptor: int, *, longest: int = LONGEST) -> Iterator[str]:
    """Each line of a pipe until its end, without its line break; the last may be half a line.

    Beyond `longest` bytes the rest of a line is dropped. Bytes that are not UTF-8 become U+FFFD.
    """
    kept = bytearray()
    while True:
        # os.read gives what is there: a buffered reader would wait for a full buffer, or hold a lock for ever.
        chunk = os.read(descriptor, CHUNK)
        if not chunk:
            break
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            kept += piece[: longest - len(kept)]
            yield _text(kept)
            kept.clear()
        kept += rest[: longest - len(kept)]
    if kept:
        yield _text(kept)


def _text(line: bytearray) -> str:
    return line.rstrip(b"\r").decode("utf-8", errors="replace")
