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


Config = TrainConfig | Mapping[str, Any] | str | Path
"""A TrainConfig, its tables as a mapping, or the path of a TOML file."""


def train(config: Config, *, progress: "Progress | None" = None, resume: bool = False) -> TrainReport:
    """Train a model and write its bundle, with the graph that runs it without torch.

    Args:
        config: a TrainConfig, its tables as a mapping, or the path of a TOML file.
        progress: Makes a progress bar that counts steps (tqdm's shape).
        resume: Go on from the checkpoint in the run's folder, where there is one: to the same weights, bit for bit, as
            if it had not been interrupted.

    A run that is interrupted leaves the best weights so far in the bundle.

    Raises:
        MissingDependencyError: the extra `train` is not installed.
        TrainingError: the config is wrong, or not the one that a checkpoint was begun with.
        OutputError: the bundle exists and is not to be replaced, or cannot be written.
        SceneError, LabelsError: a scene or its labels cannot be read.
    """
    config = as_config(config)
    require_libraries()
    from geounet.training.fitting.loop import fit
    from geounet.training.reporting.carried import carry_graph

    report = fit(config, progress=progress, resume=resume)
    carry_graph(report.bundle)
    return report


def as_config(config: Config) -> TrainConfig:
    """The config that is meant; raises TrainingError."""
    if isinstance(config, TrainConfig):
        return config
    return TrainConfig.from_toml(config) if isinstance(config, str | Path) else TrainConfig.from_dict(config)


def require_libraries() -> None:
    """Raise MissingDependencyError unless what training needs is installed."""
    for name in REQUIRED:
        if importlib.util.find_spec(name) is None:
            raise MissingDependencyError(
                f"training needs {name}; install it with: pip install 'geounet[train]'"
            )
