"""What the scenes hold at the pixels that the model will see: how much of each class, and what counts are like."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geounet.grid import Window
from geounet.models.card import ModelCard, Normalization
from geounet.options import PredictOptions
from geounet.raster.sample import sample_valid
from geounet.raster.scene import Scene
from geounet.training.config.data import DataConfig, SceneConfig
from geounet.training.scenes.drawing import draw_labels
from geounet.training.scenes.labels import IGNORED

MOST_PIXELS = 1 << 22
"""Pixels of a scene that labels are drawn on to count them; a larger one is looked at coarser."""
MOST_SAMPLED = 24
"""Scenes whose counts are looked at, evenly taken."""
_VALUES = 1 << 18
PERCENTILES = (1.0, 99.0)
_ALIKE = 1.5
"""Ranges of scenes that differ by no larger factor are one."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a scene is of which class."""

    pixels: float
    """Valid pixels at the card's GSD."""
    classes: NDArray[np.float64]
    """How many of them are of each class; those that are ignored are not counted."""

    @property
    def has_labels(self) -> bool:
        """Whether anything but background is there."""
        return bool(self.classes[1:].any())


@dataclass(frozen=True, slots=True)
class Stretch:
    """The normalisation that goes with the scenes, and how it was found."""

    normalization: Normalization
    counts: tuple[float, float]
    """The middle 98 % of all scenes' counts."""
    alike: bool
    """Whether all scenes have about the same range."""


def count_classes(scene: SceneConfig, data: DataConfig, card: ModelCard) -> Share:
    """How much of a scene is of which class, as its labels are; raises what reading it raises."""
    gsd_m = card.gsd_m or 1.0
    with _open(scene.files, card, gsd_m=gsd_m) as found:
        factor = max(1.0, math.sqrt(found.height * found.width / MOST_PIXELS))
    with _open(scene.files, card, gsd_m=gsd_m * factor) as found:
        valid = found.read(Window(0, 0, found.height, found.width)).valid
        labels = draw_labels(scene, data, card, found.grid, gsd_m=gsd_m * factor, exact=True).labels
    known = labels[valid & (labels != IGNORED)]
    counts = np.bincount(known, minlength=len(card.classes)) * factor**2
    return Share(float(valid.sum()) * factor**2, counts.astype(np.float64))


def measure_stretch(
    scenes: Sequence[Sequence[Path]], card: ModelCard, *, parts: Sequence[int] = ()
) -> Stretch:
    """The normalisation for scenes like these: range, then mean and deviation of each band's valid pixels after it.

    Bytes keep their whole range. Other counts are stretched between fixed ones where all of several scenes have about the
    same, as reflectances do, else between each scene's own percentiles. Scenes are the files of each; `parts` says which
    of them a band is from: each file's bands are stretched in their own way.
    """
    chosen = [
        scenes[k * len(scenes) // min(len(scenes), MOST_SAMPLED)]
        for k in range(min(len(scenes), MOST_SAMPLED))
    ]
    samples, kinds = [], [set[np.dtype]() for _ in card.bands]
    for files in chosen:
        with _open(files, card, gsd_m=card.gsd_m or 1.0) as scene:
            sample = sample_valid(scene)
            for own, dtype in zip(kinds, scene.dtypes, strict=True):
                own.add(dtype)
        if sample.shape[1]:
            step = max(1, sample.size // _VALUES)
            samples.append(sample[:, ::step].astype(np.float64))
    found = []
    for part in sorted(set(parts)) or [0]:
        bands = [k for k in range(len(card.bands)) if not parts or parts[k] == part]
        types = set().union(*(kinds[k] for k in bands))
        found.append(_stretch([sample[bands] for sample in samples], types, bands=len(bands)))
    return found[0] if len(found) == 1 else _together(found)


def _together(found: Sequence[Stretch]) -> Stretch:
    """The stretches of several files, in their order, as one."""
    normalizations = [one.normalization for one in found]
    return Stretch(
        Normalization(
            tuple(kind for one in normalizations for kind in one.band_ranges),
            PERCENTILES,
            tuple(value for one in normalizations for value in one.mean),
            tuple(value for one in normalizations for value in one.std),
        ),
        (min(one.counts[0] for one in found), max(one.counts[1] for one in found)),
        all(one.alike for one in found),
    )


def _stretch(samples: Sequence[NDArray[np.float64]], kinds: set[np.dtype], *, bands: int) -> Stretch:
    """The normalisation of bands that are stretched alike, from a sample (bands, n) of each scene."""
    pairs = [np.percentile(sample, PERCENTILES) for sample in samples] or [np.array([0.0, 1.0])]
    low, high = np.min(pairs, axis=0)[0], np.max(pairs, axis=0)[1]
    alike = all(high - low <= _ALIKE * (p[1] - p[0]) for p in pairs)
    kind: str | tuple[float, float] = "scene"
    if kinds <= {np.dtype(np.uint8)}:
        kind = "dtype"
    elif alike and len(samples) > 1:
        kind = (_rounded(low), _rounded(high))
    mean, std = _moments([_stretched(sample, kind) for sample in samples], bands)
    return Stretch(Normalization(kind, PERCENTILES, mean, std), (float(low), float(high)), alike)  # type: ignore[arg-type]  # `kind` is a str to mypy


def _open(files: Sequence[Path], card: ModelCard, *, gsd_m: float) -> Scene:
    return Scene.open(
        files, bands=card.bands, options=PredictOptions(gsd=gsd_m), gsd_m=gsd_m, model=card.name
    )


def _stretched(sample: NDArray[np.float64], kind: str | tuple[float, float]) -> NDArray[np.float64]:
    """Counts (bands, n) as 0 … 1."""
    if kind == "scene":
        low, high = np.percentile(sample, PERCENTILES, axis=1)[:, :, None]
    else:
        low, high = (
            np.full((len(sample), 1), end) for end in ((0.0, 255.0) if isinstance(kind, str) else kind)
        )
    stretched: NDArray[np.float64] = np.clip((sample - low) / np.where(high > low, high - low, 1), 0, 1)
    return stretched


def _moments(
    samples: Sequence[NDArray[np.float64]], bands: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of each band, all scenes counting alike; 0.5 and 0.25 where there is nothing."""
    if not samples:
        return (0.5,) * bands, (0.25,) * bands
    mean = np.mean([sample.mean(axis=1) for sample in samples], axis=0)
    square = np.mean([(sample**2).mean(axis=1) for sample in samples], axis=0)
    std = np.sqrt(np.maximum(square - mean**2, 1e-4))
    return tuple(round(float(v), 3) for v in mean), tuple(round(float(v), 3) for v in std)


def _rounded(value: float) -> float:
    """To three digits."""
    return float(f"{value:.3g}")
