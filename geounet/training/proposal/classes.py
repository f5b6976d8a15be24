"""What there is to find: the classes, where labels say them, and the task that they make."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from geounet.errors import LabelsError
from geounet.training.proposal.survey import Survey

Task = Literal["buildings", "roads", "areas"]

NAMING = (
    "class",
    "class_name",
    "classname",
    "label",
    "category",
    "landcover",
    "land_cover",
    "landuse",
    "land_use",
)
"""Attributes that say by their own name that they name a class, the likeliest first."""
KINDS = ("type", "kind", "fclass", "species", "crop")
"""Attributes that name a class where nothing else says what features are; else a kind of that."""
KEYS = ("building", "highway")
"""OpenStreetMap's keys, which nearly all features of a layer of them have."""

BUILDINGS = re.compile(
    r"build|house|roof|footprint|gebaeude|gebäude|batiment|bâtiment|edifici", re.IGNORECASE
)
ROADS = re.compile(r"road|street|highway|centerline|centreline|strasse|straße|route|carretera", re.IGNORECASE)
OTHERWISE = ("review", "source", "model")
"""Attributes of few words, in layers that geounet writes, that name no class."""
NAMELESS = "object"
"""What a class is called where nothing says what it is."""
MOST_CLASSES = 30
_NODATA = 255


@dataclass(frozen=True, slots=True)
class Classes:
    """The model's classes, and how labels name them."""

    task: Task
    names: tuple[str, ...]
    """The background first."""
    attribute: str | None = None
    """The attribute that names each feature's class; None where all are of one."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """The class of each value that is called otherwise."""
    ignored: tuple[str, ...] = ()
    """Values that say that nothing is known."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many features (pixels, of a raster) have which value."""
    others: tuple[str, ...] = ()
    """Attributes that could name classes too."""

    @property
    def is_single(self) -> bool:
        """Whether there is one class to find."""
        return len(self.names) == 2


def find_classes(survey: Survey, *, words: Sequence[str]) -> Classes:
    """The classes that labels name, or one that `words` (names of files and layers) say, else `object`.

    Raises LabelsError where a raster has nothing but background.
    """
    if survey.is_raster:
        return _of_raster(survey, words)
    words = [*words, *(key for key in KEYS if _is_full(survey.values.get(key, Counter())))]
    lines = survey.kinds["lines"] > survey.features / 2
    attribute, others = _naming(survey, has_task=_task(words, lines=lines) != "areas")
    counts = survey.values.get(attribute or "", Counter())
    names = [name for name, _ in counts.most_common() if name]
    task = _task([*words, *names], lines=lines)
    if attribute is None or len(names) == 1:
        only = names[0] if names else _one(task, words)
        return Classes(task, ("background", only), attribute, counts=counts, others=others)
    named = tuple(name for name in names if name != "background")
    ignored = ("",) if counts[""] else ()
    task = task if _agree(named, task) else "areas"
    return Classes(task, ("background", *named), attribute, {}, ignored, counts, others)


def _of_raster(survey: Survey, words: Sequence[str]) -> Classes:
    values = sorted(survey.pixels)
    ignored = tuple(str(v) for v in values if v < 0)
    found = [v for v in values if 0 < v != _NODATA]
    counts = {str(v): survey.pixels[v] for v in values}
    if not found:
        held = ", ".join(map(str, values))
        raise LabelsError(
            f"the label rasters hold {held} alone; expected 0 for the background and 1, 2 … for classes (255 is nodata): "
            "write the objects as 1"
        )
    if len(found) > MOST_CLASSES:
        raise LabelsError(
            f"the label rasters hold {len(found)} values besides 0, such as {found[-1]}; expected a number for each class, "
            f"{MOST_CLASSES} at most: are they objects' numbers, or a scene?"
        )
    tagged = {v: survey.names[v] for v in found if v < len(survey.names) and survey.names[v] != f"class_{v}"}
    task = _task([*words, *tagged.values()], lines=False)
    if len(found) == 1:
        name = tagged.get(found[0]) or _one(task, words)
        mapping = {} if found[0] == 1 else {str(found[0]): name, "0": "background"}
        return Classes(task, ("background", name), None, mapping, ignored, counts)
    names = tuple(tagged.get(v, f"class_{v}") for v in found)
    task = task if _agree(names, task) else "areas"
    plain = found == list(range(1, len(found) + 1))
    mapping = {} if plain else dict(zip(map(str, found), names, strict=True)) | {"0": "background"}
    return Classes(task, ("background", *names), None, mapping, ignored, counts)


def _naming(survey: Survey, *, has_task: bool) -> tuple[str | None, tuple[str, ...]]:
    """The attribute that names classes, if one does, and others that might.

    One that is called so does; where nothing else says what features are, so does one of kinds, or the only one of few
    words, each of several features.
    """
    columns = {name.casefold(): name for name in survey.values}
    naming, kinds = ([columns[n] for n in known if n in columns] for known in (NAMING, KINDS))
    words = [name for name in survey.values if name in survey.worded and name.casefold() not in OTHERWISE]
    wordy = [name for name in words if _is_few(survey.values[name])]
    likely = [name for name in naming if _is_likely(survey.values[name])]
    maybe = [name for name in kinds if _is_likely(survey.values[name])]
    chosen = next(iter(likely), None)
    if chosen is None and not has_task:
        chosen = next(iter(maybe), wordy[0] if len(wordy) == 1 else None)
    others = dict.fromkeys([*likely, *maybe, *wordy])
    return chosen, tuple(name for name in others if name != chosen)


def _is_likely(counts: Counter[str]) -> bool:
    """Whether most features have one of not too many values."""
    return 1 <= len(_present(counts)) <= MOST_CLASSES and counts[""] <= 0.5 * counts.total()


def _is_full(counts: Counter[str]) -> bool:
    """Whether hardly any feature lacks a value."""
    return counts.total() > 0 and counts[""] <= 0.05 * counts.total()


def _present(counts: Mapping[str, int]) -> list[str]:
    return [value for value in counts if value]


def _is_few(counts: Counter[str]) -> bool:
    """Whether values are few texts, each of several features, and hardly any is missing."""
    present = {value: n for value, n in counts.items() if value}
    return _is_full(counts) and 2 <= len(present) <= 12 and min(present.values()) >= 3


def _task(words: Sequence[str], *, lines: bool) -> Task:
    """What the words say, else roads for lines, and areas."""
    for word in _parts(words):
        if BUILDINGS.search(word) and not lines:
            return "buildings"
        if ROADS.search(word):
            return "roads"
    return "roads" if lines else "areas"


def _parts(words: Sequence[str]) -> Iterator[str]:
    """What names, the last first, are made of: what a file is of often stands behind where it is."""
    for word in words:
        yield from reversed(re.split(r"[\s_\-.]+", word))


def _agree(names: Sequence[str], task: Task) -> bool:
    """Whether all of several classes are kinds of what the task is for."""
    pattern = {"buildings": BUILDINGS, "roads": ROADS}.get(task)
    return pattern is not None and all(pattern.search(name) for name in names)


def _one(task: Task, words: Sequence[str]) -> str:
    """What the one class is called: as the task, or as the first of the words that may name a thing."""
    if task != "areas":
        return task.removesuffix("s")
    dull = re.compile(r"label|mask|truth|train|valid|anno|polygon|layer|\d", re.IGNORECASE)
    first = next((word for word in words if word and not dull.search(word)), "")
    return re.sub(r"[\s-]+", "_", first.casefold()) or NAMELESS
