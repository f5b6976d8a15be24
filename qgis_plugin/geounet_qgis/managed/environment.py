"""The private environment as it lies on disk, and which one is in use.

    <the person's folder>/geounet-env/
        environment.json    points to the environment that works, and says what it is
        3f9a/               an environment; any other of these is an old one, or half of one
        cache/              what was downloaded: kept when an installation fails, removed when one succeeds
        pythons/            where uv brought a Python
        install.log install.lock

All lies in one subfolder with a name of its own, so that nothing of a person's is ever removed. Names are short:
torch's own paths leave about 60 characters of Windows' 260.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from geounet_qgis.managed import lock
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.versions import PROTOCOL, REQUIREMENT, fits
from geounet_qgis.translation import tr

ROOT = "geounet-env"
FORMAT = 1
ENVIRONMENT = re.compile(r"[0-9a-f]{4}")


@dataclass(frozen=True)
class Installed:
    """An environment that was made here and passed its check."""

    python: str
    geounet: str
    """The version of geounet in it."""
    protocol: int
    build: str
    """The build of torch that was asked for."""
    requirement: str
    """A digest of what was asked for: another one means that a person now wants something else."""
    tool: str
    made: str
    """When, in UTC."""


def root(folder: str | Path) -> Path:
    """Give the one subfolder in which everything lies."""
    return Path(folder) / ROOT


def log_file(folder: str | Path) -> Path:
    """Give the log of the last installation."""
    return root(folder) / "install.log"


def cache(folder: str | Path) -> Path:
    """Give the folder of downloads."""
    return root(folder) / "cache"


def pythons(folder: str | Path) -> Path:
    """Give the folder of the Pythons that uv brought."""
    return root(folder) / "pythons"


def python_of(environment: Path) -> Path:
    """Give the Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def new(folder: str | Path) -> Path:
    """Give a name that no environment has yet."""
    while True:
        path = root(folder) / uuid.uuid4().hex[:4]
        if not path.exists():
            return path


def current(folder: str | Path) -> Installed | None:
    """Give the environment that is in use; None where there is none, or what says so cannot be read."""
    try:
        told = json.loads(_pointer(folder).read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            return None
        installed = Installed(**told)
        return Installed(**{**told, "python": str(root(folder) / installed.python)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def compatible(installed: Installed) -> str | None:
    """Say why the environment cannot be used by this plugin; None where it can."""
    if not Path(
        installed.python
    ).exists():  # its base Python may be gone: an update of Flatpak's, or an uninstalled one
        return tr("The environment's Python is gone.")
    if installed.protocol != PROTOCOL or not fits(installed.geounet):
        return tr("The environment has geounet {found}; this plugin needs {needed}.").format(
            found=installed.geounet, needed=REQUIREMENT.partition("geounet")[2]
        )
    return None


def point_at(folder: str | Path, installed: Installed) -> None:
    """Use this environment from now on: all at once, whatever happens meanwhile."""
    pointer = _pointer(folder)
    told = {"format": FORMAT, **asdict(installed)}
    told["python"] = Path(installed.python).relative_to(root(folder)).as_posix()
    beside = pointer.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(pointer)


def remove_others(folder: str | Path) -> None:
    """Remove every environment but the one in use; what another program holds open stays until the next time."""
    installed = current(folder)
    used = Path(installed.python).parent.parent.name if installed else ""
    for path in root(folder).glob("*"):
        if path.is_dir() and ENVIRONMENT.fullmatch(path.name) and path.name != used:
            remove_tree(path)


def remove(folder: str | Path) -> None:
    """Remove the environment and all that belongs to it. Raises InstallError where something could not be removed."""
    if not root(folder).is_dir():
        return
    with lock.held(lock_file(folder)):
        _pointer(folder).unlink(missing_ok=True)
        remove_others(folder)
        remove_tree(cache(folder))
        remove_tree(pythons(folder))
        log_file(folder).unlink(missing_ok=True)
    lock_file(folder).unlink(missing_ok=True)
    try:
        root(folder).rmdir()
    except OSError as error:
        raise InstallError(
            tr("{folder} could not be removed altogether.").format(folder=root(folder)),
            hint=tr("End the runs of geounet that still use it, and try again."),
        ) from error


def lock_file(folder: str | Path) -> Path:
    """Give the file that is locked during an installation."""
    return root(folder) / "install.lock"


def remove_tree(path: Path) -> None:
    """Remove a folder as far as it can be."""
    if os.name == "nt":  # where a file that is read-only cannot be removed
        for parent, _, names in os.walk(path):
            for name in names:
                with suppress(OSError):  # it is gone, or another's: it stays
                    (Path(parent) / name).chmod(stat.S_IWRITE | stat.S_IREAD)
    shutil.rmtree(path, ignore_errors=True)


def _pointer(folder: str | Path) -> Path:
    return root(folder) / "environment.json"
