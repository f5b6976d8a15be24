"""Where scenes lie on a flat map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geounet.batching.extent import Bounds, unrolled

Float64 = NDArray[np.float64]

_RADIUS = 6_371_008.8
"""The earth's mean radius in metres."""

_STEEP = 85.0
"""Latitude beyond which Mercator's map is cut off."""

_LABELS = 0.04
"""What is left free above and below at least, for labels and the scale bar, as a share of the width."""

_LEAST = 1e-6
"""A map is never narrower than so many degrees."""


@dataclass(frozen=True, slots=True)
class Place:
    """A scene on the map."""

    state: str
    """A job's state, or `partial`: done without some items of its mosaic."""
    name: str
    bounds: Bounds
    line: str = ""
    """What is to be said of it."""


@dataclass(frozen=True, slots=True)
class FlatMap:
    """Rectangles on Mercator's map, in units of its width; y runs down."""

    left: Float64
    top: Float64
    right: Float64
    bottom: Float64
    west: float
    """Longitude of its left edge; may be beyond ±180."""
    degrees: float
    """Degrees of longitude that it is wide."""
    height: float
    """Its height, in units of its width."""
    north: float
    """Mercator's y of its top edge, in degrees."""

    @property
    def across_m(self) -> float:
        """Metres that it is wide, at the latitude of its middle."""
        middle = _latitude(self.north - self.height * self.degrees / 2)
        return math.radians(self.degrees) * _RADIUS * math.cos(math.radians(middle))

    def x(self, longitude: float) -> float:
        """Where a longitude (from `west` on) lies."""
        return (longitude - self.west) / self.degrees

    def y(self, latitude: float) -> float:
        """Where a latitude lies."""
        return (self.north - float(_mercator(np.array(latitude)))) / self.degrees

    @property
    def south_north(self) -> tuple[float, float]:
        """Latitudes of its lower and upper edge."""
        return _latitude(self.north - self.height * self.degrees), _latitude(self.north)


def flat_map(bounds: Sequence[Bounds], *, ratio: tuple[float, float], pad: float) -> FlatMap:
    """The map that holds all rectangles, cut at the meridian where the widest gap between them is.

    `ratio` is the least and greatest height as a share of the width, `pad` what is left free round the rectangles as
    a share of their extent.
    """
    _, south, _, north = np.array(bounds, np.float64).T
    west, east = unrolled(bounds)
    top, bottom = _mercator(north), _mercator(south)
    wide = max(float(np.ptp([west.min(), east.max()])), _LEAST) * (1 + 2 * pad)
    high = max(float(top.max() - bottom.min()), _LEAST)
    high += 2 * max(pad * high, _LABELS * wide)
    degrees = max(wide, high / ratio[1])
    height = max(high / degrees, ratio[0])
    left = (west.min() + east.max() - degrees) / 2
    upper = (top.max() + bottom.min() + height * degrees) / 2
    return FlatMap(
        (west - left) / degrees, (upper - top) / degrees, (east - left) / degrees, (upper - bottom) / degrees,
        west=float(left), degrees=degrees, height=height, north=float(upper),
    )  # fmt: skip


def _mercator(latitude: Float64) -> Float64:
    """Mercator's y, in degrees of longitude."""
    phi = np.radians(np.clip(latitude, -_STEEP, _STEEP))
    return np.asarray(np.degrees(np.arctanh(np.sin(phi))))


def _latitude(y: float) -> float:
    """The latitude at Mercator's y in degrees."""
    return math.degrees(math.asin(math.tanh(math.radians(y))))
