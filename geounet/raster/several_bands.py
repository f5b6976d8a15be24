"""Which bands of several files a model takes: by number, by name, or in order, as of one file.

Numbers count on from file to file; as many as one file's share are meant for each. A name may end in the number of its
file: `red 2` is red of the second, as the channels of a volume are called.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from geounet.errors import BandError
from geounet.raster.bands import (
    PALETTE_COLOURS,
    BandChoice,
    Wanted,
    band_names,
    choose_bands,
    files_expected,
    folded,
    is_unnamed,
    listed,
)

_NUMBERED = re.compile(r"(.+) (\d+)")


@dataclass(frozen=True, slots=True)
class TakenBands:
    """What is read of one of several files."""

    choice: BandChoice
    places: tuple[int, ...]
    """Where each of its bands goes, among the bands of all, from 0."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """A band that a file has."""

    file: int
    """Which file, from 0."""
    index: int
    """Its number in the file, from 1."""
    names: tuple[str, ...]
    """What it may be asked for as, folded."""
    unnamed: bool
    colour: int | None = None
    """Of indices into a colour table: which of its colours is meant."""


def choose_among(
    datasets: Sequence[DatasetReader], wanted: Wanted, *, scenes: Sequence[str]
) -> list[TakenBands]:
    """What is taken of each open raster, `scenes` their names; raises BandError where they do not have the bands wanted."""
    if len(datasets) == 1:
        choice = choose_bands(datasets[0], wanted, scene=scenes[0])
        return [TakenBands(choice, tuple(range(len(choice.colours or choice.indexes))))]
    if wanted.numbers is not None:
        picked = _by_number(datasets, wanted, scenes=scenes)
    else:
        offers = [offer for k, dataset in enumerate(datasets) for offer in _offers(k, dataset)]
        picked = _by_name(offers, wanted.names) if wanted.names else offers
    if not picked:
        raise _mismatch(datasets, wanted, scenes=scenes)
    return [
        _taken(k, dataset, picked, scene=scene)
        for k, (dataset, scene) in enumerate(zip(datasets, scenes, strict=True))
    ]


def _offers(file: int, dataset: DatasetReader) -> Iterator[_Offer]:
    """The bands of a file, alpha apart; those of a colour table are its red, green and blue."""
    if dataset.count == 1 and dataset.colorinterp[0] == ColorInterp.palette:
        for k, name in enumerate(PALETTE_COLOURS):
            yield _Offer(file, 1, (name,), unnamed=False, colour=k)
        return
    for index, (text, colour) in enumerate(zip(dataset.descriptions, dataset.colorinterp, strict=True), 1):
        if colour != ColorInterp.alpha:
            names = tuple(folded(name) for name in (text or "", colour.name) if name)
            yield _Offer(file, index, names, is_unnamed(text, colour))


def _by_number(datasets: Sequence[DatasetReader], wanted: Wanted, *, scenes: Sequence[str]) -> list[_Offer]:
    numbers, files = wanted.numbers or (), len(datasets)
    every = [
        _Offer(k, index, (), unnamed=True) for k, dataset in enumerate(datasets) for index in dataset.indexes
    ]
    if wanted.names and len(numbers) * files == len(wanted.names):
        own = [
            choose_bands(d, Wanted((), numbers), scene=name).indexes
            for d, name in zip(datasets, scenes, strict=True)
        ]
        return [_Offer(k, index, (), unnamed=True) for k, indexes in enumerate(own) for index in indexes]
    beyond = [number for number in numbers if not 1 <= number <= len(every)]
    if beyond:
        raise BandError(
            f"band {beyond[0]} was asked for of {_held(datasets, scenes)}; pass --bands with numbers from 1 to "
            f"{len(every)}, counted on from file to file"
        )
    if wanted.names and len(numbers) != len(wanted.names):
        raise BandError(
            f"{len(numbers)} bands ({listed(numbers)}) of {files} files were asked for, {wanted.expectation}; pass --bands "
            f"with {len(wanted.names)} numbers, counted on from file to file"
        )
    return [every[number - 1] for number in numbers]


def _by_name(offers: Sequence[_Offer], names: Sequence[str]) -> list[_Offer]:
    """An offer for each name; those without one are the unnamed bands in order, if there are as many. Else none."""
    found = [_named(offers, folded(name)) for name in names]
    unnamed = iter([offer for offer in offers if offer.unnamed and offer not in found])
    taken = [offer or next(unnamed, None) for offer in found]
    left_over = None in found and next(unnamed, None) is not None
    whole = [offer for offer in taken if offer is not None]
    return whole if len(whole) == len(names) and not left_over else []


def _named(offers: Sequence[_Offer], name: str) -> _Offer | None:
    """The first band of that name; else, of a name that ends in a number, that of the file of this number."""

    def first(fits: Callable[[_Offer], bool]) -> _Offer | None:
        return next((offer for offer in offers if fits(offer)), None)

    parts = _NUMBERED.fullmatch(name)
    return first(lambda offer: name in offer.names) or (
        first(lambda offer: offer.file == int(parts[2]) - 1 and parts[1] in offer.names) if parts else None
    )


def _taken(file: int, dataset: DatasetReader, picked: Sequence[_Offer], *, scene: str) -> TakenBands:
    own = [(place, offer) for place, offer in enumerate(picked) if offer.file == file]
    if not own:
        raise BandError(
            f"{scene} has none of the bands that are taken; expected one of every file at least: leave it out"
        )
    places = tuple(place for place, _ in own)
    colours = tuple(offer.colour for _, offer in own if offer.colour is not None)
    if colours:
        return TakenBands(BandChoice((1,), colours=colours), places)
    indexes = tuple(offer.index for _, offer in own)
    alpha = next((k for k, c in enumerate(dataset.colorinterp, 1) if c == ColorInterp.alpha), None)
    return TakenBands(BandChoice(indexes, None if alpha in indexes else alpha), places)


def _mismatch(datasets: Sequence[DatasetReader], wanted: Wanted, *, scenes: Sequence[str]) -> BandError:
    if wanted.dates > 1:
        return BandError(f"{_held(datasets, scenes)}, {wanted.expectation}; {files_expected(wanted)}")
    example = range(1, len(wanted.names) + 1)
    return BandError(
        f"{_held(datasets, scenes)}, {wanted.expectation}; pass --bands {listed(example, ',')} to say which are which, "
        "counted on from file to file"
    )


def _held(datasets: Sequence[DatasetReader], scenes: Sequence[str]) -> str:
    """What every file has."""
    each = [f"{name} ({listed(band_names(dataset))})" for dataset, name in zip(datasets, scenes, strict=True)]
    return f"{len(each)} files, {listed(each)}"
