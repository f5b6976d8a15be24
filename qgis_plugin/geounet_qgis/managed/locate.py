"""Which Python runs geounet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from geounet_qgis.managed import environment
from geounet_qgis.managed.errors import NotSetUpError
from geounet_qgis.managed.pythons import python_in
from geounet_qgis.translation import tr

VARIABLE = "GEOUNET_PYTHON"

__all__ = ["VARIABLE", "NotSetUpError", "find_python"]


def find_python(environ: Mapping[str, str], *, chosen: str, folder: str) -> str:
    """Give the Python that the environment variable names, else the one chosen by a person, else the private one's.

    Nothing is run: the answer comes at once. Raises NotSetUpError where the first of these that is given does not do.
    """
    named = environ.get(VARIABLE, "")
    if named:
        return _existing(named, tr("the environment variable GEOUNET_PYTHON"))
    if chosen:
        return _existing(chosen, tr("the Python in geounet's settings"))
    installed = environment.current(folder) if folder else None
    if installed is None:
        raise NotSetUpError(
            tr("geounet is not set up yet."),
            remedy=tr("Set it up in Plugins ▸ geounet ▸ Settings and environment…"),
            on_page=tr("Press Install."),
        )
    why_not = environment.compatible(installed)
    if why_not:
        raise NotSetUpError(
            why_not,
            remedy=tr("Repair it in Plugins ▸ geounet ▸ Settings and environment…"),
            on_page=tr("Press Repair."),
        )
    return installed.python


def _existing(path: str, whence: str) -> str:
    python = Path(python_in(path))
    if not python.is_file() or not os.access(python, os.X_OK):
        raise NotSetUpError(
            tr("{python}, {whence}, is no program. Name the python of an environment with geounet.").format(
                python=path, whence=whence
            )
        )
    return str(python)
