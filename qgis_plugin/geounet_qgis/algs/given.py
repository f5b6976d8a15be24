"""What a person gave for an algorithm's parameters, as the words of a command can be made of it."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsRasterLayer,
    QgsRectangle,
)

from geounet_qgis.algs.files import Destination, Files


class Given:
    """Values by the parameter's name; None, or empty, where the choice is the model's own."""

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        *,
        files: Files | None = None,
    ) -> None:
        self._algorithm, self._parameters, self._context = algorithm, parameters, context
        self._files = files

    def has(self, name: str) -> bool:
        """Whether the algorithm has such a parameter."""
        return self._algorithm.parameterDefinition(name) is not None

    def is_set(self, name: str) -> bool:
        """Whether there is a value, the default or a chosen one."""
        definition = self._algorithm.parameterDefinition(name)
        return self._parameters.get(name, definition.defaultValue()) not in (None, "")

    def number(self, name: str) -> float | None:
        """Return a number."""
        value = self._algorithm.parameterAsDouble(self._parameters, name, self._context)
        return value if self.is_set(name) else None

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self._algorithm.parameterAsInt(self._parameters, name, self._context)
        return value if self.is_set(name) else None

    def text(self, name: str) -> str:
        """Return a text, without blanks at its ends."""
        return self._algorithm.parameterAsString(self._parameters, name, self._context).strip()

    def path(self, name: str) -> str:
        """Return the path of a file or folder that is read."""
        return self._algorithm.parameterAsFile(self._parameters, name, self._context)

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        return self._algorithm.parameterAsBoolean(self._parameters, name, self._context)

    def yes_no(self, name: str) -> bool | None:
        """Return a yes, a no, or None for no choice: of a list made by `yes_no_own`, or of a box to tick."""
        if self._algorithm.parameterDefinition(name).type() == "boolean":
            return self.flag(name) or None
        return (None, True, False)[self.index(name)]

    def index(self, name: str) -> int:
        """Return which value of a list was chosen, from 0."""
        return self._algorithm.parameterAsEnum(self._parameters, name, self._context)

    def word(self, name: str) -> str:
        """Return the value that was chosen of a list of static words."""
        return self._algorithm.parameterAsEnumString(self._parameters, name, self._context)

    def bands(self, name: str = "BANDS") -> tuple[int, ...]:
        """Return band numbers, from 1, in the order they were chosen in."""
        if not self.is_set(name):
            return ()
        value = self._parameters.get(name)
        if isinstance(value, str) and all(part.strip().isdigit() for part in value.split(",")):
            return tuple(map(int, value.split(",")))  # as geounet has them; QGIS would read the first alone
        return tuple(self._algorithm.parameterAsInts(self._parameters, name, self._context))

    def extent(self, name: str = "EXTENT") -> tuple[QgsRectangle, QgsCoordinateReferenceSystem] | None:
        """Return a rectangle and the CRS that it is given in."""
        if not self.is_set(name):
            return None
        rectangle = self._algorithm.parameterAsExtent(self._parameters, name, self._context)
        if rectangle.isNull():
            return None
        return rectangle, self._algorithm.parameterAsExtentCrs(self._parameters, name, self._context)

    def place(self) -> tuple[QgsRectangle, QgsCoordinateReferenceSystem] | None:
        """Return the rectangle that holds all that is asked for, and its CRS: the extent, else that of the area."""
        extent = self.extent()
        if extent is not None or not (self.has("AOI") and self.is_set("AOI")):
            return extent
        area = self._algorithm.parameterAsSource(self._parameters, "AOI", self._context)
        if area is None or area.sourceExtent().isNull():
            return None
        return area.sourceExtent(), area.sourceCrs()

    def raster(self, name: str) -> QgsRasterLayer | None:
        """Return a raster layer: in the main thread."""
        return self._algorithm.parameterAsRasterLayer(self._parameters, name, self._context)

    def rasters(self, name: str) -> list[QgsRasterLayer]:
        """Return raster layers: in the main thread."""
        return self._algorithm.parameterAsLayerList(self._parameters, name, self._context)

    def output(self, name: str, *, stem: str) -> str:
        """Return the path of an output, "" for one that is not wanted; `stem` names it where nothing else does."""
        destination = Destination(self._algorithm, self._parameters, self._context, name=name)
        return self._files.output(destination, stem=stem)
