"""What is wrong with a card, in words."""

from collections.abc import Iterator, Mapping

from geounet.models.card.card_fields import CardFields
from geounet.models.card.normalization import Normalization

TASKS = ("buildings", "roads", "areas")
ACTIVATIONS = ("softmax", "sigmoid")
AXES = ("time", "depth")
MAX_CLASSES = 255  # labels are 0 … 254, and 255 is nodata
FINISHINGS = ("min_area", "fill_holes", "simplify", "separate", "regularize")
SWITCHES = ("separate", "regularize")


def problems(card: CardFields) -> Iterator[str]:
    """What is wrong with a card, each in words."""
    yield from _identity_problems(card)
    yield from _content_problems(card)
    yield from _tiling_problems(card)
    yield from _optional_problems(card)


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


def _is_normalization(card: CardFields) -> bool:
    n = card.normalization
    return (
        isinstance(n, Normalization)
        and len(n.mean) == len(n.std) == len(n.band_ranges) == len(card.bands)
        and all(one in ("scene", "dtype") or _is_range(one) for one in n.band_ranges)
        and _is_range(n.percentiles)
        and n.percentiles[0] >= 0
        and n.percentiles[1] <= 100
        and all(map(_is_number, n.mean))
        and all(_is_number(v, above=0) for v in n.std)
    )


def _is_axes(value: object) -> bool:
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((name, length),) = value.items()
    return name in AXES and _is_int(length, least=1)


def _is_int(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _identity_problems(card: CardFields) -> Iterator[str]:
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


def _content_problems(card: CardFields) -> Iterator[str]:
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
            "normalization needs a range (scene, dtype or [low, high], or one of these a band), percentiles in 0 … 100, "
            f"and {len(card.bands)} values of mean and std (above 0)"
        )


def _tiling_problems(card: CardFields) -> Iterator[str]:
    if card.gsd_m is not None and not _is_number(card.gsd_m, above=0):
        yield f"gsd_m is {card.gsd_m!r}; expected metres above 0, or null"
    if not _is_int(card.tile, least=1):
        yield f"tile is {card.tile!r}; expected pixels, at least 1"
    elif not _is_int(card.margin, least=0) or 2 * card.margin >= card.tile:
        yield f"margin is {card.margin!r}; expected 0 to less than half the tile ({card.tile})"
    elif not _is_int(card.stride, least=1) or card.tile % card.stride or 2 * card.margin % card.stride:
        yield f"stride is {card.stride!r}; tile and twice the margin must be multiples of it"


def _optional_problems(card: CardFields) -> Iterator[str]:
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
    if card.axes is not None and not _is_axes(card.axes):
        yield f"axes are {card.axes!r}; expected one of {' and '.join(AXES)} and its length, such as {{'time': 12}}, or null"
    if card.attribution is not None and not isinstance(card.attribution, str):
        yield "attribution must be text"
