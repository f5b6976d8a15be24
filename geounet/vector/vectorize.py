"""Label strips → a layer: trace, finish, write."""

from collections.abc import Iterable
from pathlib import Path

from geounet.options import ExtractOptions, VectorizeOptions
from geounet.strip import LabelStrip
from geounet.vector.finish import Finishing, finish
from geounet.vector.layers import LayerResult, write_layer
from geounet.vector.records import LayerSpec
from geounet.vector.trace import TraceOptions, trace


def vectorize_strips(
    strips: Iterable[LabelStrip], out: Path, spec: LayerSpec, *, options: VectorizeOptions | ExtractOptions
) -> LayerResult:
    """Write the objects of labels that come in strips, from top to bottom, as a layer.

    Nothing is held but the strip, the objects that are still open, and a batch of features on its way out. What the
    strips' iterator raises comes out as it is, and no layer is left.

    Raises:
        OutputError: the layer cannot be written.
        MissingCRSError: the grid has no CRS.
    """
    ground = spec.grid.ground()
    finishing = Finishing(
        min_confidence=options.min_confidence,
        min_area=options.min_area or 0.0,
        fill_holes=options.fill_holes or 0.0,
        simplify=options.simplify or 0.0,
    )
    traced = trace(
        strips,
        ground,
        options=TraceOptions(connectivity=options.connectivity, clusters=finishing.simplify > 0),
    )
    finished = finish(traced, finishing, ground=ground, gsd=spec.grid.gsd())
    return write_layer(Path(out), finished, spec, ground=ground, overwrite=options.overwrite)
