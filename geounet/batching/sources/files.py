"""Rasters on this machine's disks: files, folders and patterns → what was found there → items."""

import glob
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from geounet.batching.item import Item
from geounet.batching.sources.identity import Identity, file_identity, missing_identity
from geounet.batching.sources.kinds import is_archive_name, is_raster_name
from geounet.batching.sources.virtual import is_virtual, local_sources
from geounet.errors import GeounetWarning, OptionsError, SceneError
from geounet.raster.address import RasterAddress

LEDGERS = ({"manifest.sqlite"}, {"run.json", "claims"})
"""A folder that holds one of these is a batch's output, and its rasters are nobody's input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file that somebody gave, or that lies in a folder or meets a pattern that somebody gave."""

    path: Path
    """Where it was found, absolute; links are kept, for side files lie beside them."""
    real: str
    """Where it lies when links are followed: the same for one file that was found twice."""
    name: str
    """Its path below what was given."""
    line: str | None = None
    """Why it cannot be read, where that is known already."""


def found_file(path: Path, name: str | None = None) -> FoundFile:
    """A file that was given by its own name; `name` is its path below a pattern's folder."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 (without links followed, and `..` taken out)
    return FoundFile(
        path=whole, real=os.path.realpath(whole), name=name or whole.name, line=_why_not(str(whole))
    )


def folder_files(folder: Path) -> Iterator[FoundFile]:
    """Rasters and archives below a folder, in the order in which a person counts (`2` before `10`).

    What hides is left alone (a leading dot, as of geounet's own unfinished outputs), as are side files and what
    a batch wrote. Links are followed, each folder is entered once. A virtual raster of rasters that lie in the folder
    too would be those a second time: it is left out, with a GeounetWarning. Raises SceneError where the folder
    holds no raster or cannot be read.
    """
    whole = Path(os.path.abspath(folder))  # noqa: PTH100 (`..` taken out, links kept)
    files = list(_walk(str(whole), "", {os.path.realpath(whole)}))
    if not files:
        raise SceneError(
            f"{folder} holds no raster; expected files such as .tif, .jp2 or .vrt, or archives of them: "
            "give files of other kinds by their own names"
        )
    return _without_doubles(files)


def pattern_files(pattern: str, base: Path) -> Iterator[FoundFile]:
    """Files that meet a pattern (`*`, `?`, `[…]`, `**` for any depth), relative to `base`, in a person's order.

    Of files whose extension the pattern leaves open, rasters and archives are taken; folders are entered unless the
    pattern goes to any depth itself. Raises OptionsError where nothing is found.
    """
    whole = os.path.join(base.absolute(), pattern)  # noqa: PTH118 (a pattern is no path)
    matches = sorted(glob.glob(whole, recursive=True), key=natural_key)  # noqa: PTH207 (Path.glob takes no `..`)
    any_kind = not glob.has_magic(os.path.splitext(pattern)[1] or "*")  # noqa: PTH122 (a pattern is no path)
    fixed = _fixed_folder(whole)
    nothing = True
    for match in matches:
        name = os.path.relpath(match, fixed).replace(os.sep, "/")
        for found in _matched(match, name, any_kind=any_kind, deep="**" in pattern):
            nothing = False
            yield found
    if nothing:
        raise OptionsError(
            f"{pattern} finds no raster; expected files that it meets: check the pattern, and the folder that it is used in"
        )


def file_item(found: FoundFile, digest: Literal["stat", "content"]) -> Item:
    """The item of a file; one that is not there, or cannot be read, is an item that says so when it is worked on."""
    if not _is_text(str(found.path)):
        shown = _as_text(str(found.path))
        line = f"{shown} has a name that is not UTF-8; expected one that is: rename the file"
        return refused_item(replace(found, name=_as_text(found.name)), {"path": shown, "refused": line})
    try:
        identity = file_identity(found.path, digest)
    except FileNotFoundError:
        line = f"there is no file {found.path}; expected one at this place: check its name, or take it off the list"
        return refused_item(found, missing_identity(found.path, line))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        line = f"{found.path} cannot be read ({reason}); expected a file that you may read: check its rights"
        return refused_item(found, {"path": str(found.path), "refused": line})
    if found.line is not None:
        return refused_item(found, identity | {"refused": found.line})
    return Item(
        name=found.name,
        raster=RasterAddress(address=str(found.path)),
        identity=identity,
        shown=found.path.name,
    )


def _is_text(name: str) -> bool:
    """Whether a file's name can be written down: on POSIX it may be any bytes."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def _as_text(name: str) -> str:
    return name.encode(errors="replace").decode()


def refused_item(found: FoundFile, identity: Identity) -> Item:
    """An item that is listed with its line (`identity["refused"]`) and never opened."""
    address = _as_text(str(found.path))
    return Item(
        name=found.name, raster=RasterAddress(address=address, drivers=()), identity=identity,
        shown=os.path.basename(address),  # noqa: PTH119 (a Path costs more, and archives have many members)
    )  # fmt: skip


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """What text is sorted by: numbers in it by their value, letters without case, then all as it is."""
    pieces = re.split(r"([0-9]+)", text.casefold())
    counted = [(1, int(piece), "") if index % 2 else (0, 0, piece) for index, piece in enumerate(pieces)]
    return (*counted, (2, 0, text))


def _walk(folder: str, below: str, entered: set[str]) -> Iterator[FoundFile]:
    """What lies in a folder and in those below it; `below` is its path below the first, `entered` their real paths."""
    real = os.path.realpath(folder)
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: natural_key(entry.name))
    if below and any(ledger <= {entry.name for entry in entries} for ledger in LEDGERS):
        return
    for entry in entries:
        name = f"{below}{entry.name}"
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _entered(entry, name, entered)
        elif is_raster_name(entry.name) or is_archive_name(entry.name):
            at = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, entry.name)  # noqa: PTH118 (many, and a Path costs)
            yield FoundFile(path=Path(entry.path), real=at, name=name, line=_why_not(entry.path))


def _entered(entry: "os.DirEntry[str]", name: str, entered: set[str]) -> Iterator[FoundFile]:
    """What lies in a folder that has not been entered yet; one that may not be read is something found."""
    real = os.path.realpath(entry.path)
    if real in entered:
        return
    entered.add(real)
    try:
        yield from _walk(entry.path, f"{name}/", entered)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        line = (
            f"the folder {name} cannot be read ({reason}); expected one that you may read: check its rights"
        )
        yield FoundFile(path=Path(entry.path), real=real, name=name, line=line)


def _without_doubles(files: list[FoundFile]) -> Iterator[FoundFile]:
    """The files without virtual rasters that are made of others of them."""
    held = {file.real for file in files}
    for file in files:
        sources = local_sources(file.path) if is_virtual(file.path) else []
        if any(os.path.realpath(source) in held for source in sources):
            warnings.warn(
                f"{file.name} is made of rasters in this folder, which are read themselves, and is left out; "
                "to read it in their place, give it by its own name alone",
                GeounetWarning,
                stacklevel=2,
            )
        else:
            yield file


def _matched(match: str, name: str, *, any_kind: bool, deep: bool) -> Iterator[FoundFile]:
    """What a pattern's match stands for: itself, or what lies in it."""
    if os.path.isdir(match):  # noqa: PTH112 (as above)
        if not deep:
            inside = _walk(match, f"{name}/", {os.path.realpath(match)})
            yield from _without_doubles(list(inside))
    elif any_kind or is_raster_name(os.path.basename(match)) or is_archive_name(match):  # noqa: PTH119 (as above)
        yield found_file(Path(match), name)


def _fixed_folder(pattern: str) -> str:
    """The folder above the first part of a pattern that is open."""
    folder = pattern
    while glob.has_magic(folder):
        folder = os.path.dirname(folder)  # noqa: PTH120 (a pattern is no path)
    return folder


def _why_not(path: str) -> str | None:
    """Why a path cannot be given to GDAL, which takes names as UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = path.encode(errors="replace").decode()
        return f"the name {shown} is not UTF-8; expected a name that every program can write: rename the file"
    return None
