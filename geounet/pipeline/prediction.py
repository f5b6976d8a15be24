"""A scene → rasters of probabilities or classes."""

import time
from contextlib import ExitStack
from pathlib import Path

from geounet.models.segmenter import Segmenter
from geounet.options import PredictOptions
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.kept import KeptRasters
from geounet.pipeline.labelling import labelled
from geounet.pipeline.planning import planned
from geounet.progress import Progress
from geounet.raster.scene_file import SceneSource
from geounet.results import Prediction


def predict(
    scene: SceneSource,
    model: str | Path | Segmenter,
    out: str | Path,
    *,
    options: PredictOptions | None = None,
    progress: Progress | None = None,
) -> Prediction:
    """Write a model's probabilities or classes for a scene as a Cloud-Optimised GeoTIFF.

    Args:
        scene: A path, a URL, or an open rasterio dataset (left open); or several that show the same ground, as one scene
            on the first one's grid.
        model: A shipped name, a bundle's folder, a URL, or any Segmenter.
        out: The raster to write; with `output="both"` the probabilities, and `<stem>_class.tif` beside it.
        options: What a person can choose.
        progress: Makes a progress bar that counts pixels (tqdm's shape).

    Raises:
        GeounetError: One of `geounet.errors`; nothing is left under a final name.
    """
    options = options or PredictOptions()
    started = time.monotonic()
    outputs = Outputs.of_prediction(Path(out), options)
    with ExitStack() as stack:
        plan = stack.enter_context(planned(scene, model, options, outputs=outputs))
        rasters = KeptRasters(plan, options, outputs, stack)
        strips = stack.enter_context(labelled(plan, options, outputs, progress=progress))
        for _ in rasters.written(strips):
            pass
    tally = plan.tally
    return Prediction(
        out=Path(out),
        class_raster=outputs.classes if options.output == "both" else None,
        pixels=tally.pixels,
        valid_pixels=tally.valid_pixels,
        tiles=tally.tiles,
        tiles_skipped=tally.tiles_skipped,
        seconds=time.monotonic() - started,
    )
