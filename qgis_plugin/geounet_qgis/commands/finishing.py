"""Words that say what becomes of labels: which objects are kept, and their outlines or centrelines."""

from __future__ import annotations

from dataclasses import dataclass

from geounet_qgis.commands.words import option, switch


@dataclass(frozen=True)
class Finishing:
    """How labels become features; None, or empty, is the model's own choice."""

    kind: str = ""
    """`buildings`, `roads` or `areas`."""
    min_area: float | None = None
    fill_holes: float | None = None
    simplify: float | None = None
    min_confidence: float | None = None
    connectivity: str = ""
    separate: bool | None = None
    regularize: bool | None = None
    regularize_iou: float | None = None
    centerlines: bool | None = None
    max_gap: float | None = None
    min_length: float | None = None
    graph: str = ""

    def words(self) -> list[str]:
        """Return the options, the empty field for a person's review among them."""
        return [
            *option("--kind", self.kind),
            *option("--min-area", self.min_area),
            *option("--fill-holes", self.fill_holes),
            *option("--simplify", self.simplify),
            *option("--min-confidence", self.min_confidence),
            *option("--connectivity", "" if self.connectivity == "4" else self.connectivity),
            *switch("--separate", self.separate),
            *switch("--regularize", self.regularize),
            *option("--regularize-iou", self.regularize_iou),
            *switch("--centerlines", self.centerlines),
            *option("--max-gap", self.max_gap),
            *option("--min-length", self.min_length),
            *option("--graph", self.graph),
            "--review",
        ]
