"""Drawn roads and what is traced of them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize

from geounet.georeference import GroundScale
from geounet.strip import LabelStrip
from geounet.vector.centrelines import RoadNetwork, RoadOptions, centrelines

Roads = Iterable[tuple[Iterable[tuple[float, float]], float]]


def _drawn(roads: Roads, shape: tuple[int, int], *, gsd: float = 1.0) -> NDArray[np.uint8]:
    """1 where a pixel's centre lies in a road, given by its line and width in metres from the raster's corner."""
    areas = [shapely.LineString(list(line)).buffer(width / 2, cap_style="flat") for line, width in roads]
    out: NDArray[np.uint8] = rasterize(areas, shape, transform=(gsd, 0, 0, 0, gsd, 0), dtype="uint8")
    return out


def _ground(shape: tuple[int, ...], gsd: tuple[float, float]) -> GroundScale:
    one = np.ones((2, 2))
    nodes = np.array([0.0, shape[0]]), np.array([0.0, shape[1]])
    return GroundScale(*nodes, one * gsd[0] * gsd[1], one * gsd[1], one * gsd[0], one * 0)


def _strips(
    labels: NDArray[np.uint8], rows: int, confidence: NDArray[np.uint8] | None
) -> Iterator[LabelStrip]:
    labels = labels if labels.ndim == 3 else labels[None]
    confidence = confidence[None] if confidence is not None and confidence.ndim == 2 else confidence
    for row in range(0, labels.shape[1], rows):
        part = slice(row, row + rows)
        yield LabelStrip(row, labels[:, part], None if confidence is None else confidence[:, part])


def _traced(
    labels: NDArray[np.uint8],
    *,
    rows: int = 10_000,
    confidence: NDArray[np.uint8] | None = None,
    gsd: float | tuple[float, float] = 1.0,
    **options: Any,
) -> RoadNetwork:
    sides = gsd if isinstance(gsd, tuple) else (gsd, gsd)
    strips = _strips(labels, rows, confidence)
    return centrelines(strips, _ground(labels.shape[-2:], sides), options=RoadOptions(**options), gsd=sides)


def _lines(network: RoadNetwork, gsd: float = 1.0) -> list[shapely.LineString]:
    begins = np.concatenate([[0], network.stops])
    pairs = zip(begins[:-1], network.stops, strict=True)
    return [shapely.LineString(network.vertices[begin:stop] * gsd) for begin, stop in pairs]


def _degrees(network: RoadNetwork) -> list[int]:
    return sorted(np.bincount(network.ends.ravel(), minlength=len(network.nodes)).tolist())


@pytest.fixture(scope="session")
def drawn() -> Callable[..., NDArray[np.uint8]]:
    return _drawn


@pytest.fixture(scope="session")
def traced() -> Callable[..., RoadNetwork]:
    return _traced


@pytest.fixture(scope="session")
def lines() -> Callable[..., list[shapely.LineString]]:
    return _lines


@pytest.fixture(scope="session")
def degrees() -> Callable[[RoadNetwork], list[int]]:
    """How many lines end at each node, in order."""
    return _degrees
