"""Parts → codes, such that two that share an edge never have the same one: what the tracer takes for labels.

The parts of a plane can be coloured so that six colours suffice, in linear time: each part takes the first colour that
its neighbours so far leave, in the order opposite to that in which the part with the fewest neighbours left is put
aside (D. W. Matula and L. L. Beck, "Smallest-last ordering and clustering and graph coloring algorithms", 1983).
"""

import heapq
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geounet.errors import OptionsError
from geounet.strip import NODATA
from geounet.vector.compiled import cached
from geounet.vector.separation.graph import Int64
from geounet.vector.separation.parts import Parts

Bytes = NDArray[np.uint8]


def _no_codes() -> Bytes:
    table = np.zeros(256, np.uint8)
    table[NODATA] = NODATA
    return table


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes in use, one for each colour of each label, given out as they are needed."""

    labels: Bytes = field(default_factory=_no_codes)
    """(256,) the label of each code; 0 and 255 are their own."""
    known: dict[tuple[int, int], int] = field(default_factory=dict)
    """The code of each label and colour."""

    def of(self, parts: Parts) -> Bytes:
        """(parts,) codes; raises OptionsError when there are more labels than codes to tell their parts apart."""
        names = parts.label.astype(np.int64) << 8 | _colours(len(parts.label), parts.neighbours)
        distinct, which = np.unique(names, return_inverse=True)
        return np.array([self._code(*divmod(int(name), 256)) for name in distinct], np.uint8)[which]

    def _code(self, label: int, colour: int) -> int:
        code = self.known.setdefault((label, colour), len(self.known) + 1)
        if code >= NODATA:
            raise OptionsError(
                f"labels are of {len({name for name, _ in self.known})} classes; expected at most 42 where touching "
                "objects are separated: vectorize without separating, or fewer classes"
            )
        self.labels[code] = label
        return code


def _colours(count: int, neighbours: Int64) -> Int64:
    """(count,) colours from 0 on, at most six where the pairs of neighbours are of a plane."""
    both = np.concatenate([neighbours, neighbours[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    stops = np.cumsum(np.bincount(both[:, 0], minlength=count))
    return _coloured(stops, np.ascontiguousarray(both[:, 1])) if len(both) else np.zeros(count, np.int64)


@cached
def _coloured(stops: Int64, neighbours: Int64) -> Int64:
    """Colours of parts, each with the neighbours up to its stop."""
    count = len(stops)
    starts = np.append(np.zeros(1, np.int64), stops[:-1])
    left = stops - starts
    queue = [(left[part], part) for part in range(count)]
    heapq.heapify(queue)
    order, found, is_aside = np.empty(count, np.int64), 0, np.zeros(count, np.bool_)
    while queue:
        _, part = heapq.heappop(queue)
        if is_aside[part]:
            continue
        is_aside[part] = True
        order[found] = part
        found += 1
        for other in neighbours[starts[part] : stops[part]]:
            if not is_aside[other]:
                left[other] -= 1
                heapq.heappush(queue, (left[other], other))
    colours = np.full(count, -1, np.int64)
    for part in order[::-1]:
        taken = 0
        for other in neighbours[starts[part] : stops[part]]:
            if colours[other] >= 0:
                taken |= 1 << colours[other]
        colours[part] = 0
        while taken >> colours[part] & 1:
            colours[part] += 1
    return colours
