"""Features on their way from the tracer to a layer: many at once, as flat arrays in pixel coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.vector.ragged import chosen_items, lengths

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureBatch:
    """Features as multipolygons: polygons of rings of vertices, each level by the end of its items in the next.

    A polygon's shell comes first and is anticlockwise on a screen, its holes are clockwise; rings are closed.
    """

    vertices: NDArray[np.int32] | Float64
    """(vertices, 2): column and row of pixel corners; of any point (float64) once outlines were regularised."""
    rings: Int64
    """The vertex after each ring."""
    polygons: Int64
    """The ring after each polygon."""
    features: Int64
    """The polygon after each feature."""
    label: NDArray[np.uint8]
    """What its pixels are labelled with."""
    band: NDArray[np.uint8]
    """The band of the labels that it lies in, from 0."""
    pixels: Int64
    area: Float64
    """Square metres on the ground."""
    confidence: Float64
    """Mean probability of the pixels, 0 to 1; NaN without scores."""
    confidence_p10: Float64
    """Tenth percentile of the pixels' probability; NaN without scores."""
    touches_edge: NDArray[np.bool_]
    """Whether a pixel has nodata, or the outside of the raster, beside it."""
    last_row: NDArray[np.int32]
    """Row and column of the last pixel, by which features are in order; of the cluster's where there are clusters."""
    last_col: NDArray[np.int32]
    cluster: Int64
    """Number, in its band, of the objects that touch each other of which it is one."""
    regularized: NDArray[np.bool_]
    """Whether its outline is a regularised one."""

    def __len__(self) -> int:
        return len(self.features)

    def select(self, chosen: NDArray[np.bool_] | Int64) -> "FeatureBatch":
        """The chosen features: a mask, or their positions in the order wanted."""
        index: Int64 = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else np.asarray(chosen, np.int64)
        polygon_index, features = chosen_items(self.features, index)
        ring_index, polygons = chosen_items(self.polygons, polygon_index)
        vertex_index, rings = chosen_items(self.rings, ring_index)
        return FeatureBatch(
            vertices=self.vertices[vertex_index],
            rings=rings,
            polygons=polygons,
            features=features,
            **{name: getattr(self, name)[index] for name in _RECORD},
        )

    def without_rings(self, dropped: NDArray[np.bool_]) -> "FeatureBatch":
        """The features without some of their rings, which must be holes."""
        kept = np.flatnonzero(~dropped)
        vertex_index, rings = chosen_items(self.rings, kept)
        polygons = np.cumsum(~dropped, dtype=np.int64)[self.polygons - 1]
        return replace(self, vertices=self.vertices[vertex_index], rings=rings, polygons=polygons)

    def vertex_counts(self) -> Int64:
        """The number of vertices of each feature."""
        return np.diff(self.rings[self.polygons[self.features - 1] - 1], prepend=0)

    def ring_features(self) -> Int64:
        """The feature of each ring."""
        polygon_features = np.repeat(np.arange(len(self)), lengths(self.features))
        return np.repeat(polygon_features, lengths(self.polygons))


_RECORD = tuple(
    f.name for f in fields(FeatureBatch) if f.name not in ("vertices", "rings", "polygons", "features")
)


def concatenate(batches: Sequence[FeatureBatch]) -> FeatureBatch:
    """Batches, of which there is one at least, as one."""
    if len(batches) == 1:
        return batches[0]
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(batch, name) for batch in batches]) for name in ("vertices", *_RECORD)
    }
    for level, below in (("rings", "vertices"), ("polygons", "rings"), ("features", "polygons")):
        sizes = np.cumsum([0, *(len(getattr(batch, below)) for batch in batches[:-1])])
        joined[level] = np.concatenate(
            [getattr(batch, level) + size for batch, size in zip(batches, sizes, strict=True)]
        )
    return FeatureBatch(**joined)
