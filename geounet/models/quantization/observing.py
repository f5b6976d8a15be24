"""What a graph's tensors hold, tile by tile: extremes, histograms and means of channels; memory is that of one tile."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geounet.errors import ModelError
from geounet.models.quantization.float_graph import FloatGraph
from geounet.models.runtime_manners import quiet_onnxruntime

if TYPE_CHECKING:  # loaded when a model is
    from onnxruntime import InferenceSession

BINS = 4096
"""Of a histogram, from the least value to the largest."""

PASSES = 2
"""How often each tile goes through the network: for extremes, and for counts between them."""

Tensor = NDArray[np.float32]

Patches = Callable[[], Iterable[Tensor]]
"""Gives the calibration tiles (C, tile, tile), the same ones each time."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a tensor held over all tiles."""

    lowest: float
    highest: float
    counts: NDArray[np.int64]
    """(BINS,) values, in bins of one width from the lowest to the highest."""
    means: NDArray[np.float64]
    """(C,) mean of each channel."""


def observe(graph: FloatGraph, tensors: Collection[str], patches: Patches) -> Mapping[str, Held]:
    """What tensors of a float graph hold while tiles go through it, one at a time, twice: for extremes, and for counts.

    Raises ModelError where there is no tile, or a tensor is no number somewhere.
    """
    watch = _Watch(graph, tensors)
    extremes = _Extremes()
    for patch in patches():
        watch(patch, extremes)
    if not extremes.tiles:
        raise ModelError("no tile to calibrate on; pass scenes with valid pixels")
    low, high = extremes.low, extremes.high
    odd = [name for name in tensors if not np.isfinite([low[name], high[name]]).all()]
    if odd:
        raise ModelError(
            f"tensor {odd[0]} of model {graph.card.name!r} holds values that are no numbers; expected a network that works "
            "on these scenes"
        )
    histograms = _Histograms(low, high)
    for patch in patches():
        watch(patch, histograms)
    return {
        name: Held(low[name], high[name], histograms.counts[name], extremes.sums[name] / extremes.tiles[name])
        for name in tensors
    }


class _Extremes:
    """The least and the largest value of each tensor, and sums of its channels' means."""

    def __init__(self) -> None:
        self.low: dict[str, float] = {}
        self.high: dict[str, float] = {}
        self.sums: dict[str, NDArray[np.float64]] = {}
        self.tiles: Counter[str] = Counter()

    def __call__(self, name: str, values: Tensor) -> None:
        """Take a tensor (1, C, …) of one tile."""
        low, high = float(values.min()), float(values.max())
        self.low[name] = min(self.low.get(name, low), low)
        self.high[name] = max(self.high.get(name, high), high)
        means = values.mean(tuple(range(2, values.ndim)), dtype=np.float64)[0]
        self.sums[name] = self.sums.get(name, 0) + means
        self.tiles[name] += 1


class _Histograms:
    """Values of each tensor by bins between its extremes; of one that is constant, all are in one bin."""

    def __init__(self, low: Mapping[str, float], high: Mapping[str, float]) -> None:
        self.low, self.high = low, high
        self.counts = {name: np.zeros(BINS, np.int64) for name in low}

    def __call__(self, name: str, values: Tensor) -> None:
        """Take a tensor of one tile."""
        low, high = self.low[name], self.high[name]
        self.counts[name] += np.histogram(values, BINS, (low, high if high > low else low + 1))[0]


class _Watch:
    """A graph whose inner tensors can be seen."""

    def __init__(self, graph: FloatGraph, tensors: Collection[str]) -> None:
        self.input = graph.input
        self.batch = graph.batch or 1
        self.inner = [name for name in tensors if name != graph.input]
        self.takes_input = graph.input in tensors
        self.session = _session(graph, self.inner)

    def __call__(self, patch: Tensor, take: Callable[[str, Tensor], None]) -> None:
        """Hand out the tensors (1, C, …) that a tile (C, tile, tile) makes, one by one."""
        patches = np.repeat(patch[None], self.batch, axis=0)
        if self.takes_input:
            take(self.input, patches[:1])
        held = self.session.run(self.inner, {self.input: patches}) if self.inner else []
        for name, values in zip(self.inner, held, strict=True):
            take(name, np.asarray(values)[:1])


def _session(graph: FloatGraph, tensors: list[str]) -> "InferenceSession":
    """The graph with these tensors among what it gives."""
    from onnx import ModelProto

    model = ModelProto()
    model.CopyFrom(graph.model)
    given = {value.name for value in model.graph.output}
    for name in tensors:
        if name not in given:
            model.graph.output.add(name=name)
    onnxruntime = quiet_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.use_deterministic_compute = True
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # what a tile took is given back
    session: InferenceSession = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session
