"""What a person gave → items: asks of each input what it is, and hands it to those who know."""

import codecs
import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources.archives import archive_items
from geounet.batching.sources.beside import with_files_beside
from geounet.batching.sources.files import (
    FoundFile,
    file_item,
    folder_files,
    found_file,
    pattern_files,
    refused_item,
)
from geounet.batching.sources.kinds import is_archive_name
from geounet.batching.sources.names import unique_names
from geounet.batching.sources.pyramids import is_pyramid, pyramid_items
from geounet.batching.sources.remote import is_remote, remote_items, remote_items_of
from geounet.batching.sources.stac import is_stac, stac_items
from geounet.batching.sources.tables import is_table_name, scene_rows
from geounet.batching.sources.tiles import is_tile_service, tile_items
from geounet.errors import OptionsError, SceneError
from geounet.raster.beside import BesideRule

LIST_EXTENSIONS = (".txt", ".lst")
"""What is read as a list of inputs; any other file is with `@` before its name."""

DEEPEST = 8
"""How many lists may name one another."""

MAX_LIST_BYTES = 1 << 28
"""Bytes of one list (256 MiB): some million paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What the inputs of one call, and of the lists among them, share."""

    options: SourceOptions
    base: Path
    """Where relative paths begin."""
    seen: set[object] = field(default_factory=set)
    """What was found already: real paths of files, addresses of the rest."""
    lists: tuple[str, ...] = ()
    """The lists that led here, as real paths."""


def find_items(inputs: Sequence[str | Path], options: SourceOptions) -> Iterator[Item]:
    """The rasters that a person means, under unique names, in the order of the inputs; each once.

    An input is a file, a folder (with all below it), a pattern (`*`, `**`), an archive (zip, tar), a list (`@list`,
    `.txt` or `.lst`: an input a line, relative to the list), a table (`.csv`: a scene a row, its files in the cells), an
    address on a server, STAC, a pyramid or a tile service; each with the files that `options.beside` finds. A file
    that is missing, and what an archive holds that is not safe, is an item whose identity has a line under `refused`:
    it is listed, and never opened. Raises OptionsError where an input means nothing, SceneError where one holds no raster.
    """
    if not inputs:
        raise OptionsError(
            "there are no inputs; expected files, folders, patterns, lists or addresses: give one"
        )
    search = _Search(options=options, base=Path.cwd())
    items = _each([os.fspath(given) for given in inputs], search)
    rules = [BesideRule.of(text, search.base) for text in options.beside]
    if rules:
        items = with_files_beside(items, rules, lambda addresses: [_one(text, search) for text in addresses])
    return unique_names(items)


def _each(texts: Iterable[str], search: _Search) -> Iterator[Item]:
    """The items of several inputs, in their order; about addresses in a row, servers are asked side by side."""
    for plain, some in groupby(texts, key=_is_plain_address):
        if plain:
            yield from _new(remote_items_of(some, search.options), search)
        else:
            for text in some:
                yield from _items(text, search)


def _is_plain_address(text: str) -> bool:
    """Whether it is a raster's address on a server, and nothing that is known in a way of its own."""
    if "://" not in text or "\0" in text:
        return False
    return next((items for is_one, items in _services() if is_one(text)), None) is remote_items


def _items(text: str, search: _Search) -> Iterator[Item]:
    """The items of one input."""
    if not text.strip() or "\0" in text:
        raise OptionsError("an input is empty; expected a file, a folder or an address: take it out")
    if text.startswith("file://"):
        text = url2pathname(urlsplit(text).path)
    path = search.base / text
    exists = os.path.exists(path)  # noqa: PTH110 (an address may be longer than a Path takes)
    for is_one, items in _services():
        given = str(path) if exists else text
        if is_one(given):
            return _new(items(given, search.options), search)
    return _on_disk(text, path, search, exists=exists)


def _on_disk(text: str, path: Path, search: _Search, *, exists: bool) -> Iterator[Item]:
    """The items of an input on this machine; `exists` says whether it is a path as it stands."""
    if exists and path.is_dir():
        return _local(folder_files(path), search)
    if text.startswith("@"):
        return _listed(search.base / text[1:], search)
    if not exists and (scheme := urlsplit(text).scheme) and "://" in text:
        raise OptionsError(
            f"addresses that begin with {scheme}:// are not known; expected https, s3, gs or az"
        )
    if not exists and glob.has_magic(text):
        return _local(pattern_files(text, search.base), search)
    if path.suffix.lower() in LIST_EXTENSIONS or is_table_name(path.name):
        return _listed(path, search)
    return _local([found_file(path)], search, named=True)


def _services() -> list[tuple[Callable[[str], bool], Callable[[str, SourceOptions], Iterable[Item]]]]:
    """What is no plain file, in the order of asking: how it is known, and who finds its items."""
    return [
        (is_tile_service, tile_items),
        (is_stac, stac_items),
        (is_pyramid, pyramid_items),
        (is_remote, remote_items),
    ]


def _new(items: Iterable[Item], search: _Search) -> Iterator[Item]:
    """Items that were not found before, known by what is opened."""
    for item in items:
        opened = tuple(file.raster for file in item.files)
        if opened not in search.seen:
            search.seen.add(opened)
            yield item


def _local(files: Iterable[FoundFile], search: _Search, *, named: bool = False) -> Iterator[Item]:
    """The items of files that were not found before; `named` is a file that was given itself, and must hold some."""
    for file in files:
        if file.real in search.seen:
            continue
        search.seen.add(file.real)
        if not is_archive_name(file.path.name):
            yield file_item(file, search.options.digest)
        elif named:
            yield from _some(archive_items(file, search.options), file)
        else:
            yield from archive_items(file, search.options)


def _some(items: Iterator[Item], file: FoundFile) -> Iterator[Item]:
    """The items of an archive that was given by its name; where it has none, one that says so."""
    empty = True
    for item in items:
        empty = False
        yield item
    if empty:
        line = f"{file.path.name} holds no raster; expected GeoTIFF, JPEG 2000, PNG, JPEG or WebP in it: check its content"
        yield refused_item(file, {"path": file.real, "refused": line})


def _listed(path: Path, search: _Search) -> Iterator[Item]:
    """The items of a list's lines."""
    real = os.path.realpath(path)
    if real in search.lists or len(search.lists) >= DEEPEST:
        raise OptionsError(
            f"the list {path} is named by lists that it names, or by more than {DEEPEST} in one another; "
            "expected one list of inputs: take it out of the others"
        )
    inner = replace(search, base=path.absolute().parent, lists=(*search.lists, real))
    lines = _lines(path)
    if not lines:
        raise SceneError(
            f"the list {path} is empty; expected an input a line: write them in, or give them yourself"
        )
    if not is_table_name(path.name):
        yield from _each(map(_unquoted, lines), inner)
        return
    for files in scene_rows(lines):
        yield from _scene_of(files, inner)


def _scene_of(texts: Sequence[str], search: _Search) -> Iterator[Item]:
    """A row of a table: a scene of several files, unless those were found before; of one alone, any input."""
    if len(texts) == 1:
        yield from _items(texts[0], search)
        return
    scene, *beside = (_one(text, search) for text in texts)
    yield from _new([replace(scene, beside=tuple(beside))], search)


def _one(text: str, search: _Search) -> Item:
    """The one raster that a text stands for, found before or not; raises OptionsError where it stands for more."""
    found = list(_items(text, replace(search, seen=set())))
    if len(found) != 1:
        raise OptionsError(
            f"{text} stands for {len(found)} rasters; expected one, to be read with others as one scene: name a file"
        )
    return found[0]


def _lines(path: Path) -> list[str]:
    """The lines of a list, without comments."""
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise OptionsError(
                f"the list {path} is larger than {MAX_LIST_BYTES:,} bytes; expected paths: cut it up"
            )
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OptionsError(
            f"cannot read the list {path} ({reason}); expected a text file: check its name"
        ) from error
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise OptionsError(
            f"the list {path} is no text in UTF-8; expected an input a line: save it as UTF-8"
        ) from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and line[0] != "#"]


def _unquoted(line: str) -> str:
    """An input without the quotes round it."""
    return line.strip("\"'") if line[:1] == line[-1:] else line
