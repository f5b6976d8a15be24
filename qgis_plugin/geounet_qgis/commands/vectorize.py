"""The words of `geounet vectorize`."""

from __future__ import annotations

from dataclasses import dataclass, field

from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.commands.scene import source_words
from geounet_qgis.commands.words import option
from geounet_qgis.layers.source import Source


@dataclass(frozen=True)
class Vectorize:
    """A label raster becomes a layer of its objects."""

    labels: Source
    out: str
    """The layer."""
    finishing: Finishing = field(default_factory=Finishing)

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        return [
            "vectorize",
            *source_words(self.labels),
            *self.finishing.words(),
            *option("--out", self.out),
            "--overwrite",
        ]
