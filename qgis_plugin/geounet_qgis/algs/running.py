"""Runs geounet for an algorithm: its events become the dialog's progress, messages and errors."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from geounet_qgis.algs.hints import explained
from geounet_qgis.algs.listening import Listener
from geounet_qgis.child import process
from geounet_qgis.child.protocol import Failed
from geounet_qgis.child.redact import redacted
from geounet_qgis.child.variables import clean
from geounet_qgis.commands.words import shown
from geounet_qgis.managed.errors import NotSetUpError
from geounet_qgis.managed.locate import find_python
from geounet_qgis.settings import Settings
from geounet_qgis.translation import tr


@dataclass(frozen=True)
class _Command:
    line: str
    exports: Mapping[str, str] = field(default_factory=dict)


INCOMPLETE = "BatchIncompleteError"
"""The error of a run that gave what it came to, though some of its scenes failed: these are the caller's to tell."""

_last: deque[_Command] = deque([_Command("")], maxlen=1)

_under_way: dict[object, QgsProcessingFeedback] = {}


@contextmanager
def under_way(feedback: QgsProcessingFeedback) -> Iterator[None]:
    """Within it, something runs that `cancel_all` ends through its feedback."""
    key = object()
    _under_way[key] = feedback
    try:
        yield
    finally:
        del _under_way[key]


def cancel_all() -> bool:
    """Tell everything that runs to end, in whatever thread; whether there is anything."""
    feedbacks = list(_under_way.values())
    for feedback in feedbacks:
        feedback.cancel()
    return bool(feedbacks)


def run_geounet(
    words: Sequence[str],
    feedback: QgsProcessingFeedback,
    *,
    own_folders: Collection[str | Path] = (),
    labels: Mapping[str, str] | None = None,
    exports: Mapping[str, str] | None = None,
) -> process.Finished:
    """Run `geounet WORDS` in its own environment, and return when it has ended or was cancelled.

    A run over many scenes of which some failed returns too: what it `reported` says which.

    Args:
        words: the verb and its arguments, without `--json-events` and `--lease`.
        feedback: gets progress and messages, and says whether the run is cancelled.
        own_folders: where outputs go, so that nothing of a killed run stays there.
        labels: what the dialog calls an option, by its flag: for messages that name one.
        exports: files among the words that hold a layer for this run alone, and the layer's name.

    Raises:
        QgsProcessingException: where there is no environment, or the run failed: geounet's own line, and a hint.
    """
    line = redacted(shown(["geounet", *words]))
    _last.append(_Command(line, exports or {}))
    feedback.pushCommandInfo(line)
    feedback.setProgressText(tr("Starting geounet…"))
    listener = Listener(feedback)
    finished = heard(words, listener, own_folders=own_folders)
    is_told = listener.error == INCOMPLETE and finished.reported is not None
    if finished.failure is not None and not finished.cancelled and not is_told:
        failure = Failed(listener.error, redacted(finished.failure))
        raise QgsProcessingException(explained(failure, labels or {}))
    return finished


def heard(
    words: Sequence[str], listener: Listener, *, own_folders: Collection[str | Path] = ()
) -> process.Finished:
    """Run `geounet WORDS` in its own environment, heard by `listener`, whether it succeeds or fails.

    Raises QgsProcessingException where there is no environment, or it cannot be started.
    """
    argv = [environment_python(), "-m", "geounet", *words, "--json-events", "--lease", "stdin"]
    folders = tuple(Path(folder) for folder in own_folders)
    try:
        return process.run(argv, listener, environ=clean(os.environ), own_folders=folders)
    except process.ChildError as error:
        raise QgsProcessingException(redacted(str(error))) from error


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
    return _last[0].line


def last_exports() -> Mapping[str, str]:
    """Return the files that it names and that are gone with the run, and the layer that each was exported from."""
    return _last[0].exports
