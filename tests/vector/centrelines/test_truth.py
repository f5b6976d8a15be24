"""Streets that are known: what is traced of their mask leads to the same places over the same distances."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
import shapely.ops
from rasterio.features import rasterize
from scipy import ndimage

from geounet.evaluation.lines import line_scores

SIDE = 600


def warped(x, y):
    """Where a place of a square grid of streets lies."""
    return x + 14 * np.sin(y / 130), y + 12 * np.sin(x / 90 + 1)


def town(seed):
    """Bent streets of 5 to 12 m: crossings, T junctions, dead ends and a roundabout."""
    rng = np.random.default_rng(seed)
    at = [(np.arange(6) + 0.5 + rng.uniform(-0.2, 0.2, 6)) * SIDE / 6 for _ in range(2)]
    lines, widths = [], []
    for axis in range(2):
        for place in at[axis]:
            width = rng.uniform(5, 12)
            stops = np.concatenate([[-40.0], at[1 - axis], [SIDE + 40.0]])
            for begin, end in pairwise(stops):
                share = rng.choice([0.0, 0.5, 1.0], p=[0.1, 0.1, 0.8])
                along = np.linspace(begin, begin + (end - begin) * share, 30)
                x, y = (along, np.full(30, place))[:: -1 if axis else 1]
                if share:
                    lines.append(shapely.LineString(np.column_stack(warped(x, y))))
                    widths.append(width)
    ring = shapely.Point(warped(at[1][2], at[0][3])).buffer(18, quad_segs=16)
    lines = shapely.intersection(shapely.difference(lines, ring), shapely.box(0, 0, SIDE, SIDE))
    kept = shapely.length(lines) > 1
    return np.append(lines[kept], ring.exterior), np.append(np.array(widths)[kept], 7)


def mask(lines, widths):
    return rasterize(shapely.buffer(lines, widths / 2, cap_style="flat"), (SIDE, SIDE), dtype="uint8")


def damaged(labels, lines, widths, seed):
    """Without a twentieth of the streets' length, in gaps of 5 to 15 m, and with noise in, on and beside them."""
    rng = np.random.default_rng(seed)
    length, gone, holes = shapely.length(lines), 0.0, []
    while gone < 0.05 * length.sum():
        street = rng.choice(len(lines), p=length / length.sum())
        gap = min(rng.uniform(5, 15), length[street])
        begin = rng.uniform(0, length[street] - gap)
        piece = shapely.ops.substring(lines[street], begin, begin + gap)
        holes.append(piece.buffer(widths[street] / 2 + 1, cap_style="flat"))
        gone += gap
    out = np.where(rasterize(holes, labels.shape) == 1, 0, labels).astype(np.uint8)
    edge = ndimage.morphological_gradient(out, size=3) > 0
    blobs = shapely.buffer(shapely.points(rng.uniform(0, SIDE, (40, 2))), rng.uniform(0.6, 4, 40))
    flip = (edge & (rng.random(out.shape) < 0.1)) | (rng.random(out.shape) < 0.002)
    return out ^ flip.astype(np.uint8) ^ rasterize(blobs, out.shape, dtype="uint8")


def probability(labels, seen, seed):
    """A model's: sure of what it sees, with a doubt left where it is wrong."""
    soft = 0.35 * ndimage.gaussian_filter(labels.astype(float), 2) + 0.65 * ndimage.gaussian_filter(
        seen.astype(float), 1
    )
    soft += 0.3 * ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal(labels.shape), 2)
    return np.where(seen == 1, np.clip(soft, 0.5, 1), np.clip(soft, 0, 0.49))


@pytest.fixture
def apls(traced, lines):
    def score(true, labels, confidence=None):
        predicted = lines(traced(labels, confidence=confidence))
        return line_scores(predicted, true, buffer_m=4.0, snap_m=4.0).apls

    return score


@pytest.mark.parametrize("seed", range(3))
def test_a_perfect_mask_gives_the_streets(apls, seed):
    streets = town(seed)
    assert apls(streets[0], mask(*streets)) >= 0.98


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_mask_gives_most_of_them(apls, seed):
    streets = town(seed)
    labels = mask(*streets)
    assert apls(streets[0], damaged(labels, *streets, seed)) >= 0.85


@pytest.mark.parametrize("seed", range(3))
def test_probabilities_help(apls, seed):
    streets = town(seed)
    labels = mask(*streets)
    seen = damaged(labels, *streets, seed)
    p = probability(labels, seen, seed)
    sure = np.round(250 * np.where(seen == 1, p, 1 - p)).astype(np.uint8)
    assert apls(streets[0], seen, sure) >= 0.9
