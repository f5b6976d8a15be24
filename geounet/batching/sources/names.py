"""What items' outputs are called: names that are unique in a run and safe on every system."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from geounet.batching.item import Item
from geounet.batching.sources.kinds import ARCHIVE_EXTENSIONS, RASTER_EXTENSIONS

RESERVED = frozenset(
    {"manifest", "report", "run", "collection", "catalog", "items", "claims", "workers", "outcomes", "jobs"}
)
"""What an output folder calls its own files and folders; no name begins with one of these as its first part."""

DERIVED = ("_class", "_probability")
"""What is added to an item's name for its rasters: `a_class` is no other item's name where there is an `a`."""

LONGEST_PART = 120
"""Bytes of one part of a name as UTF-8: file systems take 143 at least, and extensions come after it."""

LONGEST_NAME = 200
"""Characters of a whole name: Windows takes 259, and the output folder comes before it."""

INPUT_EXTENSIONS = RASTER_EXTENSIONS | ARCHIVE_EXTENSIONS | {"mbtiles", "pmtiles"}
"""Extensions that a name goes without, unless two names were the same then."""

_EXTENSION = re.compile(
    r"(?<=.)\.(?:" + "|".join(map(re.escape, sorted(INPUT_EXTENSIONS))) + r")$", re.IGNORECASE
)
_OUTPUT = re.compile(r"\.(gpkg|fgb|parquet|geojson|shp|tif|json|html|sqlite|pmtiles)$", re.IGNORECASE)
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"} | {
    name + digit for name in ("COM", "LPT") for digit in "0123456789¹²³"
}
_FORBIDDEN = set('<>:"\\|?*')
_FILE = "|"
"""Before the number of a file in its scene: no item has it in its own name."""
_PARENTS = 4
_LAST = 2 + _PARENTS


def unique_names(items: Iterable[Item]) -> Iterator[Item]:
    """Items under names that are unique, in their order.

    A name is the path that the item came with, cleaned and without its extension. Where two would be the same on
    any system (case and composition of letters apart), all of them keep their extensions (`scene.tif`, `scene.png`);
    where that is not enough, the folders above go before (`2023/scene`, `2024/scene`), at last a digest of the
    address behind. None of this depends on the order; only one address that comes twice is numbered.

    All items are held until the last is known: whether a name is unique is known only then.
    """
    held = list(items)
    for item, name in zip(held, _distinct(held), strict=True):
        beside = (replace(file, name=f"{name}{_FILE}{k}") for k, file in enumerate(item.beside, 2))
        yield replace(item, name=name, beside=tuple(beside))


def safe_name(raw: str) -> str:
    """A relative path of a person's or an archive's, as a name that every system takes.

    Characters that a system forbids become `_`, as do a hidden name's dot and the dots of `..`; Windows' devices
    and what an output folder holds itself get a `_` before; what is too long is cut and ends in a digest.
    """
    parts = [part for part in unicodedata.normalize("NFC", raw).split("/") if part not in ("", ".")]
    clean = [_safe_part(part) for part in parts] or ["_"]
    clean[:-1] = [_OUTPUT.sub(r"_\1", part) for part in clean[:-1]]  # a folder is called as no file is
    if clean[0].split(".")[0].casefold() in RESERVED:
        clean[0] = f"_{clean[0]}"
    name = "/".join(clean)
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 9].rstrip('/. ')}-{_digest(raw)}"


def folded(name: str) -> str:
    """What two names share where some system takes them for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _safe_part(part: str) -> str:
    kept = "".join("_" if _is_forbidden(letter) else letter for letter in part).lstrip(" ").rstrip(". ")
    if kept.startswith("-"):  # a command's option, and no layer's name for GDAL
        kept = f"_{kept}"
    if kept.startswith("."):
        kept = f"_{kept.lstrip('.')}"
    if kept.split(".")[0].rstrip().upper() in _DEVICES:
        kept = f"_{kept}"
    if len(kept.encode()) > LONGEST_PART:
        cut = kept.encode()[: LONGEST_PART - 9].decode(errors="ignore").rstrip(". ")
        kept = f"{cut}-{_digest(part)}"
    return kept or "_"


def _is_forbidden(letter: str) -> bool:
    """What a system forbids, or nobody sees: controls, marks of direction, halves of surrogate pairs."""
    return letter in _FORBIDDEN or unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _distinct(items: Sequence[Item]) -> list[str]:
    """The items' names; those that clash say more of where they come from, until none does."""
    levels = [0] * len(items)
    names = [_candidate(item, 0) for item in items]
    while clashing := [index for index in _clashing(names) if levels[index] < _LAST]:
        for index in clashing:
            levels[index] += 1
            names[index] = _candidate(items[index], levels[index])
    return _numbered(names)


def _clashing(names: Sequence[str]) -> list[int]:
    """Indices of the names that are another's, or those of another's rasters."""
    holders = defaultdict(list)
    for index, name in enumerate(names):
        holders[folded(name)].append(index)

    def is_derived(name: str) -> bool:
        return any(name.endswith(end) and name.removesuffix(end) in holders for end in DERIVED)

    return sorted(i for name, own in holders.items() if len(own) > 1 or is_derived(name) for i in own)


def _candidate(item: Item, level: int) -> str:
    """An item's name: short, with its extension, with some folders above it, with a digest."""
    if level == 1:
        return safe_name(item.name)
    short = "/".join(_EXTENSION.sub("", part) for part in item.name.split("/"))
    if level == 0:
        return safe_name(short)
    above = _above(item)[-min(level - 1, _PARENTS) :]
    if level == _LAST:
        short += "-" + _digest(f"{item.raster.address} {item.raster.document}")
    return safe_name("/".join([*above, short]))


def _above(item: Item) -> list[str]:
    """Folders of an item's address that its name does not have."""
    address = re.sub(r"[{}]", "", item.raster.address.split("?")[0]).replace("\\", "/")
    before = address.removesuffix(re.sub(r"[{}]", "", item.name))
    return [part for part in before.split("/") if part and not part.endswith(":")]


def _numbered(names: Sequence[str]) -> list[str]:
    """Names, of which those that are there already get a number behind."""
    taken = {folded(name) for name in names}
    seen: set[str] = set()
    distinct = []
    for name in names:
        number, free = 1, name
        while folded(free) in seen or (number > 1 and folded(free) in taken):
            number += 1
            free = f"{name}-{number}"
        seen.add(folded(free))
        distinct.append(free)
    return distinct


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
