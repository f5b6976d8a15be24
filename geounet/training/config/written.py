"""A config as the TOML that it could have been read from: nothing left to a default, paths absolute."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from geounet.errors import TrainingError
from geounet.training.config.run import TrainConfig, is_file_of_weights

Table = Mapping[str, Any]


def to_toml(config: TrainConfig) -> str:
    """The whole config as TOML, which reads back to an equal value where its paths are absolute.

    What is None is left out: TOML has no word for it, and None is the default of every field that takes it. Raises
    TrainingError where the card holds what TOML cannot say.
    """
    tables = {f.name: getattr(config, f.name) for f in dataclasses.fields(config)} | {
        "init": _absolute(config.init) if is_file_of_weights(config.init) else config.init,
        "start": _absolute(config.start) if config.start and Path(config.start).is_dir() else config.start,
    }
    return "\n".join(_lines(_plain(tables), name="")) + "\n"


def toml_value(value: object) -> str:
    """A value of a config on one line (a text of several lines on several), as TOML spells it.

    Takes texts, numbers, switches, lists and mappings; raises TrainingError for anything else.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return repr(value)
        case float():
            return repr(float(value))  # numpy's names its type
        case str():
            return _text(value)
        case list() | tuple():
            return f"[{', '.join(toml_value(one) for one in value)}]"
        case Mapping():
            inner = ", ".join(f"{_key(k)} = {toml_value(v)}" for k, v in value.items())
            return f"{{ {inner} }}" if inner else "{}"
    raise TrainingError(
        f"config holds {value!r}, which TOML has no word for; expected text, numbers, switches, lists or tables: "
        "take it out of the card"
    )


def _plain(value: object) -> Any:  # noqa: ANN401 (TOML's values)
    """A value as texts, numbers, lists and mappings; what is None is left out."""
    if isinstance(value, Path):
        return _absolute(str(value))
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return _plain(fields | dict(fields.pop("extras", {})))
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _lines(table: Table, *, name: str) -> Iterator[str]:
    """A table's own values, then the tables in it."""
    inner = {k: v for k, v in table.items() if isinstance(v, Mapping) or _is_tables(v)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {toml_value(value)}"
    for key, value in inner.items():
        path = f"{name}.{_key(key)}" if name else _key(key)
        if isinstance(value, Mapping):
            yield from ("", f"[{path}]", *_lines(value, name=path))
            continue
        for one in value:
            yield from ("", f"[[{path}]]", *_lines(one, name=path))


def _is_tables(value: object) -> bool:
    """Whether a value is a list of tables, one at least."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _key(key: str) -> str:
    """A key, quoted where it is not of letters, digits, - and _ alone."""
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if bare else _text(key, lines=False)


def _text(text: str, *, lines: bool = True) -> str:
    """A text in quotes, three of them where it has several lines; JSON's escapes are TOML's, but for DEL."""
    if lines and "\n" in text:
        inner = "\n".join(_text(line, lines=False)[1:-1] for line in text.split("\n"))
        return f'"""\n{inner}"""'
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
