"""`geounet:train`: a scene and its labels become a model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
)

from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.bundle_folder import folder_problem, may_replace
from geounet_qgis.algs.files import Destination, NamedFiles
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters_network import chosen_model, model_word
from geounet_qgis.algs.parameters_train import TASKS, names, training_parameters
from geounet_qgis.algs.running import run_geounet
from geounet_qgis.algs.training_places import TakenPlaces, places_problem
from geounet_qgis.child.redact import redacted
from geounet_qgis.commands.models import showing
from geounet_qgis.commands.train import NewCard, Run, Schedule, Train
from geounet_qgis.commands.words import shown
from geounet_qgis.translation import tr


class TrainAlgorithm(GeounetAlgorithm):
    """A model of one's own."""

    NAME = "train"

    def title(self) -> str:
        """Return its name."""
        return tr("Train a model")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Makes a model of your own from a scene and its labels: polygons, or a raster of class numbers. All that is not "
            "labelled counts as background, so label an area completely, and limit the extent to it.\n\n"
            "The best weights are chosen, and the model's figures measured, on another place: a scene and labels of their "
            "own, or, where none are given, the last fifth of the scene, which is then not trained on.\n\n"
            "The network and its settings are those of the model that you start from. Its weights are not: a few hundred "
            "labelled objects are the least to expect something of. Training wants a GPU; on a processor it takes hours."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("learn,deep learning,U-Net,labels,samples,fit,own model").split(",")

    def section(self) -> tuple[str, str]:
        """Return the identifier and the name of its group."""
        return "models", tr("Models and quality")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        for parameter in training_parameters():
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber("MEAN_IOU", tr("IoU on the place that was not trained on")))
        self.addOutput(QgsProcessingOutputNumber("CHOSEN_THRESHOLD", tr("The model's threshold")))

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Say whether the values can work, and why not."""
        good, why = super().checkParameterValues(parameters, context)
        if not good:
            return good, why
        problem = (
            places_problem(self, parameters, context)
            or _card_problem(self.given(parameters, context))
            or self._folder_problem(parameters, context)
        )
        return problem is None, problem or ""

    def take(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Take the layers."""
        self.places = TakenPlaces(self, parameters, context)

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Write the config, and return the words of `geounet train`."""
        given = self.given(parameters, context)
        base = run_geounet(showing(model_word(given)), feedback)
        if base.cancelled:
            return []
        config = self.scratch / "train.toml"
        run = Run(
            card=_new_card(given, self.places.name).on(base.result["card"]),
            train=[self.places.train.place(self.files)],
            validation=[self.places.validation.place(self.files)],
            schedule=_schedule(given),
        )
        config.write_text(run.config(), encoding="utf-8")
        feedback.pushDebugInfo(run.config())
        return _train(given, str(config)).words()

    def command_line(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """Return the line for a terminal; the config that it names is one that the person writes."""
        other = self.create()
        other.files = NamedFiles()
        given = other.given(parameters, context)
        words = _train(given, f"{given.text('NAME')}.toml").words()
        return redacted(shown(["geounet", *words]))

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Train; a failure for want of the packages that training alone needs says where they come from."""
        try:
            return super().processAlgorithm(parameters, context, feedback)
        except QgsProcessingException as error:
            if "geounet[train]" not in str(error):
                raise
            hint = tr(
                "Hint: training needs more packages than the rest. In Plugins ▸ geounet ▸ Settings and environment…, under "
                "Advanced, tick “Install what training needs too”, and press Repair."
            )
            raise QgsProcessingException(f"{error}\n{hint}") from error

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the model's folder, and how good it is."""
        result = finished.result
        measured = {"MEAN_IOU": result["metrics"].get("mean"), "CHOSEN_THRESHOLD": result["threshold"]}
        return {**self.files.paths, **{name: value for name, value in measured.items() if value is not None}}

    def _folder_problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str | None:
        destination = Destination(self, parameters, context, name="OUTPUT")
        if destination.is_temporary or not destination.is_wanted:
            return None
        title = self.parameterDefinition("OVERWRITE").description()
        overwrite = self.given(parameters, context).flag("OVERWRITE")
        return folder_problem(Path(destination.path(context)), overwrite=overwrite, title=title)


def _card_problem(given: Given) -> str | None:
    """What of the new model's card cannot work; None where nothing is seen."""
    if len(names(given.text("CLASSES"))) == 1:
        return tr("Classes are at least two: the background first, such as background,building")
    bands, numbers = names(given.text("BAND_NAMES")), given.bands()
    model = chosen_model(given)
    expected = bands or (model.bands if model else ())
    if numbers and expected and len(numbers) != len(expected):
        text = tr("Bands chosen: {count}; bands named: {names} ({bands})")
        return text.format(count=len(numbers), names=len(expected), bands=", ".join(expected))
    if model is not None and model.gsd_m is None and not given.is_set("GSD"):
        return tr("“{model}” works at any resolution: say how many metres per pixel to train at").format(
            model=model.name
        )
    return None


def _new_card(given: Given, scene: str) -> NewCard:
    return NewCard(
        name=given.text("NAME"),
        task=TASKS[given.index("TASK")],
        bands=names(given.text("BAND_NAMES")),
        classes=names(given.text("CLASSES")),
        gsd_m=given.number("GSD"),
        license=given.text("LICENSE"),
        sources=[scene],
    )


def _schedule(given: Given) -> Schedule:
    return Schedule(
        steps=given.whole("STEPS"),
        batch=given.whole("BATCH_SIZE"),
        rate=given.number("RATE"),
        crop=given.whole("CROP"),
        max_minutes=given.number("MAX_MINUTES"),
        init=given.text("INIT"),
    )


def _train(given: Given, config: str) -> Train:
    out = given.output("OUTPUT", stem=given.text("NAME"))
    return Train(
        config=config,
        out=out,
        device=given.text("DEVICE"),
        seed=given.whole("SEED"),
        overwrite=may_replace(Path(out), overwrite=given.flag("OVERWRITE")),
    )
