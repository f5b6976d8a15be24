"""Tables of a config → its values: keys and kinds are checked, paths are found.

An unknown key is an error, so that a misspelt one does not pass in silence.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geounet.errors import InvalidCardError, TrainingError
from geounet.models.card import FORMAT, ModelCard


def card_of(table: object) -> ModelCard:
    """The card in a config's `[card]`, where an architecture may be its name alone.

    Raises TrainingError, or InvalidCardError.
    """
    if not isinstance(table, Mapping):
        raise TrainingError("config lacks [card]: the card of the model to be trained")
    values = {"format": FORMAT} | dict(table)
    if isinstance(values.get("architecture"), str):
        values["architecture"] = {"name": values["architecture"]}
    try:
        return ModelCard.from_dict(values)
    except InvalidCardError as error:
        raise InvalidCardError(f"config's [card]: {error}") from error


def build(kind: Any, table: Mapping[str, Any], *, where: str, root: Path) -> Any:  # noqa: ANN401 (any of the values above)
    """A value of the dataclass `kind` from its table; raises TrainingError on an unknown key or a wrong kind."""
    table = kind.unfolded(table) if hasattr(kind, "unfolded") else table
    known = {f.name: f for f in dataclasses.fields(kind)}
    hints = typing.get_type_hints(kind)
    unknown = sorted(table.keys() - known.keys())
    if unknown:
        raise TrainingError(
            f"config has unknown key {where + unknown[0]!r}; known are {', '.join(sorted(known))}"
        )
    missing = [
        n
        for n, f in known.items()
        if f.default is f.default_factory is dataclasses.MISSING and n not in table
    ]
    if missing:
        raise TrainingError(f"config lacks {where + missing[0]!r}")
    return kind(**{k: _value(hints[k], v, where=where + k, root=root) for k, v in table.items()})


def _value(hint: Any, value: Any, *, where: str, root: Path) -> Any:  # noqa: ANN401 (a type, and TOML's value for it)
    """TOML's value as what the field expects."""
    if dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        return build(hint, value, where=f"{where}.", root=root)
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    for option in options:
        origin = typing.get_origin(option)
        if origin is tuple and isinstance(value, list | tuple):
            return _tuple(option, value, where=where, root=root)
        if origin is Mapping and isinstance(value, Mapping):
            _, inner = typing.get_args(option)
            return {k: _value(inner, v, where=f"{where}.{k}", root=root) for k, v in value.items()}
    return _plain(options, value, where=where, root=root)


def _tuple(hint: Any, value: Sequence[Any], *, where: str, root: Path) -> tuple[Any, ...]:  # noqa: ANN401
    """A list, each of its values as the tuple's own."""
    inner, *more = typing.get_args(hint)
    if more != [...] and len(value) != 1 + len(more):
        raise TrainingError(f"{where} has {len(value)} values; expected {1 + len(more)}")
    return tuple(_value(inner, v, where=f"{where}[{i}]", root=root) for i, v in enumerate(value))


def _plain(options: tuple[Any, ...], value: Any, *, where: str, root: Path) -> Any:  # noqa: ANN401
    """A number, a text, a switch or a path; raises TrainingError where it is none of the options."""
    if Path in options and isinstance(value, str | Path):
        return root / value if where.startswith("data.") else Path(value)
    if float in options and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    kinds = [typing.get_origin(o) or o for o in options]
    if not any(
        isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool) for kind in kinds
    ):
        expected = " or ".join(
            "nothing" if kind is types.NoneType else {tuple: "a list"}.get(kind, kind.__name__)
            for kind in kinds
        )
        raise TrainingError(f"{where} is {value!r}; expected {expected}")
    return value
