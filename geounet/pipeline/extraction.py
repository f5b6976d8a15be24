"""A scene → a layer of features, and the rasters that are kept."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from geounet.inference.plan import Plan
from geounet.inference.provenance import finishing_tags, run_tags
from geounet.models.segmenter import Segmenter
from geounet.options import ExtractOptions, VectorizeOptions
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.kept import KeptRasters
from geounet.pipeline.labelling import Labelled, labelled
from geounet.pipeline.planning import planned
from geounet.progress import Progress
from geounet.raster.scene_file import SceneSource
from geounet.results import Extraction
from geounet.vector import LayerSpec, finishing_choices, vectorize_strips


def extract(
    scene: SceneSource,
    model: str | Path | Segmenter = "buildings",
    out: str | Path = "buildings.gpkg",
    *,
    options: ExtractOptions | None = None,
    progress: Progress | None = None,
) -> Extraction:
    """Extract a layer of features from a scene.

    Args:
        scene: A path, a URL, or an open rasterio dataset (left open); or several that show the same ground, as one scene
            on the first one's grid.
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
    with (
        planned(scene, model, options, outputs=outputs) as plan,
        labelled(plan, options, outputs, progress=progress) as strips,
    ):
        extraction = write_extraction(plan, strips, options=options, outputs=outputs)
    return replace(extraction, seconds=time.monotonic() - started)


def write_extraction(
    plan: Plan, strips: Iterator[Labelled], *, options: ExtractOptions, outputs: Outputs
) -> Extraction:
    """Write what was asked for of a scene whose strips come from top to bottom; seconds count from here."""
    started = time.monotonic()
    if outputs.layer is None:
        raise ValueError("an extraction has a layer")
    with ExitStack() as stack:
        rasters = KeptRasters(plan, options, outputs, stack)
        labels = stack.enter_context(closing(rasters.written(strips)))
        layer = vectorize_strips(
            labels, outputs.layer, layer_spec(plan, options), options=_finishing(plan, options)
        )
    return Extraction(
        out=outputs.layer,
        features=layer.features,
        by_class=layer.by_class,
        pixels=plan.tally.pixels,
        valid_pixels=plan.tally.valid_pixels,
        seconds=time.monotonic() - started,
        class_raster=outputs.classes,
        probability=outputs.probability,
        graph=outputs.graph,
    )


def layer_spec(plan: Plan, options: ExtractOptions) -> LayerSpec:
    """What the layer of a scene says of its features, beyond their shape."""
    card = plan.segmenter.card
    return LayerSpec(
        grid=plan.scene.grid.window(plan.area.window),
        class_names=card.label_names,
        exclusive=card.activation == "softmax",
        source=plan.scene.name,
        model=f"{card.name} {card.version}",
        metadata=run_tags(plan, options) | finishing_tags(_finishing(plan, options)),
    )


def _finishing(plan: Plan, options: ExtractOptions) -> VectorizeOptions:
    card = plan.segmenter.card
    return finishing_choices(options, task=card.task, finishing=card.finishing)
