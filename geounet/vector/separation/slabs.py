"""Label strips of any heights → slabs of one fixed height, each with a margin of rows above and below."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.strip import LabelStrip


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """Rows that begin at a multiple of the slabs' height, however the rows came in strips."""

    first_row: int
    """Row of the raster that the slab's core begins with."""
    core: slice
    """The rows of the window that are the slab's own; the others are margin, cut off at the raster's ends."""
    labels: NDArray[np.uint8]
    """The window's labels, (bands, rows, width)."""
    boundary: NDArray[np.bool_] | None
    """The window's boundary pixels, (bands, rows, width)."""
    confidence: NDArray[np.uint8] | None
    """The core's confidence, (bands, core rows, width)."""


def slabs(strips: Iterable[LabelStrip], *, rows: int, margin: int) -> Iterator[Slab]:
    """Cut strips that come from top to bottom anew, at multiples of `rows`.

    Nothing is held but the strips that the next slab and its margins reach into. Raises ValueError when a strip
    is not the next one.
    """
    held: list[LabelStrip] = []
    first = stop = 0
    for strip in strips:
        if strip.first_row != stop:
            raise ValueError(f"strip begins at row {strip.first_row}; expected row {stop}")
        held.append(strip)
        stop += strip.rows
        while stop >= first + rows + margin:
            yield _slab(held, first, first + rows, margin=margin)
            first += rows
            held = [piece for piece in held if piece.first_row + piece.rows > first - margin]
    while first < stop:
        yield _slab(held, first, min(first + rows, stop), margin=margin)
        first += rows


def _slab(held: list[LabelStrip], first: int, stop: int, *, margin: int) -> Slab:
    begin = max(first - margin, 0)
    return Slab(
        first_row=first,
        core=slice(first - begin, stop - begin),
        labels=_rows(held, "labels", begin, stop + margin),
        boundary=_rows(held, "boundary", begin, stop + margin),
        confidence=_rows(held, "confidence", first, stop),
    )


def _rows(held: list[LabelStrip], name: str, begin: int, stop: int) -> Any:  # noqa: ANN401 (an array, or None)
    """The rows [begin, stop), as far as there are any, of what strips hold under a name."""
    if getattr(held[0], name) is None:
        return None
    pieces = [
        getattr(strip, name)[:, max(begin - strip.first_row, 0) : max(stop - strip.first_row, 0)]
        for strip in held
    ]
    return np.concatenate(pieces, axis=1)
