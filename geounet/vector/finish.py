"""What becomes of whole objects before they are written: filters, filled holes, simplified outlines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from geounet.errors import OptionsError
from geounet.georeference import GroundScale
from geounet.vector.features import FeatureBatch, concatenate
from geounet.vector.halo import HALO
from geounet.vector.measure import hole_areas, planar_areas
from geounet.vector.regularize import RegularizeOptions, regularize
from geounet.vector.simplify import simplify

BATCH_FEATURES = 1024
BATCH_VERTICES = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Finishing:
    """What is left out, and what is made simpler."""

    min_confidence: float = 0.0
    """Smallest mean probability of an object that is kept; objects without scores are."""
    min_area: float = 0.0
    """Smallest object, in m², its filled holes included, that is kept."""
    fill_holes: float = 0.0
    """Largest hole, in m², that is filled; what lies in it stays a feature of its own."""
    simplify: float = 0.0
    """Tolerance in metres; needs a trace with `clusters`."""
    regularize: RegularizeOptions | None = None
    """How regular outlines become, in place of simpler; needs a trace with `clusters`, of strips with halos."""

    def __post_init__(self) -> None:
        for name in ("min_confidence", "min_area", "fill_holes", "simplify"):
            if not getattr(self, name) >= 0:
                raise OptionsError(f"{name} is {getattr(self, name)}; it must be at least 0")

    @property
    def in_clusters(self) -> bool:
        """Whether objects that touch must come together."""
        return self.simplify > 0 or self.regularize is not None


def finish(
    batches: Iterable[FeatureBatch], finishing: Finishing, *, ground: GroundScale, gsd: tuple[float, float]
) -> Iterator[FeatureBatch]:
    """Filter, regularise or simplify, and fill the features of a trace, in the order that they come in.

    Objects are judged as they were traced; then outlines are regularised or simplified, and holes filled that are small
    then.
    Batches come out of whole clusters, in sizes that depend on the features alone, not on how they came in.
    Simplification keeps edges from crossing within such a batch; two objects that do not touch and end up in
    different batches may come to overlap where they are nearer than the tolerance. A scene whose pixels are all of
    some class is one cluster, and one batch.
    """
    kept = (_kept(batch, finishing, ground) for batch in batches)
    for batch in regrouped(kept):
        done = _cleaned(batch, finishing, gsd=gsd)
        if finishing.fill_holes:
            areas = hole_areas(done, ground)
            done = done.without_rings((areas > 0) & (areas <= finishing.fill_holes))
        if len(done):
            yield replace(done, area=done.area * (planar_areas(done) / done.pixels))


def _cleaned(batch: FeatureBatch, finishing: Finishing, *, gsd: tuple[float, float]) -> FeatureBatch:
    """The features of whole clusters with cleaner outlines, where that was asked for."""
    if finishing.regularize is not None:
        return regularize(batch, finishing.regularize, gsd=gsd)
    return simplify(batch, finishing.simplify, gsd=gsd) if finishing.simplify else batch


def regrouped(batches: Iterable[FeatureBatch]) -> Iterator[FeatureBatch]:
    """The same features in batches of whole clusters, cut as soon as they have 1024 features or 2^17 vertices."""
    waiting: list[FeatureBatch] = []
    features = vertices = 0
    for batch in batches:
        waiting.append(batch)
        features, vertices = features + len(batch), vertices + len(batch.vertices)
        if features < BATCH_FEATURES and vertices < BATCH_VERTICES:
            continue
        *full, rest = _cut(concatenate(waiting))
        yield from full
        waiting, features, vertices = [rest], len(rest), len(rest.vertices)
    yield from (piece for piece in _cut(concatenate(waiting)) if len(piece)) if waiting else ()


def _cut(batch: FeatureBatch) -> list[FeatureBatch]:
    """Full batches, and what is left (which may be nothing)."""
    sizes = batch.vertex_counts()
    same = (batch.cluster[1:] == batch.cluster[:-1]) & (batch.band[1:] == batch.band[:-1])
    ends = np.append(np.flatnonzero(~same) + 1, len(batch)) if len(batch) else np.zeros(0, np.int64)
    vertices = np.concatenate([[0], np.cumsum(sizes)])
    pieces, begin = [], 0
    while True:
        full = (ends - begin >= BATCH_FEATURES) | (vertices[ends] - vertices[begin] >= BATCH_VERTICES)
        later = np.flatnonzero(full & (ends > begin))
        stop = int(ends[later[0]]) if len(later) else len(batch)
        pieces.append(batch.select(np.arange(begin, stop)))
        if not len(later):
            return pieces
        begin = stop


def _kept(batch: FeatureBatch, finishing: Finishing, ground: GroundScale) -> FeatureBatch:
    """The objects that are large and certain enough, and the halos between them."""
    kept = ~(batch.confidence < finishing.min_confidence)
    if finishing.min_area:
        area = batch.area
        if finishing.fill_holes:
            holes = hole_areas(batch, ground)
            small = np.where(holes <= finishing.fill_holes, holes, 0.0)
            area = area + np.bincount(batch.ring_features(), weights=small, minlength=len(batch))
        kept &= area >= finishing.min_area
    if finishing.regularize is not None:
        kept |= batch.label == HALO
    return batch if kept.all() else batch.select(kept)
