"""Options as JSON and back, for other processes; and those of them that decide what is in the outputs."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geounet.batching.options import BatchOptions, SourceOptions
from geounet.digests import content_sha256
from geounet.options import BBox, ExtractOptions

_DECIDING = ("format", "rasters", "mosaic", "per_tile")
"""What of a batch's own options decides what is in the outputs, and which there are."""

_ENGINE = ("engine", "device", "precision", "threads", "batch_size")
"""Options that the first run decides for all, in the record's engine."""

_FILES = ("aoi", "stats")
"""Options that name a file: what is in it decides."""


def to_plain(options: BatchOptions) -> dict[str, Any]:
    """The options as JSON."""
    return {f.name: _plain(getattr(options, f.name)) for f in dataclasses.fields(options)}


def from_plain(values: Mapping[str, Any]) -> BatchOptions:
    """The options that `to_plain` gave."""
    scratch = values["scratch"]
    return BatchOptions(
        **{
            **_rebuilt(values),
            "scratch": None if scratch is None else Path(scratch),
            "extract": ExtractOptions(**_rebuilt(values["extract"])),
            "sources": SourceOptions(**_rebuilt(values["sources"])),
        }
    )


def deciding(options: BatchOptions) -> dict[str, Any]:
    """What of the options decides what is in the outputs, as JSON, without what is as by default."""
    chosen = {name: _plain(getattr(options, name)) for name in _DECIDING}
    for f in dataclasses.fields(options.extract):
        value = getattr(options.extract, f.name)
        if value != f.default and f.name not in (*_ENGINE, "overwrite"):
            chosen[f.name] = _digest(Path(value)) if f.name in _FILES else _plain(value)
    return chosen


def _plain(value: Any) -> Any:  # noqa: ANN401 (any option)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Path) else value


def _rebuilt(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an option value: lists are tuples again, and a rectangle is one."""
    rebuilt = {
        name: tuple(tuple(part) if isinstance(part, list) else part for part in value)
        if isinstance(value, list)
        else value
        for name, value in values.items()
    }
    bbox = values.get("bbox")
    if isinstance(bbox, Mapping):
        rebuilt["bbox"] = BBox(**bbox)
    return rebuilt


def _digest(path: Path) -> str:
    """What stands for a file's content; its name where it cannot be read here (an address, or an error to come)."""
    try:
        return f"{path.name} sha256:{content_sha256(path)}"
    except OSError:
        return path.name
