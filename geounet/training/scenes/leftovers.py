"""Temporary folders of runs that were killed: known by a lock that ends with its process, and removed by the next run."""

import shutil
import time
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # not on Windows, where nothing is held and nothing removed
    fcntl = None  # type: ignore[assignment]  # a module elsewhere

LOCK = "held"
"""The file in a folder that is locked for as long as its run lives."""

YOUNG_S = 60.0
"""A folder that was changed so lately may not be locked yet."""


def hold(folder: Path) -> IO[bytes] | None:
    """Lock a new folder until what is returned is closed, or the process is gone."""
    if fcntl is None:
        return None
    lock = (folder / LOCK).open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def remove_leftovers(place: Path, pattern: str) -> None:
    """Remove the folders of that name in `place` that were held, and are not any more."""
    if fcntl is None:
        return
    for folder in place.glob(pattern):
        try:
            if time.time() - folder.stat().st_mtime < YOUNG_S:
                continue
            with (folder / LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # held, another person's, or just removed by another run
