"""A run's folder, held by the one training that writes into it: by a lock that ends with its process."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from geounet.errors import OutputError
from geounet.training.config import TrainConfig
from geounet.training.fitting.devices import rank

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".held"
"""The file in a run's folder that is locked for as long as its training lives; empty, and it stays with the rest."""

_log = logging.getLogger(__name__)

_held: set[IO[bytes]] = set()
"""This process's locks."""


@contextmanager
def occupied(config: TrainConfig) -> Iterator[None]:
    """Hold the run's folder, made where it is missing; the processes of further devices leave that to the first.

    Raises OutputError where another training holds it, and where the folder, or the bundle's, cannot be made: before
    hours of training are spent. Where a file system knows no locks, it says so in the log and goes on.
    """
    if rank():
        yield
        return
    _require_folder(config.out.absolute().parent, what=f"bundle {config.out}")
    lock = _locked(config.run_folder)
    _held.add(lock)
    try:
        yield
    finally:
        _held.discard(lock)
        _leave(lock, config.run_folder)


def _require_folder(folder: Path, *, what: str) -> None:
    """Raise OutputError where a folder is a file, or lies below one."""
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    if not nearest.is_dir():
        raise OutputError(f"cannot write {what}: {nearest} is a file; choose another folder")


def _locked(folder: Path) -> IO[bytes]:
    """The folder's lock, taken: not one that another training removed with its folder in the meantime."""
    while True:
        lock = _open(folder)
        try:
            _take(lock, folder)
        except OutputError:
            lock.close()
            raise
        if _is_there(lock, folder / LOCK):
            return lock
        lock.close()


def _is_there(lock: IO[bytes], path: Path) -> bool:
    """Whether an open file is still the one of its name."""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _leave(lock: IO[bytes], folder: Path) -> None:
    """Let go of the folder; one that holds nothing else is removed: a run that was refused leaves nothing."""
    if sys.platform == "win32":
        lock.close()  # what is open cannot be removed there
    if [path.name for path in folder.iterdir()] == [LOCK]:
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()
    lock.close()


def _open(folder: Path) -> IO[bytes]:
    """The file that is locked; raises OutputError where it, or its folder, cannot be made."""
    _require_folder(folder.absolute(), what=f"run folder {folder}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / LOCK).open("ab")
    except OSError as error:
        raise OutputError(
            f"cannot write run folder {folder} ({error.strerror}); choose a folder that you may write to"
        ) from error


def _take(lock: IO[bytes], folder: Path) -> None:
    """Lock; raises OutputError where another process, or another thread of this one, has."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        raise OutputError(
            f"run folder {folder} is in use by another training; wait until it ends, or set out (or run) to another folder"
        ) from error
    except OSError as error:
        _log.warning("%s cannot be locked (%s): start no second training into it", folder, error.strerror)


def _let_go() -> None:
    """Close what a fork copied: a worker that outlives a killed training would hold its lock."""
    for lock in _held:
        lock.close()
    _held.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_let_go)
