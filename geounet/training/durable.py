"""A small file that is there whole, old or new, whenever the process or the machine dies."""

import contextlib
import os
from pathlib import Path

from geounet.errors import OutputError
from geounet.outputs import disk_full, is_disk_full


def write_durably(path: Path, data: bytes) -> None:
    """Write beside the file, to the disk, then give it its name; raises OutputError where that is not possible."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(path) from error
        raise OutputError(
            f"cannot write {path} ({error.strerror}); choose a folder that you may write to"
        ) from error
    finally:
        # Gone already where all went well; what cannot be removed matters less than the error that is on its way.
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
