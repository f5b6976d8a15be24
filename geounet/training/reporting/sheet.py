"""The sheet of results: of each place the worst, the middle and the best block, as scene, truth, prediction, errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.evaluation.picture import COLOURS, Outcome
from geounet.grid import Window
from geounet.models.card import ModelCard
from geounet.palette import colour_of
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import Level
from geounet.training.validation.judge import Judged

SIDE = 256
"""Rows and columns of a block, in pixels of the scene."""

GAP = 6
"""Pixels between pictures."""

COLUMNS = ("scene", "truth", "prediction", "errors")
_PAPER = 255
_OPAQUE, _GROUND = 0.7, 0.75
"""How much of the colour, and of the scene below, is seen where a class is drawn over it."""

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a scene."""

    place: str
    rank: str
    """`worst`, `middle` or `best`; `only` where there is one."""
    window: Window
    iou: float
    """Of all that is not background."""


def chosen_blocks(judged: Judged) -> list[Block]:
    """The worst, the middle and the best block of a place, of those that are labelled by half and hold a class.

    Fewer where there are fewer; none where no class is there.
    """
    ranked = sorted(_candidates(judged), key=lambda found: found[0])
    if not ranked:
        return []
    last = len(ranked) - 1
    numbers = {last // 2: "middle", 0: "worst", last: "best"} if last else {0: "only"}
    return [Block(judged.name, rank, ranked[k][1], ranked[k][0]) for k, rank in sorted(numbers.items())]


def _candidates(judged: Judged) -> list[tuple[float, Window]]:
    """IoU and window of every block that may be shown; of those that are labelled by less, if no other is there."""
    rows, cols = judged.truth.shape
    found: list[tuple[float, float, Window]] = []
    for row in range(0, rows, SIDE):
        for col in range(0, cols, SIDE):
            window = Window(row, col, min(SIDE, rows - row), min(SIDE, cols - col))
            truth, prediction = (_part(values, window) for values in (judged.truth, judged.prediction))
            known, positive = truth != IGNORED, (truth != IGNORED) & (truth > 0)
            if not positive.any():
                continue
            either = known & ((truth > 0) | (prediction > 0))
            iou = float((positive & (truth == prediction)).sum() / either.sum())
            found.append((float(known.mean() * known.size / SIDE**2), iou, window))
    full = [(iou, window) for share, iou, window in found if share >= 0.5]
    return full or [(iou, window) for _, iou, window in found]


def block_row(level: Level, judged: Judged, block: Block, *, card: ModelCard) -> Image:
    """A block's pictures side by side, (3, s, 4 · s + 3 · GAP): s is its longer side, or for a small block a multiple."""
    scene = _shown(level, block.window, card)
    truth, prediction = (_part(values, block.window) for values in (judged.truth, judged.prediction))
    ground = _ground(scene)
    pictures = (
        scene,
        _painted(ground, {colour_of(k): truth == k for k in _classes(judged)}),
        _painted(ground, {colour_of(k): prediction == k for k in _classes(judged)}),
        _painted(ground, {COLOURS[name]: where for name, where in outcomes(truth, prediction).items()}),
    )
    return _beside([_framed(picture) for picture in pictures], axis=2)


def sheet(rows: Sequence[Image]) -> Image:
    """Rows of pictures below one another; a blank one where there is none."""
    blank = np.full((3, SIDE, 4 * SIDE + 3 * GAP), _PAPER, np.uint8)
    shown = list(rows) or [blank]
    widest = max(row.shape[2] for row in shown)
    return _beside([_padded(row, row.shape[1], widest) for row in shown], axis=1)


def outcomes(truth: Image, prediction: Image) -> dict[Outcome, NDArray[np.bool_]]:
    """Where labels are right and wrong, by what evaluation's pictures call it."""
    known = truth != IGNORED
    true, found = known & (truth > 0), known & (prediction > 0) & (prediction != IGNORED)
    return {
        "hits": true & (truth == prediction),
        "false alarms": found & ~true,
        "misses": true & ~found,
        "wrong class": true & found & (truth != prediction),
        "not counted": ~known,
    }


def _classes(judged: Judged) -> range:
    return range(1, len(judged.classes))


def _shown(level: Level, window: Window, card: ModelCard) -> Image:
    """Red, green and blue of a window, (3, rows, cols); else its first three bands, or the first alone."""
    rgb = ("red", "green", "blue")
    named = [card.bands.index(name) for name in rgb] if set(rgb) <= set(card.bands) else None
    chosen = named or ([0, 1, 2] if len(card.bands) >= 3 else [0, 0, 0])
    rows, cols = _slices(window)
    pixels = level.pixels(rows, cols)[chosen]
    return np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8)


def _ground(scene: Image) -> Image:
    """The scene without colour, and dimmer: what classes are drawn over."""
    grey = scene.mean(axis=0)
    return np.broadcast_to((_GROUND * grey).astype(np.uint8), scene.shape)


def _painted(ground: Image, areas: Mapping[tuple[int, int, int], NDArray[np.bool_]]) -> Image:
    out = ground.astype(np.float32)
    for colour, where in areas.items():
        tint = np.array(colour, np.float32)[:, None]
        out[:, where] = (1 - _OPAQUE) * out[:, where] + _OPAQUE * tint
    return np.rint(out).astype(np.uint8)


def _framed(picture: Image) -> Image:
    """A picture as a square; of a block much smaller than others, enlarged."""
    side = max(picture.shape[1:])
    factor = max(1, round(SIDE / side))
    return _padded(picture, side, side).repeat(factor, axis=1).repeat(factor, axis=2)


def _padded(picture: Image, rows: int, cols: int) -> Image:
    """A picture, filled up below and to the right."""
    missing = [(0, size - own) for size, own in zip((rows, cols), picture.shape[1:], strict=True)]
    return np.pad(picture, [(0, 0), *missing], constant_values=_PAPER)


def _beside(pictures: Sequence[Image], *, axis: int) -> Image:
    """Pictures along an axis, with a gap between."""
    shape = list(pictures[0].shape)
    shape[axis] = GAP
    gap = np.full(shape, _PAPER, np.uint8)
    pieces = [piece for picture in pictures for piece in (gap, picture)]
    return np.concatenate(pieces[1:], axis=axis)


def _part(values: Image, window: Window) -> Image:
    return values[_slices(window)]


def _slices(window: Window) -> tuple[slice, slice]:
    return slice(window.row, window.row_stop), slice(window.col, window.col_stop)
