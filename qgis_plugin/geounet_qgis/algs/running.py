"""Runs geounet for an algorithm: its events become the dialog's progress, messages and errors."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from geounet_qgis.algs.hints import explained
from geounet_qgis.algs.listening import Listener
from geounet_qgis.child import process
from geounet_qgis.child.redact import redacted
from geounet_qgis.child.variables import clean
from geounet_qgis.commands.words import shown
from geounet_qgis.managed.errors import NotSetUpError
from geounet_qgis.managed.locate import find_python
from geounet_qgis.settings import Settings
from geounet_qgis.translation import tr

_last: deque[str] = deque(maxlen=1)


def run_geounet(
    words: Sequence[str],
    feedback: QgsProcessingFeedback,
    *,
    own_folders: Collection[str | Path] = (),
    labels: Mapping[str, str] | None = None,
) -> process.Finished:
    """Run `geounet WORDS` in its own environment, and return when it has ended or was cancelled.

    Args:
        words: the verb and its arguments, without `--json-events` and `--lease`.
        feedback: gets progress and messages, and says whether the run is cancelled.
        own_folders: where outputs go, so that nothing of a killed run stays there.
        labels: what the dialog calls an option, by its flag: for messages that name one.

    Raises:
        QgsProcessingException: where there is no environment, or the run failed: geounet's own line, and a hint.
    """
    line = redacted(shown(["geounet", *words]))
    _last.append(line)
    feedback.pushCommandInfo(line)
    feedback.setProgressText(tr("Starting geounet…"))
    argv = [environment_python(), "-m", "geounet", *words, "--json-events", "--lease", "stdin"]
    try:
        finished = process.run(
            argv,
            Listener(feedback),
            environ=clean(os.environ),
            own_folders=tuple(Path(folder) for folder in own_folders),
        )
    except process.ChildError as error:
        raise QgsProcessingException(redacted(str(error))) from error
    if finished.failure is not None and not finished.cancelled:
        raise QgsProcessingException(explained(redacted(finished.failure), labels or {}))
    return finished


def environment_python() -> str:
    """Return the Python that has geounet; raises QgsProcessingException, naming the remedy, where there is none."""
    settings = Settings.load()
    try:
        return str(find_python(os.environ, chosen=settings.python, folder=str(settings.environment_folder)))
    except NotSetUpError as error:
        raise QgsProcessingException(_with_menu(str(error))) from error


def _with_menu(message: str) -> str:
    menu = tr("Plugins ▸ geounet ▸ Settings and environment…")
    return message if menu in message else f"{message}\n{tr('See {menu}').format(menu=menu)}"


def last_command() -> str:
    """Return the command line of the last run, without credentials; empty before the first."""
    return _last[0] if _last else ""
