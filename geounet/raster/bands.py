"""Which bands of a raster a model takes: by number where a person says so, by name, or in order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from geounet.errors import BandError

_UNNAMED = re.compile(r"(band|layer|channel)?[\s_-]*\d*", re.IGNORECASE)
"""Descriptions that number a band rather than name it."""

_COLOURLESS = (ColorInterp.undefined, ColorInterp.gray)

_PALETTE_COLOURS = ("red", "green", "blue")


@dataclass(frozen=True, slots=True)
class BandChoice:
    """The bands that are read, and what else is known of them."""

    indexes: tuple[int, ...]
    """Band numbers, from 1, in the model's order."""
    alpha: int | None = None
    """The band that says what is valid, unless it is read as data."""
    colours: tuple[int, ...] = ()
    """Where the one band holds indices into a colour table: which of its colours are taken (0 is red)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What bands are asked for, and by whom."""

    names: tuple[str, ...]
    """Names of bands, in the model's order; empty takes all bands."""
    numbers: tuple[int, ...] | None = None
    """Band numbers that a person chose instead."""
    model: str = ""
    """The model's name, for messages."""


def choose_bands(dataset: DatasetReader, wanted: Wanted, *, scene: str) -> BandChoice:
    """The bands of an open raster that are wanted; raises BandError when it does not have them.

    A band's name is its description, else its colour interpretation. Where the names do not match, unnamed
    bands are taken in order if there are as many as wanted. A raster with a colour table counts as red, green
    and blue.
    """
    alpha = next((k for k, c in enumerate(dataset.colorinterp, 1) if c == ColorInterp.alpha), None)
    if wanted.numbers is not None:
        indexes = _by_number(dataset, wanted, scene=scene)
        return BandChoice(indexes, None if alpha in indexes else alpha)
    if dataset.count == 1 and dataset.colorinterp[0] == ColorInterp.palette:
        colours = _from_palette(wanted.names)
        if colours:
            return BandChoice((1,), colours=colours)
    if not wanted.names:
        return BandChoice(tuple(k for k in dataset.indexes if k != alpha), alpha)
    found = _by_name(dataset, wanted.names) or _in_order(dataset, wanted.names)
    if not found:
        raise _mismatch(dataset, wanted, scene=scene)
    return BandChoice(found, None if alpha in found else alpha)


def _by_number(dataset: DatasetReader, wanted: Wanted, *, scene: str) -> tuple[int, ...]:
    numbers = wanted.numbers or ()
    beyond = [k for k in numbers if not 1 <= k <= dataset.count]
    if beyond:
        raise BandError(
            f"band {beyond[0]} of {scene} was asked for, which has {_bands(dataset.count)}; "
            f"pass --bands with numbers from 1 to {dataset.count}"
        )
    if wanted.names and len(numbers) != len(wanted.names):
        raise BandError(
            f"{_bands(len(numbers))} ({_listed(numbers)}) were asked for, {_expects(wanted)}; "
            f"pass --bands with {len(wanted.names)} numbers"
        )
    return numbers


def _from_palette(names: Sequence[str]) -> tuple[int, ...]:
    """Which colours of a colour table are wanted; none when something else is."""
    folded = [_fold(name) for name in names] or list(_PALETTE_COLOURS)
    known = all(name in _PALETTE_COLOURS for name in folded)
    return tuple(_PALETTE_COLOURS.index(name) for name in folded) if known else ()


def _by_name(dataset: DatasetReader, names: Sequence[str]) -> tuple[int, ...]:
    """Band numbers by name; none unless every name has one."""
    described = {_fold(text or ""): k for k, text in _last_first(dataset.descriptions)}
    coloured = {colour.name: k for k, colour in _last_first(dataset.colorinterp)}
    found = [described.get(_fold(name), coloured.get(_fold(name))) for name in names]
    return tuple(k for k in found if k is not None) if None not in found else ()


def _in_order(dataset: DatasetReader, names: Sequence[str]) -> tuple[int, ...]:
    """The unnamed bands; none unless there are as many as names."""
    unnamed = tuple(
        k
        for k, (text, colour) in enumerate(zip(dataset.descriptions, dataset.colorinterp, strict=True), 1)
        if colour in _COLOURLESS and _UNNAMED.fullmatch(text or "")
    )
    return unnamed if len(unnamed) == len(names) else ()


def _mismatch(dataset: DatasetReader, wanted: Wanted, *, scene: str) -> BandError:
    names = [
        text or ("unnamed" if colour in _COLOURLESS else colour.name)
        for text, colour in zip(dataset.descriptions, dataset.colorinterp, strict=True)
    ]
    example = [min(k, dataset.count) for k in range(1, len(wanted.names) + 1)]
    return BandError(
        f"{scene} has {_bands(dataset.count)} ({_listed(names)}), {_expects(wanted)}; "
        f"pass --bands {','.join(map(str, example))} to say which are which"
    )


def _last_first(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """Items with their band numbers, the last first, so that in a dict the first of a name stands."""
    return list(enumerate(items, 1))[::-1]


def _expects(wanted: Wanted) -> str:
    model = f"model {wanted.model!r}" if wanted.model else "the model"
    return f"{model} expects {len(wanted.names)} ({_listed(wanted.names)})"


def _bands(count: int) -> str:
    return "1 band" if count == 1 else f"{count} bands"


def _listed(items: Sequence[object]) -> str:
    return ", ".join(map(str, items))


def _fold(name: str) -> str:
    """A name without case, and with one kind of space."""
    return " ".join(re.split(r"[\s_-]+", name.strip())).casefold()
