"""The model as a STAC item of its own, after the machine-learning-model extension (mlm), which outputs link to."""

from typing import Any
from urllib.parse import urlsplit

from geounet.batching.collection.dates import UNKNOWN
from geounet.batching.collection.made import COLLECTION, plain_name
from geounet.batching.job import RunRecord
from geounet.batching.redaction import redact
from geounet.models.card import ModelCard
from geounet.raster.stac import class_objects

CARD = "model_card.json"
"""The model's card, in the output folder."""

MLM_EXTENSION = "https://stac-extensions.github.io/mlm/v1.4.0/schema.json"

_TASK = "semantic-segmentation"


def model_item(run: RunRecord, card: ModelCard) -> dict[str, Any]:
    """The item as JSON. It has no place and no time of its own; its card is the asset that defines it."""
    import pystac

    item = pystac.Item(
        id=plain_name(run.model),
        geometry=None,
        bbox=None,
        datetime=None,
        start_datetime=UNKNOWN.start,
        end_datetime=UNKNOWN.end,
        properties=_properties(run, card),
        stac_extensions=[MLM_EXTENSION],
    )
    for key, asset in _assets(run).items():
        item.add_asset(key, pystac.Asset.from_dict(asset))
    for rel in ("root", "parent"):
        item.add_link(pystac.Link(rel, f"./{COLLECTION}", media_type="application/json"))
    plain: dict[str, Any] = item.to_dict(include_self_link=False, transform_hrefs=False)
    return plain


def _properties(run: RunRecord, card: ModelCard) -> dict[str, Any]:
    return {
        "title": run.model,
        "description": card.description,
        "version": card.version,
        "license": card.license,
        "geounet:digest": run.digest,
        "mlm:name": plain_name(card.name),
        "mlm:architecture": str((card.architecture or {}).get("name", "unknown")),
        "mlm:framework": "PyTorch" if card.architecture else "geounet",
        "mlm:tasks": [_TASK],
        "mlm:input": [_input(card)],
        "mlm:output": [_output(card)],
        "mlm:hyperparameters": {"threshold": card.threshold, "temperature": card.temperature},
    }


def _input(card: ModelCard) -> dict[str, Any]:
    return {
        "name": "patches",
        "bands": list(card.bands),
        "input": _tensor(card.channels, card, "channel"),
        "pre_processing_function": {"format": "python", "expression": "geounet.raster.normalize:Normalizer"},
    }


def _output(card: ModelCard) -> dict[str, Any]:
    return {
        "name": "scores",
        "tasks": [_TASK],
        "result": _tensor(card.scores, card, "class"),
        "classification:classes": class_objects(card.classes),
        "post_processing_function": None,
    }


def _tensor(depth: int, card: ModelCard, name: str) -> dict[str, Any]:
    return {
        "shape": [-1, depth, card.tile, card.tile],
        "dim_order": ["batch", name, "height", "width"],
        "data_type": "float32",
    }


def _assets(run: RunRecord) -> dict[str, dict[str, Any]]:
    """The card, and the bundle where it has a public address."""
    card = {"href": f"./{CARD}", "title": "Model card", "type": "application/json"}
    assets: dict[str, dict[str, Any]] = {"card": card | {"roles": ["mlm:model", "metadata"]}}
    if urlsplit(run.address).scheme in ("http", "https"):
        bundle = {"href": redact(run.address), "title": "Model", "type": "application/octet-stream"}
        assets["bundle"] = bundle | {"roles": ["mlm:model", "mlm:weights"]}
    return assets
