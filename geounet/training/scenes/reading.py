"""From a config to its labelled scenes: those to train on, and those to judge by."""

import dataclasses
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from geounet.errors import GeounetWarning, TrainingError
from geounet.training.config import TrainConfig
from geounet.training.config.data import DatasetConfig, SceneConfig
from geounet.training.scenes.cache import SceneCache, files_identity
from geounet.training.scenes.causes import cause, causes
from geounet.training.scenes.datasets import dataset_scenes
from geounet.training.scenes.levels import kept_level, read_level
from geounet.training.scenes.overlap import copies_between, overlaps, overlaps_between
from geounet.training.scenes.scene import Blocks, LabelledScene, card_gsd
from geounet.training.scenes.split import is_divided, kept_blocks, only, without
from geounet.training.scenes.towns import synthetic_scenes

_NAMED = 3
"""Pairs of scenes that one warning names."""


def training_scenes(config: TrainConfig, cache: SceneCache | None = None) -> list[LabelledScene]:
    """The config's scenes, datasets and towns, at each of its GSDs, without what is kept for validation.

    With a `cache` that several calls share, each scene is read once. Raises TrainingError without labels, or where
    scenes cannot be divided.
    """
    cache = cache or SceneCache.of(config.data)
    data = config.data
    _require_apart(config)
    levels_m = data.levels_m or (card_gsd(config.card),)
    scenes = _listed(data.train, config, levels_m=levels_m, exact=False, cache=cache)
    scenes += _datasets(data.datasets, config, use="train", cache=cache)
    if is_divided(data):
        blocks = _divided(config, cache)[1]
        scenes = [without(scene, kept, cache) for scene, kept in zip(scenes, blocks, strict=True)]
    scenes += synthetic_scenes(config, cache)
    return _known(scenes, "training", sources=data.train, config=config)


def validation_scenes(config: TrainConfig, cache: SceneCache | None = None) -> list[LabelledScene]:
    """What the config's model is judged by, at the card's GSD, labels as they are; see `training_scenes`.

    Where no scenes are listed for it, these are the training scenes, of which only the kept blocks have labels.
    """
    cache = cache or SceneCache.of(config.data)
    data, gsd_m = config.data, card_gsd(config.card)
    if is_divided(data):
        pool, blocks = _divided(config, cache)
        scenes = [only(scene, kept, cache) for scene, kept in zip(pool, blocks, strict=True) if kept.windows]
    else:
        scenes = _listed(data.validation, config, levels_m=(gsd_m,), exact=True, cache=cache)
        scenes += _datasets(data.datasets, config, use="validation", cache=cache)
    return _known(scenes, "validation", sources=data.validation or data.train, config=config)


def _divided(config: TrainConfig, cache: SceneCache) -> tuple[list[LabelledScene], list[Blocks]]:
    """The scenes that are divided, as they are judged by, and the blocks of each that are kept for it."""
    data = config.data
    _require_distinct(data.train, config)
    pool = _listed(data.train, config, levels_m=(card_gsd(config.card),), exact=True, cache=cache)
    judged = [dataclasses.replace(d, use="validation") for d in data.datasets]  # brought to the card's GSD
    pool += _datasets(judged, config, use="validation", cache=cache)
    _require_labels(pool, "training", sources=data.train, config=config)
    return pool, kept_blocks(pool, data)


def _listed(
    sources: Sequence[SceneConfig],
    config: TrainConfig,
    *,
    levels_m: Sequence[float],
    exact: bool,
    cache: SceneCache,
) -> list[LabelledScene]:
    """Scenes that are listed one by one."""
    return [
        LabelledScene(
            name,
            tuple(read_level(source, config, gsd_m=g, exact=exact, cache=cache) for g in levels_m),
            source.weight,
            cache=cache,
        )
        for name, source in zip(scene_names([s.scene for s in sources]), sources, strict=True)
    ]


def _datasets(
    datasets: Sequence[DatasetConfig], config: TrainConfig, *, use: str, cache: SceneCache
) -> Iterator[LabelledScene]:
    """The images of the datasets for that use, moved to disk one by one."""
    for dataset in datasets:
        if dataset.use != use:
            continue
        key = {
            "dataset": str(dataset),
            "card": config.card.to_dict(),
            "files": files_identity([dataset.root]),
        }
        for number, scene in enumerate(dataset_scenes(dataset, config.card)):
            levels = [
                kept_level(level, key | {"image": number, "gsd_m": level.gsd_m}, cache)
                for level in scene.levels
            ]
            yield dataclasses.replace(scene, levels=tuple(levels), cache=cache)


def scene_names(paths: Sequence[Path]) -> list[str]:
    """A name for each scene, all different: its file's, with its folder's where that is needed, then with a number."""
    stems = Counter(path.stem for path in paths)
    names = [path.stem if stems[path.stem] == 1 else f"{path.parent.name}/{path.stem}" for path in paths]
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return result


def _require_distinct(sources: Sequence[SceneConfig], config: TrainConfig) -> None:
    """Raise TrainingError where a scene is listed twice, and warn where two overlap.

    What is kept of one would be trained on in the other.
    """
    for path, count in Counter(source.scene.resolve() for source in sources).items():
        if count > 1:
            raise TrainingError(
                f"scene {path.name} is listed {count} times, and so can't be divided into places to train on and to "
                "judge by; list it once, or list [[data.validation]]"
            )
    for one, other in overlaps(sources, config.card):
        warnings.warn(
            f"{one.scene.name} and {other.scene.name} overlap: ground that is kept of one to judge by is trained on in the "
            "other, and figures will flatter; list one of them in [[data.validation]], or leave it out",
            GeounetWarning,
            stacklevel=2,
        )


def _require_apart(config: TrainConfig) -> None:
    """Raise TrainingError where a listed validation scene is a training scene's copy, and warn where two overlap."""
    training, judged = config.data.train, config.data.validation
    for one, other in copies_between(judged, training):
        raise TrainingError(
            f"{one.scene.name} in data.validation is the same file as {other.scene.name} in data.train; expected other "
            "places to judge by: take it out of one"
        )
    pairs = list(overlaps_between(judged, training, config.card))
    if pairs:
        named = ", ".join(f"{one.scene.name} on that of {other.scene.name}" for one, other in pairs[:_NAMED])
        more = f" (and {len(pairs) - _NAMED} more)" if len(pairs) > _NAMED else ""
        warnings.warn(
            f"scenes to judge by lie on ground that is trained on: {named}{more}; figures are too good: list other places "
            "in [[data.validation]], or take those out of [[data.train]]",
            GeounetWarning,
            stacklevel=3,
        )


def _known(
    scenes: Sequence[LabelledScene], use: str, *, sources: Sequence[SceneConfig], config: TrainConfig
) -> list[LabelledScene]:
    """The scenes with a pixel that counts; raises TrainingError where no scene has a labelled one, warns of each."""
    _require_labels(scenes, use, sources=sources, config=config)
    listed = dict(zip(scene_names([source.scene for source in sources]), sources, strict=True))
    for scene in scenes:
        if scene.blocks is None and not scene.has_labels:
            source = listed.get(scene.name)
            why = f": {cause(source, bands=config.card.channel_names)}" if source is not None else ""
            warnings.warn(f"no label lies in the {use} scene {scene.name}{why}", GeounetWarning, stacklevel=3)
    return [scene for scene in scenes if scene.is_known]


def _require_labels(
    scenes: Sequence[LabelledScene], use: str, *, sources: Sequence[SceneConfig], config: TrainConfig
) -> None:
    """Raise TrainingError, with the cause, where no scene has a label."""
    if not any(scene.has_labels for scene in scenes):
        why = causes(sources, bands=config.card.channel_names)
        raise TrainingError(
            f"no label lies in the {use} scenes ({', '.join(s.name for s in scenes)}); expected one at least"
            f"{': ' if why else ''}{why}"
        )
