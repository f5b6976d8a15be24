"""Depths → fragments of basins, and where they meet: a watershed in which each pixel decides by its neighbours alone.

From a pixel one climbs to the highest of the four beside it, and on, to a summit; all that ends there is the summit's
basin (rainfalling watersheds: P. De Smet and R. Pires, "Implementation and analysis of an optimized rainfalling
watershed algorithm", 2000). What of a basin lies in the rows at hand is a *fragment*; where the climb
leaves them, it is *linked* to the fragment that the climb goes on in. So rows need nothing of others but a margin of
depths. Of equal heights the last one is the highest, column by column.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.strip import NODATA
from geounet.vector.compiled import cached, inlined
from geounet.vector.separation.graph import LINK, Contacts, Fragments, strongest

Bytes = NDArray[np.uint8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NEEDS = 3
"""Rows of depths above and below that the basins of some rows depend on."""

BACKGROUND, UNKNOWN, FIRST = 0, 1, 2
"""What is in a map: background, nodata, and fragments from 2 on."""

_SCALE, _WEIGHTS = 16, 16
"""Heights are sums of sixteenths of a pixel with weights of 16 in all: those of 64 pixels fit 16 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """Labels and depths of some rows and of `NEEDS` more on each side, as far as the raster has them."""

    labels: Bytes
    """(rows, width)."""
    depth: Int16
    """(rows, width)."""
    core: slice
    """The rows that are to be cut into fragments."""
    first_row: int
    """Row of the raster that the core begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basins:
    """The fragments of some rows."""

    map: Int32
    """(rows, width): BACKGROUND, UNKNOWN, or FIRST + the position of a fragment."""
    first: int
    """The number of the first fragment."""
    fragments: Fragments
    contacts: Contacts
    """Within these rows, and with the row above."""

    def row(self, row: int) -> Int64:
        """(width,) the numbers of the fragments in a row, −1 where there is none."""
        values = self.map[row].astype(np.int64)
        return np.where(values < FIRST, -1, values - FIRST + self.first)


def find_basins(relief: Relief, *, above: Int64 | None, first: int) -> Basins:
    """Cut rows into fragments of basins, numbered from `first` on.

    `above` are the numbers of the fragments in the row above, (width,) with −1 for none; None at the raster's top.
    """
    labels, depth, core = relief.labels, relief.depth, relief.core
    heights = _heights(labels, depth)
    fragment_map, roots, is_summit = _fragment_map(labels, heights, core.start, core.stop)
    pixels, peak = _extents(fragment_map, depth[core], len(roots))
    fragments = Fragments(
        number=first + np.arange(len(roots)),
        label=labels[core].ravel()[roots],
        pixels=pixels,
        peak=peak,
        summit=np.where(is_summit, roots + relief.first_row * labels.shape[1], -1),
    )
    contacts = [_contacts_within(fragment_map, labels[core], depth[core], first)]
    if above is not None:
        cols, saddle = _seam(labels, heights, depth, core.start)
        contacts.append(strongest(above[cols], fragment_map[0, cols] + np.int64(first - FIRST), saddle))
    return Basins(map=fragment_map, first=first, fragments=fragments, contacts=Contacts.joined(contacts))


@cached
def _heights(labels: Bytes, depth: Int16) -> Int16:
    """The distances that the depths are squares of, smoothed over 3 × 3 pixels; depths below zero as they are.

    Smoothing halves the number of summits along a ridge, and leads the climb from a neck to its nearer end. Other
    labels are at height 0; nodata does not count.
    """
    rows, cols = labels.shape
    distance = np.empty((rows, cols), np.int16)
    for row in range(rows):
        for col in range(cols):
            distance[row, col] = int(math.sqrt(max(depth[row, col], 0)) * _SCALE + 0.5)
    heights = np.zeros((rows, cols), np.int16)
    for row in range(rows):
        for col in range(cols):
            label = labels[row, col]
            if depth[row, col] <= 0:
                heights[row, col] = depth[row, col]
                continue
            total, known = 0, 0
            for y in range(max(row - 1, 0), min(row + 2, rows)):
                for x in range(max(col - 1, 0), min(col + 2, cols)):
                    if labels[y, x] == NODATA:
                        continue
                    weight = (2 - abs(y - row)) * (2 - abs(x - col))
                    known += weight
                    if labels[y, x] == label:
                        total += weight * distance[y, x]
            heights[row, col] = total * _WEIGHTS // known
    return heights


@inlined
def _climb(labels: Bytes, heights: Int16, row: int, col: int) -> tuple[int, int]:
    """The highest of a pixel and of the four beside it that have its label; of equal ones the last, column by column."""
    rows, cols = labels.shape
    label, highest = labels[row, col], -(1 << 15)
    at = row, col
    for y, x in ((row, col - 1), (row - 1, col), (row, col), (row + 1, col), (row, col + 1)):
        if 0 <= y < rows and 0 <= x < cols and labels[y, x] == label and heights[y, x] >= highest:
            highest = heights[y, x]
            at = y, x
    return at


@cached
def _fragment_map(
    labels: Bytes, heights: Int16, begin: int, stop: int
) -> tuple[Int32, Int64, NDArray[np.bool_]]:
    """The map of rows [begin, stop); of each fragment where in it its climbs end, and whether on a summit."""
    cols = labels.shape[1]
    target = _targets(labels, heights, begin, stop)
    ends = 0
    # From the end, where climbs over level ground go: most then end in a step.
    for place in range(len(target) - 1, -1, -1):
        ends += target[place] == place
        while 0 <= target[place] != target[target[place]]:
            target[place] = target[target[place]]
    roots, is_summit = np.empty(ends, np.int64), np.empty(ends, np.bool_)
    count = 0
    for place in range(len(target)):
        if target[place] == place:
            row, col = begin + place // cols, place % cols
            roots[count], is_summit[count] = place, _climb(labels, heights, row, col) == (row, col)
            target[place] = -1 - FIRST - count
            count += 1
    for place in range(len(target)):
        if target[place] >= 0:
            target[place] = target[target[place]]
    return (-1 - target).reshape((stop - begin, cols)), roots, is_summit


@cached
def _targets(labels: Bytes, heights: Int16, begin: int, stop: int) -> Int32:
    """Where each pixel of the rows [begin, stop) climbs to in one step, itself where that is outside of them.

    Background and nodata have −1 − what the map says of them.
    """
    cols = labels.shape[1]
    target = np.empty((stop - begin) * cols, np.int32)
    for place in range(len(target)):
        row, col = begin + place // cols, place % cols
        label = labels[row, col]
        if label in (0, NODATA):
            target[place] = -1 - (UNKNOWN if label else BACKGROUND)
            continue
        y, x = _climb(labels, heights, row, col)
        target[place] = (y - begin) * cols + x if begin <= y < stop else place
    return target


@cached
def _extents(fragment_map: Int32, depth: Int16, count: int) -> tuple[Int64, Int16]:
    """Pixels and greatest depth of each fragment."""
    pixels, peak = np.zeros(count, np.int64), np.full(count, -LINK, np.int16)
    for row in range(fragment_map.shape[0]):
        for col in range(fragment_map.shape[1]):
            fragment = fragment_map[row, col] - FIRST
            if fragment >= 0:
                pixels[fragment] += 1
                peak[fragment] = max(peak[fragment], depth[row, col])
    return pixels, peak


def _contacts_within(fragment_map: Int32, labels: Bytes, depth: Int16, first: int) -> Contacts:
    """The contacts of the fragments in a map: where neighbours are of one label and two fragments."""
    found = []
    for before, behind in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        edges = (labels[before] == labels[behind]) & (fragment_map[before] != fragment_map[behind])
        one, other = (fragment_map[side][edges] + np.int64(first - FIRST) for side in (before, behind))
        found.append(strongest(one, other, np.minimum(depth[before][edges], depth[behind][edges])))
    both = Contacts.joined(found)
    return strongest(both.one, both.other, both.saddle)


@cached
def _seam(labels: Bytes, heights: Int16, depth: Int16, row: int) -> tuple[Int64, Int16]:
    """Columns in which a row and the one above it have one label, and their saddles: LINK where one climbs to the other."""
    cols = labels.shape[1]
    found, saddles = np.empty(cols, np.int64), np.empty(cols, np.int16)
    count = 0
    for col in range(cols):
        if labels[row, col] != labels[row - 1, col] or labels[row, col] in (0, NODATA):
            continue
        saddle = min(depth[row, col], depth[row - 1, col])
        climbs = _climb(labels, heights, row, col) == (row - 1, col)
        if climbs or _climb(labels, heights, row - 1, col) == (row, col):
            saddle = LINK
        found[count], saddles[count] = col, saddle
        count += 1
    return found[:count], saddles[:count]
