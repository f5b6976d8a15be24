"""`geounet:batch`: many scenes become a folder of layers, in a run that may be interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputHtml,
    QgsProcessingOutputNumber,
    QgsProcessingOutputVectorLayer,
)

from geounet_qgis.algs import parameters_features as features
from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.loading import Run, features_title, load, show
from geounet_qgis.algs.parameters import advanced
from geounet_qgis.algs.parameters_batch import (
    TakenScenes,
    folder_parameters,
    scenes_parameters,
    scenes_problem,
    workers_parameter,
)
from geounet_qgis.algs.parameters_network import (
    bands_problem,
    chosen_model,
    model_parameters,
    network_details,
    network_of,
    network_problem,
)
from geounet_qgis.algs.parameters_scene import gsd_problem, scene_details, wanted_of
from geounet_qgis.child.redact import redacted
from geounet_qgis.commands.batch import MERGED, Batch, CameTo
from geounet_qgis.translation import tr

MOST_FAILURES = 10
"""Failed scenes whose lines are told; of the rest, how many there are."""


class BatchAlgorithm(GeounetAlgorithm):
    """Extraction from a folder of scenes."""

    NAME = "batch"

    def title(self) -> str:
        """Return its name."""
        return tr("Extract from many scenes")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Finds buildings, roads or whatever else a model knows in all scenes of a folder, and writes a layer for each, "
            "one of all, and a report. Adjacent tiles are read as one scene, so that what their borders cut is whole.\n\n"
            "It may take a night, and may be interrupted: run it again with the same folder of layers and it goes on. A "
            "scene that fails does not stop the others: the report says which failed, and why."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("batch,folder,archive,tiles,mosaic,bulk,resume,buildings,roads,many").split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        for parameter in (
            *scenes_parameters(),
            *model_parameters(),
            features.min_area(),
            features.regularize(as_model=True),
            *folder_parameters(),
            *(advanced(each) for each in features.further()),
            *scene_details(),
            *network_details(),
            workers_parameter(),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputVectorLayer("MERGED", tr("Layer of all scenes")))
        self.addOutput(QgsProcessingOutputHtml("REPORT", tr("Report")))
        for name, title in (
            ("DONE", tr("Scenes done")),
            ("FAILED", tr("Scenes failed")),
            ("SKIPPED", tr("Scenes skipped")),
            ("FEATURES", tr("Number of features")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def problem(self, given: Given) -> str | None:
        """Return what of the values cannot work."""
        model = chosen_model(given)
        return (
            network_problem(given)
            or gsd_problem(given.text("GSD"))
            or scenes_problem(given, model)
            or bands_problem(given, model)
        )

    def own_folders(self) -> set[Path]:
        """Return the folder itself: unfinished layers lie in it."""
        return {Path(self.files.paths["OUTPUT"])} if "OUTPUT" in self.files.paths else set()

    def take(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Take the layers."""
        self.model = chosen_model(self.given(parameters, context))
        self.scenes = TakenScenes(self, parameters, context, model=self.model)

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words of `geounet batch`."""
        given = self.given(parameters, context)
        stem = f"{self.scenes.name}_{self.model.name if self.model else 'features'}"
        first, *others = self.scenes.sources(self.files)
        out = given.output("OUTPUT", stem=stem)
        return Batch(
            scene=wanted_of(given, self.scenes, self.files, source=first),
            others=tuple(others),
            network=network_of(given),
            finishing=features.finishing_of(given, stem=stem),
            out=out,
            format=given.word("FORMAT"),
            mosaic=given.flag("MOSAIC"),
            merge=_merged(out) if given.flag("MERGE") else "",
            retry=given.flag("RETRY"),
            anew=given.flag("OVERWRITE"),
            workers=given.whole("WORKERS"),
            by_content=not self.scenes.are_direct,
        ).words()

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run geounet; one who cancels is told that nothing is lost."""
        results = super().processAlgorithm(parameters, context, feedback)
        if feedback.isCanceled():
            feedback.pushInfo(
                tr("What is done stays done: run it again with the same folder of layers to go on.")
            )
        return results

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the folder, the counts, the report and the layer of all scenes, and tell which scenes failed."""
        came_to = CameTo.of(finished.reported or finished.result)
        _tell(came_to, feedback)
        results = {**self.files.paths, **came_to.figures}
        if came_to.report:
            results["REPORT"] = str(Path(came_to.report))
            feedback.pushInfo(tr("Report: {file}").format(file=results["REPORT"]))
        if came_to.merged:
            results["MERGED"] = str(Path(came_to.merged))
            load(context, results["MERGED"], name="MERGED")
            run = Run(context, feedback, scene=self.scenes.name, model=self.model)
            title = features_title(self.model.task if self.model else "", self.scenes.name)
            show(run, results["MERGED"], kind="layer", title=title)
        return results


def _merged(folder: str) -> str:
    return str(Path(folder) / MERGED)


def _tell(came_to: CameTo, feedback: QgsProcessingFeedback) -> None:
    """Tell which scenes failed or are left, in so many lines as a person reads."""
    failures = [f"{name}: {line}" for name, line in came_to.failures.items()]
    if failures:
        lines = [tr("Scenes that failed: {count}").format(count=len(failures)), *failures[:MOST_FAILURES]]
        if len(failures) > MOST_FAILURES:
            text = tr("… and {count} more, which the report lists")
            lines.append(text.format(count=len(failures) - MOST_FAILURES))
        feedback.pushWarning(redacted("\n".join(lines)))
    if came_to.pending:
        text = tr("Scenes that are left, for another run on this folder: {count}")
        feedback.pushWarning(text.format(count=came_to.pending))
