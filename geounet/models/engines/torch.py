"""PyTorch, eager: runs wherever torch does; what other engines are compared with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from geounet.models.card import ModelCard
from geounet.models.engines.allocator import keep_activations
from geounet.models.engines.batch import CPU_PIXELS, suitable_batch, too_many
from geounet.models.engines.devices import choose_device, choose_precision
from geounet.models.engines.on_device import DeviceArithmetic
from geounet.models.engines.patches import check_bands, check_sides
from geounet.models.engines.threads import machine_threads
from geounet.models.networks import takes_any_tile

Patches = TypeVar("Patches", NDArray[np.float32], Tensor)
Scores = TypeVar("Scores", NDArray[np.float32], Tensor)


class TorchSegmenter:
    """A network and its card as a Segmenter: numpy in, probabilities out.

    Half precision is torch's autocast: kernels multiply in it; norms, softmax and the scores stay in single precision.
    """

    def __init__(
        self,
        card: ModelCard,
        module: nn.Module,
        *,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
    ) -> None:
        """Take the network (giving logits) over, and put it on a device, in evaluation mode.

        `device` is `auto`, `cpu`, `cuda`, `cuda:1` or `mps`; `precision` is `auto`, `float32`, `bfloat16` or
        `float16`; `threads` are those of a CPU. Raises DeviceError where there is no such device or arithmetic.
        """
        self.card = card
        self.digest = ""
        """sha256 of the bundle that it was loaded from; empty for a network made in memory."""
        self.device = choose_device(device)
        self.precision = choose_precision(precision, self.device)
        self.threads = threads or machine_threads()
        self.any_tile = takes_any_tile(module)
        """Whether it takes tiles of any side that is a multiple of its stride: small scenes need no large ones."""
        self.batch_pixels = CPU_PIXELS if self.device.type == "cpu" else None
        """Pixels of a batch; None where what fits is found by trying."""
        self.module = module.eval().to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it
        if self.device.type == "cpu":
            keep_activations()

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (N, K, h, w) of normalised patches (N, C, h, w), both float32.

        Raises ModelError on patches that the network does not take, and OutOfMemoryError where a smaller batch may fit.
        """
        check_bands(patches, self.card)
        check_sides(patches, self.card)
        return self._fitting(self._run, patches)

    def on_device(self) -> DeviceArithmetic | None:
        """What cuts, runs, joins and classifies tiles where the network lies, if that is on a GPU: only labels come back."""
        if self.device.type != "cuda":
            return None
        return DeviceArithmetic(self.device, lambda patches: self._fitting(self._scores, patches))

    def describe(self) -> dict[str, str | int]:
        """What decides the scores besides the weights: engine, version, device, arithmetic, threads."""
        return {
            "engine": "torch",
            "torch": torch.__version__,
            "device": self.device.type,
            "dtype": str(self.precision).removeprefix("torch."),
            "threads": self.threads if self.device.type == "cpu" else 0,
        }

    def suggest_batch(self, tile: int) -> int:
        """A batch size that suits tiles of this side: by pixels where those are known, else the largest found by trying."""
        return suitable_batch(self, tile)

    def _fitting(self, run: Callable[[Patches], Scores], patches: Patches) -> Scores:
        """What a function makes of patches; raises OutOfMemoryError where they are too many."""
        failure = ""
        try:
            return run(patches)
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
            failure = str(error).splitlines()[0] if str(error) else "no memory"
        # Out here the failed batch's tensors are no longer held by the traceback.
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        raise too_many(patches, self.device, failure)

    def _run(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            values: NDArray[np.float32] = self._scores(self._upload(patches)).contiguous().cpu().numpy()
        return values

    def _scores(self, patches: Tensor) -> Tensor:
        """The probabilities of patches on the device."""
        with torch.inference_mode(), self._arithmetic():
            logits = self.module(patches).float()
            # In place: the logits are nobody else's.
            logits /= self.card.temperature
            scores: Tensor = logits.softmax(1) if self.card.activation == "softmax" else logits.sigmoid_()
        return scores

    def _upload(self, patches: NDArray[np.float32]) -> Tensor:
        plain = np.require(
            patches, np.float32, ["C", "W"]
        )  # torch takes no negative strides and warns of read-only arrays
        tensor = torch.from_numpy(plain)
        if self.device.type == "cuda":
            tensor = tensor.pin_memory()
        return tensor.to(self.device, non_blocking=True).to(memory_format=torch.channels_last)

    @contextmanager
    def _arithmetic(self) -> Iterator[None]:
        """The chosen precision and threads, and kernels that give the same every time."""
        with ExitStack() as stack:
            if self.device.type == "cpu" and torch.get_num_threads() != self.threads:
                torch.set_num_threads(
                    self.threads
                )  # torch keeps them by thread: the pipeline's may be new to it
            if self.device.type == "cuda":
                # What is left out is switched off, cuDNN itself among it.
                flags = {"enabled": True, "benchmark": False, "deterministic": True, "allow_tf32": False}
                stack.enter_context(torch.backends.cudnn.flags(**flags))
            if self.precision is not torch.float32:
                stack.enter_context(torch.autocast(self.device.type, self.precision))
            yield


def _is_out_of_memory(error: Exception) -> bool:
    """Whether torch (which says so in words on CPU and MPS) or numpy ran out of memory."""
    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(w in str(error) for w in words)
