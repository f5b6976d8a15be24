"""A bundle's network written as a graph beside its weights, which keep its tensors."""

import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from geounet.digests import file_sha256
from geounet.errors import ModelError
from geounet.models import bundle
from geounet.models.bundle import GRAPH, Bundle
from geounet.models.card import ModelCard
from geounet.models.exchange.scoring import Scoring
from geounet.models.graph.bearing import KEY, Bearing, network_of
from geounet.models.graph.faster import external_options, faster
from geounet.models.graph.held import held_tensors
from geounet.models.graph.lending import lent
from geounet.models.graph.reading import INPUT, OUTPUT
from geounet.models.graph.tracing import traced
from geounet.models.networks import network_stride, takes_any_tile
from geounet.models.reasons import reason_of
from geounet.models.runtime_manners import quiet_onnxruntime
from geounet.outputs import atomic_target

if TYPE_CHECKING:  # it comes with an extra
    from onnx import ModelProto

IR_VERSION = 8
"""The version of ONNX's file format that came with the operators' version: older runtimes refuse newer ones."""

TOLERANCE = 1e-4
"""By how much a runtime's scores may differ from torch's."""


def write_graph(folder: Path) -> Path:
    """Write `graph.onnx` into a bundle's folder, in place of one that is there; where it lies.

    The bundle stays what it was: its digest is of card and weights. Raises ModelError where the network cannot be written
    so or does not give the same scores then, OutputError, and MissingDependencyError without onnx and onnxscript.
    """
    found = bundle.read(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's, on what is to change in torch
        model = _graph(found)
    path = folder / GRAPH
    with atomic_target(path, overwrite=True) as draft:
        draft.write_bytes(model)
    return path


def _graph(found: Bundle) -> bytes:
    """A bundle's network as the file's bytes, tried where onnxruntime is there."""
    module = Scoring(bundle.load(found), found.card).eval()
    stride = network_stride(module.network)
    model, sides = _traced(module, found.card, stride=stride)
    bearing = Bearing(file_sha256(found.weights), network_of(found.card), stride)
    once = sides == (found.card.tile, found.card.tile)
    tried_on = [sides] if once else [sides, (2 * sides[0], 2 * sides[1])]
    model = faster(lent(model, held_tensors(found.weights)), found, sides=tried_on)
    content = _plain(model, bearing)
    _check(found, content, module=module, sides=sides)
    return content


def _traced(module: Scoring, card: ModelCard, *, stride: int) -> tuple["ModelProto", tuple[int, int]]:
    """The module for tiles of any side where it can be, else for the card's alone; and rows and columns to try it on."""
    if takes_any_tile(module.network):
        with suppress(ModelError):  # a network may take any tile, and yet the tracer needs to know which
            return traced(module, card, stride=stride), (2 * stride, 3 * stride)
    return traced(module, card, stride=None), (card.tile, card.tile)


def _plain(model: "ModelProto", bearing: Bearing) -> bytes:
    """The file's bytes, without what the tracer says of the machine that it ran on."""
    graph = model.graph
    model.ir_version = min(model.ir_version, IR_VERSION)
    model.producer_name, model.producer_version, model.doc_string = "geounet", "", ""
    for node in graph.node:
        for field in ("name", "doc_string", "metadata_props"):
            node.ClearField(field)
    for value in (*graph.input, *graph.output, *graph.initializer):
        for field in ("doc_string", "metadata_props"):
            value.ClearField(field)
    for field in ("value_info", "metadata_props"):
        graph.ClearField(field)
    model.ClearField("metadata_props")
    model.metadata_props.add(key=KEY, value=bearing.to_json())
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _check(found: Bundle, content: bytes, *, module: Scoring, sides: tuple[int, int]) -> None:
    """Raise ModelError unless onnxruntime gives torch's scores; where it is not installed, nobody can say."""
    try:
        onnxruntime = quiet_onnxruntime()
    except ImportError:
        return
    options = external_options(onnxruntime, found.folder)
    patches = np.random.default_rng(0).normal(size=(3, found.card.channels, *sides)).astype(np.float32)
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        (scores,) = session.run([OUTPUT], {INPUT: patches})
    except Exception as error:  # onnxruntime's own classes
        reason = reason_of(error)
        raise ModelError(f"model {found.card.name!r} does not run as a graph ({reason})") from error
    with torch.inference_mode():
        expected = module(torch.from_numpy(patches)).numpy()
    apart = float(np.abs(scores - expected).max())
    if not apart <= TOLERANCE:
        raise ModelError(
            f"model {found.card.name!r} gives other scores as a graph (by {apart:.2g}); nothing was written"
        )
