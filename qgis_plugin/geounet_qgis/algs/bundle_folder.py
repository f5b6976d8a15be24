"""The folder that a new model is written to: what may stand there already."""

from __future__ import annotations

from pathlib import Path

from geounet_qgis.models import CARD
from geounet_qgis.translation import tr


def folder_problem(folder: Path, *, overwrite: bool, title: str) -> str | None:
    """Return why a model cannot be written to `folder`, in a line; None where it can.

    Writing a model replaces its folder whole, so a folder of anything else is never taken. `title` is what the
    dialog calls the box that allows a model to be replaced.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        return tr("{folder} is a file; expected a folder for the model").format(folder=folder)
    if (folder / CARD).is_file():
        text = tr("There is a model in {folder} already: choose another folder, or tick “{title}”")
        return None if overwrite else text.format(folder=folder, title=title)
    if any(folder.iterdir()):
        text = tr("{folder} has other files in it; choose a new or an empty folder for the model")
        return text.format(folder=folder)
    return None


def may_replace(folder: Path, *, overwrite: bool) -> bool:
    """Whether the library is told to replace the folder: where that is wanted, and where it is there and empty."""
    return overwrite or (folder.is_dir() and not any(folder.iterdir()))
