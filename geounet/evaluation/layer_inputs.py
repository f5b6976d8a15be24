"""Two layers that are compared: on one plane, where both count."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geounet.errors import GeounetWarning, OptionsError
from geounet.evaluation.apart import require_near
from geounet.evaluation.layers import Kind, MetricLayer, area_of_interest, read_layer, within
from geounet.evaluation.valid_area import valid_area
from geounet.options import EvaluateOptions
from geounet.raster.source import file_name


@dataclass(frozen=True, slots=True)
class LayerInputs:
    """A predicted and a true layer on one plane, as far as they count."""

    predicted: MetricLayer
    true: MetricLayer
    area: BaseGeometry | None
    """Where features count, on the plane; None is everywhere."""

    @property
    def plane(self) -> pyproj.CRS:
        """The plane of both."""
        return self.true.crs

    @property
    def kind(self) -> Kind | None:
        """What both hold; None where neither says."""
        return self.true.kind or self.predicted.kind

    @classmethod
    def read(cls, prediction: str | Path, truth: str | Path, options: EvaluateOptions) -> Self:
        """Read two vector files, and leave out what does not count.

        Raises:
            LabelsError: a file cannot be read, or holds neither areas nor lines alone.
            OptionsError: one holds areas and the other lines, they lie far apart, or a class is unknown.
            MissingCRSError: one has a CRS and the other has none.
        """
        predicted, true = _read_both(prediction, truth, assume_crs=options.assume_crs)
        if predicted.kind and true.kind and predicted.kind != true.kind:
            raise OptionsError(
                f"{_name(predicted)} holds {predicted.kind} and {_name(true)} holds {true.kind}; expected two layers "
                "of one kind: pass another truth, or another prediction"
            )
        area = _area(true.crs, options)
        if area is None and len(predicted) and len(true):
            bounds = predicted.frame.total_bounds, true.frame.total_bounds
            require_near(bounds, (_name(predicted), _name(true)))
        if options.classes is not None:
            predicted, true = (_of_classes(layer, options.classes) for layer in (predicted, true))
        if area is not None:
            predicted, true = _within(predicted, true, area)
        _warn_of_nothing(predicted, true)
        return cls(predicted, true, area)


def _read_both(
    prediction: str | Path, truth: str | Path, *, assume_crs: str | None
) -> tuple[MetricLayer, MetricLayer]:
    """Both layers, on a plane round the truth; round the prediction where there is no truth."""
    true = read_layer(truth, assume_crs=assume_crs)
    if len(true):
        return read_layer(prediction, crs=true.crs, assume_crs=assume_crs), true
    predicted = read_layer(prediction, assume_crs=assume_crs)
    return predicted, read_layer(truth, crs=predicted.crs, assume_crs=assume_crs)


def _of_classes(layer: MetricLayer, classes: tuple[str, ...]) -> MetricLayer:
    """The features of some classes, by the field `class`; all of a layer that has no such field."""
    if "class" not in layer.frame:
        return layer
    names = layer.frame["class"].astype(str)
    unknown = sorted(set(classes) - set(names))
    if len(unknown) == len(classes) and len(layer):
        raise OptionsError(
            f"{_name(layer)} has no class {', '.join(unknown)}; expected of {', '.join(sorted(set(names)))}"
        )
    return layer.select(names.isin(classes).to_numpy())


def _area(plane: pyproj.CRS, options: EvaluateOptions) -> BaseGeometry | None:
    """Where features count: in the area of interest, and where the scene is valid."""
    areas = []
    if options.aoi is not None:
        areas.append(area_of_interest(options.aoi, plane, assume_crs=options.assume_crs))
    if options.valid is not None:
        areas.append(valid_area(options.valid, plane, assume_crs=options.assume_crs))
    return shapely.intersection_all(areas) if areas else None


def _within(predicted: MetricLayer, true: MetricLayer, area: BaseGeometry) -> tuple[MetricLayer, MetricLayer]:
    """What of both counts; raises OptionsError where that is nothing, and was something."""
    inside = within(predicted, area), within(true, area)
    if not any(map(len, inside)) and len(predicted) + len(true):
        raise OptionsError(
            f"neither {_name(predicted)} nor {_name(true)} has anything where it counts; expected an area of interest, "
            "and a valid scene, of the same place: check --aoi, --valid and the CRSs"
        )
    return inside


def _warn_of_nothing(predicted: MetricLayer, true: MetricLayer) -> None:
    """Say where there is nothing to find: legal, but as often a mistake."""
    for layer, other in ((true, predicted), (predicted, true)):
        if not len(layer):
            warnings.warn(
                f"{_name(layer)} holds nothing that counts{'' if len(other) else f', nor does {_name(other)}'}: "
                "check the file, the area of interest and the classes that were asked for",
                GeounetWarning,
                stacklevel=2,
            )
            return


def _name(layer: MetricLayer) -> str:
    return file_name(str(layer.path))
