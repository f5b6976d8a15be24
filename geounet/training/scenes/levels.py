"""A scene at one GSD: read strip by strip, its labels drawn, both kept as memory maps."""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.models.card import Normalization
from geounet.options import PredictOptions
from geounet.raster.normalize import Normalizer, scene_ranges
from geounet.raster.scene import Scene
from geounet.training.config import TrainConfig
from geounet.training.config.data import SceneConfig
from geounet.training.scenes.cache import SceneCache, files_identity
from geounet.training.scenes.drawn import Drawn
from geounet.training.scenes.label_strips import label_strips
from geounet.training.scenes.labels import IGNORED
from geounet.training.scenes.maps import array_file, mapped
from geounet.training.scenes.scene import FULL, Level

STRIP_BYTES = 1 << 25
"""Normalised pixels of a scene that are held at once."""

LIGHTEST, HEAVIEST = 2.0**-14, 2.0**15
"""Weights of valid pixels: what float16 holds, with all its digits."""

_NOT_DRAWN = {
    "train",
    "validation",
    "split",
    "synthetic",
    "datasets",
    "crop",
    "labelled",
    "balanced",
    "levels_m",
    "cache",
}
"""What a config says of data that labels do not follow from."""


def read_level(
    source: SceneConfig, config: TrainConfig, *, gsd_m: float, exact: bool, cache: SceneCache
) -> Level:
    """A scene at a GSD, stretched as the card says; `exact`: with its labels as they are, for validation.

    Raises SceneError, BandError, LabelsError where one of the two cannot be read, DiskFullError without room.
    """
    card, options = config.card, PredictOptions(gsd=gsd_m)
    names = card.channel_names
    with Scene.open(source.files, bands=names, options=options, gsd_m=gsd_m, model=card.name) as scene:
        stretch = stretch_only(card.normalization)
        pixels_key = {
            "scene": files_identity([*source.files, *scene.files]),
            "bands": names,
            "stretch": dataclasses.asdict(stretch),
            "gsd_m": gsd_m,
        }
        pixels = cache.folder(pixels_key, lambda folder: _keep_pixels(folder, scene, stretch))

        def keep_labels(folder: Path) -> None:
            strips = label_strips(source, config, scene.grid, gsd_m=gsd_m, exact=exact)
            _keep_labels(folder, strips, valid=mapped(pixels / "valid.npy"))

        labels = cache.folder(
            {"pixels": pixels.name, "exact": exact} | _drawing_key(source, config), keep_labels
        )
    return Level(gsd_m, mapped(pixels / "image.npy"), *_kept_labels(labels))


def kept_level(level: Level, key: Mapping[str, Any], cache: SceneCache) -> Level:
    """A level that is in memory, kept on disk under a key that it follows from."""

    def keep(folder: Path) -> None:
        for name in ("image", "labels", "weights", "centres", "centre_classes"):
            np.save(folder / f"{name}.npy", getattr(level, name))

    folder = cache.folder(key, keep)
    return Level(level.gsd_m, mapped(folder / "image.npy"), *_kept_labels(folder))


def stretch_only(normalization: Normalization) -> Normalization:
    """The same stretch to 0 … 1, without mean and std: augmentation works in between."""
    bands = len(normalization.mean)
    return Normalization(normalization.range, normalization.percentiles, (0.0,) * bands, (1.0,) * bands)


def _drawing_key(source: SceneConfig, config: TrainConfig) -> dict[str, Any]:
    """What drawn labels follow from, besides the grid."""
    rules = {k: str(getattr(config.data, k)) for k in _fields(config.data) if k not in _NOT_DRAWN}
    own = {k: str(getattr(source, k)) for k in _fields(source) if k not in ("scene", "beside", "weight")}
    card = {"classes": config.card.classes, "auxiliary": config.card.auxiliary}
    files = [source.labels] if source.aoi is None else [source.labels, source.aoi]
    return {"labels": files_identity(files), "rules": rules, "own": own, **card}


def _fields(value: Any) -> list[str]:  # noqa: ANN401 (any dataclass)
    return [f.name for f in dataclasses.fields(value)]


def _keep_pixels(folder: Path, scene: Scene, stretch: Normalization) -> None:
    """Write the scene's image and valid mask, never holding more than a strip."""
    normalizer = Normalizer.of(stretch, scene_ranges(scene, stretch))
    size = scene.height, scene.width
    step = max(1, STRIP_BYTES // (4 * scene.count * scene.width))
    with (
        array_file(folder / "image.npy", shape=(scene.count, *size), dtype=np.uint16) as put_image,
        array_file(folder / "valid.npy", shape=size, dtype=np.bool_) as put_valid,
    ):
        for row in range(0, scene.height, step):
            pixels = scene.rows(row, min(row + step, scene.height))
            put_image(row, as_counts(normalizer(pixels.values, pixels.valid)))
            put_valid(row, pixels.valid)


def as_counts(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Values in 0 … 1 as a level's image holds them."""
    counts: NDArray[np.uint16] = np.rint(values * np.float32(FULL)).astype(np.uint16)
    return counts


def _keep_labels(folder: Path, strips: Iterable[tuple[int, Drawn]], *, valid: NDArray[np.bool_]) -> None:
    """Write labels and weights strip by strip, without what is not valid."""
    places, classes = [], []
    with (
        array_file(folder / "labels.npy", shape=valid.shape, dtype=np.uint8) as put_labels,
        array_file(folder / "weights.npy", shape=valid.shape, dtype=np.float16) as put_weights,
    ):
        for row, drawn in strips:
            here = valid[row : row + len(drawn.labels)]
            labels = np.where(here, drawn.labels, np.uint8(IGNORED))
            put_labels(row, labels)
            put_weights(row, np.where(here, drawn.weights.clip(LIGHTEST, HEAVIEST), 0))
            rows, cols = drawn.centres.astype(np.int64).T
            known = labels[rows, cols] != IGNORED
            places.append(drawn.centres[known] + np.array([row, 0]))
            classes.append(drawn.centre_classes[known])
    np.save(folder / "centres.npy", np.concatenate(places))
    np.save(folder / "centre_classes.npy", np.concatenate(classes))


def _kept_labels(folder: Path) -> tuple[NDArray[Any], ...]:
    """Labels, weights, centres and their classes, as `Level` takes them."""
    maps = (mapped(folder / f"{name}.npy") for name in ("labels", "weights"))
    return *maps, *(
        np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("centres", "centre_classes")
    )
