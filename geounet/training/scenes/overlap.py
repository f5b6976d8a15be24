"""Scenes that show the same ground: what is kept of one to judge by would be trained on in the other."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from geounet.georeference import Georeference, transformer_between
from geounet.models.card import ModelCard
from geounet.options import PredictOptions
from geounet.raster.scene import Scene
from geounet.training.config.data import SceneConfig

SHARED = 0.01
"""Share of the smaller scene's ground from which on two overlap: neighbours share their edges, and a little more."""

_POINTS = 9
"""Points along a side: a straight side in one CRS is bent in another."""


def overlaps(sources: Sequence[SceneConfig], card: ModelCard) -> Iterator[tuple[SceneConfig, SceneConfig]]:
    """Pairs of scenes that overlap, by their extents; those without a CRS overlap none."""
    outlines = [_outline(source, card) for source in sources]
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        least = min(outlines[a].area, outlines[b].area)
        if a < b and outlines[a].intersection(outlines[b]).area > SHARED * least:
            yield sources[a], sources[b]


def _outline(source: SceneConfig, card: ModelCard) -> shapely.Polygon:
    """A scene's extent in longitude and latitude."""
    with Scene.open(
        source.scene, bands=card.bands, options=PredictOptions(gsd="native"), gsd_m=None, model=card.name
    ) as scene:
        return _extent(scene.grid)


def _extent(grid: Georeference) -> shapely.Polygon:
    if grid.crs is None:
        return shapely.Polygon()
    along = np.linspace(0, 1, _POINTS)
    cols = np.concatenate([along, np.ones(_POINTS), along[::-1], np.zeros(_POINTS)]) * grid.width
    rows = np.concatenate([np.zeros(_POINTS), along, np.ones(_POINTS), along[::-1]]) * grid.height
    a, b, c, d, e, f = tuple(grid.transform)[:6]
    lon, lat = transformer_between(grid.crs, "EPSG:4326").transform(
        a * cols + b * rows + c, d * cols + e * rows + f
    )
    points = np.column_stack([lon, lat])
    return shapely.Polygon(points) if np.isfinite(points).all() else shapely.Polygon()
