"""The files of a run: what geounet reads of a layer, and where an output goes.

RunFiles      for a run: layers that geounet cannot open are exported, temporary outputs get a temporary path
NamedFiles    for a command line to be shown: the same by name, and nothing is written
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProperty,
)

from geounet_qgis.commands.scene import config_of
from geounet_qgis.layers.source import Source

LONGEST_LINE = 20_000
"""Characters of inputs in a command line: Windows takes 32,767 in all."""


class Files(Protocol):
    """Where inputs are read from and outputs go."""

    paths: dict[str, str]
    """Where the outputs go that were asked for, by the parameter's name."""
    exports: dict[str, str]
    """The names of the layers that geounet cannot open, by the file that each is exported to."""

    def raster(self, taken: Any) -> Source:  # noqa: ANN401
        """Return what geounet opens, of what `sources.take_raster` took."""

    def vector(self, taken: Any) -> Source:  # noqa: ANN401
        """Return what geounet opens, of what `sources.take_vector` took."""

    def listed(self, sources: list[Source]) -> list[Source]:
        """Return the sources as a command line has room for them: very many are one, a file that lists them."""

    def output(self, destination: Destination, *, stem: str) -> str:
        """Return the path of an output, "" for one that is not wanted; `stem` names it where nothing else does."""


class Destination:
    """An output parameter, and what the person chose for it."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        *,
        name: str,
    ) -> None:
        self.algorithm, self.parameters, self.context, self.name = algorithm, parameters, context, name
        self.definition = algorithm.parameterDefinition(name)

    @property
    def is_wanted(self) -> bool:
        """Whether it is written at all."""
        return bool(self.text)

    @property
    def is_temporary(self) -> bool:
        """Whether QGIS makes a path for it."""
        return self.text == QgsProcessing.TEMPORARY_OUTPUT or self.text.startswith("memory:")

    @property
    def text(self) -> str:
        """What was chosen, as text: a path, TEMPORARY_OUTPUT, "" for none."""
        value = self.parameters.get(self.name, self.definition.defaultValue())
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            value = value.sink
        if isinstance(value, QgsProperty):
            value, _ = value.valueAsString(self.context.expressionContext(), "")
        return str(value or "")

    def path(self, context: QgsProcessingContext) -> str:
        """Return the path; `context` will be asked to load it where the person wants that."""
        if self.definition.type() in {"fileDestination", "folderDestination"}:
            return self.algorithm.parameterAsFileOutput(self.parameters, self.name, context)
        return self.algorithm.parameterAsOutputLayer(self.parameters, self.name, context)


class RunFiles:
    """The files of a run."""

    def __init__(self, scratch: Path, feedback: QgsProcessingFeedback) -> None:
        self._scratch, self._feedback = scratch, feedback
        self.paths: dict[str, str] = {}
        self.exports: dict[str, str] = {}

    def raster(self, taken: Any) -> Source:  # noqa: ANN401
        """Export the raster where geounet cannot open it."""
        from geounet_qgis.layers.sources import raster_source

        return _noted(taken, raster_source(taken, self._scratch, self._feedback), self.exports)

    def vector(self, taken: Any) -> Source:  # noqa: ANN401
        """Export the layer where geounet cannot open it."""
        from geounet_qgis.layers.sources import vector_source

        return _noted(taken, vector_source(taken, self._scratch, self._feedback), self.exports)

    def listed(self, sources: list[Source]) -> list[Source]:
        """Write the list where a command line is too short."""
        if sum(len(source.path) for source in sources) <= LONGEST_LINE:
            return sources
        path = self._scratch / "inputs.txt"
        path.write_text("".join(f"{source.path}\n" for source in sources), encoding="utf-8")
        assumed = next((source.assume_crs for source in sources if source.assume_crs), None)
        return [Source(str(path), assumed, config_of(sources))]

    def output(self, destination: Destination, *, stem: str) -> str:
        """Return the path, a temporary one where none was chosen."""
        if not destination.is_wanted:
            return ""
        path = destination.path(destination.context)
        self.paths[destination.name] = path
        return path


class NamedFiles:
    """The files of a run that does not take place."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        self.exports: dict[str, str] = {}

    def raster(self, taken: Any) -> Source:  # noqa: ANN401
        """Return the raster itself, or what it would be saved as."""
        from geounet_qgis.layers.sources import raster_source

        if taken.is_direct:
            return raster_source(taken, Path(), QgsProcessingFeedback())
        return _noted(taken, Source(f"{taken.name}.tif"), self.exports)

    def vector(self, taken: Any) -> Source:  # noqa: ANN401
        """Return the file itself, or what the layer would be saved as."""
        from geounet_qgis.layers.sources import vector_source

        if taken.is_direct:
            return vector_source(taken, Path(), QgsProcessingFeedback())
        return _noted(taken, Source(f"{taken.name}.gpkg"), self.exports)

    def listed(self, sources: list[Source]) -> list[Source]:
        """Return them as they are."""
        return sources

    def output(self, destination: Destination, *, stem: str) -> str:
        """Return the path, a plain name where QGIS would make one."""
        if not destination.is_wanted:
            return ""
        if not destination.is_temporary:
            return destination.path(QgsProcessingContext())
        ending = destination.definition.defaultFileExtension()
        return f"{stem}.{ending}" if ending else stem  # a folder has none


def _noted(taken: Any, source: Source, exports: dict[str, str]) -> Source:  # noqa: ANN401
    """Return the source, noted where it is an export."""
    if not taken.is_direct:
        exports[source.path] = taken.name
    return source
