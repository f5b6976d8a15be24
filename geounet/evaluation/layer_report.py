"""Layers compared: areas one to one, or lines as a network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geounet.errors import OptionsError
from geounet.evaluation.ground import Ground
from geounet.evaluation.layer_inputs import LayerInputs
from geounet.evaluation.layer_pictures import lines_picture, objects_picture
from geounet.evaluation.layers import MetricLayer
from geounet.evaluation.lines import line_scores
from geounet.evaluation.metadata import crs_in_words, metadata
from geounet.evaluation.objects import object_scores
from geounet.evaluation.picture import Picture
from geounet.evaluation.report import Kind, Report
from geounet.options import EvaluateOptions
from geounet.raster.source import file_name


def compare_layers(
    prediction: str | Path, truth: str | Path, *, options: EvaluateOptions
) -> tuple[Report, Picture | None]:
    """The figures of two layers of areas or of lines, and their picture where a page was asked for.

    Raises:
        OptionsError: the layers are not of the kind that was asked for, or do not belong together.
        GeounetError: a file cannot be read; see `LayerInputs.read`.
    """
    inputs = LayerInputs.read(prediction, truth, options)
    kind: Kind = "lines" if inputs.kind == "lines" else "objects"
    if options.kind not in ("auto", kind):
        found = inputs.kind or "nothing"
        raise OptionsError(
            f"{file_name(str(truth))} holds {found}, which are compared as {kind}, not as {options.kind}; "
            f"leave out --kind, or pass {'lines' if options.kind == 'lines' else 'areas'}"
        )
    return _lines(inputs, options) if kind == "lines" else _objects(inputs, options)


def _objects(inputs: LayerInputs, options: EvaluateOptions) -> tuple[Report, Picture | None]:
    predicted, true = inputs.predicted.polygons, inputs.true.polygons
    scores = object_scores(predicted, true, scores=inputs.predicted.confidence, iou=options.iou)
    chosen = {"iou": options.iou, "classes": options.classes}
    report = Report(metadata=_metadata(inputs, options, "objects", chosen), objects=scores.to_dict())
    if options.report is None:
        return report, None
    ground = _ground(inputs, options)
    return report, objects_picture(predicted, true, matches=scores.matches, ground=ground)


def _lines(inputs: LayerInputs, options: EvaluateOptions) -> tuple[Report, Picture | None]:
    predicted, true = inputs.predicted.lines, inputs.true.lines
    scores = line_scores(predicted, true, buffer_m=options.buffer_m, snap_m=options.snap_m)
    chosen = {"buffer_m": options.buffer_m, "snap_m": options.snap_m, "classes": options.classes}
    report = Report(metadata=_metadata(inputs, options, "lines", chosen), lines=scores.to_dict())
    if options.report is None:
        return report, None
    ground = _ground(inputs, options)
    return report, lines_picture(predicted, true, within_m=options.buffer_m, ground=ground)


def _ground(inputs: LayerInputs, options: EvaluateOptions) -> Ground:
    return Ground(inputs.plane, inputs.area, options.valid, options.assume_crs)


def _metadata(
    inputs: LayerInputs, options: EvaluateOptions, kind: Kind, chosen: Mapping[str, object]
) -> dict[str, Any]:
    files = {"prediction": _described(inputs.predicted), "truth": _described(inputs.true)}
    return metadata(kind, files, options=options, chosen=chosen, where=inputs.predicted.source_crs)


def _described(layer: MetricLayer) -> dict[str, object]:
    """A layer's file, and its features that count."""
    return {
        "file": file_name(str(layer.path)),
        "crs": crs_in_words(layer.source_crs),
        "features": len(layer),
        "missing": layer.missing,
        "mended": layer.mended,
    }
