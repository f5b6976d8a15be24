"""A process with all that it starts: begun as a group of its own, asked to end, killed.

POSIX     a session of its own; SIGTERM, then SIGKILL, to the whole group
Windows   a process group of its own without a console window; taskkill /T takes the tree

On Windows the end of standard input (`--lease stdin`) is all the asking there is. A Ctrl-Break reaches only processes
of the caller's own console, and QGIS has none; os.kill goes on to TerminateProcess where sending it fails (CPython
issue 58689), which would leave the child no time to clean up.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

WINDOWS = sys.platform == "win32"

NEW_PROCESS_GROUP, NO_WINDOW = 0x0000_0200, 0x0800_0000
"""subprocess.CREATE_NEW_PROCESS_GROUP and CREATE_NO_WINDOW, which other systems do not name."""

STEP_SECONDS = 0.01
"""How often it is looked whether a group has ended."""

TASKKILL_SECONDS = 5.0
"""Longest wait for taskkill, which takes a fraction of a second."""


def start(argv: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program as a group of its own, with pipes to all three of its streams. Raises OSError or ValueError."""
    options: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    options |= {"creationflags": NEW_PROCESS_GROUP | NO_WINDOW} if WINDOWS else {"start_new_session": True}
    # S603: a list of words and no shell, so nothing is interpreted.
    return subprocess.Popen(list(argv), env=dict(environ), bufsize=0, close_fds=True, **options)  # noqa: S603


def ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to clean up and end: its standard input ends, and where there are signals it gets SIGTERM."""
    process.stdin.close()
    if not WINDOWS:
        _signal_group(process.pid, signal.SIGTERM)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the group, at once."""
    if not WINDOWS:
        # The group outlives its leader while a member is left, and its number is not given away meanwhile.
        _signal_group(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        _taskkill(process.pid)
        process.kill()  # does nothing to a process that has ended


def wait_until_gone(process: subprocess.Popen[bytes], *, within: float) -> None:
    """Wait until a killed group has ended, for so many seconds at most: a kill is over a moment after it was sent."""
    end = time.monotonic() + within
    with suppress(subprocess.TimeoutExpired):  # stuck in the kernel: it goes when that lets it
        process.wait(within)
    while not WINDOWS and _signal_group(process.pid, 0) and time.monotonic() < end:
        time.sleep(STEP_SECONDS)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal, and say whether anyone was there to get it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False  # not permitted: so macOS says of members that have ended and are not yet waited for
    return True


def _taskkill(pid: int) -> None:
    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
    silent: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    words = [str(program), "/T", "/F", "/PID", str(pid)]
    # Where it does not work, the caller ends the process itself next, and the lease has ended the rest.
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603 (Windows' own program by its full path)
            words, check=False, timeout=TASKKILL_SECONDS, creationflags=NO_WINDOW, **silent
        )
