"""Scenes that show the same ground: what is kept of one to judge by would be trained on in the other."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import shapely

from geounet.digests import file_sha256
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
    yield from ((sources[a], sources[b]) for a, b in _shared(outlines, outlines) if a < b)


def overlaps_between(
    ones: Sequence[SceneConfig], others: Sequence[SceneConfig], card: ModelCard
) -> Iterator[tuple[SceneConfig, SceneConfig]]:
    """Pairs of one of each list that overlap, by their extents; those without a CRS overlap none."""
    first, second = ([_outline(source, card) for source in some] for some in (ones, others))
    yield from ((ones[a], others[b]) for a, b in _shared(first, second))


def copies_between(
    ones: Sequence[SceneConfig], others: Sequence[SceneConfig]
) -> Iterator[tuple[SceneConfig, SceneConfig]]:
    """Pairs of one of each list whose files are the same, byte for byte; only files of one size are read."""
    sizes: dict[int, tuple[list[SceneConfig], list[SceneConfig]]] = {}
    for number, some in enumerate((ones, others)):
        for source in some:
            if source.scene.is_file():
                sizes.setdefault(source.scene.stat().st_size, ([], []))[number].append(source)
    for first, second in sizes.values():
        if first and second:
            digests = {source.scene: file_sha256(source.scene) for source in (*first, *second)}
            yield from ((a, b) for a, b in product(first, second) if digests[a.scene] == digests[b.scene])


def _shared(ones: Sequence[shapely.Polygon], others: Sequence[shapely.Polygon]) -> Iterator[tuple[int, int]]:
    """Which outlines of two lists share ground, and more than an edge, in order."""
    if not ones or not others:
        return
    pairs = shapely.STRtree(others).query(ones, predicate="intersects").T
    for a, b in sorted(pairs.tolist()):
        least = min(ones[a].area, others[b].area)
        if ones[a].intersection(others[b]).area > SHARED * least:
            yield a, b


def _outline(source: SceneConfig, card: ModelCard) -> shapely.Polygon:
    """A scene's extent in longitude and latitude."""
    with Scene.open(
        source.files,
        bands=card.channel_names,
        options=PredictOptions(gsd="native"),
        gsd_m=None,
        model=card.name,
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
