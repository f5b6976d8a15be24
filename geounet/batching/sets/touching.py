"""Items that belong together: those of one lattice, date and kind of bands, and of these, those that touch."""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

import numpy as np

from geounet.batching.item import Item
from geounet.raster.header import Header, day_of
from geounet.raster.lattice import Places, lattices
from geounet.raster.mosaic import joinable

_PART = re.compile(r"[/_\-. ]+|[^/_\-. ]+")
"""A part of a name, or what parts it from the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSet:
    """Items that are read as one scene."""

    name: str
    """What its outputs are called: an item's own name where it is alone, else what its items' names share."""
    items: tuple[Item, ...]
    """In the order of their names; where they overlap, a later one is on top wherever it is valid."""
    relatives: tuple[Item, ...]
    """All items that share their statistics, its own among them: of one lattice, date and kind, touching or not."""


def item_sets(
    items: Iterable[Item], headers: Mapping[str, Header], *, mosaic: Literal["auto", "none"]
) -> list[ItemSet]:
    """Items as the sets in which they are read, in the order of their first item's name.

    `headers` are by item name; an item without one could not be opened, and is a set of its own. With `none` every
    item is.
    """
    ordered = sorted(items, key=lambda item: item.name)
    groups: list[tuple[list[Item], tuple[Item, ...]]] = []
    for relatives in related(ordered, headers):
        if mosaic == "none":
            groups += [([item], relatives) for item in relatives]
        else:
            groups += [(members, relatives) for members in _touching(relatives, headers)]
    groups.sort(key=lambda group: group[0][0].name)
    names = _distinct([[item.name for item in members] for members, _ in groups])
    return [
        ItemSet(name=name, items=tuple(members), relatives=relatives)
        for name, (members, relatives) in zip(names, groups, strict=True)
    ]


def related(items: Sequence[Item], headers: Mapping[str, Header]) -> list[tuple[Item, ...]]:
    """Items that share their statistics, in the order given: of one lattice, date and kind of bands.

    An item that could not be opened, that nothing places on a grid, or that no mosaic can hold, has no relatives. Of
    items of several files, that is asked of each.
    """
    grouped: dict[Hashable, list[Item]] = {}
    files = [file for item in items for file in item.files]
    placed = [file for file in files if file.name in headers and _placed(file, headers[file.name])]
    numbers = lattices([headers[file.name].grid for file in placed])
    lattice = {file.name: int(number) for file, number in zip(placed, numbers, strict=True)}
    for item in items:
        key: Hashable = item.name
        if all(file.name in lattice for file in item.files):
            key = tuple((lattice[file.name], _kind(file, headers[file.name])) for file in item.files)
        grouped.setdefault(key, []).append(item)
    return [tuple(members) for members in grouped.values()]


def mosaic_name(names: Sequence[str]) -> str:
    """What names share, in whole parts: `town/north_1`, `town/north_2` → `town/north`; `mosaic` where that is nothing."""
    if len(names) == 1:
        return names[0]
    side_by_side = zip(*(_PART.findall(name) for name in names), strict=False)
    shared = "".join(parts[0] for parts in takewhile(lambda parts: len(set(parts)) == 1, side_by_side))
    return shared.rstrip("/_-. ") or "mosaic"


def _placed(item: Item, header: Header) -> bool:
    return header.placed and joinable(item.raster, header)


def _kind(item: Item, header: Header) -> Hashable:
    """What must be the same of items that are read as one: date, bands, and how GDAL opens them."""
    date = item.date and (day_of(item.date) or item.date)
    # A mask is no difference: a tile that is valid throughout is often written without one.
    bands = (
        header.dtypes,
        header.descriptions,
        header.colours,
        tuple(map(repr, header.nodata)),
        header.palette,
    )
    opening = item.raster.siblings, item.raster.config, item.raster.signing
    return date or header.date, bands, opening


def _touching(items: tuple[Item, ...], headers: Mapping[str, Header]) -> list[list[Item]]:
    """The items parted into those that touch, each in the order given."""
    if len(items) == 1:
        return [list(items)]
    groups = Places.of([headers[item.name].grid for item in items]).touching()
    return [[items[k] for k in np.flatnonzero(groups == group)] for group in np.unique(groups)]


def _distinct(members: Sequence[Sequence[str]]) -> list[str]:
    """A name for each group of names; where two would have one, the later has a number too."""
    taken = {name.casefold() for names in members for name in names}
    found = []
    for names in members:
        wanted = name = mosaic_name(names)
        number = 1
        while len(names) > 1 and name.casefold() in taken:
            number += 1
            name = f"{wanted}_{number}"
        taken.add(name.casefold())
        found.append(name)
    return found
