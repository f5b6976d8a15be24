"""What a person can choose about a batch: frozen, and validated when it is made."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from geounet.errors import OptionsError
from geounet.options import BBox, ExtractOptions

FORMATS = ("gpkg", "fgb", "parquet", "geojson", "shp")
MOSAICS = ("auto", "none")
RASTERS: tuple[Literal["class", "probability"], ...] = ("class", "probability")
DIGESTS = ("stat", "content")
LEDGERS = ("auto", "sqlite", "claims")
SIGNERS = ("auto", "none", "planetary-computer")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """How inputs are found."""

    assets: tuple[str, ...] = ()
    """STAC: names of the assets to read, the first that an item has; empty takes `visual`, `image`, or the only one."""
    bbox: BBox | None = None
    """STAC searches, pyramids and tile services: where (WGS 84 by default)."""
    datetime: str | None = None
    """STAC searches: when, as in the API (`2024-01-01/2024-06-30`)."""
    collections: tuple[str, ...] = ()
    """STAC searches: which collections."""
    limit: int | None = None
    """STAC searches: at most so many items."""
    zoom: int | None = None
    """Pyramids and tile services: which level; None is the finest that they have."""
    sign: Literal["auto", "none", "planetary-computer"] = "auto"
    """Who signs addresses when they are read; auto looks at the host."""
    beside: tuple[str, ...] = ()
    """Files that are read with each scene as one: `OLD=NEW`, what to replace in its path, or a file under all scenes."""
    digest: Literal["stat", "content"] = "stat"
    """Whether an input is known by its path, size and time of change, or by its content."""

    def __post_init__(self) -> None:
        _choose("sign", self.sign, SIGNERS)
        _choose("digest", self.digest, DIGESTS)
        _at_least("limit", self.limit, 1)
        _at_least("zoom", self.zoom, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """What `batch` takes."""

    extract: ExtractOptions = field(default_factory=ExtractOptions)
    """How each scene is worked on; where its rasters go is decided here."""
    sources: SourceOptions = field(default_factory=SourceOptions)
    """How inputs are found."""
    format: Literal["gpkg", "fgb", "parquet", "geojson", "shp"] = "gpkg"
    """The format of each scene's layer."""
    rasters: tuple[Literal["class", "probability"], ...] = ()
    """Rasters that are kept of each scene."""
    mosaic: Literal["auto", "none"] = "auto"
    """Whether adjacent tiles of one grid and date are read as one scene."""
    per_tile: bool = False
    """Of a mosaic, write a layer for each of its tiles, clipped, in place of one."""
    merge: str | Path | None = None
    """One layer of all scenes too: .gpkg, .fgb or .parquet (sorted along a curve; a folder of parts where it is large)."""
    pmtiles: str | Path | None = None
    """Vector tiles of all scenes too, as PMTiles."""
    stac: bool = False
    """Describe all outputs as a STAC collection."""
    workers: int | None = None
    """Processes on this machine; None is as many as its cores and memory allow, and one a GPU."""
    retry: bool = False
    """Try jobs again that failed before."""
    attempts: int = 3
    """How often a scene on a server is tried before it has failed."""
    shard: tuple[int, int] | None = None
    """(i, n): only the i-th of n parts of the jobs, from 0."""
    dask: str | None = None
    """A scheduler's address, or `local:N`: jobs run on that cluster."""
    split: int | None = None
    """Scenes of more rows than this are cut into bands of so many rows, which are worked on apart and joined exactly."""
    scratch: Path | None = None
    """A folder on this machine's disk where outputs are finished before they go to shared storage."""
    ledger: Literal["auto", "sqlite", "claims"] = "auto"
    """How jobs are claimed; auto is claims where the output folder is on shared storage."""
    metrics_port: int | None = None
    """Port for Prometheus metrics on this machine's own address; 0 for any."""
    metrics_host: str = "127.0.0.1"
    """Address that metrics are served on."""
    log: Path | None = None
    """A file for a structured log: a JSON object a line."""

    def __post_init__(self) -> None:
        _choose("format", self.format, FORMATS)
        _choose("mosaic", self.mosaic, MOSAICS)
        _choose("ledger", self.ledger, LEDGERS)
        for raster in self.rasters:
            _choose("rasters", raster, RASTERS)
        for name, least in (("workers", 1), ("attempts", 1), ("split", 1), ("metrics_port", 0)):
            _at_least(name, getattr(self, name), least)
        if self.shard is not None and not 0 <= self.shard[0] < self.shard[1]:
            raise OptionsError(f"shard is {self.shard[0]} of {self.shard[1]}; expected i/n with 0 ≤ i < n")
        for name in ("class_raster", "probability", "graph"):
            if getattr(self.extract, name) is not None:
                raise OptionsError(
                    f"{name} names one file, and a batch has many scenes; pass rasters instead"
                )


def _choose(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise OptionsError(f"{name} is {value!r}; choose one of {', '.join(choices)}")


def _at_least(name: str, value: int | None, least: int) -> None:
    if value is not None and not (type(value) is int and value >= least):
        raise OptionsError(f"{name} is {value!r}; expected a whole number of at least {least}")
