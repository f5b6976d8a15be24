"""What a loaded model offers beyond a Segmenter, whatever runs it."""

from typing import Protocol

from geounet.models.segmenter import Segmenter


class Engine(Segmenter, Protocol):
    """A Segmenter that says what it is, and what suits it."""

    digest: str
    """sha256 of the bundle that it was loaded from; empty for one made in memory."""
    any_tile: bool
    """Whether it takes tiles of any side that is a multiple of its stride."""
    batch_pixels: int | None
    """Pixels of a batch; None where what fits is found by trying."""

    def describe(self) -> dict[str, str | int]:
        """What decides the scores besides the weights: engine, version, device, arithmetic, threads."""
        ...

    def suggest_batch(self, tile: int) -> int:
        """A batch size that suits tiles of this side."""
        ...
