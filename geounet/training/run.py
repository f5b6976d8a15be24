"""A training run from config to bundle. Importing this loads no torch."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geounet.errors import MissingDependencyError
from geounet.training.config import TrainConfig
from geounet.training.report import TrainReport

if TYPE_CHECKING:
    from geounet.progress import Progress

REQUIRED = ("kornia", "lightning")
"""What the extra `train` brings and a light install lacks."""


def train(
    config: TrainConfig | Mapping[str, Any] | str | Path, *, progress: "Progress | None" = None
) -> TrainReport:
    """Train a model and write its bundle.

    Args:
        config: a TrainConfig, its tables as a mapping, or the path of a TOML file.
        progress: Makes a progress bar that counts steps (tqdm's shape).

    A run that is interrupted leaves the best weights so far in the bundle.

    Raises:
        MissingDependencyError: the extra `train` is not installed.
        TrainingError: the config is wrong.
        SceneError, LabelsError: a scene or its labels cannot be read.
    """
    if isinstance(config, str | Path):
        config = TrainConfig.from_toml(config)
    elif not isinstance(config, TrainConfig):
        config = TrainConfig.from_dict(config)
    for name in REQUIRED:
        if importlib.util.find_spec(name) is None:
            raise MissingDependencyError(
                f"training needs {name}; install it with: pip install 'geounet[train]'"
            )
    from geounet.training.fitting.loop import fit

    return fit(config, progress)
