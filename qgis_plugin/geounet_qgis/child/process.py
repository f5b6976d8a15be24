"""A run of geounet from its start to the last of its processes gone.

    argv ─▶ group.start ─▶ streams ─▶ hearing ─▶ listener.event
                 │                       │
                 │   listener.is_cancelled, a refused protocol, a child that will not go
                 ▼                       ▼
              lease (stdin)      asked to end ── GRACE_SECONDS ──▶ killed ─▶ its hidden folders removed

The caller's words end in `--lease stdin`: the child's standard input is held open and nothing is written to it, so
that it ends with us, however we end.
"""

from __future__ import annotations

import math
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geounet_qgis.child import group
from geounet_qgis.child.failure import why_it_ended
from geounet_qgis.child.hearing import Hearing, Listener
from geounet_qgis.child.leftovers import hidden_folders, remove_leftovers
from geounet_qgis.child.protocol import Output
from geounet_qgis.child.streams import Streams

__all__ = ["ChildError", "Finished", "Listener", "run"]

POLL_SECONDS = 0.1
"""How often a run is looked after: is it cancelled, has it ended?"""

GRACE_SECONDS = 1.2
"""How long a run that was asked to end may clean up."""

LINGER_SECONDS = 10.0
"""How long a child may take to go after its last word, and what it said to be heard after it has gone."""

GONE_SECONDS = 0.4
"""How long to wait for what was killed."""

DRAIN_SECONDS = 0.3
"""How long pipes may stay open after the child has gone: another process holds them then."""


class ChildError(Exception):
    """The child could not be started; the message is one line."""


@dataclass(frozen=True)
class Finished:
    """How a run ended."""

    code: int | None
    """The exit code, negative for a signal; None for a process that even a kill did not end."""
    outputs: tuple[Output, ...]
    result: dict[str, Any] | None
    """What `done` gave: there if and only if the run succeeded."""
    failure: str | None
    """One line; None where the run succeeded or was cancelled."""
    cancelled: bool
    """Whether the listener ended it."""
    pid: int
    """The process that did the work."""
    said: tuple[str, ...] = ()
    """The last lines of its stderr."""
    reported: dict[str, Any] | None = None
    """What the run came to, as it said before its end: also where it then failed, or was cancelled."""


def run(
    argv: Sequence[str],
    listener: Listener,
    *,
    environ: Mapping[str, str],
    own_folders: Sequence[str | Path] = (),
) -> Finished:
    """Run a program that speaks in events, and return when nothing is left of it.

    `own_folders` are those of its outputs: what a killed child left there hidden is removed. When the listener raises,
    the child is killed and the exception goes on.

    Raises:
        ChildError: the program cannot be started.
    """
    before = hidden_folders(own_folders)
    attended = _Attended(_started(argv, environ), listener)
    try:
        attended.attend()
    finally:
        attended.close()
        remove_leftovers(own_folders, attended.pids, before=before)
    return attended.finished()


def _started(argv: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return group.start(argv, environ)
    except (OSError, ValueError, IndexError) as error:  # ValueError: a null character; IndexError: no words
        program = argv[0] if argv else "nothing"
        reason = getattr(error, "strerror", None) or error
        raise ChildError(f"cannot start {program}: {reason}") from error


class _Attended:
    """A child that is listened to and looked after."""

    def __init__(self, process: subprocess.Popen[bytes], listener: Listener) -> None:
        self._process, self._listener = process, listener
        self._streams, self._hearing = Streams(process), Hearing(listener)
        self._cancelled = False
        self._is_asked = self._is_quiet = False
        self._kill_at = math.inf
        self._killed_at: float | None = None
        self._gone_at: float | None = None

    @property
    def pids(self) -> set[int]:
        """The process that was started, and the one that does the work: a venv's python.exe starts another."""
        return {self._process.pid, self._hearing.pid or self._process.pid}

    def attend(self) -> None:
        """Listen until the child has gone and all that it said was heard."""
        while not self._is_over(time.monotonic()):
            self._look_after(time.monotonic())
            self._listen(until=time.monotonic() + POLL_SECONDS)
        self._hearing.end()

    def close(self) -> None:
        """Leave nothing: no process, no thread, no pipe."""
        group.kill(self._process)
        self._process.stdin.close()
        group.wait_until_gone(self._process, within=GONE_SECONDS)
        self._streams.close()

    def finished(self) -> Finished:
        """How it ended."""
        heard, code = self._hearing, self._process.poll()
        result = None if self._cancelled or heard.refusal else heard.result
        failure = None
        if result is None and not self._cancelled:
            failure = heard.refusal or heard.failure or why_it_ended(code, heard.said)
        return Finished(
            code=code,
            outputs=tuple(heard.outputs),
            result=result,
            failure=failure,
            cancelled=self._cancelled,
            pid=heard.pid or self._process.pid,
            said=tuple(heard.said),
            reported=heard.reported,
        )

    def _is_over(self, now: float) -> bool:
        if self._gone_at is not None and self._streams.ended:
            return True
        if self._killed_at is None or now < self._killed_at + DRAIN_SECONDS:
            return False
        # Whoever still holds the pipes is out of reach. A child that went by itself is heard to the end first.
        is_heard = self._cancelled or self._is_quiet
        return is_heard or now > self._killed_at + LINGER_SECONDS

    def _look_after(self, now: float) -> None:
        if self._gone_at is None and self._process.poll() is not None:
            self._gone_at = now
        if not self._is_asked:
            self._end_where_unwanted(now)
        # Where the leader has gone and the pipes are open, others of its group hold them.
        latest = self._kill_at if self._gone_at is None else self._gone_at + DRAIN_SECONDS
        if self._killed_at is None and now >= latest:
            group.kill(self._process)
            self._killed_at = now

    def _end_where_unwanted(self, now: float) -> None:
        is_refused, is_told = self._hearing.refusal is not None, self._hearing.is_last_word_said
        if is_refused or self._listener.is_cancelled():
            self._is_asked = True
            self._cancelled = not is_refused and not is_told
            group.ask_to_end(self._process)
            self._kill_at = now + GRACE_SECONDS
        elif is_told:
            self._kill_at = min(self._kill_at, now + LINGER_SECONDS)

    def _listen(self, *, until: float) -> None:
        self._is_quiet = True
        while (left := until - time.monotonic()) > 0 and not self._is_settled(left):
            line = self._streams.next(within=left)
            if line is not None:
                self._is_quiet = False
                self._hearing.hear(line)
            self._hearing.tell_progress()

    def _is_settled(self, left: float) -> bool:
        """Whether both pipes have ended: then there is nothing to do but wait for the process."""
        if not self._streams.ended:
            return False
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(left)
        return True
