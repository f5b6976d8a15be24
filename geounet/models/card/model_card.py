"""The model card: what a model expects and gives, as one validated value.

A card is JSON beside the weights (`ModelCard.from_dict`, `.to_dict`); nothing about a model is known
elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from geounet.errors import InvalidCardError
from geounet.models.card.card_fields import CardFields
from geounet.models.card.normalization import Normalization
from geounet.models.card.problems import problems

FORMAT = 1
"""The card format that this geounet reads and writes."""


@dataclass(frozen=True, slots=True)
class ModelCard(CardFields):
    """What a model expects and gives; raises InvalidCardError on a value out of range."""

    def __post_init__(self) -> None:
        for problem in problems(self):
            raise InvalidCardError(f"card of model {self.name!r}: {problem}")

    @property
    def steps(self) -> int:
        """Dates or slices of a volume; 1 of a plain image."""
        return 1 if self.axes is None else next(iter(self.axes.values()))

    @property
    def channels(self) -> int:
        """Number of bands C of its patches (N, C, h, w): of a volume those of all dates, date by date."""
        return len(self.bands) * self.steps

    @property
    def channel_names(self) -> tuple[str, ...]:
        """What the bands of its patches are called; of a volume with its date or slice: `red 1`, `nir 1`, `red 2`."""
        if self.axes is None:
            return self.bands
        return tuple(f"{band} {step}" for step in range(1, self.steps + 1) for band in self.bands)

    @property
    def scores(self) -> int:
        """Number of score bands K that the model gives."""
        return len(self.score_names)

    @property
    def score_names(self) -> tuple[str, ...]:
        """The class that each score band is for, in order."""
        return self.classes if self.activation == "softmax" else self.classes[1:]

    @property
    def label_names(self) -> tuple[str, ...]:
        """What labels are called: the background, and each class; where they may overlap, each that has a band."""
        if self.activation == "softmax":
            return self.classes
        return (self.classes[0], *(name for name in self.classes[1:] if name not in self.auxiliary))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """A card from its JSON object; raises InvalidCardError, naming the key."""
        if not isinstance(data, Mapping):
            raise InvalidCardError(f"card is a JSON {type(data).__name__}; expected an object")
        _check_format(data)
        known = {f.name for f in fields(cls)} - {"extras"}
        values = {k: v for k, v in data.items() if k != "format"}
        extras = {k: values.pop(k) for k in list(values) if k.startswith("x-")}
        unknown, missing = sorted(values.keys() - known), sorted(_REQUIRED - values.keys())
        if unknown:
            raise InvalidCardError(f"card has unknown key {unknown[0]!r}; private keys begin with 'x-'")
        if missing:
            raise InvalidCardError(
                f"card lacks {missing[0]!r}; required keys are {', '.join(sorted(_REQUIRED))}"
            )
        try:
            values |= {k: tuple(v) for k, v in values.items() if isinstance(v, list) and k in _TUPLES}
            return cls(
                **values | {"normalization": Normalization.from_dict(values["normalization"])}, extras=extras
            )
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise InvalidCardError(f"card holds a value of the wrong kind: {error}") from error

    def to_dict(self) -> dict[str, Any]:
        """The card as a JSON object, keys in the design's order, those left at their defaults omitted."""
        data: dict[str, Any] = {"format": FORMAT}
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name == "extras" or (f.name not in _REQUIRED and value == _DEFAULTS[f.name]):
                continue
            data[f.name] = _plain(value)
        return data | dict(self.extras)


def _check_format(data: Mapping[str, Any]) -> None:
    found = data.get("format")
    if found == FORMAT:
        return
    if isinstance(found, int) and found > FORMAT:
        raise InvalidCardError(
            f"card has format {found}; this geounet reads format {FORMAT}: "
            f"upgrade geounet to a release that reads format {found}"
        )
    raise InvalidCardError(f"card has format {found!r}; expected {FORMAT}")


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, Normalization):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


_REQUIRED = {
    "name", "version", "description", "task", "architecture", "bands", "classes", "activation", "gsd_m", "normalization",
    "tile", "margin", "license", "sources",
}  # fmt: skip
_TUPLES = {"bands", "classes", "sources", "auxiliary", "gsd_range_m"}
_DEFAULTS = {
    f.name: f.default if not callable(f.default_factory) else f.default_factory()
    for f in fields(ModelCard)
    if f.name not in _REQUIRED
}
