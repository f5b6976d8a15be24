"""The one place where stages are composed: a scene becomes rasters, polygons, or both.

    reader thread      model thread        stitching thread      caller's thread
    read_blocks ─▶ place_tiles, score_tiles ─▶ stitch, classify ─▶ writers, vectorise

Each thread runs ahead of the next by a bounded number of items. Whatever ends a run early (an error, Ctrl-C)
passes through every context manager on its way out, so that threads are joined and nothing half-written is left.
"""

import dataclasses
import json
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from shapely import GeometryCollection
from shapely.geometry.base import BaseGeometry

import geounet
from geounet.errors import MissingCRSError, OptionsError, OutputError
from geounet.grid import Window
from geounet.inference.ahead import ahead
from geounet.inference.area import Area
from geounet.inference.classify import bands_for_labels, classify, quantize
from geounet.inference.plan import Plan
from geounet.models import load_model
from geounet.models.card import ModelCard
from geounet.models.segmenter import Segmenter
from geounet.options import BBox, ExtractOptions, PredictOptions, VectorizeOptions
from geounet.progress import Progress
from geounet.raster.areas import inside_areas
from geounet.raster.labels import LabelRaster, open_labels
from geounet.raster.scene import Scene
from geounet.raster.writer import RasterLayout, RasterWriter, class_layout, probability_layout
from geounet.results import Extraction, Prediction
from geounet.strip import NODATA, LabelStrip, ScoreStrip
from geounet.vector import LayerSpec, vectorize_strips
from geounet.vector.areas import read_areas


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
    out = Path(out)
    probability = out if options.output != "class" else None
    classes = out if options.output == "class" else None
    if options.output == "both":
        classes = out.with_name(f"{out.stem}_class{out.suffix}")
    _check_places(scene, probability, classes)
    with ExitStack() as stack:
        plan = stack.enter_context(_plan(scene, model, options))
        rasters = _Rasters(plan, options, stack, probability=probability, classes=classes)
        with closing(rasters.labels(progress)) as strips:
            for _ in strips:
                pass
    tally = plan.tally
    return Prediction(
        out=out,
        class_raster=classes if options.output == "both" else None,
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
    _check_places(scene, Path(out), _path(options.probability), _path(options.class_raster))
    with ExitStack() as stack:
        plan = stack.enter_context(_plan(scene, model, options, needs_crs=True))
        card, grid = plan.segmenter.card, plan.scene.grid.window(plan.area.window)
        rasters = _Rasters(
            plan, options, stack, probability=_path(options.probability), classes=_path(options.class_raster)
        )
        spec = LayerSpec(
            grid=grid,
            class_names=card.classes,
            exclusive=card.activation == "softmax",
            source=plan.scene.name,
            model=f"{card.name} {card.version}",
            metadata=_tags(plan, options),
        )
        finishing = _vectorize_options(options, card)
        with closing(rasters.labels(progress)) as strips:
            layer = vectorize_strips(strips, Path(out), spec, options=finishing)
    return Extraction(
        out=Path(out),
        features=layer.features,
        by_class=layer.by_class,
        pixels=plan.tally.pixels,
        valid_pixels=plan.tally.valid_pixels,
        seconds=time.monotonic() - started,
        class_raster=_path(options.class_raster),
        probability=_path(options.probability),
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
    _check_places(labels, Path(out))
    with open_labels(labels, assume_crs=options.assume_crs) as raster:
        _require_crs(raster.grid.crs, raster.name)
        spec = LayerSpec(
            grid=raster.grid,
            class_names=raster.class_names,
            exclusive=raster.exclusive,
            source=raster.tags.get("GEOUNET_SOURCE", raster.name),
            model=raster.tags.get("GEOUNET_MODEL", ""),
            metadata=_layer_tags(raster, options),
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
    needs_crs: bool = False,
) -> Iterator[Plan]:
    """A scene, open for as long as the context lasts, and the plan to run a model over it."""
    segmenter = _segmenter(model, options)
    card = segmenter.card
    with Scene.open(source, bands=card.bands, options=options, gsd_m=card.gsd_m, model=card.name) as scene:
        if needs_crs:
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


def _check_places(source: str | Path | DatasetReader, *outputs: Path | None) -> None:
    """Refuse to write over what is read, and two outputs in one place."""
    name = str(source) if isinstance(source, str | Path) else source.name
    places = [output.resolve() for output in outputs if output is not None]
    for output, place in zip(filter(None, outputs), places, strict=True):
        if place == Path(name).resolve():
            raise OutputError(f"{output} is what is read; choose another name for the output")
        if places.count(place) > 1:
            raise OutputError(f"{output} is asked for twice; give each output a name of its own")


def _require_crs(crs: object, name: str) -> None:
    if crs is None:
        raise MissingCRSError(
            f"{name} has no coordinate reference system, and a layer needs one; pass --assume-crs, such as EPSG:32637"
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


def _tags(plan: Plan, options: PredictOptions | ExtractOptions) -> dict[str, str]:
    """What made an output: the same for every output of a run, and free of clock and folders."""
    card = plan.segmenter.card
    describe = getattr(plan.segmenter, "describe", dict)
    tags = {
        "GEOUNET_VERSION": geounet.__version__,
        "GEOUNET_MODEL": f"{card.name} {card.version}",
        "GEOUNET_MODEL_DIGEST": getattr(plan.segmenter, "digest", ""),
        "GEOUNET_ENGINE": json.dumps(describe() | plan.shape, sort_keys=True),
        "GEOUNET_OPTIONS": _choices(options),
        "GEOUNET_SOURCE": plan.scene.name,
        "ATTRIBUTION": card.attribution or "",
    }
    return {name: value for name, value in tags.items() if value}


def _layer_tags(raster: LabelRaster, options: VectorizeOptions) -> dict[str, str]:
    """What made the labels, and what made features of them."""
    kept = {
        name: value
        for name, value in raster.tags.items()
        if name.startswith("GEOUNET_") or name == "ATTRIBUTION"
    }
    return kept | {"GEOUNET_VERSION": geounet.__version__, "GEOUNET_OPTIONS": _choices(options)}


_PLACES = ("class_raster", "probability", "overwrite")
"""Options that say where outputs go, and change nothing in them."""


def _choices(options: PredictOptions | ExtractOptions | VectorizeOptions) -> str:
    """The options that differ from their defaults, as JSON."""
    chosen = {
        field.name: value
        for field in dataclasses.fields(options)
        if (value := getattr(options, field.name)) != field.default and field.name not in _PLACES
    }
    return json.dumps(chosen, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON's own)
    return Path(value).name if isinstance(value, Path) else dataclasses.asdict(value)


def _vectorize_options(options: ExtractOptions, card: ModelCard) -> VectorizeOptions:
    """How the labels become features: what was chosen, else the card's finishing."""
    shared = {f.name: getattr(options, f.name) for f in dataclasses.fields(VectorizeOptions)}
    for name in ("min_area", "fill_holes", "simplify"):
        if shared[name] is None:
            shared[name] = card.finishing.get(name)
    return VectorizeOptions(**shared)


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)


class _Rasters:
    """The rasters that a run keeps, written strip by strip as the labels pass."""

    def __init__(
        self,
        plan: Plan,
        options: PredictOptions | ExtractOptions,
        stack: ExitStack,
        *,
        probability: Path | None,
        classes: Path | None,
    ) -> None:
        self.plan, self.options, self.stack = plan, options, stack
        self.card = plan.segmenter.card
        grid, tags = plan.scene.grid.window(plan.area.window), _tags(plan, options)
        self.bands = bands_for_labels(self.card) if probability is None else range(self.card.scores)
        self.probability = self._writer(
            probability, probability_layout(grid, self.card.score_names, dtype=options.dtype, tags=tags)
        )
        self.classes = self._writer(
            classes,
            class_layout(grid, self.card.classes, exclusive=self.card.activation == "softmax", tags=tags),
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

    def _finished(self, strips: Iterator[ScoreStrip]) -> Iterator[tuple[NDArray[Any] | None, LabelStrip]]:
        """Each strip's probabilities as they are stored, where they are kept, and its labels."""
        for strip in strips:
            stored = None if self.probability is None else self._stored(strip)
            yield stored, classify(strip, self.card, threshold=self.plan.threshold, bands=self.bands)

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
