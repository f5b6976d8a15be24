"""What made an output, as tags: the same for every output of a run, and free of clock and folders."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from geounet import __version__
from geounet.inference.plan import Plan
from geounet.options import ExtractOptions, PredictOptions, VectorizeOptions
from geounet.raster.labels import LabelRaster

_PLACES = ("class_raster", "probability", "graph", "overwrite")
"""Options that say where outputs go, and change nothing in them."""

_FILES = ("aoi", "stats")
"""Options that name a file: its name is kept, not its folder."""


def run_tags(plan: Plan, options: PredictOptions | ExtractOptions) -> dict[str, str]:
    """Tags of what a model run writes."""
    card = plan.segmenter.card
    describe = getattr(plan.segmenter, "describe", dict)
    tags = {
        "GEOUNET_VERSION": __version__,
        "GEOUNET_MODEL": f"{card.name} {card.version}",
        "GEOUNET_TASK": card.task,
        "GEOUNET_ACTIVATION": card.activation,
        "GEOUNET_AUXILIARY": json.dumps(list(card.auxiliary), ensure_ascii=False) if card.auxiliary else "",
        "GEOUNET_MODEL_DIGEST": getattr(plan.segmenter, "digest", ""),
        "GEOUNET_ENGINE": json.dumps(describe() | plan.shape, sort_keys=True),
        "GEOUNET_OPTIONS": _choices(options),
        "GEOUNET_SOURCE": plan.scene.name,
        "ATTRIBUTION": card.attribution or "",
    }
    return {name: value for name, value in tags.items() if value}


def finishing_tags(options: VectorizeOptions) -> dict[str, str]:
    """How labels became features, the card's own choices among it."""
    return {"GEOUNET_FINISHING": _choices(options)}


def label_tags(raster: LabelRaster, options: VectorizeOptions) -> dict[str, str]:
    """Tags of a layer made from labels: what made the labels, and what made features of them."""
    kept = {
        name: value
        for name, value in raster.tags.items()
        if name.startswith("GEOUNET_") or name == "ATTRIBUTION"
    }
    return kept | {"GEOUNET_VECTORIZE_VERSION": __version__, "GEOUNET_VECTORIZE_OPTIONS": _choices(options)}


def _choices(options: PredictOptions | ExtractOptions | VectorizeOptions) -> str:
    """The options that differ from their defaults, as JSON."""
    chosen = {}
    for field in dataclasses.fields(options):
        value = getattr(options, field.name)
        if value != field.default and field.name not in _PLACES:
            chosen[field.name] = Path(value).name if field.name in _FILES else value
    return json.dumps(chosen, sort_keys=True, default=_plain)


def _plain(value: Any) -> dict[str, Any]:  # noqa: ANN401 (an option value inside another)
    return dataclasses.asdict(value)
