"""Fragments of basins and the contacts between them, many at once, as flat arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

Int16 = NDArray[np.int16]
Int64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

LINK = int(np.iinfo(np.int16).max)
"""In place of a saddle: the two fragments are of one basin."""


class _Table:
    """Arrays of one length, a row for each thing."""

    __slots__ = ()

    def select(self, chosen: Mask | Int64) -> Self:
        """The chosen rows: a mask, or their positions in the order wanted."""
        return type(self)(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})  # type: ignore[arg-type]

    @classmethod
    def joined(cls, tables: Sequence[Self]) -> Self:
        """The rows of tables, of which there is one at least, in their order."""
        names = [f.name for f in fields(cls)]  # type: ignore[arg-type]
        return cls(**{name: np.concatenate([getattr(table, name) for table in tables]) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments(_Table):
    """What of a basin lies in one slab."""

    number: Int64
    """Ascending, from 0 over the whole raster."""
    label: NDArray[np.uint8]
    pixels: Int64
    peak: Int16
    """Greatest depth."""
    summit: Int64
    """Row × width + column of the pixel that the basin climbs to; −1 where it lies in another slab."""

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts(_Table):
    """Pairs of fragments of one label that share an edge."""

    one: Int64
    """Number of a fragment."""
    other: Int64
    """Number of the other one."""
    saddle: Int16
    """Greatest depth at which one gets across; `LINK` where both are of one basin."""

    def __len__(self) -> int:
        return len(self.one)


def strongest(one: Int64, other: Int64, saddle: Int16) -> Contacts:
    """Each pair once, the smaller number first, with its greatest saddle."""
    one, other = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((-saddle, other, one))
    one, other, saddle = one[order], other[order], saddle[order]
    is_first = np.ones(len(one), np.bool_)
    is_first[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return Contacts(one=one[is_first], other=other[is_first], saddle=saddle[is_first])
