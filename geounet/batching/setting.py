"""What a worker works with: where outputs go, the model as the first run set it, and how a person wants it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geounet.batching.engine import with_engine
from geounet.batching.options import BatchOptions
from geounet.batching.places.place import Place
from geounet.batching.watching import Stage
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that a worker needs besides its jobs."""

    place: Place
    """Where outputs go."""
    folder: Path
    """Where they are finished before; this worker's own."""
    segmenter: Segmenter
    engine: Mapping[str, Any]
    """As the first run chose it."""
    options: BatchOptions
    moved: Callable[[Stage, int], object]
    """Hears of pixels that a stage is done with."""

    @property
    def extract(self) -> ExtractOptions:
        """How each scene is worked on, with the engine's batch size."""
        return with_engine(self.options.extract, self.engine)
