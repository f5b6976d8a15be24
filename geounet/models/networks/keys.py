"""Keys of a card's `architecture`: read into the options of a network, whose values are checked."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from geounet.errors import ModelError

Options = TypeVar("Options")


def read_keys(options: type[Options], architecture: Mapping[str, Any]) -> Options:
    """A card's `architecture`, less its name, as the dataclass of a network's options; lists become tuples.

    Raises ModelError on a key that the dataclass lacks.
    """
    known = [option.name for option in fields(options)]  # type: ignore[arg-type]  # any class to mypy
    given = {key: value for key, value in architecture.items() if key != "name"}
    unknown = sorted(given.keys() - set(known))
    if unknown:
        raise ModelError(
            f"architecture {architecture['name']} has key {unknown[0]!r}; it takes {', '.join(known) or 'none'}"
        )
    return options(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    )


def check_whole(key: str, value: object, *, least: int = 1, most: int = 1 << 16, multiple: int = 1) -> None:
    """Raise ModelError unless the value is a whole number from least to most, and a multiple of that."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= most or value % multiple:  # type: ignore[operator]  # a number, if whole
        kind = f"a multiple of {multiple}" if multiple > 1 else "a whole number"
        raise ModelError(f"architecture's {key} is {value!r}; expected {kind} from {least} to {most}")


def check_wholes(key: str, values: object, *, count: int) -> None:
    """Raise ModelError unless the value is a tuple of so many whole numbers above 0."""
    if not isinstance(values, tuple) or len(values) != count:
        raise ModelError(f"architecture's {key} is {values!r}; expected {count} whole numbers")
    for value in values:
        check_whole(key, value)


def check_share(key: str, value: object) -> None:
    """Raise ModelError unless the value is a number from 0 to below 1."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1:
        raise ModelError(f"architecture's {key} is {value!r}; expected a number from 0 to below 1")


def check_one_of(key: str, value: object, *, known: Collection[str]) -> None:
    """Raise ModelError unless the value is one of those known."""
    if value not in known:
        raise ModelError(f"architecture's {key} is {value!r}; expected one of {', '.join(known)}")
