"""The graph of a bundle that carries none: made by torch once, and kept in the user's cache."""

import hashlib
import shutil
import tempfile
import warnings
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from geounet import __version__
from geounet.errors import MissingDependencyError, ModelError, OutputError
from geounet.models.bundle import CARD, WEIGHTS, Bundle, read
from geounet.models.cache import cache_folder
from geounet.models.engines.libraries import version_of
from geounet.models.folders import whole_folder
from geounet.models.graph import SessionModel, load_session_model

EXPORTERS = ("torch", "onnx", "onnxscript")
"""What makes a graph; with another version of one it may be another graph."""


def ready_graph(bundle: Bundle) -> SessionModel | None:
    """The bundle's graph, its own or one that was kept; None where it would have to be made.

    Raises ModelError where its own cannot be used. One that was kept and cannot be used is none.
    """
    own = load_session_model(bundle)
    return own or _read(_place(bundle))


def graph_of(bundle: Bundle) -> SessionModel:
    """The bundle's graph, its own, one that was kept, or one that is made now, which takes torch some seconds.

    Raises ModelError where its own cannot be used or torch cannot make one, and MissingDependencyError without what makes
    it. A cache that cannot be written is no failure: the graph then lives as long as the process.
    """
    return ready_graph(bundle) or _made(bundle)


def _place(bundle: Bundle) -> Path:
    """Where a graph is kept: by model, and by what makes it."""
    made_by = [__version__, *(version_of(name) for name in EXPORTERS)]
    return (
        cache_folder()
        / "graphs"
        / hashlib.sha256("\n".join([bundle.digest, *made_by]).encode()).hexdigest()[:32]
    )


def _read(folder: Path) -> SessionModel | None:
    """The graph that is kept in a folder; None where there is none, or a damaged one."""
    if not (folder / CARD).is_file():
        return None
    try:
        return load_session_model(read(folder))
    except (ModelError, OSError):
        return None  # it is made anew, and takes the place of the damaged one


def _made(bundle: Bundle) -> SessionModel:
    """A graph that torch makes now, in the cache, else in a folder that goes with the process."""
    missing = [name for name in EXPORTERS if find_spec(name) is None]
    if "torch" in missing:
        raise MissingDependencyError(
            f"the bundle of model {bundle.card.name!r} carries no graph, and torch, which would make one, is not installed: "
            "have geounet models graph write one into it on a complete install, or pip install geounet"
        )
    if missing:
        raise MissingDependencyError(
            f"{missing[0]} is not installed, and the bundle of model {bundle.card.name!r} carries no graph: "
            "pip install 'geounet[onnx]' to have one made, or pass --engine torch"
        )
    folder = _place(bundle)
    with suppress(OSError, OutputError):  # another process was faster, or the cache is full or closed
        folder.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(folder) as draft:
            _write(bundle, draft)
    return _read(folder) or _made_aside(bundle)


def _made_aside(bundle: Bundle) -> SessionModel:
    """A graph in a folder for temporary files; runtimes may read it for as long as the process lives."""
    folder = Path(_aside().name) / bundle.digest
    if not folder.exists():
        with whole_folder(folder) as draft:
            _write(bundle, draft)
    found = load_session_model(read(folder))
    assert found is not None  # noqa: S101 (it was written)
    return found


_ASIDE: list[tempfile.TemporaryDirectory[str]] = []


def _aside() -> tempfile.TemporaryDirectory[str]:
    if not _ASIDE:
        _ASIDE.append(tempfile.TemporaryDirectory(prefix="geounet-graphs-"))
    return _ASIDE[0]


def _write(bundle: Bundle, folder: Path) -> None:
    """A copy of a bundle that carries its graph: that names the weights beside it."""
    from geounet.models.graph.writing import write_graph

    for name in (CARD, WEIGHTS):
        shutil.copyfile(bundle.folder / name, folder / name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, of what is to change in torch
        write_graph(folder)
