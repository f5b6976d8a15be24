"""`geounet:train`: a scene and its labels become a model."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputHtml,
    QgsProcessingOutputNumber,
)

from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.bundle_folder import folder_problem, may_replace
from geounet_qgis.algs.files import Destination, NamedFiles
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.parameters_network import chosen_model, model_word
from geounet_qgis.algs.parameters_train import TASKS, names, training_parameters
from geounet_qgis.algs.running import run_geounet
from geounet_qgis.algs.small_setup import small_problem
from geounet_qgis.algs.training_files import TrainingFiles
from geounet_qgis.algs.training_hints import explained
from geounet_qgis.algs.training_places import TakenPlaces, places_problem
from geounet_qgis.child.redact import redacted
from geounet_qgis.commands.models import showing
from geounet_qgis.commands.new_card import NewCard
from geounet_qgis.commands.train import Begin, Labels, Run, Schedule, Train, has_checkpoint, meanings
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
            "Makes a model of your own from a scene and its labels: polygons, lines, or a raster of class numbers. All that "
            "is not labelled counts as background, so label an area completely, and limit the extent to it. A result of "
            "“Extract features” that you have reviewed can be the labels: by its field “review”, what is accepted is "
            "learnt, what is rejected is background, and what nobody has looked at is left out.\n\n"
            "It begins with the weights of the model that you start from, and goes on with what you show it. With some "
            "twenty labelled tiles that takes a few hundred steps: minutes, not hours, on a processor too. Without these "
            "weights it takes thousands of steps and many hundred labelled objects, and wants a GPU.\n\n"
            "The best weights are chosen, and the model's figures measured, on a place that is not trained on: a scene and "
            "labels of their own, or, where none are given, squares of the scene, a fifth of those with labels. The report "
            "shows how good the model is there, and where it errs."
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
        self.addOutput(QgsProcessingOutputHtml("REPORT", tr("Report")))
        self.addOutput(QgsProcessingOutputNumber("MEAN_IOU", tr("IoU on the place that was not trained on")))
        self.addOutput(QgsProcessingOutputNumber("CHOSEN_THRESHOLD", tr("The model's threshold")))

    def problem(self, given: Given) -> str | None:
        """Return that the small environment is in use, which lacks what this needs; None where it is another."""
        return small_problem()

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
            or _values_problem(self.given(parameters, context))
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
        train = _train(given, str(config))
        self.layers = TrainingFiles(Path(train.out), feedback)
        card = _new_card(given, self.places.name).on(base.result["card"])
        other = self.places.validation
        run = Run(
            card=card,
            train=self.places.train.place(self.layers),
            validation=other.place(self.layers) if other is not None else None,
            begin=_begin(given, same_bands=len(card["bands"]) == len(base.result["card"]["bands"])),
            labels=Labels(given.text("CLASS_FIELD"), given.text("CLASS_VALUES"), given.number("WIDTH")),
            schedule=_schedule(given),
            size=self.places.size,
        )
        self.files.exports.update(self.layers.exports)
        config.write_text(run.config(), encoding="utf-8")
        feedback.pushDebugInfo(run.config())
        return train.words()

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
        """Train; a failure is told in the dialog's words."""
        self.layers = None
        try:
            return super().processAlgorithm(parameters, context, feedback)
        except QgsProcessingException as error:
            raise QgsProcessingException(explained(str(error), self._titles())) from error
        finally:
            if self.layers is not None:
                self.layers.remove()

    def own_folders(self) -> set[Path]:
        """Return the folders that a run writes unfinished files to: scenes as it reads them among temporary files."""
        return {*super().own_folders(), Path(tempfile.gettempdir())}

    def found(
        self,
        finished: Any,  # noqa: ANN401
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the model's folder, the page about it, and how good it is."""
        result = finished.result
        measured = {
            "REPORT": result.get("report"),
            "MEAN_IOU": result["metrics"].get("mean"),
            "CHOSEN_THRESHOLD": result["threshold"],
        }
        return {**self.files.paths, **{name: value for name, value in measured.items() if value is not None}}

    def _folder_problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str | None:
        destination = Destination(self, parameters, context, name="OUTPUT")
        given = self.given(parameters, context)
        if destination.is_temporary or not destination.is_wanted:
            text = tr("“{title}” takes the folder of the model that the interrupted run was to make.")
            title = self.parameterDefinition("RESUME").description()
            return text.format(title=title) if given.flag("RESUME") else None
        folder = Path(destination.path(context))
        goes_on = given.flag("RESUME") and has_checkpoint(folder)
        title = self.parameterDefinition("OVERWRITE").description()
        return folder_problem(folder, overwrite=given.flag("OVERWRITE") or goes_on, title=title)

    def _titles(self) -> dict[str, str]:
        return {each.name(): each.description() for each in self.parameterDefinitions()}


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


def _values_problem(given: Given) -> str | None:
    try:
        meanings(given.text("CLASS_VALUES"))
    except ValueError as error:
        return tr(
            "“{pair}” does not say what the value means: expected value=class, such as house=building"
        ).format(pair=error)
    return None


def _begin(given: Given, *, same_bands: bool) -> Begin:
    model = model_word(given) if given.flag("START") else ""
    return Begin(model, given.text("INIT") or "none", same_bands)


def _schedule(given: Given) -> Schedule:
    """What was chosen; a script may give None for what has a default."""
    chosen = {
        "steps": given.whole("STEPS"),
        "batch": given.whole("BATCH_SIZE"),
        "rate": given.number("RATE"),
        "crop": given.whole("CROP"),
        "max_minutes": given.number("MAX_MINUTES"),
    }
    return Schedule(**{name: value for name, value in chosen.items() if value is not None})


def _train(given: Given, config: str) -> Train:
    out = given.output("OUTPUT", stem=given.text("NAME"))
    return Train(
        config=config,
        out=out,
        device=given.text("DEVICE"),
        seed=given.whole("SEED"),
        overwrite=may_replace(Path(out), overwrite=given.flag("OVERWRITE")),
        resume=given.flag("RESUME"),
    )
