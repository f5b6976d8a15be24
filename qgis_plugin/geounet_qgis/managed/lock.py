"""One installation at a time in a folder, whichever QGIS does it.

The system's own lock of an open file: it ends with the process that holds it, so none is ever stale. A number of a
process would not do: inside Flatpak every QGIS has the same one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geounet_qgis.managed.errors import InstallError
from geounet_qgis.translation import tr

BUSY = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock. Raises InstallError at once where another holds it, OSError where the file cannot be made."""
    with path.open("a+b") as file:
        try:
            _take(file.fileno())
        except OSError as error:
            if error.errno not in BUSY:
                raise
            raise InstallError(
                tr("Another QGIS is setting up the environment in {folder}.").format(folder=path.parent),
                hint=tr("Wait until it is done, or cancel it there."),
            ) from error
        try:
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
            yield
        finally:
            _give_back(file.fileno())


def _take(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _give_back(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
