"""Whole objects → parts: basins are merged over their saddles, the deepest first, unless the way is a neck."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geounet.errors import OptionsError
from geounet.georeference import GroundScale
from geounet.vector.compiled import cached, inlined
from geounet.vector.separation.closing import Objects
from geounet.vector.separation.graph import LINK, Contacts, Int16, Int64, strongest
from geounet.vector.union_find import find

Float64 = NDArray[np.float64]

ROUGHNESS = 1.5
"""Pixels by which a saddle may be shallower than a peak for no other reason than that an outline is made of pixels and
uncertain by one on each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparateOptions:
    """What is a part of its own.

    With the defaults real footprints were matched best one to one, and wings of L, T and U shapes stayed on.
    """

    strength: float = 0.7
    """A passage is a neck where it is narrower than this share of the narrower part; 0 cuts at boundaries alone."""
    min_part: float = 4.0
    """Smallest part, in m²; a smaller one goes to the neighbour that it has the widest passage to."""

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise OptionsError(f"strength is {self.strength}; it must be at least 0 and at most 1")
        if not 0 <= self.min_part < math.inf:
            raise OptionsError(f"min_part is {self.min_part}; it must be at least 0, in m²")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of some objects, in the order of the first summit of each."""

    label: NDArray[np.uint8]
    """(parts,) what their pixels are labelled with."""
    of_fragment: Int64
    """(fragments,) the part of each fragment."""
    neighbours: Int64
    """(pairs, 2) parts that share an edge, each pair once."""


def find_parts(objects: Objects, ground: GroundScale, *, options: SeparateOptions) -> Parts:
    """Merge the basins of whole objects to parts.

    Half of a part's width is its greatest depth, half of a passage's its saddle. From the deepest saddle to the least,
    two parts become one unless their passage is a neck: by `strength` and by `ROUGHNESS`; one across a
    boundary (a depth below zero) always is. Then parts that are too small are merged, from the deepest saddle again.
    Basins in this order are the same however the raster was cut into fragments, and so are the parts.
    """
    basin, summit = _basins(objects)
    saddles = _saddles(objects, basin)
    fragments = objects.fragments
    peak = np.full(len(summit), -LINK, np.int16)
    np.maximum.at(peak, basin, fragments.peak)
    rows, cols = np.divmod(summit, int(ground.col_nodes[-1]))
    area = np.bincount(basin, fragments.pixels, len(summit)) * ground.at(rows + 0.5, cols + 0.5)[0]
    rules = options.strength, options.min_part
    first = _merged((saddles.one, saddles.other, saddles.saddle), peak, area, rules)
    firsts, part = np.unique(first, return_inverse=True)
    label = np.zeros(len(firsts), np.uint8)
    label[part[basin]] = fragments.label
    ends = part[np.stack([saddles.one, saddles.other], axis=1)]
    apart = ends[ends[:, 0] != ends[:, 1]]
    return Parts(label=label, of_fragment=part[basin], neighbours=np.unique(np.sort(apart, axis=1), axis=0))


def _basins(objects: Objects) -> tuple[Int64, Int64]:
    """The basin of each fragment, and the summit of each basin; basins are in the order of their summits."""
    count, links = len(objects.fragments), objects.contacts.select(objects.contacts.saddle == LINK)
    ends = objects.positions(links.one), objects.positions(links.other)
    graph = coo_array((np.ones(len(links), np.bool_), ends), shape=(count, count))
    basins, basin = connected_components(graph, directed=False)
    summit = np.full(basins, -1)
    np.maximum.at(summit, basin, objects.fragments.summit)
    order = np.argsort(summit)
    rank = np.empty(basins, np.int64)
    rank[order] = np.arange(basins)
    return rank[basin], summit[order]


def _saddles(objects: Objects, basin: Int64) -> Contacts:
    """The contacts of basins, from the deepest saddle to the least; of equal ones those of the first basins first."""
    contacts = objects.contacts
    one, other = (basin[objects.positions(numbers)] for numbers in (contacts.one, contacts.other))
    apart = one != other
    between = strongest(one[apart], other[apart], contacts.saddle[apart])
    return between.select(np.argsort(-between.saddle, kind="stable"))


@cached
def _merged(
    saddles: tuple[Int64, Int64, Int16], peak: Int16, area: Float64, rules: tuple[float, float]
) -> Int64:
    """The first basin of the part that each basin belongs to; `peak` and `area` become those of parts."""
    one, other, saddle = saddles
    strength, min_part = rules
    first = np.arange(len(peak))
    for are_small_merged in (False, True):
        for i in range(len(saddle)):
            a, b = find(first, one[i]), find(first, other[i])
            if a == b:
                continue
            if are_small_merged:
                is_cut = min(area[a], area[b]) >= min_part
            else:
                is_cut = _is_neck(saddle[i], min(peak[a], peak[b]), strength)
            if not is_cut:
                kept, spent = min(a, b), max(a, b)
                first[spent] = kept
                peak[kept] = max(peak[a], peak[b])
                area[kept] += area[spent]
    for basin in range(len(first)):
        first[basin] = find(first, basin)
    return first


@inlined
def _is_neck(saddle: int, peak: int, strength: float) -> bool:
    """Whether a passage is narrower than the narrower of two parts that lie as deep as `peak`, by enough."""
    if saddle == peak:
        return False
    if saddle <= 0:
        return True
    passage, width = math.sqrt(saddle), math.sqrt(peak)
    return passage < strength * width and width - passage > ROUGHNESS
