"""A scene → a layer of features, and the rasters that are kept."""

import time
from contextlib import ExitStack, closing
from pathlib import Path

from rasterio.io import DatasetReader

from geounet.inference.provenance import finishing_tags, run_tags
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.kept import KeptRasters
from geounet.pipeline.planning import planned
from geounet.progress import Progress
from geounet.results import Extraction
from geounet.vector import LayerSpec, finishing_choices, vectorize_strips


def extract(
    scene: str | Path | DatasetReader,
    model: str | Path | Segmenter = "buildings",
    out: str | Path = "buildings.gpkg",
    *,
    options: ExtractOptions | None = None,
    progress: Progress | None = None,
) -> Extraction:
    """Extract a layer of features from a scene.

    Args:
        scene: A path, a URL, or an open rasterio dataset (left open).
        model: A shipped name, a bundle's folder, a URL, or any Segmenter.
        out: The layer to write; its extension says the format.
        options: What a person can choose, the rasters to keep among it.
        progress: Makes a progress bar that counts pixels (tqdm's shape).

    Raises:
        GeounetError: One of `geounet.errors`; nothing is left under a final name.
    """
    options = options or ExtractOptions()
    started = time.monotonic()
    outputs = Outputs.of_extraction(Path(out), options)
    with ExitStack() as stack:
        plan = stack.enter_context(planned(scene, model, options, outputs=outputs))
        card, grid = plan.segmenter.card, plan.scene.grid.window(plan.area.window)
        rasters = KeptRasters(plan, options, outputs, stack)
        finishing = finishing_choices(options, task=card.task, finishing=card.finishing)
        spec = LayerSpec(
            grid=grid,
            class_names=card.label_names,
            exclusive=card.activation == "softmax",
            source=plan.scene.name,
            model=f"{card.name} {card.version}",
            metadata=run_tags(plan, options) | finishing_tags(finishing),
        )
        with closing(rasters.labels(progress)) as strips:
            layer = vectorize_strips(strips, Path(out), spec, options=finishing)
    return Extraction(
        out=Path(out),
        features=layer.features,
        by_class=layer.by_class,
        pixels=plan.tally.pixels,
        valid_pixels=plan.tally.valid_pixels,
        seconds=time.monotonic() - started,
        class_raster=outputs.classes,
        probability=outputs.probability,
        graph=outputs.graph,
    )
