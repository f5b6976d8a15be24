"""A layer that is a file, or a folder of parts where it is large, and takes its place whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geounet.errors import OutputError
from geounet.outputs import check_target, disk_full, hidden_folder, is_disk_full

_PARTS = "part-*.parquet"


def check_place(out: Path, *, overwrite: bool) -> None:
    """Raise OutputError unless a file, or a folder of parts, may be written at `out`."""
    if not out.is_dir():
        check_target(out, overwrite=overwrite)
    elif {path.name for path in out.iterdir()} != {path.name for path in out.glob(_PARTS)}:
        raise OutputError(f"{out} is a folder that holds more than parts of a layer; choose another name")
    elif not overwrite:
        raise OutputError(f"{out} exists; pass --overwrite to replace it, or choose another name")


@contextmanager
def atomic_parts(out: Path, *, overwrite: bool) -> Iterator[Path]:
    """A hidden folder for parts, and for what is needed on the way; only its parts take the place of `out`.

    One part becomes the file `out`, several a folder of that name. When the block raises, nothing is left. Where a
    folder is replaced, or a file by a folder, there is neither for a moment; a file replaces a file at once.

    Raises OutputError where `out` may not be written, or appeared meanwhile, or the disk is full.
    """
    check_place(out, overwrite=overwrite)
    final = out.resolve()
    with hidden_folder(final.parent, shown=out) as folder:
        try:
            yield folder
            _settle(folder, final, shown=out, overwrite=overwrite)
        except OSError as error:
            if not is_disk_full(error):
                raise
            raise disk_full(out) from error


def _settle(folder: Path, final: Path, *, shown: Path, overwrite: bool) -> None:
    """Put the parts in their place."""
    parts = sorted(folder.glob(_PARTS))
    finished = parts[0]
    if len(parts) > 1:
        finished = folder / final.name
        finished.mkdir()
        for part in parts:
            part.rename(finished / part.name)
    if final.exists() and not overwrite:
        raise OutputError(
            f"{shown} was made by another program in the meantime, and is left as it is; "
            f"the finished layer is kept as {_kept(finished, final)}"
        )
    try:
        _replace(finished, final, aside=folder / "replaced")
    except PermissionError as error:
        raise OutputError(
            f"{shown} cannot be replaced: another program may hold it open; "
            f"the finished layer is kept as {_kept(finished, final)}"
        ) from error


def _replace(finished: Path, final: Path, *, aside: Path) -> None:
    """Give a file or folder the place of another, which goes into the hidden folder where it cannot be replaced at once."""
    if not final.is_dir() and not (final.exists() and finished.is_dir()):
        finished.replace(final)
        return
    final.rename(aside)
    try:
        finished.rename(final)
    except OSError:
        aside.rename(final)
        raise


def _kept(finished: Path, final: Path) -> str:
    """Put what is finished beside its place under a name that is free, and return that."""
    number = 1
    while (free := final.with_name(f"{final.stem}-{number}{final.suffix}")).exists():
        number += 1
    finished.rename(free)
    return free.name
