"""What a tar archive holds, listed from its stream without trust: bounded reads, bounded length."""

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from geounet.batching.sources.members import MAX_MEMBERS

MAX_HEADER_BYTES = 1 << 20
"""Bytes of one header (a long name, extended attributes) that are read into memory."""

MAX_STREAM_RATIO = 200
"""Bytes that a packed archive may unpack to for each of its own: imagery gives 20 at most, a bomb a thousand."""

MIN_STREAM_BYTES = 1 << 30
"""Bytes that any packed archive may unpack to (1 GiB)."""


class TarError(Exception):
    """A tar archive is broken, a bomb, or packed as GDAL cannot read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TarMember:
    """A member as the stream has it."""

    name: str
    plain: bool
    """Whether it is a file whose bytes lie in the archive: no link, no device, not sparse."""
    offset: int
    """Where its bytes begin in the unpacked stream."""
    size: int
    mtime: int
    """Seconds since 1970."""
    head: bytes
    """How it begins."""


class BoundedStream:
    """An archive's bytes, of which neither too many are read in one go nor too many in all."""

    def __init__(self, stream: BinaryIO, limit: int | None) -> None:
        self._stream = stream
        self._limit = limit
        self._run = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes; raises TarError where more are read since the last jump than a header has."""
        self._run += size if size >= 0 else MAX_HEADER_BYTES + 1
        if self._run > MAX_HEADER_BYTES:
            raise TarError(f"a header of it is larger than the {MAX_HEADER_BYTES:,} bytes that are read")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; raises TarError where that lies further than the archive may reach."""
        if self._limit is not None and offset > self._limit:
            raise TarError(
                f"it unpacks to more than {self._limit:,} bytes, {MAX_STREAM_RATIO} times its own, as a bomb does"
            )
        self._run = 0
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """The place of the next byte."""
        return self._stream.tell()


def tar_members(path: Path, *, head: int, wanted: Callable[[str], bool]) -> Iterator[TarMember]:
    """The members of a tar (or of one packed with gzip) whose names are wanted, with their first `head` bytes.

    Raises TarError where the archive is broken or a bomb, after the members before that place.
    """
    try:
        with _bounded(path) as stream, tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r:") as tar:
            yield from _members(tar, stream, head=head, wanted=wanted)
    except (
        tarfile.TarError,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:
        raise TarError(" ".join(str(error).split()) or type(error).__name__) from error


def _members(
    tar: tarfile.TarFile, stream: BoundedStream, *, head: int, wanted: Callable[[str], bool]
) -> Iterator[TarMember]:
    count, reached = 0, 0
    while (info := tar.next()) is not None:
        count += 1
        if info.size < 0 or info.offset_data <= reached:
            raise TarError("a member of it ends before it begins, so that a reader would go in a circle")
        reached = info.offset_data
        if count > MAX_MEMBERS:
            raise TarError(f"it has more than {MAX_MEMBERS:,} members, which is as many as are listed")
        tar.members.clear()  # type: ignore[attr-defined]  # else it holds what was listed
        if wanted(info.name):
            plain = info.isreg() and not info.issparse()
            yield _member(info, stream, plain=plain, head=head)
    stream.seek(tar.offset)
    if stream.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise TarError("it ends early, or is damaged in the middle")


def _member(info: tarfile.TarInfo, stream: BoundedStream, *, plain: bool, head: int) -> TarMember:
    begin = b""
    if plain:
        stream.seek(info.offset_data)
        begin = stream.read(min(head, info.size))
    return TarMember(
        name=info.name,
        plain=plain,
        offset=info.offset_data,
        size=info.size,
        mtime=int(info.mtime),
        head=begin,
    )


@contextmanager
def _bounded(path: Path) -> Iterator[BoundedStream]:
    """An archive's stream, unpacked where gzip packed it."""
    name = path.name.lower()
    if not name.endswith((".tar", ".tar.gz", ".tgz")):
        raise TarError("GDAL reads tar plain or packed with gzip, not so; pack it again")
    size = path.stat().st_size
    if name.endswith(".tar"):
        with path.open("rb") as file:
            yield BoundedStream(file, None)
    else:
        with gzip.open(path, "rb") as unpacked:
            yield BoundedStream(cast("BinaryIO", unpacked), max(MIN_STREAM_BYTES, MAX_STREAM_RATIO * size))
