"""The rasters that a run keeps, written as its labels pass."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.inference.classify import bands_for_labels, classify, quantize
from geounet.inference.plan import Plan
from geounet.inference.provenance import run_tags
from geounet.options import ExtractOptions, PredictOptions
from geounet.pipeline.destinations import Outputs
from geounet.progress import Progress
from geounet.raster.writer import RasterLayout, RasterWriter, class_layout, probability_layout
from geounet.strip import LabelStrip, ScoreStrip


class KeptRasters:
    """The rasters that a run keeps, written strip by strip as the labels pass."""

    def __init__(
        self, plan: Plan, options: PredictOptions | ExtractOptions, outputs: Outputs, stack: ExitStack
    ) -> None:
        self.plan, self.options, self.stack = plan, options, stack
        self.card = plan.segmenter.card
        grid, tags = plan.scene.grid.window(plan.area.window), run_tags(plan, options)
        self.bands = bands_for_labels(self.card) if outputs.probability is None else range(self.card.scores)
        self.probability = self._writer(
            outputs.probability,
            probability_layout(grid, self.card.score_names, dtype=options.dtype, tags=tags),
        )
        self.classes = self._writer(
            outputs.classes,
            class_layout(grid, self.card.label_names, exclusive=self.card.activation == "softmax", tags=tags),
        )

    def labels(self, progress: Progress | None) -> Generator[LabelStrip, None, None]:
        """Run the model over the scene: write what is kept, and hand the labels on."""
        with self.plan.run(self.bands, self._finished, progress=progress) as strips:
            for stored, labels in strips:
                if self.probability is not None and stored is not None:
                    self.probability.write(labels.first_row, stored)
                if self.classes is not None:
                    self.classes.write(labels.first_row, labels.labels)
                yield labels
        for raster in (self.probability, self.classes):
            if raster is not None:
                raster.finish()  # before the layer, or another raster, takes its name

    def _finished(self, strips: Iterator[ScoreStrip]) -> Iterator[tuple[NDArray[Any] | None, LabelStrip]]:
        """Each strip's probabilities as they are stored, where they are kept, and its labels."""
        for strip in strips:
            stored = None if self.probability is None else self._stored(strip)
            yield stored, classify(strip, self.card, threshold=self.plan.threshold)

    def _stored(self, strip: ScoreStrip) -> NDArray[Any]:
        if self.options.dtype == "uint8":
            return quantize(strip.scores, strip.valid)
        return np.where(strip.valid, strip.scores, np.float32(np.nan))

    def _writer(self, target: Path | None, layout: RasterLayout) -> RasterWriter | None:
        if target is None:
            return None
        writer = RasterWriter(
            target, layout, overwrite=self.options.overwrite, creation=self.options.creation
        )
        return self.stack.enter_context(writer)
