"""What the scenes are: bands by name, types, metres per pixel."""

import math
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geounet.errors import BandError, MissingCRSError
from geounet.georeference import Georeference
from geounet.options import PredictOptions
from geounet.raster.environment import gdal_environment, georeferencing_optional
from geounet.raster.header import Header, read_header
from geounet.raster.scene import Scene
from geounet.raster.source import open_raster

COLOURLESS = ("undefined", "gray")
_NAMELESS = "band"
"""What unnamed bands of a first file are called where another one's have names."""


@dataclass(frozen=True, slots=True)
class Image:
    """A scene, as its file describes it."""

    path: Path
    grid: Georeference
    """Its own pixels."""
    gsd_m: float
    """Ground metres of a pixel, the geometric mean of both axes."""
    dtype: np.dtype
    names: tuple[str, ...]
    """Of its bands, alpha apart; empty where one has none. Of several files no name is empty, and each is there once."""
    parts: tuple[int, ...] = ()
    """The file of each band, from 0; empty where there is one alone."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands that all scenes have."""

    names: tuple[str, ...]
    named: bool
    """Whether the files name them; else they are numbered, and taken in order."""
    left_out: tuple[str, ...] = ()
    """Names of bands that only some scenes have."""
    parts: tuple[int, ...] = ()
    """The file that each is from, from 0; empty where a scene is one file."""


def look(path: Path, *beside: Path) -> Image:
    """A scene's description; raises SceneError where it is no raster, MissingCRSError where it has no place.

    With the files that are read with it, it has their bands too: those without a name have that of their file, as far as
    it differs from the first one's, and a name that is there already is followed by the file's number (`red 2`).
    """
    image = _look(path)
    if not beside:
        return image
    count = len(image.names)
    own = tuple(
        name or (f"{_NAMELESS}_{k}" if count > 1 else "grey") for k, name in enumerate(image.names, 1)
    )
    names, parts = list(own), [0] * count
    for number, other in enumerate(beside, 1):
        for name in _called(_look(other).names, _difference(other, path)):
            taken = name.casefold() in map(str.casefold, names)
            names.append(f"{name} {number + 1}" if taken else name)
            parts.append(number)
    return replace(image, names=tuple(names), parts=tuple(parts))


def _called(names: Sequence[str], file: str) -> list[str]:
    """Names of a file's bands; those that have none are called after it."""
    return [name or (file if len(names) == 1 else f"{file}_{k}") for k, name in enumerate(names, 1)]


def _difference(path: Path, first: Path) -> str:
    """The part of a file's name that the first one's has not, or of its folder's where the names are the same."""
    for own, other in ((path.stem, first.stem), (path.parent.name, first.parent.name)):
        theirs = set(re.split(r"[^0-9a-z]+", other.casefold()))
        parts = [part for part in re.split(r"[^0-9A-Za-z]+", own) if part and part.casefold() not in theirs]
        if parts:
            return "_".join(parts).lower()
    return path.stem


def _look(path: Path) -> Image:
    with ExitStack() as stack, gdal_environment(), georeferencing_optional():
        dataset = open_raster(path, stack)
        header = read_header(dataset)
        options = PredictOptions(gsd="native")
        scene = stack.enter_context(Scene.open(dataset, bands=(), options=options, gsd_m=None))
        if scene.file_gsd is None:
            raise MissingCRSError(
                f"{path.name} has no CRS, so its pixels have no size in metres; expected one: assign it, as with "
                f"gdal_edit.py -a_srs EPSG:32633 {path.name}"
            )
        names = ("red", "green", "blue") if header.palette else _names(header)
        return Image(path, scene.grid, math.sqrt(math.prod(scene.file_gsd)), scene.dtype, names)


def common_bands(images: Sequence[Image]) -> Bands:
    """The bands that all scenes have, in the first one's order.

    Raises BandError where they have none in common, or unnamed ones that are not as many.
    """
    first = images[0]
    if not any(first.names):
        return _numbered(images)
    folded = [{name.casefold() for name in image.names if name} for image in images]
    shared = [
        name
        for name in dict.fromkeys(first.names)
        if name and all(name.casefold() in names for names in folded)
    ]
    other = next((image for image, names in zip(images, folded, strict=True) if not names), None)
    if not shared or other is not None:
        other = other or next(
            i for i, names in zip(images, folded, strict=True) if folded[0].isdisjoint(names)
        )
        raise BandError(
            f"{first.path.name} has the bands {_listed(first)}, {other.path.name} has {_listed(other)}; expected the "
            "same in all scenes: name them alike, propose for one kind at a time, or say with --beside which show one ground"
        )
    every = dict.fromkeys(name for image in images for name in image.names)
    kept = {name.casefold() for name in shared}
    left_out = tuple(name or "an unnamed one" for name in every if name.casefold() not in kept)
    parts = tuple(first.parts[first.names.index(name)] for name in shared) if first.parts else ()
    return Bands(tuple(shared), named=True, left_out=left_out, parts=parts)


def _numbered(images: Sequence[Image]) -> Bands:
    """Bands that no file names, as many in each: grey, red, green and blue, or numbers."""
    count = len(images[0].names)
    for image in images:
        if any(image.names) or len(image.names) != count:
            raise BandError(
                f"{images[0].path.name} has {_listed(images[0])}, {image.path.name} has {_listed(image)}; "
                "expected as many in all scenes: name them (gdal_edit.py -colorinterp_1 red …)"
            )
    if count == 1:
        return Bands(("grey",), named=False)
    return Bands(tuple(f"band_{k + 1}" for k in range(count)), named=False)


def _names(header: Header) -> tuple[str, ...]:
    """Descriptions, else colours; nothing for bands that have neither."""
    pairs = zip(header.descriptions, header.colours, strict=True)
    return tuple(
        text.strip() or ("" if colour in COLOURLESS else colour)
        for text, colour in pairs
        if colour != "alpha"
    )


def _listed(image: Image) -> str:
    return ", ".join(name or "unnamed" for name in image.names)
