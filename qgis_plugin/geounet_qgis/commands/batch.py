"""The words of `geounet batch`, and what such a run came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.commands.network import Network
from geounet_qgis.commands.scene import Scene, config_of, sources_words
from geounet_qgis.commands.words import option
from geounet_qgis.layers.source import Source

FORMATS = ("gpkg", "fgb", "parquet", "geojson", "shp")
"""What each scene's layer can be written as; the first is the library's default."""

MERGED = "merged.gpkg"
"""The layer of all scenes, in the output folder."""

FIGURES = {"DONE": "done", "FAILED": "failed", "SKIPPED": "skipped", "FEATURES": "features"}
"""Names of outputs, and of the library's counts."""


@dataclass(frozen=True)
class Batch:
    """Many scenes become a folder of layers; a run on a folder that an earlier one began goes on with it."""

    scene: Scene
    """The first input, and what is wanted of the scenes."""
    network: Network
    out: str
    """The folder of the layers."""
    others: tuple[Source, ...] = ()
    """Further inputs: each a raster, or what holds several, as the first may be."""
    finishing: Finishing = field(default_factory=Finishing)
    format: str = "gpkg"
    mosaic: bool = True
    """Whether adjacent tiles are read as one scene."""
    merge: str = ""
    """The layer of all scenes; empty for none."""
    retry: bool = False
    """Whether scenes that failed before are tried again."""
    anew: bool = False
    """Whether what an earlier run left in the folder is replaced."""
    workers: int | None = None
    """Processes; None is as many as the machine has room for."""
    by_content: bool = False
    """Whether an input is known by its content: files that are made for a run are new each time."""

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        inputs = (self.scene.source, *self.others)
        return [
            "batch",
            *sources_words(inputs),
            *self.scene.options(config_of(inputs)),
            *self.network.words(),
            *self.finishing.words(),
            *option("--format", "" if self.format == FORMATS[0] else self.format),
            *option("--mosaic", "" if self.mosaic else "none"),
            *option("--merge", self.merge),
            *option("--retry", "failed" if self.retry else ""),
            *option("--workers", self.workers),
            *option("--digest", "content" if self.by_content else ""),
            *option("--out", self.out),
            *(["--overwrite"] if self.anew else []),
        ]


@dataclass(frozen=True)
class CameTo:
    """What a run came to, as it reported."""

    figures: Mapping[str, int]
    """The counts of FIGURES."""
    report: str
    """The page that tells it all; empty where there is none."""
    merged: str
    """The layer of all scenes; empty where there is none."""
    failures: Mapping[str, str]
    """Why each scene failed, or was left out of a mosaic, in a line, by its name."""
    pending: int
    """Scenes that are left: another run's that still goes on."""

    @classmethod
    def of(cls, result: Mapping[str, Any]) -> CameTo:
        """Read it from the library's result."""
        return cls(
            figures={output: int(result[name]) for output, name in FIGURES.items()},
            report=result.get("report") or "",
            merged=result.get("merged") or "",
            failures=dict(result.get("failures") or {}),
            pending=int(result.get("pending") or 0),
        )
