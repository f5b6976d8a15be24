"""Where a run's outputs go: refused before anything is read, where that cannot be."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from geounet.errors import OutputError
from geounet.options import ExtractOptions, PredictOptions, VectorizeOptions
from geounet.outputs import check_apart, check_target
from geounet.raster.writer import check_raster_name
from geounet.vector import check_format

GRAPH = ".graphml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a run writes; raises OutputError where that cannot be, before anything is read."""

    layer: Path | None = None
    probability: Path | None = None
    classes: Path | None = None
    graph: Path | None = None
    overwrite: bool

    def __post_init__(self) -> None:
        if self.layer is not None:
            check_format(self.layer)
        for raster in filter(None, (self.probability, self.classes)):
            check_raster_name(raster)
        if self.graph is not None and self.graph.suffix.lower() != GRAPH:
            raise OutputError(f"{self.graph.name!r} names no graph format; expected an extension of {GRAPH}")
        for path in self.paths:
            check_target(path, overwrite=self.overwrite)
            if [other.resolve() for other in self.paths].count(path.resolve()) > 1:
                raise OutputError(f"{path} is asked for twice; give each output a name of its own")

    @classmethod
    def of_prediction(cls, out: Path, options: PredictOptions) -> Self:
        """The rasters that `predict` writes."""
        if options.output == "class":
            return cls(classes=out, overwrite=options.overwrite)
        beside = out.with_name(f"{out.stem}_class{out.suffix}") if options.output == "both" else None
        return cls(probability=out, classes=beside, overwrite=options.overwrite)

    @classmethod
    def of_extraction(cls, out: Path, options: ExtractOptions) -> Self:
        """The layer that `extract` writes, and the rasters that are kept."""
        return cls(
            layer=out,
            probability=_path(options.probability),
            classes=_path(options.class_raster),
            graph=_path(options.graph),
            overwrite=options.overwrite,
        )

    @classmethod
    def of_labels(cls, out: Path, options: VectorizeOptions) -> Self:
        """The layer that `vectorize` writes, and the graph."""
        return cls(layer=out, graph=_path(options.graph), overwrite=options.overwrite)

    @property
    def paths(self) -> list[Path]:
        """All of them."""
        return [path for path in (self.layer, self.probability, self.classes, self.graph) if path is not None]

    def check_apart_from(self, inputs: Iterable[str | Path | None]) -> None:
        """Refuse to write over what is read."""
        check_apart(self.paths, inputs)


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)
