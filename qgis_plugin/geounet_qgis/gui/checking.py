"""Asks geounet whether all that it needs is there, and which models it has."""

from __future__ import annotations

import os
from typing import Any

from geounet_qgis import models
from geounet_qgis.child import process
from geounet_qgis.child.protocol import Event, Log, Progress, Rubbish, Started
from geounet_qgis.child.redact import redacted
from geounet_qgis.child.variables import clean
from geounet_qgis.gui.order import Order, Outcome
from geounet_qgis.gui.work import Check, Work
from geounet_qgis.managed.errors import InstallCancelledError, InstallError
from geounet_qgis.managed.locate import find_python
from geounet_qgis.translation import tr


def check(order: Order, work: Work, *, private: bool = False) -> Outcome:
    """Run the doctor of the environment in use, or of the private one; show its lines, and keep the list of models.

    Raises NotSetUpError or ChildError where there is nothing that could be run, InstallError where it fails.
    """
    environ = {} if private else os.environ
    python = find_python(environ, chosen="" if private else order.settings.python, folder=str(order.folder))
    work.line(tr("Checking {}").format(python))
    listener = _Listener(work)
    _asked([python, "-m", "geounet", "doctor"], listener)
    listed = _asked([python, "-m", "geounet", "models", "list"], listener)
    kept = models.save(order.cache, listed)
    names = ", ".join(f"{model.name} {model.version}" for model in kept)
    work.line(tr("Models: {}").format(names))
    return Outcome(tr("Ready: geounet {}, models {}.").format(listener.version, names), is_ready=True)


def _asked(words: list[str], listener: _Listener) -> dict[str, Any]:
    """Run a verb to its end and give its result."""
    argv = [*words, "--json-events", "--lease", "stdin"]
    finished = process.run(argv, listener, environ=clean(os.environ))
    if finished.cancelled:
        raise InstallCancelledError(tr("Cancelled."))
    if finished.failure is not None:
        for line in finished.said:
            listener.say(line)
        raise InstallError(redacted(finished.failure))
    return finished.result or {}


class _Listener:
    """Shows events on the setup page."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.version = ""

    def is_cancelled(self) -> bool:
        """Say whether a person wants it to end."""
        return self._work.is_cancelled()

    def say(self, text: str) -> None:
        """Show a line in the log."""
        self._work.line(redacted(text))

    def event(self, event: Event) -> None:
        """Show what was said."""
        if isinstance(event, Started):
            self.version = event.geounet
        elif isinstance(event, Log):
            name, _, found = redacted(event.message).partition(": ")
            self._work.check(Check(event.level, name, found))
        elif isinstance(event, Progress):
            self._work.step(event.description, 0, 0)
        elif isinstance(event, Rubbish):
            self.say(event.text)
