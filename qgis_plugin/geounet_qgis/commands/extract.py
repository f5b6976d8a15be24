"""The words of `geounet extract`."""

from __future__ import annotations

from dataclasses import dataclass, field

from geounet_qgis.commands.finishing import Finishing
from geounet_qgis.commands.network import Network
from geounet_qgis.commands.scene import Scene
from geounet_qgis.commands.words import option


@dataclass(frozen=True)
class Extract:
    """A scene becomes a layer of features."""

    scene: Scene
    network: Network
    out: str
    """The layer."""
    finishing: Finishing = field(default_factory=Finishing)
    class_raster: str = ""
    probability: str = ""
    dtype: str = ""
    """How probabilities are stored: `uint8` or `float32`."""

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        return [
            "extract",
            *self.scene.words(),
            *self.network.words(),
            *self.finishing.words(),
            *option("--class-raster", self.class_raster),
            *option("--probability", self.probability),
            *option("--dtype", "" if self.dtype == "uint8" else self.dtype),
            *option("--out", self.out),
            "--overwrite",
        ]
