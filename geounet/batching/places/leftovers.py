"""Folders for unfinished files, whose names tell whose they are; removed when those are gone."""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from geounet.batching.ledgers.liveness import this_host
from geounet.batching.places.mounts import is_shared
from geounet.errors import OutputError
from geounet.outputs import HIDDEN, disk_full, is_disk_full

OLD_SECONDS = 600.0
"""A folder that does not say of which machine it is, and in which nothing was written for so long, is left over."""

_NAME = re.compile(re.escape(HIDDEN).replace(r"\{\}", r"(?P<pid>\d+)") + r"(?:(?P<host>[0-9a-f]{12})-)?\w{8}")


@contextmanager
def working_folder(place: Path) -> Iterator[Path]:
    """A hidden folder in `place`, gone with the context; its name says which process of which machine it belongs to.

    Raises OutputError where it cannot be made.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{HIDDEN.format(os.getpid())}{_host()}-", dir=place))
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(place / "outputs") from error
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise OutputError(
            f"cannot write in {place}: {reason}; choose a folder that you may write to"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(place: Path, *, levels: int = 100) -> list[Path]:
    """Remove working folders below `place`, so many levels deep, whose process was on this machine and is gone.

    Returns those that were removed.

    A folder of another machine, of a process that lives, or of another kind is left as it is. Of those that plain
    outputs are written in (`geounet.outputs`) no name says the machine: they go where the disk is this machine's, and
    nothing was written in them for ten minutes. Symbolic links are not followed.
    """
    is_ours = not is_shared(place)
    gone = [folder for folder in _hidden(place, levels) if _is_gone(folder, is_ours=is_ours)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder for folder in gone if not folder.exists()]


def _hidden(place: Path, levels: int) -> Iterator[Path]:
    """Folders below `place` that are called as hidden ones are; what is in them is theirs."""
    for parent, names, _ in os.walk(place):
        hidden = [name for name in names if name.startswith(HIDDEN.split("{", 1)[0])]
        yield from (Path(parent) / name for name in hidden if not (Path(parent) / name).is_symlink())
        is_last = len(Path(parent).relative_to(place).parts) + 1 >= levels
        names[:] = [] if is_last else [name for name in names if name not in hidden]


def _is_gone(folder: Path, *, is_ours: bool) -> bool:
    """Whether the process that a folder is named for was on this machine and lives no more."""
    owner = _NAME.fullmatch(folder.name)
    if owner is None or psutil.pid_exists(int(owner["pid"])):
        return False
    return owner["host"] == _host() or (owner["host"] is None and is_ours and _is_old(folder))


def _is_old(folder: Path) -> bool:
    """Whether nothing was written in a folder of late."""
    members = [folder, *folder.rglob("*")]
    return time.time() - max(path.lstat().st_mtime for path in members) > OLD_SECONDS


def _host() -> str:
    """Twelve digits for this machine since its start, and the namespace that process numbers belong to."""
    return hashlib.sha256(this_host().encode()).hexdigest()[:12]
