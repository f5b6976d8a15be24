"""How a model is to be run: what a person, or a pipeline, says of it."""

from dataclasses import dataclass

INT8 = "int8"
"""Kernels of 8-bit integers: a graph of its own."""

PRECISION = "x-precision"
"""The key by which the card of a bundle that is such a graph says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integers:
    """A graph of integers that was made of a bundle's own."""

    content: bytes
    """An ONNX file's."""
    calibration: str
    """Which calibration it was made by: the first digits of its digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What runs a network, where, in which arithmetic, and over how much."""

    engine: str = "auto"
    """`auto`, `torch`, `compile`, `onnx` or `openvino`."""
    device: str = "auto"
    """`auto`, `cpu`, `cuda`, `cuda:1` or `mps`."""
    precision: str = "auto"
    """`auto`, `float32`, `bfloat16`, `float16` or `int8`."""
    threads: int | None = None
    """Those of a CPU; None is the machine's choice."""
    pixels: int | None = None
    """How many are to go through it, about; None where that is not known."""
    integers: Integers | None = None
    """The graph of integers that runs in place of the bundle's own, where int8 is asked for."""
