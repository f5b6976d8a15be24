"""Cross-validation: one run's config as k configs, each judged by another part of the places."""

import dataclasses

import numpy as np

from geounet.errors import TrainingError
from geounet.training.config import TrainConfig
from geounet.training.config.data import DataConfig, SplitConfig


def fold_configs(config: TrainConfig, folds: int) -> list[TrainConfig]:
    """The same run `folds` times, each with other places to judge by; those listed for validation join the pool.

    Whole scenes are held out where there are as many as folds, each once; else, or where datasets are trained on,
    blocks of all scenes (`split`), each once too. Only `data` differs. Raises TrainingError for less than two folds.
    """
    if folds < 2:
        raise TrainingError(f"cross-validation in {folds} folds; expected 2 at least")
    data = config.data
    whole = len(data.train) + len(data.validation) >= folds and not data.datasets
    # By blocks, any fold but 0 is refused where there are fewer blocks than folds: one of those comes first.
    parts = (
        [_by_scenes(data, fold, folds=folds) for fold in range(folds)]
        if whole
        else [_by_blocks(data, fold, folds=folds) for fold in (*range(1, folds), 0)]
    )
    return [dataclasses.replace(config, data=part) for part in parts]


def _by_scenes(data: DataConfig, fold: int, *, folds: int) -> DataConfig:
    """Every `folds`-th scene held out, in an order that follows from the split's seed."""
    pool = (*data.train, *data.validation)
    order = np.random.default_rng(data.split.seed).permutation(len(pool)).tolist()
    held = set(order[fold::folds])
    return dataclasses.replace(
        data,
        train=tuple(scene for n, scene in enumerate(pool) if n not in held),
        validation=tuple(scene for n, scene in enumerate(pool) if n in held),
    )


def _by_blocks(data: DataConfig, fold: int, *, folds: int) -> DataConfig:
    """Blocks of all scenes and datasets held out."""
    return dataclasses.replace(
        data,
        train=(*data.train, *data.validation),
        validation=(),
        datasets=tuple(dataclasses.replace(dataset, use="train") for dataset in data.datasets),
        split=SplitConfig(share=1 / folds, block_m=data.split.block_m, seed=data.split.seed, fold=fold),
    )
