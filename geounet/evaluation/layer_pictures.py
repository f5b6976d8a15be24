"""Pictures of layers: areas that were matched or not, lines that run beside others or do not."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.evaluation.drawing import filled, outlined, traced
from geounet.evaluation.ground import Ground
from geounet.evaluation.matching import Matches
from geounet.evaluation.parts import near_and_far
from geounet.evaluation.picture import Outcome, Overlay, Picture
from geounet.figures import count, metres
from geounet.georeference import Georeference

_FILL = 0.45
"""How much of what lies below an area hides; its outline hides it all."""

_OUTLINE, _TRUTH, _LINE = 1.5, 0.5, 3.0
"""Width in pixels of the outlines of areas, of those of the truth that was hit, and of lines."""

_OUTLINED = 12.0
"""Pixels along the side of areas that are typical from which a second outline helps, and does not hide them."""

_AREA_WORDS: dict[Outcome, str] = {
    "hits": "predicted, with a match",
    "false alarms": "predicted, without a match",
    "misses": "true, without a match",
    "outlines": "of the truth that was hit",
}
_LINE_WORDS: dict[Outcome, str] = {
    "hits": "predicted, beside true lines",
    "false alarms": "predicted, beside none",
    "misses": "true, beside no predicted line",
}

Geometries = NDArray[np.object_]


def objects_picture(
    predicted: Geometries, true: Geometries, *, matches: Matches, ground: Ground
) -> Picture | None:
    """Hits and false alarms as predicted, misses as true, and the true outlines of hits; None of no areas at all."""
    if not len(predicted) + len(true):
        return None
    hit, met = np.zeros(len(predicted), np.bool_), np.zeros(len(true), np.bool_)
    hit[matches.predicted], met[matches.true] = True, True
    grid = ground.grid(np.concatenate([predicted, true]))
    hits, wrong, missed = (filled(areas, grid) for areas in (predicted[hit], predicted[~hit], true[~met]))
    outlines = true[met] if _typical_side(true[met]) > _OUTLINED * grid.transform.a else true[:0]
    overlays = [
        _areas("hits", predicted[hit], hits, grid),
        _areas("false alarms", predicted[~hit], wrong, grid),
        # Where a miss holds a false alarm that covers too little of it, the two colours would make a third.
        _areas("misses", true[~met], missed * (1 - wrong), grid),
        Overlay("outlines", _AREA_WORDS["outlines"], _opacity(outlined(outlines, grid, width=_TRUTH))),
    ]
    return ground.picture(grid, overlays)


def lines_picture(
    predicted: Geometries, true: Geometries, *, within_m: float, ground: Ground
) -> Picture | None:
    """What of predicted lines lies within a distance of true ones and what does not, and what of these was missed."""
    if not len(predicted) + len(true):
        return None
    grid = ground.grid(np.concatenate([predicted, true]))
    step = max(within_m / 2, grid.transform.a)
    right, wrong = near_and_far(predicted, true, within_m=within_m, step_m=step)
    _, missed = near_and_far(true, predicted, within_m=within_m, step_m=step)
    overlays = [
        _lines("hits", right, grid),
        _lines("false alarms", wrong, grid),
        _lines("misses", missed, grid),
    ]
    return ground.picture(grid, overlays)


def _typical_side(areas: Geometries) -> float:
    """The side of a square as large as half of the areas are at least, 0 of none."""
    return float(np.sqrt(np.median(shapely.area(areas)))) if len(areas) else 0.0


def _areas(outcome: Outcome, areas: Geometries, fill: NDArray[np.float32], grid: Georeference) -> Overlay:
    cover = np.maximum(_FILL * fill, outlined(areas, grid, width=_OUTLINE))
    return Overlay(outcome, f"{count(len(areas))} {_AREA_WORDS[outcome]}", _opacity(cover))


def _lines(outcome: Outcome, lines: Geometries, grid: Georeference) -> Overlay:
    words = f"{metres(float(shapely.length(lines).sum()))} {_LINE_WORDS[outcome]}"
    return Overlay(outcome, words, _opacity(traced(lines, grid, width=_LINE)))


def _opacity(cover: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(255 * cover).astype(np.uint8)
