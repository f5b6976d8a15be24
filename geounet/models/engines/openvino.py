"""OpenVINO: runs a network that is a graph, in single precision or in the processor's bfloat16."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import DeviceError, ModelError
from geounet.models.card import ModelCard
from geounet.models.engines.graph_segmenter import GraphSegmenter, one_line
from geounet.models.engines.libraries import load_library, version_of
from geounet.models.engines.onnx_file import OnnxFile
from geounet.models.engines.wanted import INT8
from geounet.models.openvino_core import openvino_core

if TYPE_CHECKING:  # it comes with an extra
    from openvino import CompiledModel, Core

HINTS = {"float32": "f32", "bfloat16": "bf16", "float16": "f16", INT8: "f32"}
"""What OpenVINO calls each arithmetic when it is asked for; beside integers, that of what is left in floats."""

CAPABILITIES = {"bfloat16": "BF16", "float16": "FP16"}
"""What it calls those that a processor has in hardware."""


class OpenvinoSegmenter(GraphSegmenter):
    """An ONNX file and its card as a Segmenter, run by OpenVINO on the processor."""

    device = "cpu"

    def __init__(
        self,
        card: ModelCard,
        file: OnnxFile,
        *,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
    ) -> None:
        """Compile the file's network for this processor; `device` is `auto` or `cpu`.

        `precision` is `auto`, `float32`, `bfloat16` or `float16`: what kernels multiply in; the scores are float32. `auto`
        takes bfloat16 where the processor has it. Raises ModelError where file and card do not go together or OpenVINO
        cannot run it, DeviceError where there is no such device or arithmetic, and MissingDependencyError without openvino.
        """
        super().__init__(card, file, threads=threads)
        if device not in ("auto", "cpu"):
            raise DeviceError(
                f"device {device!r} is not there for OpenVINO, which runs on the CPU here; pass cpu, or --engine torch"
            )
        load_library("openvino", model=card.name)
        core = openvino_core()
        native = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.precision = INT8 if file.is_int8 else _chosen(precision, native)
        self._compiled = _compiled(core, card, file, precision=self.precision, threads=self.threads)
        self._request = self._compiled.create_infer_request()
        self._alone = Lock()  # a request runs one batch at a time

    def describe(self) -> dict[str, str | int]:
        """What decides the scores besides the file: engine, version, device, arithmetic, threads."""
        return {
            "engine": "openvino",
            "openvino": version_of("openvino"),
            "device": "cpu",
            "dtype": self.precision,
            "threads": self.threads,
            **self.calibration,
        }

    def _infer(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        with self._alone:
            found = self._request.infer({0: patches}, share_inputs=True, share_outputs=True)
            return np.array(
                found[0], np.float32
            )  # the request's own memory is written again by the next batch


def _chosen(precision: str, capabilities: Sequence[str]) -> str:
    """The arithmetic to run with; DeviceError where the processor would only emulate it."""
    native = ["float32", *(name for name, said in CAPABILITIES.items() if said in capabilities)]
    if precision == "auto":
        return "bfloat16" if "bfloat16" in native else "float32"
    if precision not in native:
        raise DeviceError(
            f"device cpu has no {precision} in hardware; it has {', '.join(native)}: pass one of them, or auto"
        )
    return precision


def _compiled(
    core: "Core", card: ModelCard, file: OnnxFile, *, precision: str, threads: int
) -> "CompiledModel":
    """The network, for any number of tiles of any side that it takes."""
    config: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": HINTS[precision],
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
    }
    try:
        return core.compile_model(core.read_model(file.source), "CPU", config)
    except RuntimeError as error:
        raise ModelError(
            f"model {card.name!r} does not run in OpenVINO ({one_line(error)}); pass another --engine: onnx, or torch"
        ) from error
