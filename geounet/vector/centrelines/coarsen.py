"""Strips of fine pixels → strips of pixels as large as a road's outline needs."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from geounet.strip import CONFIDENCE_SCALE, NODATA, LabelStrip
from geounet.vector.compiled import cached


def coarsened(strips: Iterable[LabelStrip], join: int) -> Iterator[LabelStrip]:
    """Strips in which `join` × `join` pixels are one, with the label that most of them have.

    Of labels that are as many the highest is taken, so that a road is rather kept than lost. The confidence is the
    mean probability of that label, as far as those of the pixels' own labels tell. The last row and column may be of
    fewer pixels.
    """
    if join == 1:
        yield from strips
        return
    held: list[LabelStrip] = []
    row = 0
    for strip in strips:
        held.append(strip)
        rows = sum(part.rows for part in held)
        if rows >= join:
            whole = rows // join * join
            labels, confidence = _stacked(held)
            yield _joined(labels[:, :whole], None if confidence is None else confidence[:, :whole], row, join)
            row += whole // join
            rest = None if confidence is None else confidence[:, whole:].copy()
            held = [LabelStrip(row * join, labels[:, whole:].copy(), rest)]
    if sum(part.rows for part in held):
        yield _joined(*_stacked(held), row, join)


def _stacked(strips: list[LabelStrip]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    scores = [strip.confidence for strip in strips if strip.confidence is not None]
    labels = np.concatenate([strip.labels for strip in strips], axis=1)
    return labels, np.concatenate(scores, axis=1) if scores else None


def _joined(
    labels: NDArray[np.uint8], confidence: NDArray[np.uint8] | None, row: int, join: int
) -> LabelStrip:
    known = labels if confidence is None else confidence
    most, sure = _majority(np.ascontiguousarray(labels), np.ascontiguousarray(known), join)
    return LabelStrip(row, most, None if confidence is None else sure)


@cached
def _majority(
    labels: NDArray[np.uint8], confidence: NDArray[np.uint8], join: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    bands, rows, cols = labels.shape
    shape = (bands, -(-rows // join), -(-cols // join))
    most, sure = np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    counts = np.zeros(256, np.int64)
    for band in range(bands):
        for y in range(shape[1]):
            for x in range(shape[2]):
                part = labels[band, y * join : (y + 1) * join, x * join : (x + 1) * join]
                score = confidence[band, y * join : (y + 1) * join, x * join : (x + 1) * join]
                for label in part.flat:
                    counts[label] += 1
                best = part[0, 0]
                for label in part.flat:
                    if counts[label] > counts[best] or (counts[label] == counts[best] and label > best):
                        best = label
                most[band, y, x], sure[band, y, x] = best, _mean(part, score, best)
                for label in part.flat:
                    counts[label] = 0
    return most, sure


@cached
def _mean(labels: NDArray[np.uint8], confidence: NDArray[np.uint8], label: int) -> int:
    """The mean probability × 250 of a label over the pixels that are valid; 255 of nodata."""
    total = known = 0
    for row in range(labels.shape[0]):
        for col in range(labels.shape[1]):
            if labels[row, col] != NODATA:
                sure = min(confidence[row, col], CONFIDENCE_SCALE)
                total += sure if labels[row, col] == label else CONFIDENCE_SCALE - sure
                known += 1
    return NODATA if label == NODATA else (2 * total + known) // (2 * known)
