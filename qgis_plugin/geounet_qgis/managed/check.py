"""Whether a geounet works: its own doctor says so, as events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geounet_qgis.child import process
from geounet_qgis.child.protocol import Event, Log, Rubbish, Started
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.report import Report
from geounet_qgis.managed.versions import REQUIREMENT, fits
from geounet_qgis.translation import tr

DOCTOR = ("-m", "geounet", "doctor", "--json-events", "--lease", "stdin")


@dataclass(frozen=True)
class Healthy:
    """What a geounet that works says of itself."""

    version: str
    protocol: int


class _Patient:
    """Hears the doctor's lines."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.started: Started | None = None
        self.bad: list[str] = []

    def event(self, event: Event) -> None:
        if isinstance(event, Started):
            self.started = event
        elif isinstance(event, Log):
            self._report.line(event.message)
            if event.level == "error":
                self.bad.append(self._report.clean(event.message))
        elif isinstance(event, Rubbish):
            self._report.note(event.text)

    def is_cancelled(self) -> bool:
        return self._report.is_cancelled()


def checked(python: str, report: Report, *, environ: Mapping[str, str]) -> Healthy:
    """Run the doctor. Raises InstallError where it finds geounet ill, absent, or of a version that does not fit."""
    patient = _Patient(report)
    try:
        finished = process.run([python, *DOCTOR], patient, environ=environ)
    except process.ChildError as error:
        raise InstallError(str(error)) from error
    if finished.cancelled:
        report.stop_if_cancelled()
    if patient.started and not fits(patient.started.geounet):
        raise InstallError(
            tr("geounet {found} was installed; this plugin needs {needed}.").format(
                found=patient.started.geounet, needed=REQUIREMENT.partition("geounet")[2]
            ),
            hint=tr("Ask for another version in the settings, or update the plugin."),
        )
    if finished.result is None or not patient.started:
        reason = "; ".join(patient.bad) or finished.failure or tr("it said nothing")
        raise InstallError(
            tr("geounet was installed, but does not work: {reason}").format(reason=report.clean(reason)),
            hint=tr("The log says more. Another Python or build of torch may help."),
        )
    return Healthy(patient.started.geounet, patient.started.protocol)
