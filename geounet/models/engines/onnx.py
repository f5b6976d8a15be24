"""ONNX Runtime: runs a network that is a graph, without the code that made it."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import DeviceError, ModelError
from geounet.models.card import ModelCard
from geounet.models.engines.graph_segmenter import GraphSegmenter, one_line
from geounet.models.engines.libraries import load_library, version_of
from geounet.models.engines.onnx_file import OnnxFile

if TYPE_CHECKING:  # loaded when a model is
    from onnxruntime import InferenceSession

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
"""What onnxruntime calls the two kinds of devices."""


class OnnxSegmenter(GraphSegmenter):
    """An ONNX file and its card as a Segmenter, run by onnxruntime."""

    def __init__(
        self,
        card: ModelCard,
        file: OnnxFile,
        *,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
    ) -> None:
        """Make the file's network ready on a device: `auto`, `cpu`, `cuda` or `cuda:1`.

        `precision` is `auto`, or `float32` or `int8`: the file's own. Raises ModelError where file and card do not go
        together or onnxruntime cannot run it, DeviceError where the device is not there, and MissingDependencyError
        without onnxruntime.
        """
        super().__init__(card, file, threads=threads)
        if precision not in ("auto", "int8" if file.is_int8 else "float32"):
            raise DeviceError(
                f"ONNX Runtime runs model {card.name!r} in the graph's own precision; {precision} cannot be asked for: "
                "pass auto, or another --engine"
            )
        self.session, self.device = _session(card, file, device=device, threads=self.threads)
        if self.device != "cpu":
            self.batch_pixels = None

    def describe(self) -> dict[str, str | int]:
        """What decides the scores besides the file: engine, version, device, arithmetic, threads."""
        return {
            "engine": "onnx",
            "onnxruntime": version_of("onnxruntime"),
            "device": self.device.partition(":")[0],
            "dtype": "int8" if self.file.is_int8 else "float32",
            "threads": self.threads if self.device == "cpu" else 0,
            **self.calibration,
        }

    def _infer(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        (scores,) = self.session.run(None, {self.file.input: patches})
        return np.asarray(scores, np.float32)


def _session(card: ModelCard, file: OnnxFile, *, device: str, threads: int) -> tuple["InferenceSession", str]:
    """The file ready to run, and the device that it runs on."""
    onnxruntime = load_library("onnxruntime", model=card.name)
    provider, number = _provider(device, onnxruntime.get_available_providers())
    options = _options(onnxruntime, threads)
    exact = {"device_id": str(number), "use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}
    providers = [(CUDA, exact), CPU] if provider == CUDA else [CPU]
    try:
        session = onnxruntime.InferenceSession(file.source, options, providers=providers)
    except Exception as error:  # onnxruntime's own classes; whichever it is, the file does not run here
        what, remedy = f"ONNX file (opset {file.opset})", "export it with an earlier opset"
        if file.opset is None:
            what, remedy = "graph", "write it anew: geounet models graph FOLDER"
        raise ModelError(
            f"the {what} of model {card.name!r} does not run in onnxruntime {onnxruntime.__version__} ({one_line(error)}); "
            f"{remedy}, or upgrade onnxruntime"
        ) from error
    found = session.get_providers()[0]  # where a driver fails, onnxruntime goes on without a word
    if found != provider and device != "auto":
        raise DeviceError(f"device {device!r} does not work with this onnxruntime; pass cpu, or auto")
    return session, "cpu" if found == CPU else f"cuda:{number}"


def _options(onnxruntime: Any, threads: int) -> Any:  # noqa: ANN401 (a module that has no types)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # what is wrong arises as an error
    # One block planned for all activations would lie beside what the first run took, and nothing is gained by it.
    options.enable_mem_pattern = False
    # Threads wait for work by spinning while a batch runs; between two of them the other stages need the cores.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return options


def _provider(device: str, present: list[str]) -> tuple[str, int]:
    """What onnxruntime calls a device, and its number; DeviceError where there is none."""
    if device == "cpu" or (device == "auto" and CUDA not in present):
        return CPU, 0
    kind, _, number = ("cuda" if device == "auto" else device).partition(":")
    if kind == "cuda" and CUDA in present and (number or "0").isdigit():
        return CUDA, int(number or 0)
    names = ", ".join(["cuda", "cpu"] if CUDA in present else ["cpu"])
    raise DeviceError(
        f"device {device!r} is not there for ONNX; onnxruntime here has {names}: pass one of them, or auto"
    )
