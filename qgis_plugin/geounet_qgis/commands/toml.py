"""A config as TOML, which Python can read since 3.11, and write not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def toml(values: Mapping[str, Any], path: str = "") -> str:
    """Return values as TOML: tables after plain values, lists of tables as such; what is None is left out."""
    values = {key: value for key, value in values.items() if value is not None}
    plain = {key: value for key, value in values.items() if not _is_nested(value)}
    lines = [f"{json.dumps(key)} = {_plain(value)}" for key, value in plain.items()]
    parts = ["\n".join(lines)] if lines else []
    for key in (key for key in values if key not in plain):
        name = f"{path}{json.dumps(key)}"
        tables = [values[key]] if isinstance(values[key], Mapping) else values[key]
        head = f"[{name}]" if isinstance(values[key], Mapping) else f"[[{name}]]"
        parts += [f"{head}\n{toml(table, f'{name}.')}" for table in tables]
    return "\n\n".join(parts)


def _is_nested(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    return (
        isinstance(value, (list, tuple)) and bool(value) and all(isinstance(each, Mapping) for each in value)
    )


def _plain(value: object) -> str:
    """A text, a number, a truth value or a list of them: TOML has JSON's way with these."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("\x7f", "\\u007F")
