"""What the control groups of Linux let a process have: containers and batch schedulers set limits there, not on the node.

    /proc/self/cgroup     which group of each hierarchy the process is in
    /proc/self/mountinfo  where that hierarchy is mounted, and which of its groups is the mount's root

A limit holds for a group and all below it, so that the least one on the way from the process's own group up to the
root counts. Version 1 has a hierarchy for each controller, version 2 one for all; a machine may have both.
See https://docs.kernel.org/admin-guide/cgroup-v2.html and …/cgroup-v1/.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path("/")
"""Where the machine's own file system begins; tests have another."""


def cpu_quota(root: Path = ROOT) -> float | None:
    """How many processors' time the groups grant; None where they set no quota."""
    return min(_quotas(root), default=None)


def memory_limit(root: Path = ROOT) -> int | None:
    """Bytes that the groups grant; None where they set no limit."""
    return min(_limits(root), default=None)


def _quotas(root: Path) -> Iterator[float]:
    for folder in _groups(root, "cpu"):
        words = _text(folder / "cpu.max").split()  # version 2: `QUOTA|max PERIOD`
        if not words:
            words = [_text(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period")]
        if len(words) == 2 and all(word.isdecimal() for word in words) and int(words[1]):
            yield int(words[0]) / int(words[1])  # version 1 says −1 where there is none


def _limits(root: Path) -> Iterator[int]:
    for folder in _groups(root, "memory"):
        # Above `memory.high` a group is slowed down until it hardly moves.
        for name in ("memory.max", "memory.high", "memory.limit_in_bytes"):
            word = _text(folder / name)
            if word.isdecimal():
                yield int(word)


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Folders of the process's groups that may limit what a controller grants, from its own up to each mount's root."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, names, group = line.split(":", 2)
        unified = not names
        if not unified and controller not in names.split(","):
            continue
        for top, mount in _mounts(root, None if unified else controller):
            inside = PurePosixPath(group)
            # In a container the group may be told as the host has it, and the mount begins at it or below.
            below = inside.relative_to(top) if inside.is_relative_to(top) else PurePosixPath()
            yield from (mount / step for step in (below, *below.parents))


def _mounts(root: Path, controller: str | None) -> Iterator[tuple[PurePosixPath, Path]]:
    """The group at the top of each mount of a hierarchy (None for version 2's), and where it is mounted."""
    for line in _text(root / "proc/self/mountinfo").splitlines():
        words, _, kind = line.partition(" - ")
        fields, (kind_name, _, settings) = words.split(" "), kind.split(" ", 2)
        fits = kind_name == "cgroup2" if controller is None else kind_name == "cgroup"
        if fits and (controller is None or controller in settings.split(",")):
            yield PurePosixPath(_plain(fields[3])), root / _plain(fields[4]).lstrip("/")


def _plain(path: str) -> str:
    """A path of mountinfo, where a space is a backslash and 040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), path)


def _text(path: Path) -> str:
    """A small file's text; empty where there is none, as on other systems, or where it is not this process's to read."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
