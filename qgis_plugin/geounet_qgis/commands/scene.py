"""Words that say what is read of a scene, and how."""

from __future__ import annotations

from collections.abc import Sequence
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
        return [*source_words(self.source), *self.options(self.source.config)]

    def options(self, known: tuple[tuple[str, str], ...] = ()) -> list[str]:
        """Return the options alone; `known` is the configuration that was said already."""
        aoi = self.aoi or Source("")
        return [
            *listed("--bands", self.bands),
            *option("--gsd", self.gsd if self.gsd != "model" else None),
            *option("--aoi", aoi.path),
            *_config([pair for pair in aoi.config if pair not in known]),
            *listed("--bbox", self.bbox),
            *option("--bbox-crs", self.bbox_crs if self.bbox else None),
            *option("--stats", self.stats),
        ]


def source_words(source: Source) -> list[str]:
    """Return a source's address and what has to be said with it."""
    return sources_words([source])


def sources_words(sources: Sequence[Source]) -> list[str]:
    """Return the addresses of several sources, and what has to be said with them: one CRS for all that name none."""
    assumed = next((source.assume_crs for source in sources if source.assume_crs), None)
    return [
        *(source.path for source in sources),
        *option("--assume-crs", assumed),
        *_config(config_of(sources)),
    ]


def config_of(sources: Sequence[Source]) -> tuple[tuple[str, str], ...]:
    """Return the configuration that several sources need, each pair once."""
    return tuple(dict.fromkeys(pair for source in sources for pair in source.config))


def _config(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return repeated("--config", [f"{name}={value}" for name, value in pairs])
