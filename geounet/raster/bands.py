"""Which bands of a raster a model takes: by number where a person says so, by name, or in order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from geounet.errors import BandError

_UNNAMED = re.compile(r"(band|layer|channel)?[\s_-]*\d*", re.IGNORECASE)
"""Descriptions that number a band rather than name it."""

_COLOURLESS = (ColorInterp.undefined, ColorInterp.gray)

PALETTE_COLOURS = ("red", "green", "blue")
"""What a colour table holds, in its order."""

_NUMBERED = re.compile(r".* (\d+)")
"""Names of bands of one date, or slice, of several."""

_SHOWN = 16
"""Items that a message lists, before the last one."""


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

    @property
    def dates(self) -> int:
        """How many times the names repeat with numbers behind, as those of a stack of dates do; 1 where they do not."""
        parts = [_NUMBERED.fullmatch(name) for name in self.names]
        numbers = [int(part[1]) for part in parts if part is not None]
        dates = max(numbers, default=1)
        each = len(self.names) // dates
        is_stack = len(numbers) == len(self.names) and numbers == [
            date for date in range(1, dates + 1) for _ in range(each)
        ]
        return dates if is_stack else 1

    @property
    def expectation(self) -> str:
        """What the model takes, for messages."""
        model = f"model {self.model!r}" if self.model else "the model"
        return f"{model} expects {len(self.names)} ({listed(self.names)})"


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
            f"{_bands(len(numbers))} ({listed(numbers)}) were asked for, {wanted.expectation}; "
            f"pass --bands with {len(wanted.names)} numbers"
        )
    return numbers


def _from_palette(names: Sequence[str]) -> tuple[int, ...]:
    """Which colours of a colour table are wanted; none when something else is."""
    wanted = [folded(name) for name in names] or list(PALETTE_COLOURS)
    known = all(name in PALETTE_COLOURS for name in wanted)
    return tuple(PALETTE_COLOURS.index(name) for name in wanted) if known else ()


def _by_name(dataset: DatasetReader, names: Sequence[str]) -> tuple[int, ...]:
    """Band numbers by name; none unless every name has one."""
    described = {folded(text or ""): k for k, text in _last_first(dataset.descriptions)}
    coloured = {colour.name: k for k, colour in _last_first(dataset.colorinterp)}
    found = [described.get(folded(name), coloured.get(folded(name))) for name in names]
    return tuple(k for k in found if k is not None) if None not in found else ()


def _in_order(dataset: DatasetReader, names: Sequence[str]) -> tuple[int, ...]:
    """The unnamed bands; none unless there are as many as names."""
    unnamed = tuple(
        k
        for k, (text, colour) in enumerate(zip(dataset.descriptions, dataset.colorinterp, strict=True), 1)
        if is_unnamed(text, colour)
    )
    return unnamed if len(unnamed) == len(names) else ()


def is_unnamed(text: str | None, colour: ColorInterp) -> bool:
    """Whether neither a band's description nor its colour says what it is."""
    return colour in _COLOURLESS and _UNNAMED.fullmatch(text or "") is not None


def band_names(dataset: DatasetReader) -> list[str]:
    """What a person knows the bands as."""
    return [
        text or ("unnamed" if colour in _COLOURLESS else colour.name)
        for text, colour in zip(dataset.descriptions, dataset.colorinterp, strict=True)
    ]


def _mismatch(dataset: DatasetReader, wanted: Wanted, *, scene: str) -> BandError:
    names = band_names(dataset)
    found = f"{scene} has {_bands(dataset.count)} ({listed(names)}), {wanted.expectation}"
    if wanted.dates > 1:
        return BandError(f"{found}; {files_expected(wanted)}")
    if 1 < dataset.count < len(wanted.names):
        return BandError(
            f"{found}; pass a scene that has them, with its other files where they lie in several, or --bands with numbers "
            f"from 1 to {dataset.count} that repeat"
        )
    example = [min(k, dataset.count) for k in range(1, len(wanted.names) + 1)]
    return BandError(f"{found}; pass --bands {','.join(map(str, example))} to say which are which")


def files_expected(wanted: Wanted) -> str:
    """The remedy where a stack of dates or slices is wanted."""
    each = len(wanted.names) // wanted.dates
    return f"pass {wanted.dates} files of {_bands(each)}, one a date or slice, or one file with all bands, date by date"


def _last_first(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """Items with their band numbers, the last first, so that in a dict the first of a name stands."""
    return list(enumerate(items, 1))[::-1]


def _bands(count: int) -> str:
    return "1 band" if count == 1 else f"{count} bands"


def listed(items: Iterable[object], comma: str = ", ") -> str:
    """Items as one text; of many the first and the last."""
    texts = [str(item) for item in items]
    shown = [*texts[:_SHOWN], "…", texts[-1]] if len(texts) > _SHOWN + 2 else texts
    return comma.join(shown)


def folded(name: str) -> str:
    """A name without case, and with one kind of space."""
    return " ".join(re.split(r"[\s_-]+", name.strip())).casefold()
