"""Words that say what is read of a scene, and how."""

from __future__ import annotations

from dataclasses import dataclass

from geounet_qgis.commands.words import listed, option, repeated
from geounet_qgis.layers.source import Source


@dataclass(frozen=True)
class Scene:
    """A scene, and what is wanted of it."""

    source: Source
    bands: tuple[int, ...] = ()
    """Numbers from 1, in the model's order; empty for those of the model's names."""
    gsd: str = ""
    """`model`, `native` or metres per pixel; empty is the model's."""
    aoi: Source | None = None
    """Areas that limit what is written."""
    bbox: tuple[float, float, float, float] | None = None
    """West, south, east and north of what is written."""
    bbox_crs: str | None = None
    """The CRS of `bbox`; None for the scene's own."""
    stats: str = ""
    """A file of statistics to normalise by."""

    def words(self) -> list[str]:
        """Return the scene and its options."""
        aoi = self.aoi or Source("")
        return [
            *source_words(self.source),
            *listed("--bands", self.bands),
            *option("--gsd", self.gsd if self.gsd != "model" else None),
            *option("--aoi", aoi.path),
            *_config([pair for pair in aoi.config if pair not in self.source.config]),
            *listed("--bbox", self.bbox),
            *option("--bbox-crs", self.bbox_crs if self.bbox else None),
            *option("--stats", self.stats),
        ]


def source_words(source: Source) -> list[str]:
    """Return a source's address and what has to be said with it."""
    return [source.path, *option("--assume-crs", source.assume_crs), *_config(source.config)]


def _config(pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[str]:
    return repeated("--config", [f"{name}={value}" for name, value in pairs])
