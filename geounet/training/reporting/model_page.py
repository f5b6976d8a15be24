"""MODEL.md: what a model is for, how good it is, what it was made from, and under which licence."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from geounet.figures import ratio
from geounet.models.card import ModelCard
from geounet.training.config import TrainConfig
from geounet.training.config.augment import AugmentConfig
from geounet.training.config.loss import PARTS, LossConfig

Figures = Mapping[str, float | None]

COLUMNS = {"iou": "IoU", "f1": "F1", "precision": "precision", "recall": "recall", "relaxed_f1": "relaxed F1"}
"""The figures of a table, by their key."""

_DIGEST = 12
"""Letters of a digest that are shown; data.json has all."""

_MOST_FILES = 24
"""Files that are listed one by one."""


def model_page(
    card: ModelCard,
    config: TrainConfig,
    *,
    figures: str,
    more: Iterable[str] = (),
    data: Mapping[str, Any] | None = None,
) -> str:
    """The page; `figures` is a table, `more` are paragraphs after it, `data` is the run's record of files."""
    parts = [
        f"# {card.name} {card.version}",
        card.description,
        config.about.strip(),
        "## Figures",
        _where_measured(config, card),
        figures,
        *more,
        "## Training",
        in_short(config, card),
        _files(data) if data and data["files"] else "",
        "## Sources and licence",
        "\n".join(f"- {source}" for source in card.sources),
        f"Licence of the weights: {card.license}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def places_table(figures: Mapping[str, Figures]) -> str:
    """A table in Markdown: a row a place or class, a column for each figure that any has."""
    keys = [key for key in COLUMNS if any(key in row for row in figures.values())]
    head = ["", *(COLUMNS[key] for key in keys)]
    rows = [[name, *(ratio(row.get(key)) for key in keys)] for name, row in figures.items()]
    return _table(head, rows)


def in_short(config: TrainConfig, card: ModelCard) -> str:
    """How the weights were made, in a few sentences."""
    o, trained = config.optimizer, card.trained_on
    start = (
        f"from the model {config.start}"
        if config.start
        else _INIT.get(config.init, "from an encoder of one's own")
    )
    crops = f"{o.batch * o.accumulate * config.devices} crops of {config.data.crop} pixels"
    sentences = (
        f"On {', '.join(_sources(config))}, at {card.gsd_m:g} m a pixel, {start}.",
        f"The weights are those of step {trained['steps']:,} of {o.steps:,}, of {crops} each{_averages(config)}.",
        f"{_METHODS[o.method]}, rate {o.rate:g}, {o.schedule}. Loss: {loss_in_words(config.loss)}.",
        f"Augmentation: {augmentation_in_words(config.augment)}.",
        f"Seed {config.seed}, geounet {trained['geounet']}.",
    )
    return " ".join(sentences)


def loss_in_words(loss: LossConfig) -> str:
    """The parts of a loss with their shares."""
    parts = [f"{name.replace('_', '-')} × {getattr(loss, name):g}" for name in PARTS if getattr(loss, name)]
    return " + ".join(parts) + (f", deep supervision {loss.deep:g}" if loss.deep else "")


def augmentation_in_words(augment: AugmentConfig) -> str:
    """The changes that are on, with their strength."""
    names = [name for name in AugmentConfig.__slots__ if name not in ("scale", "elastic_nodes")]
    changes = [
        f"{name.replace('_', ' ')} {getattr(augment, name):g}" for name in names if getattr(augment, name)
    ]
    low, high = augment.scale
    return ", ".join([*([f"scale {low:g} to {high:g}"] if low != high else []), *changes]) or "none"


_INIT = {"none": "from random weights (He et al. 2015)", "imagenet": "from an encoder trained on ImageNet"}
_METHODS = {"adamw": "AdamW", "sgd": "SGD"}


def _where_measured(config: TrainConfig, card: ModelCard) -> str:
    listed = config.data.validation or any(one.use == "validation" for one in config.data.datasets)
    places = (
        "Measured on places that were not trained on"
        if listed
        else "Measured on blocks of the scenes that were not trained on"
    )
    return (
        f"{places}, at the threshold {card.threshold:g}. Weights, threshold and temperature were chosen there too, so that "
        "figures elsewhere may be lower."
    )


def _sources(config: TrainConfig) -> list[str]:
    data = config.data
    scenes = [f"{len(data.train)} scene{'s' * (len(data.train) != 1)}"] if data.train else []
    towns = [f"{data.synthetic.towns} synthetic towns"] if data.synthetic.towns else []
    return [*scenes, *(f"{one.name} ({one.split})" for one in data.datasets if one.use == "train"), *towns]


def _averages(config: TrainConfig) -> str:
    o = config.optimizer
    words = [f"weights averaged over steps ({o.average:g})"] if o.average else []
    words += [f"averaged equally over the last {o.swa:.0%}"] if o.swa else []
    words += [f"the best {o.soup} averaged"] if o.soup > 1 else []
    return "".join(f", {word}" for word in words)


def _files(data: Mapping[str, Any]) -> str:
    """Every file, known by its name and its folder's; of very many, one digest of all."""
    files = data["files"]
    if len(files) > _MOST_FILES:
        together = hashlib.sha256("".join(one["sha256"] for one in files).encode()).hexdigest()
        size = sum(one["bytes"] for one in files)
        return (
            f"Trained and judged on {len(files)} files, {size:,} bytes. The sha256 of their digests one after the other, as "
            f"the run's data.json lists them, is `{together}`."
        )
    rows = [
        [
            one["use"],
            "/".join(PurePath(one["path"]).parts[-2:]),
            f"{one['bytes']:,}",
            f"`{one['sha256'][:_DIGEST]}`",
        ]
        for one in files
    ]
    return _table(["for", "file", "bytes", "sha256"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
