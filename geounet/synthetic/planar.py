"""Plane geometry that streets, plots and buildings share: frames, cuts, subdivision. Metres, x right and y down."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Polygon, get_coordinates, get_exterior_ring, get_parts
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.float64]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle turned by `angle` about its centre; u runs along the angle, v across it."""

    x: float
    y: float
    angle: float
    """Radians from +x towards +y."""
    length: float
    """Extent along u."""
    depth: float
    """Extent along v."""

    def points(self, corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
        """The (x, y) of corners given as (u, v) from the centre."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return [(self.x + u * cos - v * sin, self.y + u * sin + v * cos) for u, v in corners]

    def polygon(self, corners: list[tuple[float, float]]) -> Polygon:
        """The polygon of corners given as (u, v) from the centre."""
        return Polygon(self.points(corners))

    def rectangle(self) -> Polygon:
        """The frame itself."""
        return self.polygon(box_corners(-self.length / 2, -self.depth / 2, self.length / 2, self.depth / 2))


def box_corners(u0: float, v0: float, u1: float, v1: float) -> list[tuple[float, float]]:
    """The four corners of a box, in order."""
    return [(u0, v0), (u1, v0), (u1, v1), (u0, v1)]


def frame_of(polygon: Polygon, angle: float) -> Frame:
    """The bounding box of `polygon` in a frame turned by `angle`."""
    xy = vertices(polygon)
    cos, sin = math.cos(angle), math.sin(angle)
    u, v = xy[:, 0] * cos + xy[:, 1] * sin, xy[:, 1] * cos - xy[:, 0] * sin
    middle_u, middle_v = (float(u.min() + u.max()) / 2, float(v.min() + v.max()) / 2)
    x, y = middle_u * cos - middle_v * sin, middle_u * sin + middle_v * cos
    return Frame(x, y, angle, float(np.ptp(u)), float(np.ptp(v)))


def tightest_frame(polygon: Polygon) -> Frame:
    """The smallest rectangle round `polygon`, u along its longer side."""
    hull = vertices(polygon.convex_hull)
    edges = np.diff(hull, axis=0)
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    u = hull[:, 0] * cos + hull[:, 1] * sin
    v = hull[:, 1] * cos - hull[:, 0] * sin
    # Rounded, so that the last bit of a sine does not choose between equal rectangles.
    best = int(np.argmin(np.round(np.ptp(u, axis=1) * np.ptp(v, axis=1), 6)))
    frame = frame_of(polygon, float(angles[best]))
    return frame if frame.length >= frame.depth else frame_of(polygon, frame.angle + math.pi / 2)


def vertices(polygon: BaseGeometry) -> Points:
    """(n, 2) vertices of the exterior, the first repeated at the end."""
    return np.asarray(get_coordinates(get_exterior_ring(polygon)))


def polygons_in(geometry: BaseGeometry, *, min_area: float) -> list[Polygon]:
    """The polygons among a geometry's parts that reach `min_area`."""
    return [part for part in get_parts(geometry) if isinstance(part, Polygon) and part.area >= min_area]


def inset(polygon: Polygon, distance: float) -> Polygon:
    """The largest part of `polygon` that is `distance` from its boundary; empty where there is none."""
    parts = polygons_in(polygon.buffer(-distance, join_style="mitre"), min_area=0.0)
    return max(parts, key=lambda part: round(part.area, 6), default=Polygon())


def lines_in(geometry: BaseGeometry, *, min_length: float = 0.0) -> list[LineString]:
    """The lines among a geometry's parts that are longer than `min_length`."""
    return [part for part in get_parts(geometry) if isinstance(part, LineString) and part.length > min_length]


def subdivide(polygon: Polygon, target_m2: float, rng: Rng, *, skew: float = 0.05) -> list[Polygon]:
    """Cut `polygon` across its longer side, again and again, into pieces of about `target_m2`.

    Neighbours share their cut exactly. `skew` is the spread, in radians, of the cuts from square.
    """
    pieces, pending = [], [polygon]
    while pending:
        piece = pending.pop()
        if piece.area < target_m2 * rng.uniform(1.0, 1.9):
            pieces.append(piece)
        else:
            pending.extend(_halves(piece, rng, skew=skew))
    return pieces


def _halves(polygon: Polygon, rng: Rng, *, skew: float) -> list[Polygon]:
    frame = tightest_frame(polygon)
    reach = frame.length + frame.depth
    at, lean = rng.uniform(-0.12, 0.12) * frame.length, math.tan(rng.normal(0, skew)) * reach
    cut = [(at - lean, -reach), (at + lean, reach)]
    sides = (frame.polygon([*cut, (-2 * reach, reach), (-2 * reach, -reach)]),
             frame.polygon([*cut, (2 * reach, reach), (2 * reach, -reach)]))  # fmt: skip
    return [part for side in sides for part in polygons_in(polygon.intersection(side), min_area=1.0)]
