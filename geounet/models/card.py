"""The model card: what a model expects and gives, as one validated value.

A card is JSON beside the weights (`ModelCard.from_dict`, `.to_dict`); nothing about a model is known
elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

from geounet.errors import InvalidCardError

FORMAT = 1
"""The card format that this geounet reads and writes."""

TASKS = ("buildings", "roads", "areas")
ACTIVATIONS = ("softmax", "sigmoid")
MAX_CLASSES = 255  # labels are 0 … 254, and 255 is nodata
FINISHINGS = ("min_area", "fill_holes", "simplify", "separate", "regularize")
SWITCHES = ("separate", "regularize")


@dataclass(frozen=True, slots=True)
class Normalization:
    """How counts become what the network was trained on."""

    range: Literal["scene", "dtype"] | tuple[float, float]
    """Low and high: the scene's own percentiles, the type's range, or fixed counts."""
    percentiles: tuple[float, float]
    """Percentiles of the valid pixels that are low and high, for `scene`."""
    mean: tuple[float, ...]
    """Subtracted after scaling to 0 … 1, one value a band."""
    std: tuple[float, ...]
    """Divided by after that, one value a band, above 0."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model expects and gives; raises InvalidCardError on a value out of range."""

    name: str
    version: str
    description: str
    task: Literal["buildings", "roads", "areas"]
    """What finishing its labels call for."""
    architecture: Mapping[str, Any] | None
    """`name`, `encoder` and the network's other arguments; None for a Segmenter made in code."""
    bands: tuple[str, ...]
    """Names of the bands it takes, in order; free text."""
    classes: tuple[str, ...]
    """Names of the classes, the background first."""
    activation: Literal["softmax", "sigmoid"]
    """softmax: classes exclude one another; sigmoid: a score for each class after the first, which may
    overlap."""
    gsd_m: float | None
    """Metres per pixel that it was trained at; None for any."""
    normalization: Normalization
    tile: int
    """Side of its tiles in pixels."""
    margin: int
    """Context round a tile's core; the default overlap is twice this."""
    license: str
    sources: tuple[str, ...]
    """The data that it was trained on, each with its licence."""
    threshold: float = 0.5
    temperature: float = 1.0
    """Scores are softmax or sigmoid of logits / temperature."""
    finishing: Mapping[str, Any] = field(default_factory=dict)
    """The card's choice of min_area (m²), fill_holes (m²), simplify (m), separate and regularize."""
    auxiliary: tuple[str, ...] = ()
    """Classes that help to separate others: never a label, never a feature."""
    stride: int = 1
    """Tile sides and origins are multiples of this."""
    gsd_range_m: tuple[float, float] | None = None
    """The range of metres per pixel that it holds for."""
    influence: Any = None
    """How far the border of a tile is felt, as measured."""
    axes: str | None = None
    trained_on: Any = None
    metrics: Any = None
    attribution: str | None = None
    """Copied into every output's metadata."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """Keys that begin with `x-`."""

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise InvalidCardError(f"card of model {self.name!r}: {problem}")

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
            return cls(**_tupled(values), extras=extras)
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


def _tupled(values: dict[str, Any]) -> dict[str, Any]:
    """JSON's lists and nested objects as the card's tuples and values."""
    out = {k: tuple(v) if isinstance(v, list) and k in _TUPLES else v for k, v in values.items()}
    normalization = values["normalization"]
    if not isinstance(normalization, Mapping) or normalization.keys() != _NORMALIZATION:
        raise InvalidCardError(
            f"card's normalization must be an object of {', '.join(sorted(_NORMALIZATION))}"
        )
    out["normalization"] = Normalization(
        **{k: tuple(v) if isinstance(v, list) else v for k, v in normalization.items()}
    )
    return out


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, Normalization):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _is_number(value: object, *, above: float | None = None) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value == value  # noqa: PLR0124 (NaN is not a number here either)
        and (above is None or value > above)
    )


def _is_choice(name: str, value: object) -> bool:
    if name in SWITCHES:
        return isinstance(value, bool)
    return value == 0 or _is_number(value, above=0)


def _is_names(value: object, *, least: int) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) >= least
        and all(isinstance(v, str) and v for v in value)
        and len(set(value)) == len(value)
    )


def _is_range(value: object) -> bool:
    match value:
        case (low, high):
            return isinstance(low, int | float) and isinstance(high, int | float) and low < high
        case _:
            return False


def _is_normalization(card: ModelCard) -> bool:
    n = card.normalization
    return (
        isinstance(n, Normalization)
        and (n.range in ("scene", "dtype") or _is_range(n.range))
        and _is_range(n.percentiles)
        and n.percentiles[0] >= 0
        and n.percentiles[1] <= 100
        and len(n.mean) == len(n.std) == len(card.bands)
        and all(map(_is_number, n.mean))
        and all(_is_number(v, above=0) for v in n.std)
    )


def _is_int(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _problems(card: ModelCard) -> Iterator[str]:
    """What is wrong with a card, each in words."""
    yield from _identity_problems(card)
    yield from _content_problems(card)
    yield from _tiling_problems(card)
    yield from _optional_problems(card)


def _identity_problems(card: ModelCard) -> Iterator[str]:
    if not all(isinstance(text, str) and text for text in (card.name, card.version, card.license)):
        yield "name, version and license must be text"
    if not isinstance(card.description, str):
        yield "description must be text"
    if not isinstance(card.sources, tuple):
        yield "sources must be a list"
    architecture = card.architecture
    if architecture is not None and not (
        isinstance(architecture, Mapping) and isinstance(architecture.get("name"), str)
    ):
        yield "architecture must be null or an object with a name"


def _content_problems(card: ModelCard) -> Iterator[str]:
    if card.task not in TASKS:
        yield f"task is {card.task!r}; choose one of {', '.join(TASKS)}"
    if not _is_names(card.bands, least=1):
        yield f"bands are {card.bands!r}; expected distinct names, at least one"
    if not _is_names(card.classes, least=2):
        yield f"classes are {card.classes!r}; expected distinct names, at least two, the background first"
    elif len(card.classes) > MAX_CLASSES:
        yield f"it has {len(card.classes)} classes; at most {MAX_CLASSES} fit a class raster"
    if card.activation not in ACTIVATIONS:
        yield f"activation is {card.activation!r}; choose one of {', '.join(ACTIVATIONS)}"
    if not _is_normalization(card):
        yield (
            "normalization needs a range (scene, dtype or [low, high]), percentiles in 0 … 100, "
            f"and {len(card.bands)} values of mean and std (above 0)"
        )


def _tiling_problems(card: ModelCard) -> Iterator[str]:
    if card.gsd_m is not None and not _is_number(card.gsd_m, above=0):
        yield f"gsd_m is {card.gsd_m!r}; expected metres above 0, or null"
    if not _is_int(card.tile, least=1):
        yield f"tile is {card.tile!r}; expected pixels, at least 1"
    elif not _is_int(card.margin, least=0) or 2 * card.margin >= card.tile:
        yield f"margin is {card.margin!r}; expected 0 to less than half the tile ({card.tile})"
    elif not _is_int(card.stride, least=1) or card.tile % card.stride or 2 * card.margin % card.stride:
        yield f"stride is {card.stride!r}; tile and twice the margin must be multiples of it"


def _optional_problems(card: ModelCard) -> Iterator[str]:
    if not _is_number(card.threshold) or not 0 <= card.threshold <= 1:
        yield f"threshold is {card.threshold!r}; expected 0 to 1"
    if not _is_number(card.temperature, above=0):
        yield f"temperature is {card.temperature!r}; expected a number above 0"
    if not isinstance(card.finishing, Mapping) or not set(card.finishing) <= set(FINISHINGS):
        yield f"finishing takes {', '.join(FINISHINGS)}"
    elif not all(_is_choice(k, v) for k, v in card.finishing.items()):
        yield f"finishing's values must be at least 0, and of {' and '.join(SWITCHES)} true or false"
    if not set(card.auxiliary) <= set(card.classes[1:]):
        yield f"auxiliary names {card.auxiliary!r}; they must be among the classes after the first"
    elif set(card.auxiliary) == set(card.classes[1:]):
        yield "every class after the first is auxiliary; one at least must be a class to find"
    gsd_range = card.gsd_range_m
    if gsd_range is not None and not (_is_range(gsd_range) and gsd_range[0] > 0):
        yield "gsd_range_m must be [low, high] in metres"
    if card.attribution is not None and not isinstance(card.attribution, str):
        yield "attribution must be text"


_REQUIRED = {
    "name", "version", "description", "task", "architecture", "bands", "classes", "activation", "gsd_m", "normalization",
    "tile", "margin", "license", "sources",
}  # fmt: skip
_TUPLES = {"bands", "classes", "sources", "auxiliary", "gsd_range_m"}
_NORMALIZATION = {f.name for f in fields(Normalization)}
_DEFAULTS = {
    f.name: f.default if not callable(f.default_factory) else f.default_factory()
    for f in fields(ModelCard)
    if f.name not in _REQUIRED
}
