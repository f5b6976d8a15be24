"""Where a fitting Python may be: QGIS's own, on PATH, and in the usual places of each system."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from geounet_qgis.child.variables import clean
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.interpreter import Interpreter, Refused, looked_at
from geounet_qgis.translation import tr

MINORS = ("3.13", "3.12", "3.11")
NAMES = (*(f"python{minor}" for minor in MINORS), "python3", "python")
FLATPAK = Path("/.flatpak-info")


@dataclass(frozen=True)
class Search:
    """What was found, and what was passed over."""

    found: Interpreter | None
    refused: tuple[Refused, ...]


def search(environ: Mapping[str, str], *, chosen: str = "", uv: bool = False) -> Search:
    """Look for the first Python that fits; with one `chosen` by a person, at that alone.

    Raises InstallError where the chosen one does not do.
    """
    environ = clean(environ)
    if chosen:
        words = (python_in(chosen),)
        looked = looked_at(words, environ, uv=uv)
        if isinstance(looked, Refused):
            raise InstallError(
                tr("{python} cannot be used: {reason}.").format(python=chosen, reason=looked.reason),
                hint=tr("Choose a Python 3.11, 3.12 or 3.13, or leave the choice to the plugin."),
            )
        return Search(looked, ())
    return _first(candidates(environ), environ, uv=uv)


def _first(words: Iterable[tuple[str, ...]], environ: Mapping[str, str], *, uv: bool) -> Search:
    refused = []
    for candidate in words:
        looked = looked_at(candidate, environ, uv=uv)
        if isinstance(looked, Interpreter):
            return Search(looked, tuple(refused))
        refused.append(looked)
    return Search(None, tuple(refused))


def python_in(path: str) -> str:
    """Take a Python's path as it is, or find the Python in the folder of an environment or of an installation."""
    folder = Path(path).expanduser()
    if not folder.is_dir():
        return str(folder)
    places = (folder / name for name in ("bin/python", "Scripts/python.exe", "python.exe", "bin/python3"))
    return str(next((place for place in places if place.is_file()), folder))


def candidates(environ: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Give every Python that may be there, as the words that start it, each once."""
    seen = set()
    for words in _everywhere(environ):
        program = words[0]
        known = (os.path.realpath(program), *words[1:])
        if known not in seen and Path(program).is_file() and os.access(program, os.X_OK):
            seen.add(known)
            yield words


def _everywhere(environ: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    # sys.executable is left out: on Windows and macOS it is QGIS itself, and would open a second one.
    for prefix in (sys.prefix, sys.base_prefix):
        yield from _in_prefix(Path(prefix))
    search_path = environ.get("PATH", "")
    for name in NAMES:
        found = shutil.which(name, path=search_path)
        if found:
            yield (found,)
    launcher = shutil.which("py", path=search_path) if os.name == "nt" else None
    if launcher:
        yield from ((launcher, f"-{minor}") for minor in MINORS)
    for folder in usual_folders(environ):
        yield from ((str(folder / name),) for name in NAMES)
        if os.name == "nt":
            yield (str(folder / "python.exe"),)
    for prefix in _conda_prefixes(environ):
        yield from _in_prefix(prefix)


def _in_prefix(prefix: Path) -> Iterator[tuple[str, ...]]:
    if os.name == "nt":
        yield (str(prefix / "python.exe"),)
    else:
        yield from ((str(prefix / "bin" / name),) for name in NAMES)


def usual_folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Give the folders that hold a Python on this system, also those that a desktop's short PATH leaves out."""
    if os.name == "nt":
        yield from _windows_folders(environ)
        return
    if FLATPAK.exists():
        yield from (Path("/app/bin"), Path("/usr/bin"))
    yield from (Path("/usr/bin"), Path("/usr/local/bin"), Path("/opt/homebrew/bin"))
    frameworks = Path("/Library/Frameworks/Python.framework/Versions")
    yield from (frameworks / minor / "bin" for minor in MINORS)
    yield Path(environ.get("HOME", "/")) / ".local" / "bin"


def _windows_folders(environ: Mapping[str, str]) -> Iterator[Path]:
    programs = Path(environ.get("PROGRAMFILES", "C:/Program Files"))
    local = Path(environ.get("LOCALAPPDATA", "C:/"))
    roots = (
        *((Path(environ["OSGEO4W_ROOT"]) / "apps",) if environ.get("OSGEO4W_ROOT") else ()),
        Path("C:/OSGeo4W/apps"),
        *(folder / "apps" for folder in _globbed(programs, "QGIS*")),
        local / "Programs" / "Python",
        programs,
    )
    for root in roots:
        yield from _globbed(root, "Python3*")


def _conda_prefixes(environ: Mapping[str, str]) -> Iterator[Path]:
    """Give conda's environments: those that conda wrote down, and those of its usual folders."""
    home = Path(environ.get("USERPROFILE") or environ.get("HOME") or "/")
    listed = home / ".conda" / "environments.txt"
    with suppress(OSError, UnicodeDecodeError):  # no conda, or one that keeps no list
        yield from map(Path, filter(None, listed.read_text(encoding="utf-8").splitlines()))
    for name in ("miniforge3", "mambaforge", "miniconda3", "anaconda3"):
        yield home / name
        yield from _globbed(home / name / "envs", "*")


def _globbed(folder: Path, pattern: str) -> list[Path]:
    """Give what is there, the newest Python first; a folder that cannot be read has nothing."""
    try:
        return sorted(folder.glob(pattern), reverse=True)
    except OSError:
        return []
