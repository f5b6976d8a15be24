"""A network over a whole labelled scene, through the very stages of inference, and what it scores there."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from geounet.evaluation.curve import CurveTally, ThresholdCurve
from geounet.evaluation.pair import LEVELS, LabelPair
from geounet.inference.area import Area
from geounet.inference.classify import classify
from geounet.inference.patches import read_blocks
from geounet.inference.placing import place_tiles
from geounet.inference.plan import Plan
from geounet.inference.predict import ScoredTile, score_tiles
from geounet.models.card import ModelCard
from geounet.models.engines.torch import TorchSegmenter
from geounet.options import PredictOptions
from geounet.raster.normalize import scene_ranges
from geounet.strip import ScoreStrip
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.scene import LabelledScene, Level
from geounet.training.validation.classes import LabelClasses
from geounet.training.validation.level_scene import LevelScene
from geounet.training.validation.sample import Sample, Sampler

if TYPE_CHECKING:
    from geounet.raster.scene import Scene

GPU_PIXELS = 1 << 22
"""Pixels of a batch on a GPU: to try how many fit would take the training's memory."""

_ROUNDING = 1e-4
"""Levels by which a probability may miss the one that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a network scores on one scene; pixels without a label do not count."""

    name: str
    classes: tuple[str, ...]
    """Those that labels can have, R of them, the background first."""
    threshold: float
    """The card's, at which labels were made."""
    curves: Mapping[str, ThresholdCurve]
    """Of each class after the background."""
    confusion: NDArray[np.int64]
    """(R, R) pixels by true class (row) and predicted class (column)."""
    prediction: NDArray[np.uint8]
    """(rows, cols) predicted classes, as places in `classes`; 255 where it does not count."""
    truth: NDArray[np.uint8]
    """(rows, cols) true ones."""
    sample: Sample
    """Some of the pixels, at temperature 1."""

    @property
    def pixels(self) -> int:
        """Pixels that count."""
        return int(self.confusion.sum())


def judge(network: nn.Module, scene: LabelledScene, card: ModelCard) -> Judged:
    """Run a network, which gives logits, over a scene at the card's GSD, and compare with its labels.

    Tiles, overlap, mirror, taper, arithmetic and labels are those of `geounet.predict` with this card: its threshold and
    temperature too. Modules are in training or evaluation afterwards as they were before. Raises ModelError where scores
    are no probabilities.
    """
    level, classes = scene.level(card.gsd_m or scene.levels[0].gsd_m), LabelClasses.of(card)
    truth = classes.renumbered(np.where(level.weights != 0, level.labels, np.uint8(IGNORED)))
    prediction = np.full(truth.shape, IGNORED, np.uint8)
    tally, sampler = CurveTally(classes.names), Sampler(int(np.count_nonzero(truth != IGNORED)))
    with _evaluating(network):
        for strip in _strips(network, level, card):
            labels = classes.renumbered(classify(strip, card, threshold=card.threshold).labels[0])
            rows = slice(strip.first_row, strip.first_row + len(labels))
            prediction[rows], true = labels, truth[rows]
            shares = classes.shares(strip.scores)
            tally.add(LabelPair(strip.first_row, labels, true, levels=_levels(shares[1:])))
            known = true != IGNORED
            sampler.add(shares[:, known], true[known], temperature=card.temperature)
    return Judged(
        name=scene.name,
        classes=classes.names,
        threshold=card.threshold,
        curves=tally.curves(),
        confusion=_confusion(truth, prediction, len(classes.names)),
        prediction=prediction,
        truth=truth,
        sample=sampler.sample(len(classes.names)),
    )


def _strips(network: nn.Module, level: Level, card: ModelCard) -> Iterator[ScoreStrip]:
    """Scores of the pixels that count, from top to bottom; tiles that reach none never go through the network."""
    plan = _plan(network, level, card)
    blocks = read_blocks(plan.scene, plan.grid, plan.area)
    tiles = place_tiles(blocks, plan.view, plan.area, window=plan.window)
    scored = (tile for tile in score_tiles(tiles, plan.segmenter) if isinstance(tile, ScoredTile))
    return plan.strips(scored, range(card.scores))


def _plan(network: nn.Module, level: Level, card: ModelCard) -> Plan:
    """What `geounet.predict` would do with the scene's file."""
    device = next((p.device for p in network.parameters()), "cpu")
    segmenter = TorchSegmenter(card, network, device=str(device), threads=torch.get_num_threads())
    segmenter.batch_pixels = segmenter.batch_pixels or GPU_PIXELS
    memory = LevelScene(level)
    scene = cast("Scene", memory)  # it has what the stages ask for
    # Counts are stretched already: their type's whole range is 0 … 1.
    ranges = scene_ranges(scene, dataclasses.replace(card.normalization, range="dtype"))
    area = Area(memory.bounds, memory.known)
    plan = Plan.of(scene, segmenter, PredictOptions(), area=area, ranges=ranges)
    return dataclasses.replace(plan, batch_size=min(plan.batch_size, len(plan.grid)))


@contextmanager
def _evaluating(network: nn.Module) -> Iterator[None]:
    """Give every module its mode back: parts that are frozen may be in evaluation while others are in training."""
    modes = {module: module.training for module in network.modules()}
    try:
        yield
    finally:
        for module, training in modes.items():
            module.training = training


def _levels(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Probabilities × 250, rounded down."""
    levels = np.floor(shares * np.float32(LEVELS) + np.float32(_ROUNDING))
    whole: NDArray[np.uint8] = np.clip(levels, 0, LEVELS).astype(np.uint8)
    return whole


def _confusion(truth: NDArray[np.uint8], prediction: NDArray[np.uint8], classes: int) -> NDArray[np.int64]:
    known = (truth != IGNORED) & (prediction != IGNORED)
    pairs = truth[known].astype(np.int64) * classes + prediction[known]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
