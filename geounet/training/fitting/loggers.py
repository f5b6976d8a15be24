"""Lightning's loggers by name: where the run's figures go besides its metrics.csv."""

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

from geounet.errors import MissingDependencyError
from geounet.training.config import TrainConfig

LOGGERS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "tensorboard": ("TensorBoardLogger", "save_dir", ("tensorboard", "tensorboardX")),
    "wandb": ("WandbLogger", "save_dir", ("wandb",)),
    "mlflow": ("MLFlowLogger", "save_dir", ("mlflow",)),
    "comet": ("CometLogger", "offline_directory", ("comet_ml",)),
    "neptune": ("NeptuneLogger", "", ("neptune",)),
}
"""A logger's class, its argument for a folder, and the packages of which it needs one."""


def make_logger(config: TrainConfig) -> Any:  # noqa: ANN401 (one of Lightning's, or False for none)
    """The config's logger, or False for `csv`: the run writes that itself.

    Raises MissingDependencyError where the logger's package is not installed.
    """
    if config.logger == "csv":
        return False
    name, folder, packages = LOGGERS[config.logger]
    if all(importlib.util.find_spec(package) is None for package in packages):
        raise MissingDependencyError(
            f"logger {config.logger!r} needs {packages[0]}; install it with: pip install {packages[0]}"
        )
    loggers = importlib.import_module("lightning.pytorch.loggers")
    where = {folder: str(config.run_folder)} if folder else {}
    return getattr(loggers, name)(**where)
