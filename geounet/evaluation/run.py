"""How good a prediction is, whatever it is: the one place where metrics, report and page are composed."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from geounet.errors import OptionsError, OutputError, SceneError
from geounet.evaluation.html import page
from geounet.evaluation.label_report import compare_labels
from geounet.evaluation.layer_report import compare_layers
from geounet.evaluation.picture import Picture
from geounet.evaluation.report import Report
from geounet.options import EvaluateOptions
from geounet.outputs import atomic_target, check_apart, check_target
from geounet.progress import Progress
from geounet.raster.environment import gdal_environment, georeferencing_optional
from geounet.raster.source import file_name, open_raster

_ENDINGS = {"report": (".html", ".htm"), "json": (".json",)}
"""How an output's name ends, by its option."""


_RASTERS = (".tif", ".tiff", ".vrt", ".img", ".jp2", ".png")
"""Endings of rasters: what ends so and cannot be opened is no layer either."""


def evaluate(
    prediction: str | Path,
    truth: str | Path,
    *,
    options: EvaluateOptions | None = None,
    progress: Progress | None = None,
) -> Report:
    """Compare a prediction with the truth, and write the report where that was asked for.

    Two layers of areas are compared object by object, two of lines as networks; where one of the two is a raster,
    pixel by pixel, the other being burnt on its grid if it is a layer.

    Args:
        prediction: A class or probability raster, or a layer: a path or a URL.
        truth: A label raster, or a layer.
        options: What is compared, where, at which tolerances, and what is written.
        progress: Makes a progress bar that counts pixels (tqdm's shape).

    Raises:
        GeounetError: One of `geounet.errors`; nothing is left under a final name.
    """
    options = options or EvaluateOptions()
    _check_outputs(options, (prediction, truth, options.aoi, options.valid))
    rasters = [file_name(str(path)) for path in (prediction, truth) if _is_raster(path)]
    if rasters and options.kind not in ("auto", "labels"):
        raise OptionsError(
            f"{rasters[0]} is a raster, and {options.kind} were asked for; expected two layers: make one of it with "
            "geounet vectorize, or pass --kind labels"
        )
    if not rasters and options.kind == "labels":
        raise OptionsError(
            f"{file_name(str(prediction))} and {file_name(str(truth))} are layers, and labels were asked for; "
            "expected one raster at least, whose pixels are compared: leave out --kind"
        )
    if rasters:
        report, picture = compare_labels(prediction, truth, options=options, progress=progress)
    else:
        report, picture = compare_layers(prediction, truth, options=options)
    _write(report, picture, options)
    return report


def _check_outputs(options: EvaluateOptions, inputs: Sequence[str | Path | None]) -> None:
    """Refuse, before anything is read, outputs that cannot be written, or would take the place of an input."""
    for name, endings in _ENDINGS.items():
        path = getattr(options, name)
        if path is None:
            continue
        path = Path(path)
        if path.suffix.lower() not in endings:
            raise OutputError(f"{name} is {path}; expected a name that ends in {' or '.join(endings)}")
        check_apart([path], inputs)
        check_target(path, overwrite=options.overwrite)


def _is_raster(path: str | Path) -> bool:
    with ExitStack() as stack, gdal_environment(), georeferencing_optional():
        try:
            open_raster(path, stack)
        except SceneError:
            if Path(path).suffix.lower() in _RASTERS:
                raise
            return False
        return True


def _write(report: Report, picture: Picture | None, options: EvaluateOptions) -> None:
    """Write what was asked for; outputs take their names when all are whole."""
    texts = {options.report: lambda: page(report, picture), options.json: report.to_json}
    with ExitStack() as stack:
        for path, text in texts.items():
            if path is not None:
                target = stack.enter_context(atomic_target(Path(path), overwrite=options.overwrite))
                target.write_text(text(), encoding="utf-8", newline="\n")
