"""The one place where stages are composed: a scene becomes rasters, polygons, or both.

    reader thread      model thread        stitching thread      caller's thread
    read_blocks ─▶ place_tiles, score_tiles ─▶ stitch, classify ─▶ writers, vectorise

Each thread runs ahead of the next by a bounded number of items. Whatever ends a run early (an error, Ctrl-C)
passes through every context manager on its way out, so that threads are joined and nothing half-written is left.
"""

import dataclasses
import time
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from shapely import GeometryCollection
from shapely.geometry.base import BaseGeometry

from geounet.errors import GeounetWarning, MissingCRSError, OptionsError, OutputError
from geounet.grid import Window
from geounet.inference.ahead import ahead
from geounet.inference.area import Area
from geounet.inference.classify import bands_for_labels, classify, quantize
from geounet.inference.plan import Plan
from geounet.inference.provenance import finishing_tags, label_tags, run_tags
from geounet.models import load_model
from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter
from geounet.options import BBox, ExtractOptions, PredictOptions, VectorizeOptions
from geounet.outputs import check_target
from geounet.progress import Progress
from geounet.raster.areas import inside_areas
from geounet.raster.labels import LabelRaster, open_labels
from geounet.raster.scene import SAME_GSD, Scene
from geounet.raster.writer import (
    RasterLayout,
    RasterWriter,
    check_raster_name,
    class_layout,
    probability_layout,
)
from geounet.results import Extraction, Prediction
from geounet.strip import NODATA, LabelStrip, ScoreStrip
from geounet.vector import LayerSpec, check_format, vectorize_strips
from geounet.vector.areas import read_areas

FINER = 10
"""How many times finer than a model's range a scene's pixels may be without a word: they are averaged."""


def predict(
    scene: str | Path | DatasetReader,
    model: str | Path | Segmenter,
    out: str | Path,
    *,
    options: PredictOptions | None = None,
    progress: Progress | None = None,
) -> Prediction:
    """Write a model's probabilities or classes for a scene as a Cloud-Optimised GeoTIFF.

    Args:
        scene: A path, a URL, or an open rasterio dataset (left open).
        model: A shipped name, a bundle's folder, a URL, or any Segmenter.
        out: The raster to write; with `output="both"` the probabilities, and `<stem>_class.tif` beside it.
        options: What a person can choose.
        progress: Makes a progress bar that counts pixels (tqdm's shape).

    Raises:
        GeounetError: One of `geounet.errors`; nothing is left under a final name.
    """
    options = options or PredictOptions()
    started = time.monotonic()
    outputs = _Outputs.of_prediction(Path(out), options)
    with ExitStack() as stack:
        plan = stack.enter_context(_plan(scene, model, options, outputs=outputs))
        rasters = _Rasters(plan, options, outputs, stack)
        with closing(rasters.labels(progress)) as strips:
            for _ in strips:
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
    outputs = _Outputs.of_extraction(Path(out), options)
    with ExitStack() as stack:
        plan = stack.enter_context(_plan(scene, model, options, outputs=outputs))
        card, grid = plan.segmenter.card, plan.scene.grid.window(plan.area.window)
        rasters = _Rasters(plan, options, outputs, stack)
        finishing = _vectorize_options(options, card)
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
    )


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
    outputs = _Outputs(layer=Path(out), overwrite=options.overwrite)
    with open_labels(labels, assume_crs=options.assume_crs) as raster:
        outputs.check_apart_from(raster.dataset.files)
        _require_crs(raster.grid.crs, raster.name)
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
            layer = vectorize_strips(strips, Path(out), spec, options=options)
    return Extraction(
        out=Path(out),
        features=layer.features,
        by_class=layer.by_class,
        pixels=counts.pixels,
        valid_pixels=counts.valid_pixels,
        seconds=time.monotonic() - started,
    )


@contextmanager
def _plan(
    source: str | Path | DatasetReader,
    model: str | Path | Segmenter,
    options: PredictOptions | ExtractOptions,
    *,
    outputs: "_Outputs",
) -> Iterator[Plan]:
    """A scene, open for as long as the context lasts, and the plan to run a model over it."""
    segmenter = _segmenter(model, options)
    card = segmenter.card
    with Scene.open(source, bands=card.bands, options=options, gsd_m=card.gsd_m, model=card.name) as scene:
        outputs.check_apart_from((*scene.files, options.aoi, options.stats))
        _warn_of_gsd(scene, card)
        if outputs.layer is not None:
            _require_crs(scene.grid.crs, scene.name)
        yield Plan.of(scene, segmenter, options, area=_area(scene, options))


def _segmenter(model: str | Path | Segmenter, options: PredictOptions | ExtractOptions) -> Segmenter:
    if isinstance(model, str | Path):
        return load_model(model, device=options.device, precision=options.precision, threads=options.threads)
    if not isinstance(model, Segmenter):
        raise OptionsError(
            f"model is a {type(model).__name__}; expected a name, a path, a URL, or an object with a card that can be called"
        )
    return model


def _require_crs(crs: object, name: str) -> None:
    if crs is None:
        raise MissingCRSError(
            f"{name} has no coordinate reference system, and a layer needs one; pass --assume-crs, such as EPSG:32637"
        )


def _warn_of_gsd(scene: Scene, card: ModelCard) -> None:
    """Say when a scene's own pixels are outside what the model holds for; what comes out may look plausible."""
    if scene.file_gsd is None or card.gsd_range_m is None:
        return
    finest, coarsest = min(scene.file_gsd), max(scene.file_gsd)
    low, high = card.gsd_range_m
    # Finer pixels are averaged to the model's own; coarser ones lack what it looks for.
    if coarsest > high * (1 + SAME_GSD) or finest < low / FINER:
        warnings.warn(
            f"{scene.name} has pixels of {coarsest:.3g} m; model {card.name!r} holds for {low:g} to {high:g} m: "
            "look before you trust the result",
            GeounetWarning,
            stacklevel=2,
        )


def _area(scene: Scene, options: PredictOptions | ExtractOptions) -> Area:
    """The part of the scene that is written: within the bounding box, and inside the areas of interest."""
    window, inside = Window(0, 0, scene.height, scene.width), None
    if options.bbox is not None:
        window = scene.grid.bounds_window(options.bbox)
    if options.aoi is not None:
        areas = read_areas(options.aoi, crs=scene.grid.crs)
        inside = inside_areas(areas, scene.grid)
        window = window.intersect(scene.grid.bounds_window(_bounds(areas)))
    if window.height == 0:
        raise OptionsError(
            f"the bounding box and the areas given do not meet in {scene.name}; pass only one of them"
        )
    return Area(window, inside)


def _bounds(areas: Sequence[BaseGeometry]) -> BBox:
    xmin, ymin, xmax, ymax = GeometryCollection(areas).bounds
    return BBox(xmin=xmin, ymin=ymin, xmax=xmax, ymax=ymax)


def _vectorize_options(options: ExtractOptions, card: ModelCard) -> VectorizeOptions:
    """How the labels become features: what was chosen, else the card's finishing."""
    shared = {f.name: getattr(options, f.name) for f in dataclasses.fields(VectorizeOptions)}
    for name in ("min_area", "fill_holes", "simplify"):
        if shared[name] is None:
            shared[name] = card.finishing.get(name)
    return VectorizeOptions(**shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outputs:
    """What a run writes; raises OutputError where that cannot be, before anything is read."""

    layer: Path | None = None
    probability: Path | None = None
    classes: Path | None = None
    overwrite: bool

    def __post_init__(self) -> None:
        if self.layer is not None:
            check_format(self.layer)
        for raster in filter(None, (self.probability, self.classes)):
            check_raster_name(raster)
        for path in self.paths:
            check_target(path, overwrite=self.overwrite)
            if [other.resolve() for other in self.paths].count(path.resolve()) > 1:
                raise OutputError(f"{path} is asked for twice; give each output a name of its own")

    @classmethod
    def of_prediction(cls, out: Path, options: PredictOptions) -> Self:
        """The rasters that `predict` writes."""
        if options.output == "class":
            return cls(classes=out, overwrite=options.overwrite)
        beside = out.with_name(f"{out.stem}_class{out.suffix}") if options.output == "both" else None
        return cls(probability=out, classes=beside, overwrite=options.overwrite)

    @classmethod
    def of_extraction(cls, out: Path, options: ExtractOptions) -> Self:
        """The layer that `extract` writes, and the rasters that are kept."""
        kept = [None if path is None else Path(path) for path in (options.probability, options.class_raster)]
        return cls(layer=out, probability=kept[0], classes=kept[1], overwrite=options.overwrite)

    @property
    def paths(self) -> list[Path]:
        """All of them."""
        return [path for path in (self.layer, self.probability, self.classes) if path is not None]

    def check_apart_from(self, inputs: Iterable[str | Path | None]) -> None:
        """Refuse to write over what is read."""
        read = {Path(path).resolve() for path in inputs if path is not None}
        for path in self.paths:
            if path.resolve() in read:
                raise OutputError(
                    f"{path} is one of the files that are read; choose another name for the output"
                )


class _Rasters:
    """The rasters that a run keeps, written strip by strip as the labels pass."""

    def __init__(
        self, plan: Plan, options: PredictOptions | ExtractOptions, outputs: _Outputs, stack: ExitStack
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


@dataclass(slots=True)
class _Counts:
    """Pixels that passed on their way to the tracer."""

    pixels: int = 0
    valid_pixels: int = 0

    def counted(
        self, raster: LabelRaster, rows: int | None, progress: Progress | None
    ) -> Generator[LabelStrip, None, None]:
        """Strips of the raster, counted, read ahead of whoever takes them."""
        total = raster.grid.height * raster.grid.width
        bar = progress(total=total, desc=raster.name, unit="px") if progress else None
        try:
            with ahead(raster.strips(rows)) as strips:
                for strip in strips:
                    pixels = strip.labels[0].size
                    self.pixels += pixels
                    self.valid_pixels += int((strip.labels[0] != NODATA).sum())
                    yield strip
                    if bar is not None:
                        bar.update(pixels)
        finally:
            if bar is not None:
                bar.close()
