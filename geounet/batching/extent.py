"""Rectangles in degrees: their ground, what holds several of them, and their outline as GeoJSON."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees; west is greater than east where 180° lies between them."""

_B = 6_356_752.314245179
"""WGS 84: the polar radius in metres."""
_E = 0.08181919084262149
"""WGS 84: the eccentricity."""


def area_m2(bounds: Bounds) -> float:
    """Ground between two meridians and two parallels, on the ellipsoid (Snyder 1987, equation 3-12)."""
    west, south, east, north = bounds
    width = east - west if east >= west else east - west + 360
    return _B**2 / 2 * math.radians(width) * (_zone(north) - _zone(south))


def hull(bounds: Sequence[Bounds]) -> Bounds:
    """The rectangle that holds all, on the side of the earth where it is narrower."""
    _, south, _, north = np.array(bounds, np.float64).T
    west, east = unrolled(bounds)
    if east.max() - west.min() >= 360:
        return -180.0, float(south.min()), 180.0, float(north.max())
    left, right = (_turned(float(side)) for side in (west.min(), east.max()))
    return left, float(south.min()), right, float(north.max())


def unrolled(bounds: Sequence[Bounds]) -> tuple[Float64, Float64]:
    """West and east of each, rising from the widest gap between them on: beyond ±180 where they lie across 180°."""
    west, _, east, _ = np.array(bounds, np.float64).T
    width = np.where(east < west, east - west + 360, east - west)
    middle = np.mod(west + width / 2, 360)
    order = np.sort(middle)
    gaps = np.diff(order, append=order[0] + 360)
    start = order[gaps.argmax()] + gaps.max() / 2
    turns = np.round((start + np.mod(middle - start, 360) - (west + width / 2)) / 360)
    turns -= np.round(np.median(west + width / 2 + 360 * turns) / 360)
    return west + 360 * turns, west + 360 * turns + width


def outline(bounds: Bounds) -> dict[str, Any]:
    """A GeoJSON polygon, counterclockwise; across 180° two of them (RFC 7946, 3.1.9)."""
    west, south, east, north = bounds
    if west <= east:
        return {"type": "Polygon", "coordinates": [_ring(bounds)]}
    halves = [(west, south, 180.0, north), (-180.0, south, east, north)]
    return {"type": "MultiPolygon", "coordinates": [[_ring(half)] for half in halves]}


def _ring(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = bounds
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def _turned(longitude: float) -> float:
    """A longitude from −180 to 180; those are left as they are."""
    return longitude if -180 <= longitude <= 180 else round((longitude + 180) % 360 - 180, 9)


def _zone(latitude: float) -> float:
    """Twice the area between the equator and a parallel over a radian of longitude, in squared polar radii."""
    sine = math.sin(math.radians(latitude))
    return sine / (1 - (_E * sine) ** 2) + math.atanh(_E * sine) / _E
