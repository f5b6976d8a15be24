"""Hidden folders that a killed child could not remove: geounet writes in `.geounet-<pid>-…` beside an output.

Only those that were not there when the run began are its own: another machine may be writing to a shared folder under
the same number.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

_PREFIX = ".geounet-"


def hidden_folders(folders: Iterable[str | Path]) -> frozenset[Path]:
    """The hidden folders of any run that lie in `folders` now."""
    return frozenset(found for folder in folders for found in _in(Path(folder)))


def remove_leftovers(folders: Iterable[str | Path], pids: Iterable[int], *, before: frozenset[Path]) -> None:
    """Remove the hidden folders of processes that have ended, apart from those that were there `before`."""
    prefixes = tuple(f"{_PREFIX}{pid}-" for pid in pids)
    for found in hidden_folders(folders) - before:
        if found.name.startswith(prefixes):
            # What another program holds open (a virus scanner on Windows) stays, and no later run minds it.
            shutil.rmtree(found, ignore_errors=True)


def _in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []  # no such folder, so nothing in it
