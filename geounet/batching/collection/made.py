"""How outputs came about, as STAC's processing extension has it; no clock, no folder, no secret."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geounet.batching.job import RunRecord
from geounet.batching.redaction import redact
from geounet.models.card import ModelCard

PROCESSING_EXTENSION = "https://stac-extensions.github.io/processing/v1.1.0/schema.json"

COLLECTION = "collection.json"
MODEL = "model.json"
"""Names of files in the output folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFacts:
    """What a collection tells besides the run and its jobs."""

    card: ModelCard | None = None
    """The model's: its licence and attribution, and an item that describes it."""
    extras: Mapping[str, str] = field(default_factory=dict)
    """Outputs of all scenes together, by what they are called: paths below the output folder."""
    outputs_at: str | Path | None = None
    """Where GDAL finds the outputs to describe rasters, where that is not the folder (`/vsis3/bucket/prefix`)."""


def collection_id(run: RunRecord) -> str:
    """The collection's: the model's name, and what stands for the options."""
    return f"geounet-{plain_name(run.model)}-{run.salt[:8]}"


def plain_name(text: str) -> str:
    """A text as an identifier: letters, digits, `-`, `_` and `.`; it begins with a letter."""
    name = re.sub(r"[^0-9A-Za-z_.-]+", "-", text).strip("-_.")
    return name if name[:1].isalpha() else f"model-{name}".rstrip("-")


def processing(run: RunRecord) -> dict[str, Any]:
    """What every item says."""
    return {
        "processing:software": {"geounet": run.version},
        "processing:level": "L4",
        "processing:lineage": f"Segmented by model {run.model} and vectorised by geounet {run.version}",
    }


def expression(run: RunRecord) -> dict[str, Any]:
    """What was run, for the collection: model, engine and options."""
    chosen = {"model": run.model, "digest": run.digest, "engine": run.engine, "options": run.options}
    return {"processing:expression": {"format": "geounet", "expression": _shown(chosen)}}


def model_link(run: RunRecord, href: str, *, name: str) -> Any:  # noqa: ANN401 (pystac is optional)
    """A link to the model's item, as the extension `mlm` asks of what was derived with a model."""
    import pystac

    extra = {"mlm:name": plain_name(name)}
    return pystac.Link(
        "derived_from", href, media_type="application/geo+json", title=run.model, extra_fields=extra
    )


def _shown(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """JSON without secrets, and of paths the last part alone."""
    if isinstance(value, Mapping):
        return {key: _shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return re.split(r"[/\\]", redact(value))[-1] if isinstance(value, str) else value
