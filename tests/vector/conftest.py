"""Label rasters as strips, and traces of them as one batch."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.transform import Affine

from geounet.georeference import Georeference, GroundScale
from geounet.strip import LabelStrip
from geounet.vector.features import FeatureBatch, concatenate
from geounet.vector.shapes import to_shapes
from geounet.vector.trace import TraceOptions, trace


def _plane(height: int, width: int) -> GroundScale:
    one = np.ones((2, 2))
    return GroundScale(np.array([0.0, height]), np.array([0.0, width]), one, one, one, one * 0)


def _strips(
    labels: NDArray[np.uint8], rows: int, confidence: NDArray[np.uint8] | None = None
) -> Iterator[LabelStrip]:
    labels = labels if labels.ndim == 3 else labels[None]
    confidence = confidence[None] if confidence is not None and confidence.ndim == 2 else confidence
    for row in range(0, labels.shape[1], rows):
        part = slice(row, row + rows)
        yield LabelStrip(row, labels[:, part], None if confidence is None else confidence[:, part])


def _traced(labels: NDArray[np.uint8], rows: int = 10_000, **kwargs: Any) -> FeatureBatch | None:
    confidence, ground = kwargs.pop("confidence", None), kwargs.pop("ground", None)
    ground = ground or _plane(*labels.shape[-2:])
    batches = list(trace(_strips(labels, rows, confidence), ground, options=TraceOptions(**kwargs)))
    return concatenate(batches) if batches else None


def _texture(seed: int, *, most: int = 24) -> NDArray[np.uint8]:
    """Labels of a random size, with classes, nodata, holes, diagonals and lines one pixel wide."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, most + 1, 2)
    labels = rng.integers(0, rng.integers(2, 5), (height, width))
    if rng.random() < 0.5:  # blocks, some of them one pixel wide
        rows, cols = (np.sort(rng.integers(0, max(1, n // 2), n)) for n in (height, width))
        labels = labels[np.ix_(rows, cols)]
    if rng.random() < 0.4:
        labels[rng.random(labels.shape) < 0.1] = 255
    return labels.astype(np.uint8)


def _shapes(batch: FeatureBatch) -> NDArray[np.object_]:
    return to_shapes(batch, batch.vertices.astype(float))


def _georeference(kind: str, height: int, width: int) -> Georeference:
    """Grids in the manners that rasters come in."""
    transform, crs = {
        "utm": (Affine(0.5, 0, 500_000, 0, -0.5, 4_600_000), 32637),
        "rotated": (
            Affine.translation(500_000, 4_600_000) * Affine.rotation(30) * Affine.scale(0.5, -0.5),
            32637,
        ),
        "south-up": (Affine(0.5, 0, 500_000, 0, 0.5, 4_600_000), 32637),
        "oblong": (Affine(0.5, 0, 500_000, 0, -1.25, 4_600_000), 32637),
        "mercator": (Affine(2, 0, 1_000_000, 0, -2, 8_400_000), 3857),  # near 60° north
        "geographic": (Affine(1e-4, 0, 20, 0, -1e-4, 50), 4326),
        "rotated-geographic": (
            Affine.translation(20, 50) * Affine.rotation(20) * Affine.scale(1e-4, -1e-4),
            4326,
        ),
    }[kind]
    return Georeference(transform, CRS.from_epsg(crs), height, width)


@pytest.fixture
def strips() -> Callable[..., Iterator[LabelStrip]]:
    return _strips


@pytest.fixture
def traced() -> Callable[..., FeatureBatch | None]:
    return _traced


@pytest.fixture
def texture() -> Callable[..., NDArray[np.uint8]]:
    return _texture


@pytest.fixture
def shapes() -> Callable[[FeatureBatch], NDArray[np.object_]]:
    return _shapes


@pytest.fixture
def plane() -> Callable[[int, int], GroundScale]:
    return _plane


@pytest.fixture
def georeference() -> Callable[[str, int, int], Georeference]:
    return _georeference


@pytest.fixture
def wkb() -> Callable[[FeatureBatch | None], bytes]:
    return lambda batch: b"" if batch is None else b"".join(shapely.to_wkb(_shapes(batch)))
