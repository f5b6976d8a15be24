"""What says that an input is the same as before: where it lies and when it was changed, or its content."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from geounet.batching.sources.virtual import is_virtual, local_sources
from geounet.digests import file_sha256

Identity = dict[str, str | int]
"""A few words and numbers, as JSON; equal for the same input, never with a signature in it."""


def file_identity(path: Path, digest: Literal["stat", "content"]) -> Identity:
    """A file's identity, as a person chose to know inputs; raises OSError where it cannot be had."""
    return content_identity(path) if digest == "content" else stat_identity(path)


def stat_identity(path: Path) -> Identity:
    """A file's place, size and time of change, and those of the files that are read with it.

    The place is absolute and without links: a run that goes on from another working folder knows its inputs.
    Files read with it are a virtual raster's sources, a world file and a mask; not `.aux.xml`, where viewers
    write statistics, nor overviews.
    """
    status = path.stat()
    identity: Identity = {
        "path": str(path.resolve()), "size": status.st_size, "mtime_ns": status.st_mtime_ns,
    }  # fmt: skip
    return identity | _companions(path, _stat_line)


def content_identity(path: Path) -> Identity:
    """The sha256 of a file, and of the files that are read with it: the same wherever they lie."""
    return {"digest": file_sha256(path)} | _companions(path, _content_line)


def member_identity(archive: Mapping[str, str | int], member: str, **known: int) -> Identity:
    """A member's identity: its archive's, its name and, where the archive is known by its place, what else is known.

    `known` is a check sum, a size, an offset.
    """
    more = {} if "digest" in archive else known
    return {**archive, "member": member, **more}


def missing_identity(path: Path, line: str) -> Identity:
    """The identity of a file that is not there; `line` is what a person is told. It is another once the file is."""
    return {"path": str(path.absolute()), "missing": 1, "refused": line}


def _companions(path: Path, line: Callable[[Path], str]) -> Identity:
    """A digest of the files that are read with this one, where there are any."""
    lines = [line(other) for other in _read_with(path)]
    return (
        {"with": hashlib.sha256("\n".join(lines).encode(errors="surrogatepass")).hexdigest()} if lines else {}
    )


def _read_with(path: Path) -> Iterator[Path]:
    if is_virtual(path):
        yield from local_sources(path)
    for side in _side_files(path):
        if os.path.isfile(side):  # noqa: PTH113 (asked for every input; a Path costs ten times as much)
            yield Path(side)


def _side_files(path: Path) -> list[str]:
    """Names under which GDAL looks for a mask and for a world file (`.tfw`, `.tifw`, `.wld`)."""
    stem, dot, extension = str(path).rpartition(".")
    if not dot:
        return []
    short = extension[0] + extension[-1] + "w" if extension else ""
    worlds = [f"{stem}.{end}" for end in (short, f"{extension}w", "wld") if end]
    return [f"{path}.msk", *worlds]


def _stat_line(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return f"{path} -"
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _content_line(path: Path) -> str:
    try:
        return f"{path.name} {file_sha256(path)}"
    except OSError:
        return f"{path.name} -"
