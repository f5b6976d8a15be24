"""`geounet:evaluate`: how good a prediction is, as figures and as a page."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterRasterLayer,
)

from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters import advanced, decimal, helped, text, whole
from geounet_qgis.algs.small_setup import small_problem
from geounet_qgis.commands.evaluate import KINDS, Evaluate, Tolerances, figures
from geounet_qgis.compat import ANY_GEOMETRY, POLYGONS, RASTERS
from geounet_qgis.layers.source import Source
from geounet_qgis.translation import tr

OTHER_LABELS = {
    "--report": "OUTPUT_HTML",
    "--json": "OUTPUT_JSON",
    "--boundary": "BOUNDARY_PX",
    "--relax": "RELAX_PX",
}
"""Options whose parameters have other names, for messages that name an option."""


class EvaluateAlgorithm(GeounetAlgorithm):
    """A prediction is held against the truth."""

    NAME = "evaluate"

    def title(self) -> str:
        """Return its name."""
        return tr("Evaluate against the truth")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Says how good a prediction is: rasters pixel by pixel (IoU, precision, recall, F1, along outlines too), "
            "buildings and other areas one to one (F1 at an overlap), roads as networks of lines (APLS, completeness, "
            "correctness).\n\n"
            "The report is a page with all figures, the confusion of classes, a curve over thresholds where the "
            "prediction has probabilities, and a map of hits, misses and false alarms. Distances and areas are true "
            "metres in any coordinate system."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr(
            "accuracy,assessment,validation,quality,IoU,F1,precision,recall,APLS,confusion matrix"
        ).split(",")

    def section(self) -> tuple[str, str]:
        """Return the identifier and the name of its group."""
        return "models", tr("Models and quality")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        for parameter in (*_what(), *_outputs(), *(advanced(each) for each in _tolerances())):
            self.addParameter(parameter)
        for name, title in (
            ("F1", tr("F1")),
            ("MEAN_IOU", tr("IoU")),
            ("PRECISION", tr("Precision")),
            ("RECALL", tr("Recall")),
            ("APLS", tr("APLS, of roads")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def labels(self) -> dict[str, str]:
        """Return what the dialog calls each option."""
        others = {flag: self.parameterDefinition(name).description() for flag, name in OTHER_LABELS.items()}
        return {**super().labels(), **others}

    def problem(self, given: Given) -> str | None:
        """Return that the small environment is in use, which lacks what this needs; None where it is another."""
        return small_problem()

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Say whether the values can work, and why not."""
        from geounet_qgis.layers.maps import labels_refusal
        from geounet_qgis.layers.sources import refusal

        good, why = super().checkParameterValues(parameters, context)
        if not good:
            return good, why
        for name in ("INPUT", "TRUTH"):
            layer = self.parameterAsLayer(parameters, name, context)
            problem = labels_refusal(layer, self.parameterDefinition(name).description())
            if problem:
                return False, problem
        given = self.given(parameters, context)
        problem = refusal(given.raster("VALID")) if given.is_set("VALID") else None
        return problem is None, problem or ""

    def take(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Take the layers."""
        from geounet_qgis.layers.maps import take_labels
        from geounet_qgis.layers.sources import take_raster, take_vector_parameter

        prediction = self.parameterAsLayer(parameters, "INPUT", context)
        truth = self.parameterAsLayer(parameters, "TRUTH", context)
        self.prediction = take_labels(prediction)
        self.truth = take_labels(truth)
        if len({each for each in map(_assumed, (self.prediction, self.truth)) if each}) > 1:
            # One word says the CRS of all files that name none: where they differ, the second's copy names it.
            self.truth = take_labels(truth, plain_file=True)
        self.aoi = take_vector_parameter(self, parameters, "AOI", context)
        scene = self.given(parameters, context).raster("VALID")
        self.valid = take_raster(scene, plain_file=True) if scene is not None else None

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words of `geounet evaluate`."""
        given = self.given(parameters, context)
        return Evaluate(
            prediction=self._source(self.prediction),
            truth=self._source(self.truth),
            kind=KINDS[given.index("KIND")],
            aoi=self.files.vector(self.aoi) if self.aoi is not None else None,
            valid=self.files.raster(self.valid) if self.valid is not None else None,
            classes=given.text("CLASSES"),
            tolerances=_chosen_tolerances(given),
            report=given.output("OUTPUT_HTML", stem=f"{self.prediction.name}_report"),
            json=given.output("OUTPUT_JSON", stem=f"{self.prediction.name}_report"),
        ).words()

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the page and the main figures."""
        return {**self.files.paths, **figures(finished.result)}

    def _source(self, taken: Any) -> Source:  # noqa: ANN401 (a raster or a vector layer)
        from geounet_qgis.layers.sources import RasterInput

        return self.files.raster(taken) if isinstance(taken, RasterInput) else self.files.vector(taken)


def _assumed(taken: Any) -> str | None:  # noqa: ANN401
    return taken.source.assume_crs if taken.source is not None else None


def _chosen_tolerances(given: Given) -> Tolerances:
    return Tolerances(
        threshold=given.number("THRESHOLD"),
        iou=given.number("IOU"),
        buffer_m=given.number("BUFFER"),
        snap_m=given.number("SNAP"),
        boundary_px=given.whole("BOUNDARY_PX"),
        relax_px=given.whole("RELAX_PX"),
    )


def _what() -> list[QgsProcessingParameterDefinition]:
    layers = [RASTERS, ANY_GEOMETRY]
    kinds = [
        tr("By what the layers hold"),
        tr("Labels: pixel by pixel"),
        tr("Objects: areas one to one"),
        tr("Lines: networks of roads"),
    ]
    return [
        helped(
            QgsProcessingParameterMapLayer("INPUT", tr("Prediction"), types=layers),
            tr(
                "A class raster, a raster of probabilities that “Predict probabilities” wrote, or a layer of features."
            ),
        ),
        helped(
            QgsProcessingParameterMapLayer("TRUTH", tr("Truth"), types=layers),
            tr(
                "What is right: a label raster, or a layer of areas or lines. It may be in another CRS or on another grid."
            ),
        ),
        helped(
            QgsProcessingParameterEnum("KIND", tr("What is compared"), options=kinds, defaultValue=0),
            tr(
                "Two rasters, or a raster and a layer, are compared pixel by pixel; two layers by their areas or lines."
            ),
        ),
        helped(
            QgsProcessingParameterFeatureSource("AOI", tr("Area of interest"), [POLYGONS], optional=True),
            tr("Only what lies in these polygons counts."),
        ),
        helped(
            QgsProcessingParameterRasterLayer("VALID", tr("Scene"), optional=True),
            tr("What has no data in this scene does not count, and the report's map lies over it."),
        ),
    ]


def _outputs() -> list[QgsProcessingParameterDefinition]:
    return [
        helped(
            QgsProcessingParameterFileDestination(
                "OUTPUT_HTML",
                tr("Report"),
                tr("HTML files (*.html)"),
                optional=True,
                defaultValue=QgsProcessing.TEMPORARY_OUTPUT,
            ),
            tr("A page to look at: one file, with its pictures."),
        ),
        helped(
            QgsProcessingParameterFileDestination(
                "OUTPUT_JSON",
                tr("Figures as JSON"),
                tr("JSON files (*.json)"),
                optional=True,
                createByDefault=False,
            ),
            tr("All figures for other programs."),
        ),
    ]


def _tolerances() -> list[QgsProcessingParameterDefinition]:
    return [
        helped(
            text("CLASSES", tr("Classes that count")),
            tr("Names in the layers' field “class”, separated by commas; all otherwise."),
        ),
        helped(
            decimal("THRESHOLD", tr("Threshold"), minimum=0, maximum=1),
            tr("The probability from which a pixel is in the class: 0.5 where none is set."),
        ),
        helped(
            decimal("IOU", tr("Overlap of a match (IoU)"), minimum=0, maximum=1),
            tr("The overlap from which two areas are one object: 0.5 where none is set."),
        ),
        helped(
            decimal("BUFFER", tr("Buffer of lines (metres)"), minimum=0),
            tr("By how much a line may lie beside its counterpart: 4 m where none is set."),
        ),
        helped(
            decimal("SNAP", tr("Snapping of networks (metres)"), minimum=0),
            tr("Within which a network's nodes are found on the other, for APLS: 4 m where none is set."),
        ),
        helped(
            whole("BOUNDARY_PX", tr("Width of boundaries (pixels)"), minimum=1),
            tr("What boundary IoU looks at along outlines: 2 pixels where none is set."),
        ),
        helped(
            whole("RELAX_PX", tr("Relaxation (pixels)"), minimum=0),
            tr("What relaxed precision and recall forgive: 3 pixels where none is set."),
        ),
    ]
