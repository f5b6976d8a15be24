"""Jobs, what became of them, and the run that they belong to: values that a ledger keeps as JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Self

from geounet.batching.item import Item

State = Literal["pending", "running", "done", "failed", "skipped"]
STATES: tuple[State, ...] = ("pending", "running", "done", "failed", "skipped")
ENDED: tuple[State, ...] = ("done", "failed", "skipped")
"""Those that a job stays in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One scene to work on: an item, a mosaic of several, or some rows of either."""

    name: str
    """What its outputs are called, below the output folder; unique in a run."""
    items: tuple[Item, ...]
    """One, or those that are read as one scene."""
    ranges: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    """The counts that become 0 and 1, where they are shared with other jobs; None where the scene's own are taken."""
    rows: tuple[int, int] | None = None
    """Rows first … stop − 1 of the working grid, of a scene that was split; None for all."""
    needs: tuple[str, ...] = ()
    """Names of the jobs that must be done before: the parts of a scene that was split."""
    salt: str = ""
    """What else decides the outputs: the digest of the run's model and options."""
    weight: int = 0
    """About how many pixels it has; 0 where that is not known."""

    @property
    def key(self) -> str:
        """What identifies the work: a digest of input identities, model and options (32 hexadecimal digits).

        A scene that is split comes out as one that is not, so that what it needs is no part of it.
        """
        content = [self.name, [item.identities for item in self.items], self.ranges, self.rows, self.salt]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The value that `to_dict` gave."""
        ranges, rows = values.get("ranges"), values.get("rows")
        return cls(
            name=values["name"],
            items=tuple(Item.from_dict(item) for item in values["items"]),
            ranges=None if ranges is None else (tuple(ranges[0]), tuple(ranges[1])),
            rows=None if rows is None else (rows[0], rows[1]),
            needs=tuple(values.get("needs", ())),
            salt=values.get("salt", ""),
            weight=values.get("weight", 0),
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        return plain | {"items": [item.to_dict() for item in self.items]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a job."""

    key: str
    state: State
    """done, failed or skipped."""
    line: str | None = None
    """Why it failed or was skipped, in one line."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Items of a mosaic that could not be read, by name, each with its line; the rest was done without them."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """What was written, by kind (layer, class_raster, probability, graph): paths below the output folder."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """sha256 of each output, by its path below the output folder."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of each output, by its path below the output folder."""
    features: int = 0
    by_class: Mapping[str, int] = field(default_factory=dict)
    """Features of each class that has any."""
    pixels: int = 0
    valid_pixels: int = 0
    seconds: float = 0.0
    """Wall time between its first read and its last write; scenes overlap, so they do not add up."""
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east and north in degrees; None where the scene has no CRS or was not opened."""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The value that `to_dict` gave."""
        bounds = values.get("bounds")
        return cls(**{**values, "bounds": None if bounds is None else tuple(bounds)})

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What all jobs of an output folder share; the first run on the folder decides it."""

    model: str
    """The model's name and version."""
    address: str
    """Where workers load it from: a shipped name, a bundle's folder, a URL."""
    digest: str
    """sha256 of the bundle; empty for a Segmenter made in code."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What was chosen, as JSON: all that decides what is in the outputs."""
    engine: Mapping[str, Any] = field(default_factory=dict)
    """Chosen by the first run and kept: device, precision, threads, and whether batches are filled across scenes."""
    version: str = ""
    """Of geounet."""

    @property
    def salt(self) -> str:
        """A digest of model and options, for the jobs' keys."""
        content = [self.model, self.digest, dict(self.options)]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The value that `to_dict` gave."""
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def with_engine(self, **engine: object) -> Self:
        """The record with what the first run chose."""
        return replace(self, engine=engine)
