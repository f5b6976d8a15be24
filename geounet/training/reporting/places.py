"""What a network scores at each place, and over all of them, by class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import fmean
from typing import Any

from geounet.evaluation.counts import FIGURES, ClassCounts
from geounet.evaluation.labels import LabelScores, label_scores
from geounet.evaluation.pair import LabelPair
from geounet.training.validation.judge import Judged

BOUNDARY_PX, RELAX_PX = 2, 3
"""Pixels along outlines that boundary IoU looks at, and within which relaxed figures forgive: as `geounet evaluate` does."""


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The figures of each place; a class that a place has no pixel of does not count there."""

    scores: Mapping[str, LabelScores]
    """Of each place."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The background first."""
        return next(iter(self.scores.values())).class_names

    def of_place(self, place: str) -> dict[str, float | None]:
        """The mean of each figure over the classes after the background."""
        counts = [one for one in self.scores[place].counts[1:] if one.support]
        return {figure: _mean(getattr(one, figure) for one in counts) for figure in FIGURES}

    def of_class(self, name: str) -> dict[str, float | None]:
        """The mean of each figure over the places."""
        number = self.classes.index(name)
        counts = [one for scores in self.scores.values() if (one := scores.counts[number]).support]
        return {figure: _mean(getattr(one, figure) for one in counts) for figure in FIGURES}

    def mean(self) -> dict[str, float | None]:
        """The mean of each figure over the places: of its means over classes."""
        places = [self.of_place(place) for place in self.scores]
        return {figure: _mean(place[figure] for place in places) for figure in FIGURES}

    def pooled(self) -> dict[str, ClassCounts]:
        """Pixels of each class, the background too, of all places together."""
        columns = zip(*(scores.counts for scores in self.scores.values()), strict=True)
        return {name: _sum(column) for name, column in zip(self.classes, columns, strict=True)}

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON."""
        return {
            "mean": self.mean(),
            "by_place": {place: self.of_place(place) for place in self.scores},
            "by_class": {name: self.of_class(name) for name in self.classes[1:]},
        }


def place_figures(judged: Sequence[Judged]) -> PlaceFigures:
    """The figures of scenes, as `geounet evaluate --kind labels` has them."""
    return PlaceFigures({one.name: _scores(one) for one in judged})


def _scores(judged: Judged) -> LabelScores:
    pair = LabelPair(0, judged.prediction, judged.truth)
    return label_scores([pair], class_names=judged.classes, boundary_px=BOUNDARY_PX, relax_px=RELAX_PX)


def _sum(counts: Sequence[ClassCounts]) -> ClassCounts:
    return ClassCounts(**{f.name: sum(getattr(one, f.name) for one in counts) for f in fields(ClassCounts)})


def _mean(values: Any) -> float | None:  # noqa: ANN401 (an iterator of float | None)
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
