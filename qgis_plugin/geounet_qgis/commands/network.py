"""Words that say which network looks at a scene, and how."""

from __future__ import annotations

from dataclasses import dataclass

from geounet_qgis.commands.words import option, repeated, switch


@dataclass(frozen=True)
class Network:
    """A model and how it is run; None, or empty, is the model's own choice, or the library's."""

    model: str
    """A shipped name, a bundle's folder or an address."""
    threshold: float | None = None
    tile: int | None = None
    overlap: int | None = None
    batch_size: int | None = None
    window: str = ""
    engine: str = ""
    device: str = ""
    precision: str = ""
    tta: bool = False
    refine: str = ""
    more: tuple[str, ...] = ()
    """Models whose scores are averaged with the first one's."""

    def words(self) -> list[str]:
        """Return the options; what is chosen as it is anyway is left out."""
        return [
            *repeated("--model", (self.model, *self.more)),
            *option("--threshold", self.threshold),
            *option("--tile", self.tile),
            *option("--overlap", self.overlap),
            *option("--batch-size", self.batch_size),
            *option("--window", _unless(self.window, "taper")),
            *option("--engine", _unless(self.engine, "auto")),
            *option("--device", _unless(self.device, "auto")),
            *option("--precision", _unless(self.precision, "auto")),
            *switch("--tta", self.tta or None),
            *option("--refine", _unless(self.refine, "none")),
        ]


def _unless(value: str, default: str) -> str:
    return "" if value == default else value
