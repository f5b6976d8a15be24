"""`geounet:doctor`: what geounet needs, and whether it is there."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
)

from geounet_qgis.algs.base import GeounetAlgorithm
from geounet_qgis.algs.files import RunFiles
from geounet_qgis.algs.listening import Listener
from geounet_qgis.algs.page import page
from geounet_qgis.algs.parameters import helped
from geounet_qgis.algs.running import heard, under_way
from geounet_qgis.child.protocol import Log
from geounet_qgis.child.redact import redacted
from geounet_qgis.commands.doctor import Check, check_of, words
from geounet_qgis.translation import tr

COLOURS = {"ok": "#2e7d32", "warn": "#b26a00", "bad": "#c62828"}


class _Checks(Listener):
    """Shows the lines, and keeps them as checks."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        super().__init__(feedback)
        self.checks: list[Check] = []

    def event(self, event: object) -> None:
        """Hand on one event."""
        super().event(event)
        if isinstance(event, Log):
            self.checks.append(check_of(event.level, redacted(event.message)))


class DoctorAlgorithm(GeounetAlgorithm):
    """A line for each thing that was looked at. What is bad does not end the run: it is what was asked for."""

    NAME = "doctor"

    def title(self) -> str:
        """Return its name."""
        return tr("Check the environment")

    def help_text(self) -> str:
        """Return what it does."""
        return tr(
            "Looks at what geounet needs: its Python and packages, the devices that networks can run on, the drivers for "
            "rasters and layers, coordinate systems, and the models that came with it; a line each."
        )

    def keywords(self) -> list[str]:
        """Return further words by which a person may look for it."""
        return tr("diagnose,versions,GPU,CUDA,install,trouble").split(",")

    def section(self) -> tuple[str, str]:
        """Return the identifier and the name of its group."""
        return "models", tr("Models and quality")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        """Add the parameters."""
        self.addParameter(
            helped(
                QgsProcessingParameterFileDestination(
                    "OUTPUT_HTML",
                    tr("Report"),
                    tr("HTML files (*.html)"),
                    optional=True,
                    createByDefault=False,
                ),
                tr("The lines as a page, to send to whoever helps."),
            )
        )
        self.addOutput(QgsProcessingOutputNumber("OK", tr("Checks that went well")))
        self.addOutput(QgsProcessingOutputNumber("WARNINGS", tr("Checks with a warning")))
        self.addOutput(QgsProcessingOutputNumber("BAD", tr("Checks that failed")))

    def words(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> list[str]:
        """Return the words of `geounet doctor`."""
        return words()

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run the checks; only where none was made is that a failure of the algorithm."""
        listener = _Checks(feedback)
        with under_way(feedback):
            finished = heard(words(), listener)
        if finished.cancelled:
            return {}
        if finished.failure is not None:
            if not listener.checks:
                raise QgsProcessingException(redacted(finished.failure))
            feedback.reportError(redacted(finished.failure), False)
        self.files = RunFiles(Path(), feedback)
        report = self.given(parameters, context).output("OUTPUT_HTML", stem="doctor")
        if report:
            Path(report).write_text(_report(listener.checks), encoding="utf-8")
        verdicts = [check.verdict for check in listener.checks]
        counts = {"OK": "ok", "WARNINGS": "warn", "BAD": "bad"}
        return {**self.files.paths, **{name: verdicts.count(verdict) for name, verdict in counts.items()}}


def _report(checks: Sequence[Check]) -> str:
    rows = "".join(
        f'<tr><td style="color:{COLOURS[check.verdict]}">●</td>'
        f"<td><b>{html.escape(check.name)}</b></td><td>{html.escape(check.message)}</td></tr>"
        for check in checks
    )
    return page(tr("geounet: what is there"), f"<table>{rows}</table>")
