"""Which class of one side is which of the other.

- Where the reference (a raster) has one class, or no names, all classes of a layer are that one; so are all that are
  chosen of a raster.
- Otherwise classes are matched by name. Those of two rasters are matched by number where one has no names, or both
  have one class.
- Where classes are chosen, all others are background on either side. So is, where names decide, a label that its own
  file does not name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError, OptionsError
from geounet.evaluation.pair import IGNORED

Table = NDArray[np.uint8]
"""By a side's own label, the one that it is compared under: 0 is background, 255 does not count."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a side calls its classes."""

    source: str
    """The file's name, for messages."""
    names: tuple[str, ...]
    """The background first; no more where there are no names."""
    layer: bool = False
    """Whether these are the values of a layer's attribute `class`, in an order that means nothing."""

    @property
    def named(self) -> bool:
        """Whether any class has a name that is no number."""
        return any(self.layer or name != f"class_{k}" for k, name in enumerate(self.names) if k)


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """What is compared."""

    names: tuple[str, ...]
    """The background first."""
    reference: Table
    """From the reference's labels."""
    other: Table
    """From the other's labels, or of a layer the places of its values among the names."""


def match_classes(reference: Naming, other: Naming, chosen: Sequence[str] | None) -> ClassPlan:
    """Which of the other's classes are which of the reference's, a raster; `chosen` may be names, or numbers.

    Raises:
        LabelsError: A class of the other has no counterpart, or a layer names none.
        OptionsError: A class that is chosen is not there.
    """
    numbered = not (reference.named and other.named) or len(reference.names) == len(other.names) == 2
    if not other.layer and chosen is None and (numbered or reference.names == other.names):
        return ClassPlan(_merged(reference, other), _identity(), _identity())
    if not (other.layer or other.named):
        other = replace(other, names=_merged(reference, other))
    taken = _taken(other, chosen)
    if len(reference.names) <= 2 and (other.layer or chosen is not None):
        name = (*reference.names[1:], *taken.values(), "class_1")[0]
        return ClassPlan((reference.names[0], name), _identity(), _table(dict.fromkeys(taken, 1), other))
    own = _counterparts(reference, other, taken)
    if chosen is None:
        return ClassPlan(reference.names, _identity(), _table(own, other))
    kept = sorted(set(own.values()))
    names = (reference.names[0], *(reference.names[k] for k in kept))
    places = {label: place for place, label in enumerate(kept, 1)}
    return ClassPlan(names, _table(places, reference), _table({k: places[v] for k, v in own.items()}, other))


def _merged(reference: Naming, other: Naming) -> tuple[str, ...]:
    """The names of labels that two rasters number alike, by the one that has names."""
    first, second = (reference, other) if reference.named else (other, reference)
    names = (*first.names, *second.names[len(first.names) :])
    return names if len(names) > 1 else (*names, "class_1")


def _taken(side: Naming, chosen: Sequence[str] | None) -> dict[int, str]:
    """The classes of a side that count, by label."""
    names = dict(enumerate(side.names))
    if side.layer and not side.named:
        if chosen is not None:
            raise LabelsError(
                f"{side.source} has no attribute 'class' to choose {_listed(chosen)} by; add one"
            )
        return {1: "class_1"}  # all of its areas
    if chosen is None:
        return {k: name for k, name in names.items() if k}
    if not side.layer:
        names = {k: f"class_{k}" for k in range(IGNORED)} | names
    called = {k: {name} if side.layer else {name, str(k)} for k, name in names.items() if k}
    unknown = set(chosen) - set().union(*called.values())
    if unknown:
        raise OptionsError(
            f"{side.source} has no class {min(unknown)!r}, but {_listed(side.names[1:])}; choose among these"
        )
    return {k: names[k] for k, words in called.items() if words & set(chosen)}


def _counterparts(reference: Naming, other: Naming, taken: Mapping[int, str]) -> dict[int, int]:
    """By the other's label, the reference's of the same name."""
    if other.layer and not other.named:
        raise LabelsError(
            f"{other.source} has no attribute 'class'; it names one of {_listed(reference.names[1:])}"
        )
    missing = [name for name in taken.values() if name not in reference.names[1:]]
    if missing:
        raise LabelsError(
            f"{other.source} has class {missing[0]!r}, {reference.source} {_listed(reference.names[1:])}; "
            "expected the same names: rename it, or choose with --classes"
        )
    return {k: reference.names.index(name) for k, name in taken.items()}


def _identity() -> Table:
    return np.arange(IGNORED + 1, dtype=np.uint8)


def _table(places: Mapping[int, int], side: Naming) -> Table:
    """A table of these places, 0 elsewhere; 255 of a raster stays what it is."""
    table = np.zeros(max(IGNORED + 1, len(side.names)), np.uint8)
    if not side.layer:
        table[IGNORED] = IGNORED
    table[list(places)] = list(places.values())
    return table


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names)) or "no names"
