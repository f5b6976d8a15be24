"""A sheet of augmented samples, to be looked at before a run: each crop as it was read, then what becomes of it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import default_collate

from geounet.errors import OutputError, TrainingError
from geounet.outputs import atomic_target, check_apart, check_target
from geounet.palette import colour_of
from geounet.training.augmentation.augment import Augmentation, Augmented
from geounet.training.augmentation.deform import plain_grid
from geounet.training.augmentation.sheet import Row, Sheet
from geounet.training.augmentation.tile import Tile, shown_bands
from geounet.training.augmentation.warp import warp
from geounet.training.config import TrainConfig
from geounet.training.scenes.crops import Crops
from geounet.training.scenes.reading import training_scenes
from geounet.training.scenes.scene import LabelledScene

_DRAWS = 4
"""Augmented samples a row."""

_SMALLEST = 192
"""Pixels of a picture's side, at least: small crops are enlarged."""

_HARDLY_SEEN = 0.05
"""Up to this share in a mixture, a crop's labels are not drawn."""

_HATCHED = "hatched: not trained on; dark: invalid"


def preview(config: TrainConfig, path: Path, *, count: int = 24) -> Path:
    """Draw `count` augmented samples, in rows of the crop as read and four draws of it, as a PNG; returns its path.

    The config's seed decides what is drawn; scenes take turns. `overwrite` of the config replaces an older sheet.

    Raises:
        TrainingError: `count` is below 1, or the scenes have no labels.
        OutputError: The sheet may not be written there, or its name is not a PNG's.
    """
    if count < 1:
        raise TrainingError(f"the preview is of {count} samples; expected 1 at least")
    check_apart([path], [file for scene in config.data.train for file in (*scene.files, scene.labels)])
    if path.suffix.lower() != ".png":
        raise OutputError(f"the sheet is to be {path.name}; it is a PNG: give it a name that ends in .png")
    check_target(path, overwrite=config.overwrite)
    draw_sheet(config, training_scenes(config), path=path, count=count, overwrite=config.overwrite)
    return path


def draw_sheet(
    config: TrainConfig, scenes: Sequence[LabelledScene], *, path: Path, count: int, overwrite: bool
) -> None:
    """The sheet of `preview`, of scenes that are at hand."""
    sheet = _sheet(config, scenes, count=count).drawn()
    with atomic_target(path, overwrite=overwrite) as target:
        sheet.save(target, format="PNG")


def _sheet(config: TrainConfig, scenes: Sequence[LabelledScene], *, count: int) -> Sheet:
    rows = math.ceil(count / _DRAWS)
    names, batch = _crops(config, scenes, rows=rows)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(config.seed)
        each = config.card.normalization.over(config.card.steps)
        augmentation = Augmentation(config.augment, each, final=config.data.crop)
        draws = [augmentation(batch) for _ in range(_DRAWS)]
    columns = [_as_read(batch, config), *(_tiles(draw, config) for draw in draws)]
    bands, zoom = shown_bands(config.card.bands), math.ceil(_SMALLEST / config.data.crop)
    pictures = [[tile.drawn(bands, zoom=zoom) for tile in column] for column in columns]
    shown = [tuple(row) for row in zip(*pictures, strict=True)]
    shown[-1] = shown[-1][: 1 + count - (rows - 1) * _DRAWS]
    key = [(name, colour_of(number)) for number, name in enumerate(config.card.classes) if number]
    return Sheet(
        f"{config.card.name}: each crop as it is read, then as it is trained on. {_HATCHED}{_shares(draws)}",
        tuple(Row(name, row) for name, row in zip(names, shown, strict=True)),
        tuple(key),
    )


def _shares(draws: Sequence[Augmented]) -> str:
    """How much of each column's crops is in the mixtures, where they are any."""
    shares = [f"{float(draw.mix.share):.2f}" for draw in draws if draw.mix is not None]
    return f". Mixed: {', '.join(shares)} of a row's own crop" if shares else ""


def _crops(
    config: TrainConfig, scenes: Sequence[LabelledScene], *, rows: int
) -> tuple[list[str], dict[str, Tensor]]:
    """A crop a row, and its scene's name: from the scenes in turn, spread over all where they are more than rows."""
    turn = (np.arange(rows) * max(1, len(scenes) / rows)).astype(int) % len(scenes)
    # All scenes are told of, so that crops have one side whichever they are from.
    drawn_from = {
        chosen: Crops([replace(s, weight=float(n == chosen)) for n, s in enumerate(scenes)], config)
        for chosen in set(turn)
    }
    crops = [drawn_from[chosen][row] for row, chosen in enumerate(turn)]
    return [scenes[chosen].name for chosen in turn], default_collate(crops)


def _as_read(batch: dict[str, Tensor], config: TrainConfig) -> list[Tile]:
    """The middle of each crop, at the scale that it is trained at."""
    grid = plain_grid(batch["zoom"], final=config.data.crop, side=batch["image"].shape[-1])
    image, labels, weights = warp(batch["image"], batch["labels"], batch["weights"], grid=grid)
    return [
        Tile(one.numpy(), (classes.numpy(),), weight.numpy())
        for one, classes, weight in zip(image, labels, weights, strict=True)
    ]


def _tiles(batch: Augmented, config: TrainConfig) -> list[Tile]:
    """What the network is trained on, its normalisation undone."""
    normalization = config.card.normalization.over(config.card.steps)
    mean, std = (torch.tensor(v)[:, None, None] for v in (normalization.mean, normalization.std))
    images = (batch.images * std + mean).numpy()
    parts = [(1.0, batch.labels, batch.weights)]
    if batch.mix is not None:
        share = float(batch.mix.share)
        parts = [(share, *parts[0][1:]), (1 - share, batch.mix.labels, batch.mix.weights)]
    seen = sorted((part for part in parts if part[0] > _HARDLY_SEEN), key=lambda part: part[0])
    labels = [part[1].numpy() for part in seen]
    weights = torch.stack([part[2] for part in seen]).amax(dim=0)
    return [Tile(image, tuple(of[n] for of in labels), weights[n].numpy()) for n, image in enumerate(images)]
