"""A label raster → a layer of features."""

import time
import warnings
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rasterio.io import DatasetReader

from geounet.errors import GeounetWarning
from geounet.inference.ahead import ahead
from geounet.inference.provenance import label_tags
from geounet.options import KINDS, VectorizeOptions
from geounet.pipeline.destinations import Outputs
from geounet.pipeline.planning import require_crs
from geounet.progress import Progress, counting_pixels
from geounet.raster.labels import LabelRaster, open_labels
from geounet.results import Extraction
from geounet.strip import NODATA, LabelStrip
from geounet.vector import LayerSpec, finishing_choices, vectorize_strips


def vectorize(
    labels: str | Path | DatasetReader,
    out: str | Path,
    *,
    options: VectorizeOptions | None = None,
    progress: Progress | None = None,
) -> Extraction:
    """Write the objects of a label raster as a layer: 0 is background and 255 nodata.

    Args:
        labels: A path, a URL, or an open rasterio dataset (left open), of whole numbers from 0 to 255.
        out: The layer to write; its extension says the format.
        options: What a person can choose.
        progress: Makes a progress bar that counts pixels (tqdm's shape).

    Raises:
        GeounetError: One of `geounet.errors`; nothing is left under a final name.
    """
    options = options or VectorizeOptions()
    started = time.monotonic()
    outputs = Outputs.of_labels(Path(out), options)
    with open_labels(labels, assume_crs=options.assume_crs) as raster:
        outputs.check_apart_from(raster.dataset.files)
        require_crs(raster.grid.crs, raster.name)
        finishing = finishing_choices(options, task=_task(raster), finishing={})
        spec = LayerSpec(
            grid=raster.grid,
            class_names=raster.class_names,
            exclusive=raster.exclusive,
            source=raster.tags.get("GEOUNET_SOURCE", raster.name),
            model=raster.tags.get("GEOUNET_MODEL", ""),
            metadata=label_tags(raster, options),
        )
        counts = _Counts()
        with closing(counts.counted(raster, options.strip_rows, progress)) as strips:
            layer = vectorize_strips(strips, Path(out), spec, options=finishing)
        counts.warn_of_nothing(raster)
    return Extraction(
        out=Path(out),
        features=layer.features,
        by_class=layer.by_class,
        pixels=counts.pixels,
        valid_pixels=counts.valid_pixels,
        seconds=time.monotonic() - started,
        graph=outputs.graph,
    )


def _task(raster: LabelRaster) -> str | None:
    """What the labels are, where the file says so; a kind that this geounet does not know is none."""
    task = raster.tags.get("GEOUNET_TASK")
    return task if task in KINDS else None


@dataclass(slots=True)
class _Counts:
    """Pixels that passed on their way to the tracer."""

    pixels: int = 0
    valid_pixels: int = 0
    any_label: bool = False

    def counted(
        self, raster: LabelRaster, rows: int | None, progress: Progress | None
    ) -> Generator[LabelStrip, None, None]:
        """Strips of the raster, counted, read ahead of whoever takes them."""
        total = raster.grid.height * raster.grid.width
        with (
            counting_pixels(progress, total=total, desc=raster.name) as move_on,
            ahead(raster.strips(rows)) as strips,
        ):
            for strip in strips:
                pixels = strip.labels[0].size
                self.pixels += pixels
                self.valid_pixels += int((strip.labels[0] != NODATA).sum())
                self.any_label = self.any_label or _has_label(strip)
                yield strip
                move_on(pixels)

    def warn_of_nothing(self, raster: LabelRaster) -> None:
        """Say so where 255 is all that was found, and nothing else in the file calls it nodata."""
        if not self.any_label and self.valid_pixels < self.pixels and raster.all_valid:
            warnings.warn(
                f"{raster.name} holds no label but 0 and 255, and 255 is nodata: if it is a class, write it as 1",
                GeounetWarning,
                stacklevel=3,
            )


def _has_label(strip: LabelStrip) -> bool:
    return bool(((strip.labels != 0) & (strip.labels != NODATA)).any())
