"""A scene, open, and the plan to run a model over it."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shapely import GeometryCollection
from shapely.geometry.base import BaseGeometry

from geounet.errors import GeounetWarning, MissingCRSError, OptionsError, OutsideError
from geounet.grid import Window
from geounet.inference.area import Area
from geounet.inference.plan import Plan
from geounet.models.card import ModelCard
from geounet.models.engines.wanted import Wanted
from geounet.models.ensembles import card_and_digest
from geounet.models.loading import load_wanted
from geounet.models.segmenter import Segmenter
from geounet.options import BBox, ExtractOptions, PredictOptions
from geounet.pipeline.destinations import Outputs
from geounet.raster.areas import inside_areas
from geounet.raster.normalize import Ranges
from geounet.raster.scene import SAME_GSD, Scene
from geounet.raster.scene_file import SceneSource
from geounet.vector.areas import read_areas

FINER = 10
"""How many times finer than a model's range a scene's pixels may be without a word: they are averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a scene before it is opened, one of many for instance."""

    name: str | None = None
    """What it is called in its outputs; None is its file's name."""
    ranges: Ranges | None = None
    """The counts that become 0 and 1; None takes them from the scene."""
    rows: tuple[int, int] | None = None
    """Rows first … stop − 1 of the working grid that are wanted; None for all."""


@contextmanager
def planned(
    source: SceneSource,
    model: str | Path | Segmenter,
    options: PredictOptions | ExtractOptions,
    *,
    outputs: Outputs,
    known: Known | None = None,
) -> Iterator[Plan]:
    """A scene, open for as long as the context lasts, and the plan to run a model over it."""
    card, known = _card(model), known or Known()
    names = card.channel_names
    with Scene.open(source, bands=names, options=options, gsd_m=card.gsd_m, model=card.name) as scene:
        scene.name = known.name or scene.name
        outputs.check_apart_from((*scene.files, options.aoi, options.stats))
        _warn_of_gsd(scene, card)
        if outputs.layer is not None:
            require_crs(scene.grid.crs, scene.name)
        area = _area(scene, options, rows=known.rows)
        segmenter = _segmenter(model, options, pixels=area.window.height * area.window.width)
        yield Plan.of(scene, segmenter, options, area=area, ranges=known.ranges)


def _card(model: str | Path | Segmenter) -> ModelCard:
    """What the model expects of a scene, before its weights are loaded."""
    if isinstance(model, str | Path):
        return card_and_digest(model)[0]
    if not isinstance(model, Segmenter):
        raise OptionsError(
            f"model is a {type(model).__name__}; expected a name, a path, a URL, or an object with a card that can be called"
        )
    return model.card


def _segmenter(
    model: str | Path | Segmenter, options: PredictOptions | ExtractOptions, *, pixels: int
) -> Segmenter:
    """The model, ready to run over so many pixels as the options want it."""
    if not isinstance(model, str | Path):
        return model
    wanted = Wanted(
        engine=options.engine,
        device=options.device,
        precision=options.precision,
        threads=options.threads,
        pixels=pixels * (8 if options.tta else 1),
    )
    return load_wanted(model, wanted)


def require_crs(crs: object, name: str) -> None:
    """Raise MissingCRSError where there is none, before a layer is begun."""
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


def _area(scene: Scene, options: PredictOptions | ExtractOptions, *, rows: tuple[int, int] | None) -> Area:
    """The part of the scene that is written: within rows and the bounding box, and inside the areas of interest."""
    first, stop = rows or (0, scene.height)
    window, inside = Window(first, 0, stop - first, scene.width), None
    if options.bbox is not None:
        window = window.intersect(scene.grid.bounds_window(options.bbox))
    if options.aoi is not None:
        areas = read_areas(options.aoi, crs=scene.grid.crs)
        inside = inside_areas(areas, scene.grid)
        window = window.intersect(scene.grid.bounds_window(_bounds(areas), what="area of interest"))
    if window.height == 0:
        raise OutsideError(
            f"the bounding box, the areas and the rows given do not meet in {scene.name}; pass only one of them"
        )
    return Area(window, inside)


def _bounds(areas: Sequence[BaseGeometry]) -> BBox:
    xmin, ymin, xmax, ymax = GeometryCollection(areas).bounds
    return BBox(xmin=xmin, ymin=ymin, xmax=xmax, ymax=ymax)
