"""docs/training.md names every option, with the default that the code has."""

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import get_type_hints

import pytest

from geounet.training import TrainConfig
from geounet.training.config.augment import AugmentConfig
from geounet.training.config.data import (
    DataConfig,
    DatasetConfig,
    SceneConfig,
    SplitConfig,
    SyntheticConfig,
)
from geounet.training.config.loss import LossConfig
from geounet.training.config.optimizer import OptimizerConfig

PAGE = Path(__file__).parents[3] / "docs" / "training.md"
SECTIONS = {
    "The top of the file": TrainConfig,
    "`[data]`": DataConfig,
    "`[[data.train]]` and `[[data.validation]]`": SceneConfig,
    "`[data.split]`": SplitConfig,
    "`[data.synthetic]`": SyntheticConfig,
    "`[[data.datasets]]`": DatasetConfig,
    "`[augment]`": AugmentConfig,
    "`[loss]`": LossConfig,
    "`[optimizer]`": OptimizerConfig,
}
"""Headings of the page, and what their tables are of."""

NOT_SET, REQUIRED = "–", "required"


def documented(heading: str) -> dict[str, str]:
    """The defaults in a section's table, as they are written, by key."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.split(f"\n### {heading}\n")[1].split("\n##")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+?) \| .+ \|$", section, re.MULTILINE))


def is_table(hint: object) -> bool:
    """Whether a field is a table of its own, or a list of tables."""
    parts = getattr(hint, "__args__", (hint,))
    return any(dataclasses.is_dataclass(part) for part in parts)


def plain(value: object) -> object:
    """A default as TOML has it."""
    if isinstance(value, Path):
        return value.as_posix()
    return list(value) if isinstance(value, tuple) else value


def default_of(field: dataclasses.Field) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


@pytest.mark.parametrize(("heading", "kind"), SECTIONS.items(), ids=[k.__name__ for k in SECTIONS.values()])
def test_every_option_is_documented_with_its_default(heading, kind):
    hints, written = get_type_hints(kind), documented(heading)
    options = {f.name: default_of(f) for f in dataclasses.fields(kind) if not is_table(hints[f.name])}
    assert sorted(written) == sorted(options)
    for name, default in options.items():
        if default is None or default is dataclasses.MISSING:
            assert written[name] == (NOT_SET if default is None else REQUIRED), name
        else:
            assert tomllib.loads(f"x = {written[name]}")["x"] == plain(default), name


def test_every_table_has_its_section():
    kinds, found = [TrainConfig], set()
    while kinds:
        kind = kinds.pop()
        found.add(kind)
        parts = [
            part for hint in get_type_hints(kind).values() for part in getattr(hint, "__args__", (hint,))
        ]
        kinds += [
            p for p in parts if dataclasses.is_dataclass(p) and p.__module__.startswith("geounet.training")
        ]
    assert found == set(SECTIONS.values())
