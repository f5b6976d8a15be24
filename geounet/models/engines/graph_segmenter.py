"""A network that is a graph, as a Segmenter, whichever library runs it: patches checked, fixed batches filled up."""

import re
from abc import ABC, abstractmethod
from textwrap import shorten

import numpy as np
from numpy.typing import NDArray

from geounet.errors import ModelError
from geounet.models.card import ModelCard
from geounet.models.engines.batch import CPU_PIXELS, suitable_batch, too_many
from geounet.models.engines.onnx_file import OnnxFile
from geounet.models.engines.patches import check_bands, check_sides
from geounet.models.engines.threads import machine_threads

_PLACE = re.compile(r"\S+\.cc:\d+ .*?\) (?=[A-Z])")


class GraphSegmenter(ABC):
    """An ONNX file and its card as a Segmenter. What the file gives is taken for probabilities."""

    device: str
    """Where it runs: `cpu`, `cuda:0`."""

    def __init__(self, card: ModelCard, file: OnnxFile, *, threads: int | None) -> None:
        """Take card and file; raises ModelError where they do not go together."""
        _check_file(card, file)
        self.card = card
        self.file = file
        self.digest = ""
        """sha256 of the bundle that it was loaded from."""
        self.threads = threads or machine_threads()
        self.any_tile = file.side is None
        """Whether it takes tiles of any side that is a multiple of the card's stride."""
        self.batch_pixels: int | None = CPU_PIXELS
        """Pixels of a batch; None where what fits is found by trying."""

    def __call__(self, patches: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (N, K, h, w) of normalised patches (N, C, h, w), both float32.

        Raises ModelError on patches that the network does not take, and OutOfMemoryError where a smaller batch may fit.
        """
        self._check(patches)
        step = self.file.batch or len(patches)
        parts = [self._run(patches[first : first + step]) for first in range(0, len(patches), step)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    @abstractmethod
    def describe(self) -> dict[str, str | int]:
        """What decides the scores besides the file: engine, version, device, arithmetic, threads."""

    @property
    def calibration(self) -> dict[str, str]:
        """What `describe` adds where integers were made of a float graph: the bundle's digest does not know of that."""
        return {"calibration": self.file.calibration} if self.file.calibration else {}

    @abstractmethod
    def _infer(self, patches: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores of one batch, contiguous and float32; the library's own errors pass through."""

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
        try:
            scores = self._infer(np.ascontiguousarray(patches, np.float32))
        except Exception as error:  # the libraries' own classes, of which none says memory
            if not is_out_of_memory(error):
                raise
            raise too_many(patches, self.device, one_line(error)) from error
        return scores[:count]

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


def one_line(error: Exception) -> str:
    """What a library says, in one line that is not too long, without the place in its own source where it says so."""
    return shorten(_PLACE.sub("", " ".join(str(error).split())), 200, placeholder=" …")


def is_out_of_memory(error: Exception) -> bool:
    """Whether a library that runs graphs says, in words, that it has no memory left."""
    words = ("out of memory", "failed to allocate", "bad_alloc", "bad allocation", "allocate memory")
    return isinstance(error, MemoryError) or any(word in str(error).lower() for word in words)
