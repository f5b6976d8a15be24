"""A scene's outputs as a STAC item."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from geounet.batching.collection.assets import FILE_EXTENSION, assets_of
from geounet.batching.collection.dates import UNKNOWN, period_of
from geounet.batching.collection.made import (
    COLLECTION,
    MODEL,
    PROCESSING_EXTENSION,
    CollectionFacts,
    collection_id,
    model_link,
    processing,
)
from geounet.batching.extent import outline
from geounet.batching.job import Job, Outcome, RunRecord
from geounet.batching.redaction import redact
from geounet.raster.stac import EXTENSIONS as RASTER_EXTENSIONS

ITEMS = "items"
"""The folder of all items, in the output folder."""


def item_path(name: str) -> PurePosixPath:
    """Where a scene's item lies, below the output folder."""
    return PurePosixPath(ITEMS, f"{name}.json")


def item_of(
    job: Job, outcome: Outcome, *, identifier: str, run: RunRecord, facts: CollectionFacts
) -> dict[str, Any]:
    """The item as JSON, with relative links."""
    import pystac

    above = "../" * (1 + job.name.count("/"))
    period = period_of(item.date for item in job.items)
    assets = assets_of(outcome, above=above, outputs_at=facts.outputs_at or "")
    item = pystac.Item(
        id=identifier,
        geometry=None if outcome.bounds is None else outline(outcome.bounds),
        bbox=None if outcome.bounds is None else list(outcome.bounds),
        datetime=period.start if period else None,
        start_datetime=(period or UNKNOWN).start,
        end_datetime=(period or UNKNOWN).end,
        properties=_properties(job, outcome, run),
        stac_extensions=_extensions(assets),
        collection=collection_id(run),
    )
    for key, values in assets.items():
        item.add_asset(key, pystac.Asset.from_dict(values))
    for rel in ("root", "parent", "collection"):
        item.add_link(pystac.Link(rel, f"{above}{COLLECTION}", media_type="application/json"))
    if facts.card is not None:
        item.add_link(model_link(run, f"{above}{MODEL}", name=facts.card.name))
    plain: dict[str, Any] = item.to_dict(include_self_link=False, transform_hrefs=False)
    return plain


def _properties(job: Job, outcome: Outcome, run: RunRecord) -> dict[str, Any]:
    """What the item says; seconds are not among it: they are another time's."""
    properties = {
        "title": job.name,
        **processing(run),
        "geounet:sources": [redact(file.shown or file.name) for item in job.items for file in item.files],
        "geounet:features": outcome.features,
        "geounet:features_by_class": dict(outcome.by_class),
        "geounet:pixels": outcome.pixels,
        "geounet:valid_pixels": outcome.valid_pixels,
    }
    if outcome.left_out:
        properties["geounet:left_out"] = sorted(outcome.left_out)
    return properties


def _extensions(assets: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Those that the item uses."""
    fields = {name for values in assets.values() for name in values}
    described = [
        extension
        for prefix, extension in zip(("proj:", "bands", "classification:"), RASTER_EXTENSIONS, strict=True)
        if any(name.startswith(prefix) for name in fields)
    ]
    files = [FILE_EXTENSION] if any(name.startswith("file:") for name in fields) else []
    return [PROCESSING_EXTENSION, *files, *described]
