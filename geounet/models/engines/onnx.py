"""ONNX Runtime: runs a network that is a file, without the code that made it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geounet.errors import DeviceError, MissingDependencyError, ModelError
from geounet.models.card import ModelCard
from geounet.models.engines.batch import CPU_PIXELS, suitable_batch, too_many
from geounet.models.engines.onnx_file import OnnxFile
from geounet.models.engines.patches import check_bands, check_sides
from geounet.models.engines.torch import MACHINE_THREADS

if TYPE_CHECKING:  # it comes with an extra
    from onnxruntime import InferenceSession

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
"""What onnxruntime calls the two kinds of devices."""


class OnnxSegmenter:
    """An ONNX file and its card as a Segmenter. What the file gives is taken for probabilities."""

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

        `precision` is `auto` or `float32`: the file's own. Raises ModelError where file and card do not go together or
        onnxruntime cannot run it, DeviceError where the device is not there, and MissingDependencyError without
        onnxruntime.
        """
        _check_file(card, file)
        if precision not in ("auto", "float32"):
            raise DeviceError(
                f"model {card.name!r} is in ONNX, which has its own precision; {precision} cannot be asked for: pass auto"
            )
        self.card = card
        self.file = file
        self.digest = ""
        """sha256 of the bundle that it was loaded from."""
        self.threads = threads or MACHINE_THREADS
        self.any_tile = file.side is None
        """Whether it takes tiles of any side that is a multiple of the card's stride."""
        self.session, self.device = _session(card, file, device=device, threads=self.threads)
        self.batch_pixels = CPU_PIXELS if self.device == "cpu" else None
        """Pixels of a batch; None where what fits is found by trying."""

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (N, K, h, w) of normalised patches (N, C, h, w), both float32.

        Raises ModelError on patches that the network does not take, and OutOfMemoryError where a smaller batch may fit.
        """
        self._check(patches)
        step = self.file.batch or len(patches)
        parts = [self._run(patches[first : first + step]) for first in range(0, len(patches), step)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def describe(self) -> dict[str, str | int]:
        """What decides the scores besides the file: engine, version, device, arithmetic, threads."""
        import onnxruntime

        return {
            "engine": "onnx",
            "onnxruntime": onnxruntime.__version__,
            "device": self.device.partition(":")[0],
            "dtype": "float32",
            "threads": self.threads if self.device == "cpu" else 0,
        }

    def suggest_batch(self, tile: int) -> int:
        """A batch size that suits tiles of this side: the file's own, by pixels where those are known, else by trying."""
        if self.file.batch is not None:
            return self.file.batch
        return suitable_batch(self, tile)

    def _run(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores of one batch, filled up with zeros where the file's is fixed."""
        count, batch = len(patches), self.file.batch or len(patches)
        if count < batch:
            patches = np.concatenate([patches, np.zeros((batch - count, *patches.shape[1:]), np.float32)])
        feed = {self.file.input: np.ascontiguousarray(patches, np.float32)}
        try:
            (scores,) = self.session.run(None, feed)
        except Exception as error:  # onnxruntime's own classes, of which none says memory
            if not _is_out_of_memory(error):
                raise
            raise too_many(patches, self.device, _line(error)) from error
        return np.asarray(scores, np.float32)[:count]

    def _check(self, patches: NDArray[np.float32]) -> None:
        check_bands(patches, self.card)
        side, (rows, cols) = self.file.side, patches.shape[2:]
        if side is not None and (rows, cols) != (side, side):
            raise ModelError(
                f"patches are {rows} × {cols}; model {self.card.name!r} takes tiles of {side} alone: leave --tile out"
            )
        check_sides(patches, self.card)


def _check_file(card: ModelCard, file: OnnxFile) -> None:
    """Raise ModelError unless the file takes and gives what the card says."""
    for found, expected, what in (
        (file.bands, card.channels, "takes {} bands"),
        (file.scores or card.scores, card.scores, "gives {} scores"),
        (file.side or card.tile, card.tile, "takes tiles of {}"),
    ):
        if found != expected:
            raise ModelError(
                f"ONNX file of model {card.name!r} {what.format(found)}; its card says {expected}: correct the card"
            )


def _session(card: ModelCard, file: OnnxFile, *, device: str, threads: int) -> tuple["InferenceSession", str]:
    """The file ready to run, and the device that it runs on."""
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingDependencyError(
            f"onnxruntime is not installed; model {card.name!r} needs it: pip install 'geounet[onnx]'"
        ) from error
    provider, number = _provider(device, onnxruntime.get_available_providers())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # what is wrong arises as an error
    exact = {"device_id": str(number), "use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}
    providers = [(CUDA, exact), CPU] if provider == CUDA else [CPU]
    try:
        session = onnxruntime.InferenceSession(file.content, options, providers=providers)
    except Exception as error:  # onnxruntime's own classes; whichever it is, the file does not run here
        raise ModelError(
            f"ONNX file of model {card.name!r} (opset {file.opset}) does not run in onnxruntime "
            f"{onnxruntime.__version__} ({_line(error)}); export it with an earlier opset, or upgrade onnxruntime"
        ) from error
    found = session.get_providers()[0]  # where a driver fails, onnxruntime goes on without a word
    if found != provider and device != "auto":
        raise DeviceError(f"device {device!r} does not work with this onnxruntime; pass cpu, or auto")
    return session, "cpu" if found == CPU else f"cuda:{number}"


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


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _is_out_of_memory(error: Exception) -> bool:
    words = ("out of memory", "failed to allocate", "bad_alloc", "bad allocation", "allocate memory")
    return isinstance(error, MemoryError) or any(word in str(error).lower() for word in words)
