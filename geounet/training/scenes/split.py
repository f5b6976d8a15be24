"""Places to train on and places to judge by: scenes cut into square blocks, of which a share is kept for validation.

┌────┬────┬────┬────┐
│    │ ▒▒ │    │ ▒▒ │     ▒  kept: invalid to training: a crop that reaches into it sees nothing of it; nothing
├────┼────┼────┼────┤        else counts in validation, and what lies round it is context
│ ▒▒ │    │    │    │
└────┴────┴────┴────┘
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import TrainingError
from geounet.grid import Window
from geounet.training.config import TrainConfig
from geounet.training.config.data import DataConfig, SplitConfig
from geounet.training.scenes.cache import SceneCache
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.maps import array_file, mapped
from geounet.training.scenes.scene import Blocks, LabelledScene, Level

STRIP_ROWS = 512
"""Rows that are held at once."""

CROPS_A_BLOCK = 4
"""Side of a block in crops, where none is given."""


def is_divided(data: DataConfig) -> bool:
    """Whether scenes are divided: no other places are named to judge by."""
    return not data.validation and not any(dataset.use == "validation" for dataset in data.datasets)


def kept_blocks(scenes: Sequence[LabelledScene], data: DataConfig) -> list[Blocks]:
    """The blocks of each scene that are kept for validation.

    Of the blocks with labels, of all scenes together, the configured share is kept to within one, and of those of each
    scene too; which they are follows from the seed. Folds of share 1 / k keep each block once. Raises TrainingError
    where there are too few to divide.
    """
    found = [
        (index, block)
        for index, scene in enumerate(scenes)
        for block in lattice(scene.levels[0].shape, side=_side(scene.levels[0], data))
        if _has_labels(scene.levels[0].labels, block)
    ]
    kept = {found[i] for i in _kept_positions([index for index, _ in found], data.split)}
    return [
        Blocks(
            scene.levels[0].shape, tuple(block for at, block in found if at == index and (at, block) in kept)
        )
        for index, scene in enumerate(scenes)
    ]


def lattice(shape: tuple[int, int], *, side: int) -> list[Window]:
    """Blocks of about `side` pixels that partition a grid, row by row."""
    rows, cols = (
        np.linspace(0, size, max(1, round(size / side)) + 1).round().astype(int).tolist() for size in shape
    )
    return [
        Window(top, left, bottom - top, right - left)
        for top, bottom in pairwise(rows)
        for left, right in pairwise(cols)
    ]


def without(scene: LabelledScene, blocks: Blocks, cache: SceneCache) -> LabelledScene:
    """The scene for training: its kept blocks are invalid, at every GSD."""
    levels = tuple(_without(level, blocks, cache) for level in scene.levels)
    return dataclasses.replace(scene, levels=levels, blocks=blocks)


def only(scene: LabelledScene, blocks: Blocks, cache: SceneCache) -> LabelledScene:
    """The scene for validation: nothing but its kept blocks has labels."""
    levels = tuple(_only(level, blocks, cache) for level in scene.levels)
    return dataclasses.replace(scene, levels=levels, blocks=blocks)


def split_record(
    config: TrainConfig, training: Sequence[LabelledScene], validation: Sequence[LabelledScene]
) -> dict[str, Any]:
    """What is trained on and what is judged by, as JSON: scenes, and of those that are divided the blocks.

    A block is [row, col, height, width] on the scene's grid of `rows` × `cols` pixels at the card's GSD. Training scenes
    are `without` theirs, and validation has nothing else (`only`).
    """
    divided = is_divided(config.data)
    how = dataclasses.asdict(config.data.split) if divided else {}
    return {
        "by": "blocks" if divided else "scenes",
        **how,
        "training": [_recorded(scene, "without") for scene in training],
        "validation": [_recorded(scene, "only") for scene in validation],
    }


def _recorded(scene: LabelledScene, what: str) -> dict[str, Any]:
    if scene.blocks is None or not scene.blocks.windows:
        return {"scene": scene.name}
    rows, cols = scene.blocks.shape
    windows = [[w.row, w.col, w.height, w.width] for w in scene.blocks.windows]
    return {"scene": scene.name, "rows": rows, "cols": cols, what: windows}


def _side(level: Level, data: DataConfig) -> int:
    """Side of a block in a level's pixels."""
    metres = data.split.block_m or CROPS_A_BLOCK * data.crop * level.gsd_m
    return max(1, round(metres / level.gsd_m))


def _has_labels(labels: NDArray[np.uint8], block: Window) -> bool:
    part = labels[block.row : block.row_stop, block.col : block.col_stop]
    return bool(((part != 0) & (part != IGNORED)).any())


def _kept_positions(owners: Sequence[int], split: SplitConfig) -> list[int]:
    """Which of the blocks are kept, by their place in the list; `owners` are their scenes.

    Scenes and the blocks of each are put in random order, and every 1 / share-th is taken, from the fold-th on.
    """
    random, count = np.random.default_rng(split.seed), len(owners)
    _check(count, split)
    ranks = random.permutation(max(owners) + 1)[np.array(owners)]
    order = np.lexsort((random.random(count), ranks)).tolist()
    share = Fraction(split.share).limit_denominator(10_000)
    taken = [n for n in range(count) if (n + 1 + split.fold) * share // 1 > (n + split.fold) * share // 1]
    taken = taken or [count // 2]
    return [order[n] for n in (taken if len(taken) < count else taken[1:])]


def _check(count: int, split: SplitConfig) -> None:
    least = 2 if not split.fold else round(1 / split.share)
    if count < least:
        raise TrainingError(
            f"the training scenes have {count} block{'' if count == 1 else 's'} with labels; expected {least} at "
            "least, to keep some for validation: list [[data.validation]], or make data.split.block_m smaller"
        )


def _without(level: Level, blocks: Blocks, cache: SceneCache) -> Level:
    region = _Region(blocks, level.shape, inside=True)
    if not blocks.windows:
        return level
    labels = _filled(level.labels, region, IGNORED, cache=cache)
    rows, cols = level.centres.astype(np.int64).T
    known = labels[rows, cols] != IGNORED
    return dataclasses.replace(
        level,
        labels=labels,
        weights=_filled(level.weights, region, 0, cache=cache),
        centres=level.centres[known],
        centre_classes=level.centre_classes[known],
    )


def _only(level: Level, blocks: Blocks, cache: SceneCache) -> Level:
    region = _Region(blocks, level.shape, inside=False)
    return dataclasses.replace(level, labels=_filled(level.labels, region, IGNORED, cache=cache))


@dataclass(frozen=True, slots=True)
class _Region:
    """The pixels of a level that are in a scene's kept blocks, or that are not."""

    blocks: Blocks
    shape: tuple[int, int]
    inside: bool

    def rows(self, first: int, stop: int) -> NDArray[np.bool_]:
        """Which pixels of some rows belong to it, (stop − first, cols)."""
        mask = np.full((stop - first, self.shape[1]), not self.inside)
        for rows, cols in self.blocks.within(self.shape):
            mask[max(rows.start - first, 0) : max(rows.stop - first, 0), cols] = self.inside
        return mask


def _filled(array: NDArray[Any], region: _Region, value: float, *, cache: SceneCache) -> NDArray[Any]:
    """An array (rows, cols) with a value in a region: a new file where it is one's map, else in memory."""
    source = getattr(array, "filename", None)
    if source is None:
        return np.where(region.rows(0, len(array)), array.dtype.type(value), array)

    def make(folder: Path) -> None:
        with array_file(folder / "filled.npy", shape=array.shape, dtype=array.dtype) as put:
            for row in range(0, len(array), STRIP_ROWS):
                part = array[row : row + STRIP_ROWS]
                put(row, np.where(region.rows(row, row + len(part)), array.dtype.type(value), part))

    key = {"of": Path(source).resolve(), "region": region, "value": value}
    return mapped(cache.folder(key, make) / "filled.npy")
