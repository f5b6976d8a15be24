"""The rasters that a run keeps, written as its labels pass."""

from collections.abc import Generator, Iterable
from contextlib import ExitStack
from pathlib import Path

from geounet.inference.plan import Plan
from geounet.inference.provenance import run_tags
from geounet.options import ExtractOptions, PredictOptions
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.labelling import Labelled
from geounet.raster.writer import RasterLayout, RasterWriter, class_layout, probability_layout
from geounet.strip import LabelStrip


class KeptRasters:
    """The rasters that a run keeps, written strip by strip as the labels pass."""

    def __init__(
        self, plan: Plan, options: PredictOptions | ExtractOptions, outputs: Outputs, stack: ExitStack
    ) -> None:
        self.options, self.stack = options, stack
        card = plan.segmenter.card
        grid, tags = plan.scene.grid.window(plan.area.window), run_tags(plan, options)
        self.probability = self._writer(
            outputs.probability,
            probability_layout(grid, card.score_names, dtype=options.dtype, tags=tags),
        )
        self.classes = self._writer(
            outputs.classes,
            class_layout(grid, card.label_names, exclusive=card.activation == "softmax", tags=tags),
        )

    def written(self, strips: Iterable[Labelled]) -> Generator[LabelStrip, None, None]:
        """Write what is kept of each strip, and hand its labels on."""
        for strip in strips:
            if self.probability is not None and strip.stored is not None:
                self.probability.write(strip.labels.first_row, strip.stored)
            if self.classes is not None:
                self.classes.write(strip.labels.first_row, strip.labels.labels)
            yield strip.labels
        for raster in (self.probability, self.classes):
            if raster is not None:
                raster.finish()  # before the layer, or another raster, takes its name

    def _writer(self, target: Path | None, layout: RasterLayout) -> RasterWriter | None:
        if target is None:
            return None
        writer = RasterWriter(
            target, layout, overwrite=self.options.overwrite, creation=self.options.creation
        )
        return self.stack.enter_context(writer)
