"""Footprints rasterised at 0.3 m and traced back: exact, simplified to as few vertices, and regularised."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize

from benchmarks.table import Row
from geounet.evaluation.matching import match
from geounet.evaluation.polis import polis
from geounet.georeference import GroundScale
from geounet.strip import LabelStrip
from geounet.vector.features import FeatureBatch, concatenate
from geounet.vector.finish import regrouped
from geounet.vector.halo import HALO, with_halo
from geounet.vector.regularize import RegularizeOptions, regularize
from geounet.vector.shapes import to_shapes
from geounet.vector.trace import TraceOptions, trace

Shapes = NDArray[np.object_]

PLACES = (
    "validation/buildings/kenya_west",
    "validation/buildings/philippines_east",
    "train/buildings/banepa",
)
GSD, MARGIN = 0.3, 20
BAND_M = 0.6
"""Width of the inner bands that boundary IoU compares: two pixels."""


def rows(data: Path) -> Iterator[Row]:
    """A row for each place and way, from the folder of the real scenes."""
    for place in PLACES:
        true = _footprints(data / f"{place}.geojson")
        exact, regular, seconds = _ways(_labels(true))
        found, outlines = _metres(exact), _metres(regular)
        most = _vertices(outlines)
        ways = {
            "exact": found,
            "simplified one by one (shapely.simplify)": _simplified(found, most, shapely.simplify),
            "simplified together (shapely.coverage_simplify)": _simplified(
                found, most, shapely.coverage_simplify
            ),
            "regularised": outlines,
        }
        note = f"{regular.regularized.mean():.0%} regular, {seconds:.1f} s"
        for way, shapes in ways.items():
            yield Row(
                f"{Path(place).name}, {way}",
                _scores(shapes, true),
                f"{len(true)} footprints" + (f"; {note}" if shapes is outlines else ""),
                "PoLiS and boundary IoU better than simplified; no overlap" if shapes is outlines else "",
            )


def _footprints(path: Path) -> Shapes:
    """Footprints in metres, rows down, from the corner of the raster on."""
    frame = gpd.read_file(path)
    frame = frame[~frame.geometry.isna()]
    shapes = np.asarray(frame.to_crs(frame.estimate_utm_crs()).geometry.make_valid(), object)
    left, _, _, top = shapely.total_bounds(shapes)
    corner = np.array([left, top])
    moved: Shapes = shapely.transform(shapes, lambda xy: np.abs(xy - corner) + MARGIN * GSD)
    return moved


def _labels(true: Shapes) -> NDArray[np.uint8]:
    """Each footprint as a label of its own, of 250 in turn, so that neighbours differ."""
    right, bottom = shapely.total_bounds(true)[2:]
    shape = tuple(int(np.ceil(metres / GSD)) + MARGIN for metres in (bottom, right))
    values = zip(true, np.arange(len(true)) % 250 + 1, strict=True)
    labels: NDArray[np.uint8] = rasterize(values, shape, transform=Affine.scale(GSD), dtype="uint8")
    return labels


def _ways(labels: NDArray[np.uint8]) -> tuple[FeatureBatch, FeatureBatch, float]:
    """The objects of labels as they are traced, and regularised, and the seconds that this took besides."""
    options, gsd = RegularizeOptions(), (GSD, GSD)
    height, width = labels.shape
    one = np.full((2, 2), GSD)
    ground = GroundScale(
        np.array([0.0, height]), np.array([0.0, width]), one * GSD, one, one, np.zeros((2, 2))
    )
    strips = with_halo([LabelStrip(0, labels[None])], options.reach(gsd))
    batches = list(regrouped(trace(strips, ground, options=TraceOptions(clusters=True))))
    regularize(batches[0], options, gsd=gsd)  # compiled before the clock starts
    started = time.perf_counter()
    regular = [regularize(batch, options, gsd=gsd) for batch in batches]
    seconds = time.perf_counter() - started
    exact = concatenate(batches)
    return exact.select(exact.label != HALO), concatenate(regular), seconds


def _metres(batch: FeatureBatch) -> Shapes:
    return to_shapes(batch, np.asarray(batch.vertices * GSD, np.float64))


def _vertices(shapes: Shapes) -> int:
    """Without those that close rings."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    return int(shapely.get_num_coordinates(rings).sum()) - len(rings)


def _simplified(shapes: Shapes, vertices: int, simplify: Callable[[Shapes, float], Shapes]) -> Shapes:
    """The shapes at the smallest tolerance that leaves no more vertices, or at 3 m."""
    low, high = 0.0, 3.0
    for _ in range(16):
        middle = (low + high) / 2
        low, high = (low, middle) if _vertices(simplify(shapes, middle)) <= vertices else (middle, high)
    return simplify(shapes, high)


def _scores(shapes: Shapes, true: Shapes) -> str:
    """Vertices, and how near the shapes are to the footprints."""
    pairs = match(shapes, true, iou=0.5)
    one, other = shapes[pairs.predicted], true[pairs.true]
    f1 = 2 * len(one) / (len(shapes) + len(true))
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(shapes[a], shapes[b]))[a < b].sum()
    return (
        f"{_vertices(shapes)} vertices, F1 {f1:.4f}, PoLiS {polis(one, other).mean():.4f} m, "
        f"boundary IoU {_boundary_iou(one, other).mean():.4f}, overlaps {common:.2f} m²"
    )


def _boundary_iou(one: Shapes, other: Shapes) -> NDArray[np.float64]:
    """Of the bands inside each outline (Cheng et al., 2021), pair by pair."""
    a, b = (shapely.difference(shapes, shapely.buffer(shapes, -BAND_M)) for shapes in (one, other))
    common = shapely.area(shapely.intersection(a, b))
    iou: NDArray[np.float64] = common / (shapely.area(a) + shapely.area(b) - common)
    return iou
