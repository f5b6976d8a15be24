"""Random streets whose centrelines and widths are known, and rasters of them, whole and damaged."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy import ndimage

Lines = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Streets:
    """A network in metres, x to the right and y down from the raster's corner."""

    lines: Lines
    """LineStrings from junction to junction."""
    widths: NDArray[np.float64]
    size_m: float
    """Side of the square that they lie in."""


def town(seed: int, *, size_m: float = 1000.0, block_m: float = 110.0) -> Streets:
    """A warped grid of streets with some left out, dead ends, T junctions, and a roundabout or two.

    Streets are 5 to 12 m wide, as wide along their whole length, and bend with the warp.
    """
    rng = np.random.default_rng(seed)
    count = int(size_m / block_m)
    at = [_spread(rng, count, size_m) for _ in range(2)]
    warp = _warp(rng, size_m)
    lines, widths = [], []
    for axis in range(2):
        for place in at[axis]:
            width = rng.uniform(5, 12)
            stops = np.concatenate([[-50.0], at[1 - axis], [size_m + 50]])
            for begin, end in pairwise(stops):
                kind, inner = rng.random(), begin > 0 and end < size_m
                share = rng.uniform(0.35, 0.65) if inner and kind < 0.2 else 1.0
                if kind >= 0.12 or not inner:
                    lines.append(_street(place, (begin, begin + (end - begin) * share), axis=axis, warp=warp))
                    widths.append(width)
    streets = _with_roundabouts(np.array(lines, object), np.array(widths), rng)
    return Streets(*_inside(*streets, size_m), size_m)


def _spread(rng: np.random.Generator, count: int, size_m: float) -> NDArray[np.float64]:
    step = size_m / count
    places: NDArray[np.float64] = (np.arange(count) + 0.5 + rng.uniform(-0.22, 0.22, count)) * step
    return places


def _warp(rng: np.random.Generator, size_m: float) -> NDArray[np.float64]:
    """Waves that bend the grid: (waves, 2 of direction, 2 of displacement, phase)."""
    turns = rng.uniform(0.4, 1.6, (4, 2)) * rng.choice([-1, 1], (4, 2)) * 2 * np.pi / size_m
    return np.column_stack([turns, rng.uniform(-18, 18, (4, 2)), rng.uniform(0, 2 * np.pi, 4)])


def _street(
    place: float, span: tuple[float, float], *, axis: int, warp: NDArray[np.float64]
) -> shapely.LineString:
    along = np.linspace(*span, max(2, int((span[1] - span[0]) / 4)))
    xy = np.column_stack([along, np.full_like(along, place)])[:, :: -1 if axis else 1]
    phase = xy @ warp[:, :2].T + warp[:, 4]
    return shapely.LineString(xy + np.sin(phase) @ warp[:, 2:4])


def _with_roundabouts(
    lines: Lines, widths: NDArray[np.float64], rng: np.random.Generator
) -> tuple[Lines, NDArray[np.float64]]:
    """Two of the crossings of four made into rings of 14 to 22 m radius."""
    ends = np.concatenate([shapely.get_point(lines, k) for k in (0, -1)])
    xy = np.round(shapely.get_coordinates(ends), 3)
    places, counts = np.unique(xy, axis=0, return_counts=True)
    crossings = places[counts == 4]
    for centre in crossings[rng.permutation(len(crossings))[:2]]:
        ring = shapely.Point(centre).buffer(rng.uniform(14, 22), quad_segs=16).exterior
        lines = shapely.difference(lines, shapely.Polygon(ring))
        kept = ~shapely.is_empty(lines)
        lines, widths = np.array([*lines[kept], ring], object), np.append(widths[kept], rng.uniform(6, 8))
    return lines, widths


def _inside(lines: Lines, widths: NDArray[np.float64], size_m: float) -> tuple[Lines, NDArray[np.float64]]:
    cut = shapely.intersection(lines, shapely.box(0, 0, size_m, size_m))
    parts, owner = shapely.get_parts(cut, return_index=True)
    kept = shapely.length(parts) > 0.1
    return parts[kept], widths[owner[kept]]


def mask(streets: Streets, gsd: float) -> NDArray[np.uint8]:
    """1 where a pixel's centre lies in a street, else 0."""
    size = round(streets.size_m / gsd)
    areas = shapely.buffer(streets.lines, streets.widths / 2, cap_style="flat")
    out: NDArray[np.uint8] = rasterize(areas, (size, size), transform=(gsd, 0, 0, 0, gsd, 0))
    return out


def damaged(
    streets: Streets, labels: NDArray[np.uint8], gsd: float, *, seed: int, share: float = 0.05
) -> NDArray[np.uint8]:
    """The labels with `share` of the streets' length erased in gaps of 5 to 15 m, and noise.

    Noise is a tenth of the outlines' pixels flipped, holes in streets and blobs beside them, and 0.2 % of all pixels.
    """
    rng = np.random.default_rng(seed)
    out = labels.copy()
    length = shapely.length(streets.lines)
    gone, wanted = 0.0, share * length.sum()
    holes = []
    while gone < wanted:
        k = rng.choice(len(length), p=length / length.sum())
        gap = min(rng.uniform(5, 15), length[k])
        start = rng.uniform(0, length[k] - gap)
        piece = shapely.ops.substring(streets.lines[k], start, start + gap)
        holes.append(piece.buffer(streets.widths[k] / 2 + 1, cap_style="flat"))
        gone += gap
    out[rasterize(holes, out.shape, transform=(gsd, 0, 0, 0, gsd, 0)) == 1] = 0
    edge = ndimage.morphological_gradient(out, size=3) > 0
    flip = (edge & (rng.random(out.shape) < 0.1)) | (rng.random(out.shape) < 0.002)
    blobs = rng.uniform(0, streets.size_m, (int(streets.size_m**2 / 8000), 2))
    spots = shapely.buffer(shapely.points(blobs), rng.uniform(0.6, 4, len(blobs)))
    flip ^= rasterize(spots, out.shape, transform=(gsd, 0, 0, 0, gsd, 0)) == 1
    return np.where(flip, 1 - out, out).astype(np.uint8)


def probability(
    labels: NDArray[np.uint8], damaged_labels: NDArray[np.uint8], *, seed: int
) -> NDArray[np.uint8]:
    """A model's probability × 250 of a street: sure where the damaged labels are, a doubt left where they are wrong."""
    rng = np.random.default_rng(seed)
    soft = 0.35 * ndimage.gaussian_filter(labels.astype(np.float32), 2) + 0.65 * ndimage.gaussian_filter(
        damaged_labels.astype(np.float32), 1
    )
    noise = ndimage.gaussian_filter(rng.standard_normal(labels.shape).astype(np.float32), 2) * 0.3
    p = np.clip(soft + noise, 0, 1)
    p = np.where(damaged_labels == 1, np.maximum(p, 0.5), np.minimum(p, 0.496))
    out: NDArray[np.uint8] = np.round(p * 250).astype(np.uint8)
    return out
