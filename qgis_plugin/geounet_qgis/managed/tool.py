"""Runs pip or uv: every line as it comes, and an end of the whole process group when a person cancels."""

from __future__ import annotations

import re
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from geounet_qgis.child import group
from geounet_qgis.child.streams import Streams
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.report import Report
from geounet_qgis.translation import tr

KEPT_LINES = 200
POLL_SECONDS = 0.1
GRACE_SECONDS = 0.8  # of the two within which a cancelled tool is gone
DRAIN_SECONDS = 0.5  # for the last lines of a tool that has ended; another process may hold its pipes
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Ran:
    """How a tool ended."""

    code: int
    lines: tuple[str, ...]
    """The last that it printed, on stdout and stderr."""


def run(words: Sequence[str], report: Report, *, environ: Mapping[str, str]) -> Ran:
    """Run a tool to its end. Raises InstallCancelledError when a person ends it, InstallError when it cannot start."""
    report.note("$ " + subprocess.list2cmdline(words))
    try:
        process = group.start(words, environ)
    except OSError as error:
        raise InstallError(
            tr("{program} cannot be started: {error}.").format(
                program=words[0], error=error.strerror or error
            )
        ) from error
    process.stdin.close()  # a question to a person would wait for ever
    streams = Streams(process)
    try:
        lines = _listened(process, streams, report)
    finally:
        _ended(process)
        streams.close()
    report.stop_if_cancelled()
    return Ran(process.returncode, lines)


def _listened(process: subprocess.Popen[bytes], streams: Streams, report: Report) -> tuple[str, ...]:
    kept: deque[str] = deque(maxlen=KEPT_LINES)
    gone_at = None
    while not streams.ended and not report.is_cancelled():
        line = streams.next(within=POLL_SECONDS)
        if line:
            # Of a bar that is drawn over and over, the last state is enough.
            text = COLOURS.sub("", line.text).rpartition("\r")[2].rstrip()
            if text:
                report.line(text)
                kept.append(report.clean(text))
        if process.poll() is not None:
            gone_at = gone_at or time.monotonic()
            if time.monotonic() > gone_at + DRAIN_SECONDS:
                break
    return tuple(kept)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of the group; one that still runs was cancelled, or has closed its pipes and is about to end."""
    if process.poll() is None:
        group.ask_to_end(process)
        with suppress(subprocess.TimeoutExpired):  # then it is killed
            process.wait(GRACE_SECONDS)
    group.kill(process)
    process.wait()
