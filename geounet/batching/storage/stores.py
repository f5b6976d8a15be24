"""Where claims are kept: small objects by key, some of them made once, in a shared folder or a bucket."""

import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from geounet.errors import OutputError
from geounet.outputs import disk_full, is_disk_full

UNFINISHED = ".unfinished"
"""The folder, within a folder store, that objects are written in before they get their name."""


ABANDONED_SECONDS = 60.0
"""An object that has been empty for so long will not be finished."""

BLOCK = 1 << 20
"""Bytes that are copied at a time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An object, as a listing shows it."""

    key: str
    modified: float
    """When it was last written, in seconds since 1970 by the store's own clock."""
    size: int
    """Bytes."""
    version: str = ""
    """Another when the content is another: a clock may be too coarse to tell."""


class Store(Protocol):
    """Objects by key (`/` between parts). Each is written whole; who lists sees all that was written before."""

    def put_new(self, key: str, content: bytes) -> bool:
        """Write an object that is not there yet; False where it is: of any number of writers, one hears True."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Write an object, in place of what was there."""
        ...

    def get(self, key: str) -> bytes | None:
        """An object's content; None where it is not there."""
        ...

    def head(self, key: str) -> Entry | None:
        """An object as it is now, whatever a listing remembers; None where it is not there."""
        ...

    def list(self, prefix: str) -> Iterator[Entry]:
        """All objects below a prefix, which is empty or ends with `/`."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; those that are not there are passed over."""
        ...

    def upload(self, file: Path, key: str) -> None:
        """Write a file of any size as an object, which is there whole or not at all."""
        ...

    def download(self, key: str, file: Path) -> None:
        """Write an object to a file; OutputError where it is not there."""
        ...


class FolderStore:
    """Objects as files below a folder, which may lie on a network file system.

    An object is made once by `link`, which servers do at once or not at all (O_EXCL where there are no links), after its
    content is complete. Times are the file server's.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put_new(self, key: str, content: bytes) -> bool:
        """As `Store.put_new`."""
        target = self._root / key
        with _in_words(target), self._written(iter((content,)), target) as unfinished:
            try:
                return _link(unfinished, target)
            except OSError:
                return _make(target, content, now=unfinished.stat().st_mtime)

    def put(self, key: str, content: bytes) -> None:
        """As `Store.put`."""
        self._put(key, iter((content,)))

    def get(self, key: str) -> bytes | None:
        """As `Store.get`; a file that was replaced while it was open (NFS: ESTALE) is opened again."""
        with _in_words(self._root / key):
            try:
                return (self._root / key).read_bytes()
            except FileNotFoundError:
                return None
            except OSError as error:
                if error.errno != errno.ESTALE:
                    raise
            return (self._root / key).read_bytes()

    def head(self, key: str) -> Entry | None:
        """As `Store.head`: a file that is opened is asked for at its server."""
        with _in_words(self._root / key):
            try:
                with (self._root / key).open("rb") as file:
                    state = os.fstat(file.fileno())
            except FileNotFoundError:
                return None
        return _entry(key, state)

    def list(self, prefix: str) -> Iterator[Entry]:
        """As `Store.list`; unfinished files are none."""
        folders = [self._root / prefix]
        while folders:
            for member in _members(folders.pop()):
                if member.is_dir(follow_symlinks=False):
                    folders += [Path(member)] if member.name != UNFINISHED else []
                    continue
                try:
                    state = member.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # removed since it was listed
                yield _entry(Path(member).relative_to(self._root).as_posix(), state)

    def delete(self, keys: Sequence[str]) -> None:
        """As `Store.delete`."""
        for key in keys:
            with _in_words(self._root / key):
                (self._root / key).unlink(missing_ok=True)

    def upload(self, file: Path, key: str) -> None:
        """As `Store.upload`."""
        with file.open("rb") as content:
            self._put(key, iter(lambda: content.read(BLOCK), b""))

    def download(self, key: str, file: Path) -> None:
        """As `Store.download`."""
        with _in_words(self._root / key), (self._root / key).open("rb") as content, file.open("wb") as copy:
            shutil.copyfileobj(content, copy, BLOCK)

    def _put(self, key: str, blocks: Iterator[bytes]) -> None:
        target = self._root / key
        with _in_words(target), self._written(blocks, target) as unfinished:
            unfinished.replace(target)

    @contextmanager
    def _written(self, blocks: Iterator[bytes], target: Path) -> Iterator[Path]:
        """A file of this content that no listing shows, on the disk where it is to get its name."""
        folder = self._root / UNFINISHED
        for needed in (folder, target.parent):
            needed.mkdir(parents=True, exist_ok=True)
        path = folder / uuid.uuid4().hex
        try:
            with path.open("xb") as file:
                for block in blocks:
                    file.write(block)
            yield path
        finally:
            path.unlink(missing_ok=True)


def _entry(key: str, state: os.stat_result) -> Entry:
    return Entry(key, state.st_mtime, state.st_size, f"{state.st_mtime_ns}-{state.st_ino}-{state.st_size}")


def _members(folder: Path) -> list["os.DirEntry[str]"]:
    """What is in a folder now; nothing where there is none."""
    with _in_words(folder):
        try:
            with os.scandir(folder) as found:
                return list(found)
        except FileNotFoundError:
            return []


def _link(unfinished: Path, target: Path) -> bool:
    """Give the file its name, unless that is taken; OSError where the file system has no links."""
    try:
        target.hardlink_to(unfinished)
    except FileExistsError:
        # A server whose answer was lost is asked again, and finds its own link.
        return unfinished.stat().st_nlink > 1
    return True


def _make(target: Path, content: bytes, *, now: float) -> bool:
    """Make the file under its name at once, where there are no links: readers may see it before it is whole.

    One that is still empty after a minute was left by a process that was killed there.
    """
    with suppress(FileNotFoundError):  # as it should be
        if target.stat().st_size == 0 and now - target.stat().st_mtime > ABANDONED_SECONDS:
            target.unlink()
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


@contextmanager
def _in_words(shown: Path) -> Iterator[None]:
    """Errors of the system as OutputError."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(shown) from error
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise OutputError(
            f"cannot read or write {shown}: {reason}; check the share and your rights on it"
        ) from error
