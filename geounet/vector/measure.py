"""Lengths and areas of rings on the ground, from the size of pixels where they lie: no geodesic a vertex."""

import numpy as np
from numpy.typing import NDArray

from geounet.georeference import GroundScale
from geounet.vector.compiled import cached
from geounet.vector.features import FeatureBatch
from geounet.vector.ragged import starts

Float64 = NDArray[np.float64]
Vertices = NDArray[np.int32] | Float64


def perimeters(batch: FeatureBatch, ground: GroundScale) -> Float64:
    """Metres of all rings of each feature, each edge by the ground's metric at its middle."""
    if not len(batch):
        return np.zeros(0)
    metric = np.stack([ground.col_step**2, ground.row_step**2, ground.cross])
    nodes_a_pixel = (
        (len(ground.row_nodes) - 1) / float(ground.row_nodes[-1]),
        (len(ground.col_nodes) - 1) / float(ground.col_nodes[-1]),
    )
    lengths = _ring_lengths(batch.vertices, batch.rings, metric, nodes_a_pixel)
    return np.add.reduceat(lengths, starts(batch.polygons)[starts(batch.features)])


def planar_areas(batch: FeatureBatch) -> Float64:
    """Pixels inside each feature's outline; after simplification no whole number."""
    if not len(batch):
        return np.zeros(0)
    areas = _ring_areas(batch.vertices, batch.rings)[:, 0]
    return np.add.reduceat(areas, starts(batch.polygons)[starts(batch.features)])


def hole_areas(batch: FeatureBatch, ground: GroundScale) -> Float64:
    """Square metres on the ground of each ring that is a hole, by the size of a pixel at its centroid; 0 of a shell."""
    area, col, row = _ring_areas(batch.vertices, batch.rings).T
    return np.where(area < 0, -area * ground.at(row, col)[0], 0.0)


@cached
def _ring_lengths(
    vertices: Vertices, rings: NDArray[np.int64], metric: Float64, nodes_a_pixel: tuple[float, float]
) -> Float64:
    """`metric` (3, n, m) is, on a lattice, that of `GroundScale`: columns, rows (squared), cross."""
    lengths = np.zeros(len(rings))
    first = 0
    for ring in range(len(rings)):
        for i in range(first, rings[ring] - 1):
            along, down = vertices[i + 1, 0] - vertices[i, 0], vertices[i + 1, 1] - vertices[i, 1]
            y = (vertices[i, 1] + down / 2) * nodes_a_pixel[0]
            x = (vertices[i, 0] + along / 2) * nodes_a_pixel[1]
            row, col = min(int(y), metric.shape[1] - 2), min(int(x), metric.shape[2] - 2)
            y, x = y - row, x - col
            total = 0.0
            for k, weight in enumerate((along * along, down * down, 2 * along * down)):
                if weight:
                    above = metric[k, row, col] * (1 - x) + metric[k, row, col + 1] * x
                    below = metric[k, row + 1, col] * (1 - x) + metric[k, row + 1, col + 1] * x
                    total += weight * (above * (1 - y) + below * y)
            lengths[ring] += np.sqrt(total)
        first = rings[ring]
    return lengths


@cached
def _ring_areas(vertices: Vertices, rings: NDArray[np.int64]) -> Float64:
    """(rings, 3): pixels inside (negative in holes), column and row of the centroid."""
    out = np.zeros((len(rings), 3))
    first = 0
    for ring in range(len(rings)):
        # From the ring's first vertex, so that large coordinates cost no precision.
        col, row = vertices[first, 0], vertices[first, 1]
        double, moment_x, moment_y = 0.0, 0.0, 0.0
        for i in range(first, rings[ring] - 1):
            x, y = float(vertices[i, 0] - col), float(vertices[i, 1] - row)
            next_x, next_y = float(vertices[i + 1, 0] - col), float(vertices[i + 1, 1] - row)
            # Rows run down: a shell, anticlockwise on a screen, counts as positive.
            product = next_x * y - x * next_y
            double += product
            moment_x += product * (x + next_x)
            moment_y += product * (y + next_y)
        out[ring, 0] = double / 2
        if double:
            out[ring, 1], out[ring, 2] = col + moment_x / (3 * double), row + moment_y / (3 * double)
        first = rings[ring]
    return out
