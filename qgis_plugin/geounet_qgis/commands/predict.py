"""The words of `geounet predict`."""

from __future__ import annotations

from dataclasses import dataclass

from geounet_qgis.commands.network import Network
from geounet_qgis.commands.scene import Scene
from geounet_qgis.commands.words import option


@dataclass(frozen=True)
class Predict:
    """A scene becomes a raster of probabilities, of classes, or both."""

    scene: Scene
    network: Network
    out: str
    output: str = "probability"
    """`probability`, `class` or `both`: the class raster then lies beside, as STEM_class.tif."""
    dtype: str = ""
    """How probabilities are stored: `uint8` or `float32`."""

    def words(self) -> list[str]:
        """Return the verb and its arguments."""
        return [
            "predict",
            *self.scene.words(),
            *self.network.words(),
            *option("--output", "" if self.output == "probability" else self.output),
            *option("--dtype", "" if self.dtype == "uint8" else self.dtype),
            *option("--out", self.out),
            "--overwrite",
        ]
