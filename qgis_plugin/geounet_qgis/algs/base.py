"""What all of geounet's algorithms share: a subclass has the parameters, the words and what was found."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProject,
)
from qgis.PyQt.QtCore import QCoreApplication, QThread
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QWidget

from geounet_qgis.algs.files import Destination, Files, NamedFiles, RunFiles
from geounet_qgis.algs.given import Given
from geounet_qgis.algs.running import environment_python, run_geounet, under_way
from geounet_qgis.child.redact import redacted
from geounet_qgis.commands.words import shown
from geounet_qgis.translation import tr

ICONS = Path(__file__).parent.parent / "icons"

OTHER_FLAGS = {"EXTENT": "--bbox", "OUTPUT": "--out", "PRODUCT": "--output"}
"""The flags of parameters that are not called as their option is."""


class GeounetAlgorithm(QgsProcessingAlgorithm):
    """An algorithm that runs one verb of geounet.

    Its life: `take` in the main thread reads what it needs of layers; then, in a worker thread, `words` says what to
    run (layers that geounet cannot open are exported on the way), and `found` what came of it.
    """

    NAME = ""
    """Of the algorithm, after `geounet:`; also of its icon."""

    files: Files | None = None
    """Where inputs are read from and outputs go, in this run."""
    scratch: Path
    """A folder for this run's temporary files, removed at its end."""
    exports: Mapping[str, str] = MappingProxyType({})
    """Files that the last `command_line` names and that are yet to be made, and the layer that each is exported from."""
    written: frozenset[str] = frozenset()
    """The files of a run that ended well."""

    def title(self) -> str:
        """Return its name in the toolbox, translated."""
        raise NotImplementedError

    def help_text(self) -> str:
        """Return what it does, in a paragraph or two, translated."""
        raise NotImplementedError

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return []

    def section(self) -> tuple[str, str]:
        """Return the identifier and the translated name of its group."""
        return "features", tr("Features from imagery")

    def problem(self, given: Given) -> str | None:
        """Return what of the values cannot work, in a line for the person; None where nothing is seen."""
        return None

    def take(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        """Take what the run needs of layers, in the main thread."""

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words after `geounet`, but for `--json-events` and `--lease`."""
        raise NotImplementedError

    def found(
        self,
        finished: Any,  # noqa: ANN401 (child.process.Finished: tests have others)
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Return the outputs, by name, of a run that ended well."""
        return {}

    def command_line(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """Return the line for a terminal that does what a run with these parameters would; nothing is run."""
        other = self.create()  # this one may be running
        feedback = QgsProcessingFeedback()
        other.files = NamedFiles()
        other.take(parameters, context, feedback)
        words = other.words(parameters, context, feedback)
        self.exports = other.files.exports
        return redacted(shown(["geounet", *words]))

    def given(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Given:
        """Return what the person chose, as words can be made of it."""
        return Given(self, parameters, context, files=self.files)

    def own_folders(self) -> set[Path]:
        """Return the folders that a run writes its unfinished files to, hidden."""
        return {Path(path).parent for path in self.files.paths.values()}

    def labels(self) -> Mapping[str, str]:
        """Return what the dialog calls each option, by its flag."""
        return {
            OTHER_FLAGS.get(each.name(), "--" + each.name().lower().replace("_", "-")): each.description()
            for each in self.parameterDefinitions()
        }

    def _format_problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str | None:
        """Return what is wrong with the file an output is to be, which QGIS's dialog alone asks."""
        if self.provider() is None:
            return None
        for each in self.destinationParameterDefinitions():
            value = parameters.get(each.name())
            good, why = self.provider().isSupportedOutputValue(value, each, context)
            if not good:
                return why
        return None

    def _edits_problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str | None:
        """Return why a file cannot be replaced now: edits of it that are not saved would be lost."""
        from geounet_qgis.layers.replaced import edits_refusal

        for each in self.destinationParameterDefinitions():
            destination = Destination(self, parameters, context, name=each.name())
            if destination.is_wanted and not destination.is_temporary:
                problem = edits_refusal(context.project() or QgsProject.instance(), destination.text)
                if problem:
                    return problem
        return None

    # What QGIS asks for.

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Say whether the values can work, and why not."""
        good, why = super().checkParameterValues(parameters, context)
        if not good:
            return good, why
        problem = (
            self._format_problem(parameters, context)
            or self._edits_problem(parameters, context)
            or self.problem(self.given(parameters, context))
        )
        return problem is None, problem or ""

    def createCustomParametersWidget(self, parent: QWidget | None = None) -> QWidget:
        """Return Processing's own dialog, with a button that copies the command line."""
        from geounet_qgis.gui.algorithm_dialog import algorithm_dialog

        return algorithm_dialog(self.create(), parent)  # the dialog owns what it is given

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Read what the run needs of layers: these belong to the main thread."""
        self.take(parameters, context, feedback)
        return True

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run geounet, in a worker thread; a run that was cancelled has no outputs."""
        environment_python()  # where there is none, nothing is exported first
        with under_way(feedback), _scratch_folder() as self.scratch:
            self.files = RunFiles(self.scratch, feedback)
            words = self.words(parameters, context, feedback)
            if feedback.isCanceled():
                return {}
            finished = run_geounet(
                words,
                feedback,
                own_folders=self.own_folders(),
                labels=self.labels(),
                exports=self.files.exports,
            )
            if finished.cancelled:
                return {}
            self.written = frozenset((*self.files.paths.values(), *(each.path for each in finished.outputs)))
            return self.found(finished, parameters, context, feedback)

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Have the project's layers show what their files are now; within a model this may be another thread."""
        if QThread.currentThread() == QCoreApplication.instance().thread():
            from geounet_qgis.layers.replaced import reload_layers

            reload_layers(context.project() or QgsProject.instance(), self.written, feedback)
        return {}

    def createInstance(self) -> GeounetAlgorithm:
        """Return another of its kind."""
        return type(self)()

    def name(self) -> str:
        """Return its identifier."""
        return self.NAME

    def displayName(self) -> str:
        """Return its name in the toolbox."""
        return self.title()

    def group(self) -> str:
        """Return its group's name."""
        return self.section()[1]

    def groupId(self) -> str:
        """Return its group's identifier."""
        return self.section()[0]

    def tags(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return self.keywords()

    def shortHelpString(self) -> str:
        """Return the text beside the dialog."""
        return self.help_text()

    def icon(self) -> QIcon:
        """Return its icon."""
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        """Return where its icon is."""
        return str(ICONS / f"{self.NAME}.svg")

    def tr(self, text: str) -> str:
        """Return a text in the person's language."""
        return tr(text)


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """A folder among Processing's temporary files, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="geounet-", dir=QgsProcessingUtils.tempFolder()))
    try:
        yield folder
    finally:
        # What Windows still holds open goes when QGIS closes, with Processing's other temporary files.
        shutil.rmtree(folder, ignore_errors=True)
