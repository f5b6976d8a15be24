"""Touching buildings → parts: label strips → strips of codes in which parts that touch differ, for the ordinary tracer."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.georeference import GroundScale
from geounet.outputs import hidden_folder
from geounet.strip import LabelStrip
from geounet.vector.features import FeatureBatch
from geounet.vector.separation.basins import NEEDS, Basins, Relief, find_basins
from geounet.vector.separation.closing import NONE, Objects, grown, parted
from geounet.vector.separation.colours import Codes
from geounet.vector.separation.depth import REACH, depths
from geounet.vector.separation.graph import Int64
from geounet.vector.separation.parts import SeparateOptions, find_parts
from geounet.vector.separation.slabs import Slab, slabs
from geounet.vector.separation.spool import Spool

SLAB_ROWS = 128
"""Rows that are cut into basins at once; changes nothing in the result."""


@dataclass(frozen=True, slots=True)
class Separated:
    """Labels whose parts can be told apart."""

    strips: Iterator[LabelStrip]
    """Codes in place of labels, 0 and 255 as before; the confidence is what it was."""
    labels: NDArray[np.uint8]
    """(256,) the label of each code, right for all strips that have come."""


@contextmanager
def separate(
    strips: Iterable[LabelStrip], ground: GroundScale, *, options: SeparateOptions, folder: Path | None = None
) -> Iterator[Separated]:
    """Cut objects at their necks, and at the boundary class where strips have one, as strips come and go.

    An object is what the tracer calls one with connectivity 4: pixels of one label that share an edge. Its parts
    share edges too, hold all of its pixels (those of the boundary as well), and never have the code of a
    part that they share an edge with; parts that meet at a corner only may, so the codes are for tracing with
    connectivity 4. How rows come in strips changes nothing, though they leave in others. Memory is that of some hundred
    rows, and of the basins of objects that are still open; rows wait for these in files in `folder` (the system's place for
    temporary files by default), which are gone with the context.

    Raises, as strips are taken: ValueError when they are not in order; OptionsError when there are too many
    classes; OutputError when `folder` is closed or the disk is full.
    """
    with hidden_folder(folder, shown=Path("temporary files")) as scratch:
        codes = Codes()

        def codes_of(objects: Objects) -> NDArray[np.uint8]:
            parts = find_parts(objects, ground, options=options)
            return codes.of(parts)[parts.of_fragment]

        cut = slabs(strips, rows=SLAB_ROWS, margin=REACH + NEEDS)
        yield Separated(_coded(cut, Spool(scratch), codes_of), codes.labels)


def with_labels(batch: FeatureBatch, labels: NDArray[np.uint8]) -> FeatureBatch:
    """Features that were traced from codes, with the labels that these stand for (`Separated.labels`)."""
    return replace(batch, label=labels[batch.label])


def _coded(
    cut: Iterable[Slab], spool: Spool, codes_of: Callable[[Objects], NDArray[np.uint8]]
) -> Iterator[LabelStrip]:
    bands: list[_Band] = []
    for slab in cut:
        bands = bands or [_Band() for _ in slab.labels]
        spool.put(slab.first_row, [band.cut(slab, k) for k, band in enumerate(bands)], slab.confidence)
        for k, band in enumerate(bands):
            closed = band.closed()
            spool.set_codes(k, closed.fragments.number, codes_of(closed))
        yield from spool.ready()
    for k, band in enumerate(bands):
        spool.set_codes(k, band.open.fragments.number, codes_of(band.open))
    yield from spool.ready()


@dataclass(slots=True)
class _Band:
    """One band of labels, as far down as it was cut into basins."""

    open: Objects = NONE
    """Objects that may go on below."""
    last_row: Int64 | None = None
    """The numbers of the last row's fragments; None at the top of the raster."""
    count: int = 0
    """Fragments so far."""

    def cut(self, slab: Slab, band: int) -> Basins:
        """Cut a slab's core into basins, and add them to the open objects."""
        labels, core = slab.labels[band], slab.core
        boundary = None if slab.boundary is None else slab.boundary[band]
        rows = slice(max(core.start - NEEDS, 0), min(core.stop + NEEDS, len(labels)))
        relief = Relief(
            labels=labels[rows],
            depth=depths(labels, boundary, rows),
            core=slice(core.start - rows.start, core.stop - rows.start),
            first_row=slab.first_row,
        )
        basins = find_basins(relief, above=self.last_row, first=self.count)
        self.open = grown(self.open, basins.fragments, basins.contacts)
        self.last_row = basins.row(-1)
        self.count += len(basins.fragments)
        return basins

    def closed(self) -> Objects:
        """The objects that end above the last row; they are open no more."""
        last_row = np.zeros(0, np.int64) if self.last_row is None else self.last_row
        closed, self.open = parted(self.open, last_row[last_row >= 0])
        return closed
