"""What of a layer is in an existing one already, what is not, and what of the existing one the layer lacks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.line_cover import line_cover
from geounet.evaluation.matching import Matches, Overlaps, matched, overlaps

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

NEW, CHANGED, MATCHED, MISSING = "new", "changed", "matched", "missing"

_PIECE = 0.5
"""The share of the smaller of two areas from which one is taken for a piece of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparts:
    """What comparing a layer of n features with an existing one of m came to."""

    status: NDArray[np.str_]
    """(n,) NEW, CHANGED or MATCHED."""
    existing: Int64
    """(n,) position of the existing feature that it is, or was; −1 of what is new."""
    iou: Float64
    """(n,) intersection over union with that; NaN of what is new, and of lines."""
    covered: Float64
    """(n,) share of its area or length where there is something already."""
    missing: NDArray[np.bool_]
    """(m,) whether the layer has nothing in the place of the existing feature."""
    existing_covered: Float64
    """(m,) share of the existing feature's area or length where the layer has something; NaN of an empty line."""


def area_counterparts(
    areas: NDArray[np.object_], existing: NDArray[np.object_], *, iou: float, changed_iou: float
) -> Counterparts:
    """Compare areas (n,) with existing ones (m,), valid and in metres.

    MATCHED are pairs of an IoU from `iou` on, one to one; CHANGED, of the others, pairs from `changed_iou` on, one to
    one. What is left is CHANGED as well where more than half of it, or of an existing area, is in the pair: a piece
    of something that exists, or several run together; what is drawn anew there would lie over what is there. The
    rest is NEW, and of the existing areas, MISSING.
    """
    pairs = overlaps(areas, existing)
    same = matched(pairs, iou=iou)
    left = pairs.select(~np.isin(pairs.predicted, same.predicted) & ~np.isin(pairs.true, same.true))
    altered = matched(left, iou=changed_iou)
    pieces = pairs.select(pairs.shared > _PIECE * np.minimum(*_areas(pairs)))
    status = np.full(len(areas), NEW, dtype="<U7")
    partner, overlap = np.full(len(areas), -1), np.full(len(areas), np.nan)
    for name, found in ((CHANGED, _largest(pieces)), (CHANGED, altered), (MATCHED, same)):
        status[found.predicted], partner[found.predicted], overlap[found.predicted] = (
            name,
            found.true,
            found.iou,
        )
    missing = np.ones(len(existing), np.bool_)
    missing[np.concatenate([pieces.true, altered.true, same.true])] = False
    return Counterparts(
        status=status,
        existing=partner,
        iou=overlap,
        covered=_covered(pairs),
        missing=missing,
        existing_covered=_covered(pairs.turned()),
    )


def line_counterparts(
    lines: NDArray[np.object_],
    existing: NDArray[np.object_],
    *,
    looked_at: NDArray[np.object_],
    buffer_m: float,
    shares: tuple[float, float],
) -> Counterparts:
    """Compare lines (n,) with existing ones (m,), in metres, by the share of each that lies within `buffer_m` of any.

    With (low, high) shares, a line is MATCHED from `high` on, CHANGED from `low` on, else NEW. An existing line is
    MISSING when less than `low` of it has a line beside it; `looked_at` (m,) is what of each counts, and may be empty.
    A line is not cut: its share tells how much of it is there already.
    """
    low, high = shares
    cover = line_cover(lines, existing, within_m=buffer_m)
    back = line_cover(looked_at, lines, within_m=buffer_m).share
    status = np.select([cover.share >= high, cover.share >= low], [MATCHED, CHANGED], NEW)
    return Counterparts(
        status=status,
        existing=np.where(status == NEW, -1, cover.most),
        iou=np.full(len(lines), np.nan),
        covered=cover.share,
        missing=~(back >= low),
        existing_covered=back,
    )


def _areas(pairs: Overlaps) -> tuple[Float64, Float64]:
    """(k,) m² of either side of each pair."""
    return pairs.predicted_area[pairs.predicted], pairs.true_area[pairs.true]


def _largest(pairs: Overlaps) -> Matches:
    """For each predicted area the pair that shares most; of equals the first."""
    order = np.lexsort((pairs.true, -pairs.shared, pairs.predicted))
    _, first = np.unique(pairs.predicted[order], return_index=True)
    chosen = order[first]
    return Matches(pairs.predicted[chosen], pairs.true[chosen], pairs.iou[chosen])


def _covered(pairs: Overlaps) -> Float64:
    """(n,) share of each predicted area that true ones cover; what two of them cover counts twice, up to all of it."""
    shared = np.bincount(pairs.predicted, pairs.shared, len(pairs.predicted_area))
    return np.minimum(shared / pairs.predicted_area, 1)
