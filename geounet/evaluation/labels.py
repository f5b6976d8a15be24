"""How good labels are, pixel by pixel: predictions against the truth, strip by strip."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.evaluation.boundary import ContourCounts
from geounet.evaluation.counts import FIGURES, ClassCounts, ratio
from geounet.evaluation.margins import Block, Blocks
from geounet.evaluation.pair import IGNORED, LabelPair
from geounet.vector.compiled import cached

__all__ = ["LabelPair", "LabelScores", "label_scores"]

Labels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScores:
    """What labels score; classes exclude one another, or may overlap."""

    class_names: tuple[str, ...]
    """The background first; labels that had no name are called by their number."""
    counts: tuple[ClassCounts, ...]
    """Of each class, the background too where classes exclude one another."""
    confusion: tuple[tuple[int, ...], ...] | None
    """Pixels by true class (row) and predicted class (column); None where classes may overlap."""
    ignored: int
    """Pixels that do not count; where classes may overlap, the mean over the classes, rounded."""
    boundary_px: int
    """Pixels from contours inwards that boundary IoU looked at."""
    relax_px: int
    """Pixels within which a counterpart was looked for."""

    def __post_init__(self) -> None:
        if len(self.counts) != len(self.class_names) - (self.confusion is None):
            raise ValueError(f"there are {len(self.counts)} counts for the classes {self.class_names}")

    @property
    def exclusive(self) -> bool:
        """Whether a pixel is of one class only."""
        return self.confusion is not None

    @property
    def accuracy(self) -> float | None:
        """Share of pixels whose class is right; where classes may overlap, of all yes and no."""
        if self.confusion is not None:
            return ratio(sum(c.tp for c in self.counts), sum(map(sum, self.confusion)))
        right = sum(c.tp + c.tn for c in self.counts)
        return ratio(right, right + sum(c.fp + c.fn for c in self.counts))

    def mean(self, figure: str) -> float | None:
        """The mean of a figure over the classes after the background, those left out where it is undefined."""
        of_classes = self.counts[1:] if self.exclusive else self.counts
        values = [value for c in of_classes if (value := getattr(c, figure)) is not None]
        return ratio(sum(values), len(values))

    def to_dict(self) -> dict[str, Any]:
        """The scores as a JSON object: means over classes, the confusion matrix, and each class; undefined is None."""
        names = self.class_names if self.exclusive else self.class_names[1:]
        return {
            **{figure: self.mean(figure) for figure in FIGURES},
            "accuracy": self.accuracy,
            "confusion": None if self.confusion is None else [list(row) for row in self.confusion],
            "class_names": list(self.class_names),
            "per_class": {name: c.to_dict() for name, c in zip(names, self.counts, strict=True)},
            "exclusive": self.exclusive,
            "ignored": self.ignored,
            "boundary_px": self.boundary_px,
            "relax_px": self.relax_px,
        }


def label_scores(
    pairs: Iterable[LabelPair], *, class_names: Sequence[str], boundary_px: int, relax_px: int
) -> LabelScores:
    """The scores of labels that come in strips from top to bottom; of what heights changes nothing.

    Exclusive classes come as pairs of class indices. Classes that may overlap come as pairs of 0 and 1, a `band` each,
    every band in order from top to bottom; there are as many as classes after the background. A pixel that is 255 in
    the prediction or the truth does not count. Held at once are a block of rows and its margins.

    Args:
        pairs: The labels, predicted and true.
        class_names: What labels are called, the background first; others that occur are called `class_2` and so on.
        boundary_px: Pixels from a contour inwards that boundary IoU looks at, at least 1.
        relax_px: Pixels within which relaxed precision and recall look for a counterpart.

    Raises:
        LabelsError: Two classes have the same name.
        ValueError: Pairs are not in order.
    """
    tallies: dict[int, _Tally] = {0: _Tally(boundary_px, relax_px)}
    for pair in pairs:
        if pair.band not in tallies:
            tallies[pair.band] = _Tally(boundary_px, relax_px)
        tallies[pair.band].add(pair)
    for tally in tallies.values():
        tally.end()
    if len(tallies) == 1:
        return _of_exclusive(tallies[0], tuple(class_names))
    return _of_overlapping([tallies[band] for band in sorted(tallies)], tuple(class_names))


class _Tally:
    """Counts of pixels by true and predicted label, and along contours."""

    def __init__(self, boundary_px: int, relax_px: int) -> None:
        self.contours = ContourCounts(boundary_px, relax_px)
        self.confusion = np.zeros((IGNORED + 1, IGNORED + 1), np.int64)
        self.blocks = Blocks(self.contours.margin)
        self.next_row = 0

    def add(self, pair: LabelPair) -> None:
        """Take in the next rows."""
        if pair.first_row != self.next_row:
            raise ValueError(f"rows begin at {pair.first_row}; expected the next row, {self.next_row}")
        self.next_row += len(pair.truth)
        self._count(self.blocks.feed(pair.prediction, pair.truth))

    def end(self) -> None:
        """Count what was waiting for the rows after it."""
        self._count(self.blocks.end())

    def _count(self, blocks: Iterator[Block]) -> None:
        for block in blocks:
            self.contours.add(block)
            _count_confusion(block.truth[block.core], block.prediction[block.core], self.confusion)

    @property
    def ignored(self) -> int:
        return int(self.confusion[IGNORED].sum())

    def present(self) -> NDArray[np.int64]:
        """Labels that occur."""
        counted = self.confusion[:IGNORED, :IGNORED]
        return np.flatnonzero(counted.sum(axis=0) + counted.sum(axis=1))

    def of_label(self, label: int) -> ClassCounts:
        """Counts of one class against all others."""
        counted, contours = self.confusion[:IGNORED, :IGNORED], self.contours
        tp = int(counted[label, label])
        fn, fp = int(counted[label].sum()) - tp, int(counted[:, label].sum()) - tp
        common = int(contours.common_band[label])
        return ClassCounts(
            tp=tp,
            fp=fp,
            fn=fn,
            tn=int(counted.sum()) - tp - fp - fn,
            common_band=common,
            either_band=int(contours.predicted_band[label] + contours.true_band[label]) - common,
            predicted_near=int(contours.predicted_near[label]),
            true_near=int(contours.true_near[label]),
        )


def _of_exclusive(tally: _Tally, names: tuple[str, ...]) -> LabelScores:
    beyond = [int(k) for k in tally.present() if k >= len(names)]
    labels = [*range(len(names)), *beyond]
    names = _distinct((*names, *(f"class_{k}" for k in beyond)))
    confusion = tally.confusion[np.ix_(labels, labels)].tolist()
    return LabelScores(
        class_names=names,
        counts=tuple(tally.of_label(k) for k in labels),
        confusion=tuple(tuple(row) for row in confusion),
        ignored=tally.ignored,
        boundary_px=tally.contours.boundary_px,
        relax_px=tally.contours.relax_px,
    )


def _of_overlapping(tallies: list[_Tally], names: tuple[str, ...]) -> LabelScores:
    if len(names) != len(tallies) + 1:
        raise ValueError(
            f"there are {len(tallies)} bands; expected one of each class after the first of {names}"
        )
    return LabelScores(
        class_names=_distinct(names),
        counts=tuple(tally.of_label(1) for tally in tallies),
        confusion=None,
        ignored=round(np.mean([tally.ignored for tally in tallies])),
        boundary_px=tallies[0].contours.boundary_px,
        relax_px=tallies[0].contours.relax_px,
    )


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise LabelsError(f"two classes are called {twice[0]!r}; expected distinct names: rename one")
    return names


@cached
def _count_confusion(truth: Labels, prediction: Labels, counts: NDArray[np.int64]) -> None:
    for row in range(truth.shape[0]):
        for col in range(truth.shape[1]):
            counts[truth[row, col], prediction[row, col]] += 1
