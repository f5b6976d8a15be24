"""Label strips → exact polygons, streamed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.errors import OptionsError
from geounet.georeference import GroundScale
from geounet.options import CONNECTIVITIES
from geounet.strip import CONFIDENCE_SCALE, NODATA, LabelStrip
from geounet.vector.features import FeatureBatch, concatenate
from geounet.vector.scan import scan
from geounet.vector.state import FEATURES, POLYGONS, RINGS, VERTICES, Rules, State, new_state, with_room


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceOptions:
    """What is one object, and how it comes."""

    connectivity: int = 4
    """Whether pixels that meet at a corner only are one object (8, a multipolygon) or not (4)."""
    clusters: bool = False
    """Put a vertex wherever a third region begins, and let objects that touch come together (see `trace`)."""

    def __post_init__(self) -> None:
        if self.connectivity not in CONNECTIVITIES:
            raise OptionsError(f"connectivity is {self.connectivity}; choose 4 or 8")


def trace(
    strips: Iterable[LabelStrip], ground: GroundScale, *, options: TraceOptions
) -> Iterator[FeatureBatch]:
    """Trace the objects of labels that come in strips from top to bottom; 0 and 255 are not traced.

    Every object (joined pixels of one label in one band) is one feature: its outline follows the pixels' edges, turns
    at each of its vertices, and is valid (OGC simple features). How rows come in strips changes nothing. Features
    come in the order of their last pixel, row by row; of two that end at one pixel, the first band's comes first.
    With `clusters`, features that touch come together, in the order of the last pixel of all that touch: then
    the objects of a cluster are held until it is closed. Memory is that of a strip and of what is still open.

    Yields a batch a strip, with what was closed in it; raises ValueError when strips are not in order, or not as
    wide as `ground`.
    """
    tracers: list[_Tracer] = []
    row, width = 0, int(ground.col_nodes[-1])
    for strip in strips:
        if strip.first_row != row or strip.labels.shape[2] != width:
            raise ValueError(
                f"strip of {strip.labels.shape[2]} columns begins at row {strip.first_row}; expected {width} at row {row}"
            )
        if not tracers:
            scored = strip.confidence is not None
            tracers = [
                _Tracer(ground, options, band=band, scored=scored) for band in range(len(strip.labels))
            ]
        # Without scores, the labels stand in for what is never looked at.
        confidence = strip.labels if strip.confidence is None else strip.confidence
        bands = zip(tracers, strip.labels, confidence, strict=True)
        yield from _merged([tracer.feed(labels, scores) for tracer, labels, scores in bands])
        row += strip.rows
    below = np.full((1, width), NODATA, np.uint8)
    yield from _merged([tracer.feed(below, below) for tracer in tracers])


class _Tracer:
    """One band's scan, fed row by row."""

    def __init__(self, ground: GroundScale, options: TraceOptions, *, band: int, scored: bool) -> None:
        rules = Rules(corners_join=options.connectivity == 8, clusters=options.clusters, scored=scored)
        height, width = float(ground.row_nodes[-1]), int(ground.col_nodes[-1])
        self.band = band
        self.state = new_state(width, ground.area, extent=(height, width), rules=rules)

    def feed(self, labels: NDArray[np.uint8], confidence: NDArray[np.uint8]) -> FeatureBatch:
        """The features that were closed by the next rows, (rows, width)."""
        # Compiled once, for arrays that are contiguous and may be written to.
        labels, confidence = (np.require(a, np.uint8, ["C", "W"]) for a in (labels, confidence))
        batches, row = [], 0
        while row < len(labels):
            row = scan(self.state, labels, confidence, row)
            batches.append(_drawn(self.state, self.band))
            self.state.counters[[FEATURES, POLYGONS, RINGS, VERTICES]] = 0
            self.state = with_room(self.state)
        return concatenate(batches)


def _drawn(state: State, band: int) -> FeatureBatch:
    """A copy of the features that the scan has drawn since they were last taken out."""
    counters = state.counters
    known = state.features[: counters[FEATURES]]
    scale = CONFIDENCE_SCALE if state.rules.scored else np.nan
    return FeatureBatch(
        vertices=state.vertices[: counters[VERTICES]].copy(),
        rings=state.rings[: counters[RINGS]].copy(),
        polygons=state.polygons[: counters[POLYGONS]].copy(),
        features=known["polygons"].copy(),
        label=known["label"].copy(),
        band=np.full(len(known), band, np.uint8),
        pixels=known["pixels"].copy(),
        area=known["area"].copy(),
        confidence=known["total"] / (known["pixels"] * scale),
        confidence_p10=known["tenth"] / scale,
        touches_edge=known["edge"] == 1,
        last_row=known["row"].copy(),
        last_col=known["col"].copy(),
        cluster=known["cluster"].copy(),
        regularized=np.zeros(len(known), np.bool_),
    )


def _merged(bands: list[FeatureBatch]) -> Iterator[FeatureBatch]:
    """The bands' features as one batch, if there are any.

    All bands are scanned as far as one another, so whatever is closed later ends later.
    """
    if any(map(len, bands)):
        batch = concatenate(bands)
        if len(bands) > 1:
            batch = batch.select(np.lexsort((batch.band, batch.last_col, batch.last_row)))
        yield batch
