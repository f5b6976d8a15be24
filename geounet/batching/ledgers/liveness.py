"""Whether a process that said who it is still lives, as far as that can be seen from here."""

import os
import socket
import sys
import uuid
from functools import cache
from pathlib import Path

import psutil

TOLERANCE_SECONDS = 1.0
"""Two processes of one number whose starts are nearer than this are one."""

_MARK = "#"
"""Between the parts of `this_host`; no host's name holds one."""


@cache
def this_host() -> str:
    """Where this process's number means something: the host's name, its boot, its namespace of process numbers.

    The name alone will not do: all containers of a cluster may bear one, and each has a process 1.
    """
    return _MARK.join((socket.gethostname(), _boot(), _namespace()))


def host_name(host: str) -> str:
    """The part of `this_host` that a person knows the machine by."""
    return host.split(_MARK, 1)[0]


def start_of(pid: int) -> float | None:
    """When a process began; None where there is none, it has ended, or it may not be seen.

    On Linux these are seconds since the machine started (and `this_host` names that start): seconds since 1970 move when the
    clock is set. Elsewhere they are psutil's.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return _ticks(pid) if sys.platform == "linux" else process.create_time()
    except (psutil.Error, OSError):
        return None


def is_gone(host: str, pid: int, started: float) -> bool:
    """Whether that process surely lives no more; False where it does, or where that cannot be seen from here.

    `host` is its `this_host()` and `started` its `start_of(pid)`.
    """
    if host != this_host():
        return False
    if not psutil.pid_exists(pid) or _is_zombie(pid):
        return True
    began = start_of(pid)
    return began is not None and abs(began - started) > TOLERANCE_SECONDS


def _is_zombie(pid: int) -> bool:
    """Whether it has ended, and its parent has not asked yet how."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _ticks(pid: int) -> float:
    """Field 22 of proc(5)'s stat; the second, a name in brackets, may hold blanks and brackets."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    return int(after_name.split()[19]) / os.sysconf("SC_CLK_TCK")


def _boot() -> str:
    """What is another after the next start of this machine; elsewhere than on Linux, its network card's number."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"{uuid.getnode():012x}"


def _namespace() -> str:
    """The number of the namespace that process numbers belong to; empty where there is but one."""
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""
