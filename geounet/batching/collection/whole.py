"""The collection of all scenes' items."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geounet.batching.collection.assets import asset
from geounet.batching.collection.dates import Period, period_of
from geounet.batching.collection.made import (
    MODEL,
    PROCESSING_EXTENSION,
    CollectionFacts,
    collection_id,
    expression,
    model_link,
    plain_name,
    processing,
)
from geounet.batching.collection.scene import item_path
from geounet.batching.extent import Bounds, hull
from geounet.batching.job import Job, Outcome, RunRecord

_LICENSE = re.compile(r"[A-Za-z0-9.+-]+")
"""What SPDX's identifiers are made of."""


@dataclass(slots=True)
class Contents:
    """What a collection must know of its items: gathered while they are written."""

    names: list[str] = field(default_factory=list)
    identifiers: set[str] = field(default_factory=set)
    bounds: list[Bounds] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What assets of the same key have in common."""

    def identifier(self, job: Job) -> str:
        """The item's, without `/`; where another has it already a part of the job's key goes behind."""
        plain = job.name.replace("/", "_")
        return plain if plain not in self.identifiers else f"{plain}-{job.key[:8]}"

    def add(self, job: Job, outcome: Outcome, assets: Mapping[str, Mapping[str, Any]]) -> None:
        """Count an item in."""
        self.identifiers.add(self.identifier(job))
        self.names.append(job.name)
        if outcome.bounds is not None:
            self.bounds.append(outcome.bounds)
        if period := period_of(item.date for item in job.items):
            self.periods.append(period)
        for key, values in assets.items():
            if ":" in key:  # one tile's alone
                continue
            self.kinds.setdefault(key, {name: values[name] for name in ("title", "type", "roles")})


def collection_of(contents: Contents, run: RunRecord, facts: CollectionFacts) -> dict[str, Any]:
    """The collection as JSON."""
    import pystac

    license_ = facts.card.license if facts.card else ""
    collection = pystac.Collection(
        id=collection_id(run),
        title=f"Features by {run.model}",
        description=_description(contents, run, facts),
        extent=pystac.Extent(
            pystac.SpatialExtent([_bbox(contents)]), pystac.TemporalExtent([_interval(contents)])
        ),
        license=license_ if _LICENSE.fullmatch(license_) else "other",
        providers=[pystac.Provider.from_dict(provider) for provider in _providers(run, facts)],
        stac_extensions=[PROCESSING_EXTENSION],
        extra_fields={"item_assets": contents.kinds},
    )
    for words, path in facts.extras.items():
        collection.add_asset(plain_name(words), pystac.Asset.from_dict(asset(path, above="./", title=words)))
    collection.add_link(pystac.Link("root", "./collection.json", media_type="application/json"))
    if facts.card is not None:
        collection.add_link(model_link(run, f"./{MODEL}", name=facts.card.name))
    for name in contents.names:
        link = pystac.Link("item", f"./{item_path(name)}", media_type="application/geo+json")
        collection.add_link(link)
    plain: dict[str, Any] = collection.to_dict(include_self_link=False, transform_hrefs=False)
    return plain


def _description(contents: Contents, run: RunRecord, facts: CollectionFacts) -> str:
    model = f" {facts.card.description}" if facts.card else ""
    return f"What model {run.model} found in {len(contents.names)} scenes.{model}"


def _bbox(contents: Contents) -> list[float]:
    """What holds all items; the whole earth where none has a place."""
    return list(hull(contents.bounds)) if contents.bounds else [-180.0, -90.0, 180.0, 90.0]


def _interval(contents: Contents) -> list[Any]:
    """What holds all dates that are known; open where none is."""
    if not contents.periods:
        return [None, None]
    return [min(period.start for period in contents.periods), max(period.end for period in contents.periods)]


def _providers(run: RunRecord, facts: CollectionFacts) -> list[dict[str, Any]]:
    """Who made it, and whom it is owed to."""
    made = {"name": "geounet", "roles": ["processor"], **processing(run), **expression(run)}
    attribution = facts.card.attribution if facts.card else None
    return [made, *([{"name": attribution, "roles": ["licensor"]}] if attribution else [])]
