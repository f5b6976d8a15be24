"""Whether a run that goes on is the run that was begun."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from geounet.errors import TrainingError
from geounet.training.config import TrainConfig
from geounet.training.config.written import to_toml
from geounet.training.reporting.digests import first_change

FREE = ("overwrite", "source", "logger", "about", "optimizer.workers", "data.cache")
"""What may change on the way: no weight depends on it."""

PLACES = re.compile(
    r"(data\.(train|validation)\[\d+\]\.(scene|labels|aoi)|data\.datasets\[\d+\]\.root|init|start|out|run)"
)
"""What may lie in another folder under the same name: a project that was moved goes on."""

_SHOWN = 3
"""How many differences are named."""


def require_same(config: TrainConfig, begun: str, *, checkpoint: Path) -> None:
    """Raise TrainingError where a config is not the one that a run began with (as TOML), naming what differs.

    Nothing may: with more steps, for one, each rate on the way would have been another. Of files the names count, not the
    folders; whether they are the same files, `require_same_data` says.
    """
    now, then = (dict(_flat(tomllib.loads(text))) for text in (to_toml(config), begun))
    differing = [
        key for key in sorted(now.keys() | then.keys()) if _compared(key, now) != _compared(key, then)
    ]
    if not differing:
        return
    named = [
        f"{key} is {now.get(key, 'not set')}, was {then.get(key, 'not set')}" for key in differing[:_SHOWN]
    ]
    more = f", and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
    raise TrainingError(
        f"config is another than that of {checkpoint}: {'; '.join(named)}{more}; a run goes on with the config that it "
        "began with: change it back, or begin anew without --resume"
    )


def require_same_data(config: TrainConfig, record: Path) -> None:
    """Raise TrainingError where a scene or its labels are not what a run's `record` of them (data.json) says."""
    try:
        changed = first_change(config.data, json.loads(record.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{record}, the record of what the run was begun with, cannot be read ({error!r}); begin anew without --resume"
        ) from error
    if changed is not None:
        raise TrainingError(
            f"{changed} changed since the run was begun; a run goes on with the data that it began with: put the file of "
            f"that time back ({record} has its sha256), or begin anew without --resume"
        )


def _compared(key: str, values: Mapping[str, object]) -> object:
    """A value as it is compared: of a path that is a place, its name."""
    value = values.get(key)
    if isinstance(value, str) and PLACES.fullmatch(key) and PurePath(value).is_absolute():
        return PurePath(value).name
    return value


def _flat(table: Mapping[str, object], *, where: str = "") -> Iterator[tuple[str, object]]:
    """Values by their dotted names, those that are free left out."""
    for key, value in table.items():
        name = f"{where}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, where=f"{name}.")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            for number, one in enumerate(value):
                yield from _flat(one, where=f"{name}[{number}].")
        elif name not in FREE:
            yield name, value
