"""Whether an outline is regular."""

import numpy as np
import shapely
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

SHARE, CORNERS = 0.6, 2
"""How much of a regular outline's length is along or across its direction, and how many right angles it has, at least."""

STRAIGHT = 1e-6
"""Radians within which an edge is along or across."""


def is_regular(shapes: NDArray[np.object_], directions: Float64, *, pixel: Float64) -> NDArray[np.bool_]:
    """Which areas have most of their outline along or across their direction (radians), and right angles there.

    Their coordinates are in pixels of `pixel` metres (along a row, down a column).
    """
    parts, feature = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    step, ring = (xy[edge + 1] - xy[edge]) * pixel, ring[edge]
    angle, length = np.arctan2(step[:, 1], step[:, 0]), np.hypot(*step.T)
    owner, count = feature[part[ring]], len(shapes)
    straight = np.abs(_turn(angle - directions[owner], np.pi / 2)) < STRAIGHT

    begins = np.append(True, ring[1:] != ring[:-1])[: len(ring)]
    after = np.arange(1, len(ring) + 1)
    after[np.roll(begins, -1)] = np.flatnonzero(begins)
    corner = straight & straight[after] & (np.abs(_turn(angle[after] - angle, np.pi)) > 1)
    along = np.bincount(owner, length * straight, count)
    regular: NDArray[np.bool_] = (along >= SHARE * np.bincount(owner, length, count)) & (
        np.bincount(owner, corner, count) >= CORNERS
    )
    return regular


def _turn(angle: Float64, whole: float) -> Float64:
    """An angle modulo a whole turn, from minus half of that to half of it."""
    turned: Float64 = np.mod(angle + whole / 2, whole) - whole / 2
    return turned
