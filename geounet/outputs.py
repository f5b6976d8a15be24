"""Outputs that exist whole or not at all: written in a hidden folder beside their place, then moved."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geounet.errors import DiskFullError, OutputError

HIDDEN = ".geounet-{}-"
"""How the name of a folder for unfinished files begins; the number of the process that writes them goes in."""

_SIDECARS = (".aux.xml", ".msk", ".ovr", "-journal", "-shm", "-wal")
"""What GDAL and SQLite keep beside a file; left behind, it would be taken for the new file's."""

_SHAPEFILE_PARTS = (".cpg", ".dbf", ".prj", ".qix", ".qpj", ".sbn", ".sbx", ".shp.xml", ".shx")

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def atomic_target(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` when the block ends without an error.

    The yielded path has the name of `path` in a hidden folder beside it, on the same disk. Every file that
    the block leaves in that folder (the parts of a Shapefile) is moved, the one called as `path` last; stale
    side files of a replaced one are removed. When the block raises, nothing is left. A process that is killed
    leaves its folder, `.geounet-<its number>-…`, which nothing reads again and which may then be removed.

    Raises:
        OutputError: `path` exists and `overwrite` is false, its folder is missing or closed, the disk is
            full, or, at the end, another program holds `path` open or has made one where there was none; the
            finished file is then kept beside it, and the message says under which name.
    """
    path = Path(path)
    final = path.resolve()
    check_target(path, overwrite=overwrite)
    with hidden_folder(final.parent, shown=path) as folder:
        try:
            yield folder / final.name
            _move(folder, final, shown=path, overwrite=overwrite)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise disk_full(path) from error


@contextmanager
def hidden_folder(place: Path | None, *, shown: Path) -> Iterator[Path]:
    """A folder for unfinished files in `place` (the system's for temporary files by default), gone with the context.

    Raises OutputError where it cannot be made; `shown` is what is to be written, for the message.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=HIDDEN.format(os.getpid()), dir=place))
    except OSError as error:
        raise OutputError(
            f"cannot write {shown}: {_reason(error)}; choose a folder that you may write to, or make room"
        ) from error
    try:
        yield folder
    finally:
        # On Windows a handle that an error left open keeps its file; the error matters more than that.
        shutil.rmtree(folder, ignore_errors=True)


def check_apart(outputs: Iterable[Path], inputs: Iterable[str | Path | None]) -> None:
    """Raise OutputError where an output would take the place of a file that is read; an input of None is none."""
    read = {Path(path).resolve() for path in inputs if path is not None}
    for path in outputs:
        if path.resolve() in read:
            raise OutputError(f"{path} is one of the files that are read; choose another name for the output")


def check_target(path: Path, *, overwrite: bool) -> None:
    """Raise OutputError unless a file may be written at `path`: the check that `atomic_target` begins with."""
    final = path.resolve()
    if final.is_dir():
        raise OutputError(f"{path} is a folder; expected the name of a file to write")
    if final.exists() and not overwrite:
        raise OutputError(f"{path} exists; pass --overwrite to replace it, or choose another name")
    if not final.parent.is_dir():
        raise OutputError(f"cannot write {path}: there is no folder {path.parent}; make it first")


def disk_full(path: Path) -> DiskFullError:
    """The error that says that there is no room for `path`."""
    return DiskFullError(f"cannot write {path}: the disk is full; make room or choose another folder")


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, or one that it comes from, says that there is no room left."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DiskFullError) or (isinstance(cause, OSError) and cause.errno in _FULL):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def require_room(path: Path, needed: int) -> None:
    """Raise OutputError unless the disk of `path` has room for `needed` bytes more.

    Asked before a library writes that prints, or keeps to itself, that it could not.
    """
    if shutil.disk_usage(path.parent).free < needed:
        raise disk_full(path)


def _move(folder: Path, final: Path, *, shown: Path, overwrite: bool) -> None:
    """Move what lies in `folder` beside `final`, the main file last."""
    parts = sorted(folder.iterdir(), key=lambda part: part.name == final.name)
    if not parts or parts[-1].name != final.name:
        raise OutputError(f"{shown} was not written; nothing was left under its name")
    if final.exists() and not overwrite:
        raise OutputError(
            f"{shown} was made by another program in the meantime, and is left as it is; "
            f"the finished file is kept as {_keep(folder, final, shown=shown)}"
        )
    try:
        for stale in side_files(final):
            stale.unlink(missing_ok=True)
        for part in parts:
            part.replace(final.parent / part.name)
    except PermissionError as error:
        kept = _keep(folder, final, shown=shown)
        raise OutputError(
            f"{shown} cannot be replaced ({_reason(error)}): another program may hold it open; "
            f"the finished file is kept as {kept}"
        ) from error


def side_files(final: Path) -> list[Path]:
    """Side files that an earlier file of this name may have left, and a new one would be taken for having."""
    stale = [final.with_name(final.name + end) for end in _SIDECARS]
    if final.suffix.lower() == ".shp":
        stale += [final.with_suffix(end) for end in _SHAPEFILE_PARTS]
    return stale


def _keep(folder: Path, final: Path, *, shown: Path) -> Path:
    """Move what is left in `folder` beside `final` under a name that is free, and return the main file's.

    Raises OutputError when the folder takes no other name either.
    """
    number = 1
    while (final.parent / f"{final.stem}-{number}{final.suffix}").exists():
        number += 1
    kept = shown.parent / f"{final.stem}-{number}{final.suffix}"
    try:
        for part in sorted(folder.iterdir()):
            part.replace(final.parent / f"{final.stem}-{number}{part.name.removeprefix(final.stem)}")
    except PermissionError as error:
        raise OutputError(
            f"neither {shown} nor {kept.name} can be written ({_reason(error)}); "
            "close the program that holds the folder, or choose another, and run again"
        ) from error
    return kept


def _reason(error: OSError) -> str:
    """What the system says, in words."""
    return (os.strerror(error.errno) if error.errno else str(error)).lower()
