"""Whether a run that goes on is the run that was begun."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from geounet.errors import TrainingError
from geounet.training.config import TrainConfig
from geounet.training.config.written import to_toml

FREE = ("overwrite", "source", "logger", "about", "optimizer.workers")
"""What may change on the way: no weight depends on it."""

_SHOWN = 3
"""How many differences are named."""


def require_same(config: TrainConfig, begun: str, *, checkpoint: Path) -> None:
    """Raise TrainingError where a config is not the one that a run began with (as TOML), naming what differs.

    Nothing may: with more steps, for one, each rate on the way would have been another.
    """
    now, then = (dict(_flat(tomllib.loads(text))) for text in (to_toml(config), begun))
    differing = [key for key in sorted(now.keys() | then.keys()) if now.get(key) != then.get(key)]
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
