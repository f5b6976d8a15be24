"""A run's folder, as it stands before the first step: all that says how the run can be made again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geounet.training.config import TrainConfig
from geounet.training.config.written import to_toml
from geounet.training.durable import write_durably
from geounet.training.reporting.digests import data_record
from geounet.training.reporting.packages import package_list

CONFIG, PACKAGES, DATA, SPLIT = "config.toml", "packages.txt", "data.json", "split.json"
REPORT, FIGURES, RESULTS, AUGMENTATION = "report.html", "report.json", "results.png", "augmentation.png"
"""What the end of a run adds; the last is there where a person asked for it."""


def begin(config: TrainConfig, split: Mapping[str, Any]) -> Path:
    """Write what a run is told into its folder, and return that.

    `split` says which scenes, or which blocks of them, are trained on and judged by. The files are config.toml (nothing
    left to a default, the seed in it), packages.txt, data.json (sha256 of every file) and split.json. Raises OutputError
    where they cannot be written, SceneError where a scene is missing.
    """
    texts = {
        CONFIG: to_toml(config),
        PACKAGES: package_list(),
        DATA: as_json(data_record(config.data)),
        SPLIT: as_json(split),
    }
    for name, text in texts.items():
        write_durably(config.run_folder / name, text.encode())
    return config.run_folder


def as_json(value: object) -> str:
    """A JSON text that people can read."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
