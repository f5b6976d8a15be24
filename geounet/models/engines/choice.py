"""What `auto` runs a network with: torch on a GPU, and on a CPU the engine that is fastest on this machine.

A scene of few tiles is done before a trial is: it takes the engine that starts soonest. A trial is held once for a model on
a machine, and remembered. A network that has no graph yet is one of torch's, unless there is so much to do that making
its graph is soon made up for. Which engine runs so follows from the installation, the machine and the scene's size.
"""

import warnings
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import (
    DeviceError,
    GeounetError,
    GeounetWarning,
    MissingDependencyError,
    ModelError,
    OutOfMemoryError,
)
from geounet.models.bundle import Bundle
from geounet.models.engines.devices import choose_device, may_have_gpu
from geounet.models.engines.engine import Engine
from geounet.models.engines.graph_segmenter import one_line
from geounet.models.engines.kept_graphs import graph_of, ready_graph
from geounet.models.engines.libraries import available_engines
from geounet.models.engines.remembered import Outcome, keep, recall
from geounet.models.engines.starting import is_int8, start
from geounet.models.engines.threads import machine_threads
from geounet.models.engines.trial import noise, seconds_each, without_odd_ones
from geounet.models.engines.wanted import INT8, Wanted

SOONEST = ("openvino", "onnx", "torch")
"""Engines of a CPU, the one first that is done first with one tile."""

FEW_PIXELS = 4_000_000
"""Up to here, a thread: what a faster engine gains is less than what starting torch for the trial takes."""

MANY_PIXELS = 25_000_000
"""From here on, a thread: a graph is made, which takes torch ten seconds, a third of what a graph's engine then gains."""


def start_chosen(bundle: Bundle, wanted: Wanted) -> Engine:
    """The bundle's network, ready to run by the engine that `auto` stands for.

    Raises what the last engine raises where none can run it as is wanted.
    """
    installed = available_engines()
    if wanted.precision == INT8 and wanted.device == "auto":
        wanted = replace(wanted, device="cpu")  # what its integers were made for
    if not _on_cpu(wanted):
        graph_alone = bundle.is_onnx or "torch" not in installed
        return start("onnx" if graph_alone else "torch", bundle, wanted)
    names, wanted = _candidates(installed, bundle, wanted)
    if len(names) == 1:
        return _first(names, bundle, wanted)
    trial = _trial(names, bundle, wanted)
    known = recall(trial)
    right = [name for name in names if not known or name not in known.wrong]
    if wanted.pixels is not None and wanted.pixels <= FEW_PIXELS * _threads(wanted):
        return _first(right, bundle, wanted)
    if known and known.winner in right:
        return _first(sorted(right, key=lambda name: name != known.winner), bundle, wanted)
    return _fastest(trial, bundle, wanted)


def _candidates(installed: Collection[str], bundle: Bundle, wanted: Wanted) -> tuple[list[str], Wanted]:
    """The engines of a CPU that may run the bundle, the one first that starts soonest; and what is wanted of them."""
    names = [name for name in SOONEST if name in installed]
    graphs = [name for name in names if name != "torch"] or ["onnx"]
    if wanted.precision == INT8:
        return graphs, wanted
    if bundle.is_onnx:
        # It came as it is from somewhere: in another arithmetic it would be another model.
        as_it_is = wanted.precision == "auto" and not is_int8(bundle)
        return graphs, replace(wanted, precision="float32") if as_it_is else wanted
    if names != ["torch"] and not _has_graph(bundle, wanted, torch="torch" in names):
        names = ["torch"] if "torch" in names else ["onnx"]
    return names, wanted


def _on_cpu(wanted: Wanted) -> bool:
    if wanted.device != "auto":
        return wanted.device == "cpu"
    return not may_have_gpu() or choose_device("auto").type == "cpu"


def _threads(wanted: Wanted) -> int:
    return wanted.threads or machine_threads()


def _has_graph(bundle: Bundle, wanted: Wanted, *, torch: bool) -> bool:
    """Whether there is a graph to run, made now where that pays; a GeounetWarning says why one cannot be used."""
    much = wanted.pixels is not None and wanted.pixels >= MANY_PIXELS * _threads(wanted)
    try:
        return (graph_of(bundle) if much or not torch else ready_graph(bundle)) is not None
    except MissingDependencyError:
        if not torch:
            raise
        return False  # what makes graphs comes with an extra
    except GeounetError as error:
        if not torch:
            raise
        warnings.warn(f"{error}; torch runs it", GeounetWarning, stacklevel=4)
        return False


def _first(names: list[str], bundle: Bundle, wanted: Wanted) -> Engine:
    """The first engine that runs the network as is wanted."""
    failed: dict[str, Exception] = {}
    for name in names:
        try:
            engine = start(name, bundle, wanted)
        except GeounetError as error:
            failed[name] = error
        else:
            _warn_of(failed)
            return engine
    raise failed[names[-1]]


def _trial(names: list[str], bundle: Bundle, wanted: Wanted) -> dict[str, Any]:
    """What decides how a trial ends, besides the machine and what is installed."""
    return {
        "model": bundle.digest,
        "tile": bundle.card.tile,
        "precision": wanted.precision,
        "threads": _threads(wanted),
        "candidates": names,
    }


def _fastest(trial: dict[str, Any], bundle: Bundle, wanted: Wanted) -> Engine:
    """The engine that wins a trial on this machine, which is held now and remembered."""
    tried, patches, wrong = _tried(trial["candidates"], bundle, wanted)
    seconds = seconds_each(tried, patches)
    winner = min(seconds, key=seconds.__getitem__)
    keep(trial, Outcome(winner, wrong), seconds=seconds)
    return tried[winner]


def _tried(
    names: list[str], bundle: Bundle, wanted: Wanted
) -> tuple[dict[str, Engine], NDArray[np.float32], tuple[str, ...]]:
    """Engines that run the network as is wanted, each after its first batch; that batch; and those that run it wrongly."""
    started: dict[str, Engine] = {}
    failed: dict[str, Exception] = {}
    for name in names:
        try:
            started[name] = start(name, bundle, wanted)
        except Exception as error:  # noqa: BLE001 (any library's own; the others go on)
            failed[name] = error
    patches = noise(list(started.values()))
    scores: dict[str, NDArray[np.float32]] = {}
    for name, engine in started.items():
        try:
            scores[name] = engine(patches)
        except Exception as error:  # noqa: BLE001 (as above)
            failed[name] = error
    if not scores:
        raise _plain(failed[names[-1]], bundle)
    _warn_of(failed)
    ran = {name: started[name] for name in scores}
    right = without_odd_ones(ran, scores)
    return right, patches, tuple(name for name in ran if name not in right)


def _plain(error: Exception, bundle: Bundle) -> Exception:
    """The error, as one of geounet's."""
    if isinstance(error, GeounetError):
        return error
    return ModelError(
        f"model {bundle.card.name!r} runs in no engine that is installed ({one_line(error)}); pass another model"
    )


def _warn_of(failed: Mapping[str, Exception]) -> None:
    """Say which engines fall out; not where one only lacks the arithmetic that was asked for."""
    for name, error in failed.items():
        if isinstance(error, DeviceError) and not isinstance(error, OutOfMemoryError):
            continue
        warnings.warn(
            f"engine {name} cannot be used ({one_line(error)}); going on without it",
            GeounetWarning,
            stacklevel=4,
        )
