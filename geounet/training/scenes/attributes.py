"""What labels are called: values of an attribute, or of a raster → the model's classes."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import geopandas
import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError, TrainingError
from geounet.models.card import ModelCard
from geounet.raster.labels import LabelRaster
from geounet.training.config.data import DataConfig
from geounet.training.scenes.labels import IGNORED

DEFAULT_ATTRIBUTE = "class"
"""The attribute that a layer need not have where the model has one class to find."""


@dataclass(frozen=True, slots=True)
class ClassNames:
    """How values become classes; raises TrainingError where they become none of the model's, or two things at once."""

    classes: tuple[str, ...]
    """The model's classes, the background first."""
    attribute: str = DEFAULT_ATTRIBUTE
    """The attribute that holds the values; empty for none."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """The class of each value that is called otherwise."""
    ignored: tuple[str, ...] = ()
    """Values whose pixels are IGNORED."""
    auxiliary: tuple[str, ...] = ()
    """Classes that are no labels of their own."""

    def __post_init__(self) -> None:
        for value, name in self.mapping.items():
            if name not in self.classes:
                raise TrainingError(
                    f"data.classes makes {value!r} the class {name!r}; expected one of {', '.join(self.classes)}"
                )
            if value in self.ignored:
                raise TrainingError(f"{value!r} is in data.classes and in data.ignored; remove one of them")

    @classmethod
    def of(cls, config: DataConfig, card: ModelCard) -> Self:
        """Those of a config and a card."""
        return cls(card.classes, config.attribute, config.classes, config.ignored, card.auxiliary)

    @property
    def only(self) -> int | None:
        """The one class to find, of which every feature is that does not say otherwise; None if there are several."""
        found = [k for k, name in enumerate(self.classes) if k and name not in self.auxiliary]
        return found[0] if len(found) == 1 else None

    @property
    def has_numbers(self) -> bool:
        """Whether the values that have a class of their own are numbers, as a raster's are."""
        return any(value.removeprefix("-").isdigit() for value in self.mapping)

    def named(self, value: str) -> int | None:
        """The class that a value stands for, IGNORED, or None where nothing says."""
        if value in self.ignored:
            return IGNORED
        name = self.mapping.get(value, value)
        return self.classes.index(name) if name in self.classes else None


def feature_classes(frame: geopandas.GeoDataFrame, names: ClassNames, *, source: str) -> NDArray[np.uint8]:
    """The class of each feature, or IGNORED, (n,); `source` is the file's name.

    Values are compared as text: 3 and 3.0 are "3", true is "true", null is "". With one class to find, features are of
    that class where the layer has no attribute `class`, where the config names none, or where it is null.

    Raises LabelsError where the layer lacks the attribute, or a value has no class.
    """
    only, attribute = names.only, names.attribute
    expected = attribute != DEFAULT_ATTRIBUTE or bool(names.mapping)
    if only is not None and (not attribute or (attribute not in frame and not expected)):
        return np.full(len(frame), only, np.uint8)
    if not attribute or attribute not in frame:
        there = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name) or "none"
        raise LabelsError(
            f"labels {source} have no attribute {attribute!r} that names one of {', '.join(names.classes)} (they have "
            f"{there}); set data.attribute"
        )
    texts = texts_of(frame[attribute])
    table = {text: names.named(text) for text in set(texts)}
    if only is not None and table.get("") is None:
        table[""] = only
    unknown = [text for text in texts if table[text] is None]
    if unknown:
        raise _unknown(unknown[0], names, source=source)
    return np.array([table[text] for text in texts], np.uint8)


def texts_of(values: Iterable[Any]) -> list[str]:
    """Values of a field as text: whole numbers without a point, true and false, null as nothing."""
    return [_text(value) for value in values]


def class_table(values: Sequence[int], names: ClassNames, *, raster: LabelRaster) -> NDArray[np.uint8]:
    """The class of each of a label raster's values, or IGNORED, (n,).

    What `data.classes` and `data.ignored` say of the number comes first, then of the name that the raster itself has for
    it, which may be the class's own; else the value is a class index already, and 255 is nodata. But where `data.classes`
    names numbers, none is an index. Raises LabelsError where a value has no class.
    """
    return np.array([_index(value, names, raster=raster) for value in values], np.uint8)


def _index(value: int, names: ClassNames, *, raster: LabelRaster) -> int:
    texts = [str(value), *(raster.class_names[value : value + 1] if value >= 0 else ())]
    for named in map(names.named, texts):
        if named is not None:
            return named
    if value == IGNORED:
        return IGNORED
    if names.has_numbers:
        raise LabelsError(
            f"labels {raster.name} hold {value}, which has no class; add it to data.classes (one of "
            f"{', '.join(names.classes)}) or to data.ignored"
        )
    if not 0 <= value < len(names.classes):
        raise LabelsError(
            f"labels {raster.name} hold {value}; expected 0 to {len(names.classes) - 1}, or 255 for nodata: name the "
            "class of each value in data.classes, or those to leave out in data.ignored"
        )
    return value


def _text(value: Any) -> str:  # noqa: ANN401 (whatever a field holds)
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value != value:  # noqa: PLR0124 (NaN, and pandas' NaT)
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    return str(value)


def _unknown(value: str, names: ClassNames, *, source: str) -> LabelsError:
    found = (
        f"{names.attribute} {value!r}" if value else f"a feature without a value of {names.attribute!r} ('')"
    )
    return LabelsError(
        f"labels {source} have {found}; expected one of {', '.join(names.classes)}: name its class in data.classes, "
        "or list it in data.ignored"
    )
