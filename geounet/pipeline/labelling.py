"""Scores → labels, and probabilities as they are stored: done in the thread that stitches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from geounet.inference.arithmetic import Arithmetic
from geounet.inference.classify import bands_for_labels, classify
from geounet.inference.plan import Plan
from geounet.inference.stream import Opening, Work, ignore, run_scenes, tiles_ahead
from geounet.options import ExtractOptions, PredictOptions
from geounet.pipeline.destinations import Outputs
from geounet.progress import Progress, counting_pixels
from geounet.strip import LabelStrip, ScoreStrip


@dataclass(frozen=True, slots=True)
class Labelled:
    """A strip as it leaves the model."""

    labels: LabelStrip
    stored: NDArray[Any] | None
    """Probabilities (classes, rows, width) as the raster stores them; None where they are not kept."""


@dataclass(frozen=True, slots=True)
class _Labelling:
    plan: Plan
    dtype: Literal["uint8", "float32"]
    keeps_scores: bool

    def __call__(self, strips: Iterator[ScoreStrip], arithmetic: Arithmetic) -> Iterator[Labelled]:
        card, threshold = self.plan.segmenter.card, self.plan.threshold
        for strip in strips:
            stored = self._stored(strip, arithmetic) if self.keeps_scores else None
            yield Labelled(classify(strip, card, threshold=threshold, arithmetic=arithmetic), stored)

    def _stored(self, strip: ScoreStrip, arithmetic: Arithmetic) -> NDArray[Any]:
        if self.dtype == "uint8":
            return arithmetic.quantize(strip.scores, strip.valid)
        return np.where(strip.valid, arithmetic.host(strip.scores), np.float32(np.nan))


def labelling(
    plan: Plan,
    options: PredictOptions | ExtractOptions,
    outputs: Outputs,
    *,
    moved: Callable[[int], object],
    read: Callable[[int], object] = ignore,
) -> Work[Labelled]:
    """What a run makes of a scene's scores; `read` and `moved` hear of pixels that were read, and that were predicted."""
    keeps_scores = outputs.probability is not None
    card = plan.segmenter.card
    return Work(
        plan=plan,
        bands=range(card.scores) if keeps_scores else bands_for_labels(card),
        finish=_Labelling(plan, options.dtype, keeps_scores),
        moved=moved,
        read=read,
    )


@contextmanager
def labelled(
    plan: Plan,
    options: PredictOptions | ExtractOptions,
    outputs: Outputs,
    *,
    progress: Progress | None,
) -> Iterator[Iterator[Labelled]]:
    """The strips of one scene, as the model runs over it."""
    ahead = tiles_ahead(plan.segmenter, tile=plan.grid.tile, batch_size=plan.batch_size)
    with counting_pixels(progress, total=plan.tile_pixels, desc=plan.scene.name) as moved:
        work = labelling(plan, options, outputs, moved=moved)
        with run_scenes(
            [Opening(None, lambda: nullcontext(work))], plan.segmenter, tiles_ahead=ahead
        ) as scenes:
            yield next(iter(scenes)).strips
