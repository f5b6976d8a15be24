"""Where a raster lies on the ground: transform, CRS, ground sampling distance, true lengths and areas.

Ground means the ellipsoid of the CRS: a pixel coordinate is projected back to longitude and latitude, and
from there to a point in space, so that one rule serves every projection, geographic CRSs and the poles alike.
A local (engineering) CRS has no ellipsoid; its plane is the ground.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import pyproj
from affine import Affine
from numpy.typing import ArrayLike, NDArray
from pyproj.exceptions import ProjError
from rasterio.crs import CRS
from rasterio.errors import CRSError

from geounet.errors import MissingCRSError, OptionsError, OutsideError, SceneError
from geounet.grid import Window
from geounet.options import BBox

_SPAN_M = 200.0
"""Length over which a step is measured: rounding is far below it, the curvature of the Earth far above."""

_TOLERANCE = 3e-6
"""Relative error of a GroundScale halfway between its nodes, up to `_MAX_NODES`."""

_MIN_NODES, _MAX_NODES = 17, 513
_MAX_NODES_AT_A_HORIZON = 65
"""Nodes where the raster reaches past the CRS's domain, at whose edge no lattice is fine enough."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroundScale:
    """Area and edges of a pixel on the ground, anywhere on a raster, bilinear between the nodes of a lattice.

    With u columns and v rows, a step's squared length is u² · col_step² + v² · row_step² + 2 · u · v · cross.
    """

    row_nodes: Points
    """(n,) evenly spaced pixel coordinates, from 0 (the raster's top edge) to its height."""
    col_nodes: Points
    """(m,) evenly spaced pixel coordinates, from 0 (the raster's left edge) to its width."""
    area: Points
    """(n, m) m² of one pixel."""
    col_step: Points
    """(n, m) metres of one column: a step along a row."""
    row_step: Points
    """(n, m) metres of one row: a step down a column."""
    cross: Points
    """(n, m) m², the dot product of the two steps; 0 where they are perpendicular."""

    def at(self, rows: ArrayLike, cols: ArrayLike) -> tuple[Points, Points, Points, Points]:
        """(area, col_step, row_step, cross) at pixel coordinates; outside the raster, those of its edge."""
        row, down = _place(rows, self.row_nodes)
        col, right = _place(cols, self.col_nodes)

        def between(values: Points) -> Points:
            top = values[row, col] * (1 - right) + values[row, col + 1] * right
            bottom = values[row + 1, col] * (1 - right) + values[row + 1, col + 1] * right
            result: Points = top * (1 - down) + bottom * down
            return result

        return between(self.area), between(self.col_step), between(self.row_step), between(self.cross)


@dataclass(frozen=True, slots=True)
class Georeference:
    """A raster's grid on the Earth; raises SceneError when it has no extent."""

    transform: Affine
    """From (col, row) in pixels, corners at whole numbers, to (x, y) in the CRS."""
    crs: CRS | None
    """The coordinate reference system; None where the raster names none."""
    height: int
    """Rows, at least 1."""
    width: int
    """Columns, at least 1."""

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise SceneError(f"raster of {self.height} × {self.width} pixels; each side must be at least 1")
        if self.transform.is_degenerate or not all(map(math.isfinite, self.transform)):
            raise SceneError(
                f"raster has the transform {tuple(self.transform)[:6]}; expected pixels with an area: "
                "correct its georeferencing"
            )

    def gsd(self) -> tuple[float, float]:
        """Ground metres per pixel at the raster's centre: (down a column, along a row).

        Raises MissingCRSError without a CRS.
        """
        measure = _Measure(self)
        _, col_step, row_step, _ = measure.at(np.array([self.height / 2]), np.array([self.width / 2]))
        if not np.isfinite([row_step, col_step]).all():
            _, col_step, row_step, _ = self.ground().at(self.height / 2, self.width / 2)
        return float(row_step.item()), float(col_step.item())

    def at_gsd(self, metres: float) -> Self:
        """The grid of the same extent and orientation whose pixels are `metres` on each side at its centre.

        Height and width are whole, so a pixel's side is `metres` to within half a pixel over the raster.
        """
        down, along = self.gsd()
        height = max(1, round(self.height * down / metres))
        width = max(1, round(self.width * along / metres))
        transform = self.transform * Affine.scale(self.width / width, self.height / height)
        return type(self)(transform, self.crs, height, width)

    def window(self, window: Window) -> Self:
        """The grid of a part of the raster."""
        transform = self.transform * Affine.translation(window.col, window.row)
        return type(self)(transform, self.crs, window.height, window.width)

    def bounds_window(self, bbox: BBox, *, what: str = "bbox") -> Window:
        """The pixels that a rectangle in any CRS touches; messages call it `what`.

        Raises OptionsError when it names an unknown CRS, OutsideError when it lies outside the raster, and
        MissingCRSError when it names a CRS and the raster has none.
        """
        x, y = self._transformed(*_outline(bbox), bbox)
        cols, rows = _apply(~self.transform, x, y)
        if not (np.isfinite(rows).any() and np.isfinite(cols).any()):
            raise OptionsError(f"{what} {_text(bbox)} cannot be placed in the scene's CRS; check its values")
        row, row_stop = _whole(rows, self.height)
        col, col_stop = _whole(cols, self.width)
        if row >= row_stop or col >= col_stop:
            raise OutsideError(
                f"{what} {_text(bbox)} lies outside the scene, which covers {self._text()}; "
                "check its values, their order and their CRS"
            )
        return Window(row, col, row_stop - row, col_stop - col)

    def ground(self) -> GroundScale:
        """Area and edges of a pixel on the ground, anywhere on the raster.

        The lattice is refined, each axis on its own, until it is good to 3e-6 halfway between nodes. Raises
        MissingCRSError without a CRS, SceneError when the raster lies outside its CRS's domain.
        """
        measure = _Measure(self)
        rows, cols = _MIN_NODES, _MIN_NODES
        while True:
            # Twice as fine as the lattice: every other node is one halfway.
            fine = measure.lattice(2 * rows - 1, 2 * cols - 1)
            nodes = fine[:, ::2, ::2]
            limit = _MAX_NODES if np.isfinite(fine).all() else _MAX_NODES_AT_A_HORIZON
            more_rows = rows < limit and _error(nodes, fine[:, 1::2, ::2], axis=1) > _TOLERANCE
            more_cols = cols < limit and _error(nodes, fine[:, ::2, 1::2], axis=2) > _TOLERANCE
            if not (more_rows or more_cols):
                break
            rows, cols = 2 * rows - 1 if more_rows else rows, 2 * cols - 1 if more_cols else cols
        area, col_step, row_step, cross = _filled(nodes)
        row_nodes, col_nodes = np.linspace(0, self.height, rows), np.linspace(0, self.width, cols)
        return GroundScale(row_nodes, col_nodes, area, col_step, row_step, cross)

    def _transformed(self, x: Points, y: Points, bbox: BBox) -> tuple[Points, Points]:
        """Coordinates in the CRS of `bbox` as coordinates in the raster's."""
        if bbox.crs is None:
            return x, y
        source = named_crs(bbox.crs)
        if self.crs is None:
            raise MissingCRSError("scene names no CRS, so a bbox in one cannot be placed; pass --assume-crs")
        if source == self.crs:
            return x, y
        transformer = transformer_between(source, self.crs)
        x, y = transformer.transform(x, y)
        return np.asarray(x), np.asarray(y)

    def _text(self) -> str:
        cols, rows = np.array([0, 1, 0, 1]) * self.width, np.array([0, 0, 1, 1]) * self.height
        x, y = _apply(self.transform, cols, rows)
        return f"{x.min():g},{y.min():g},{x.max():g},{y.max():g}"


def named_crs(text: str) -> CRS:
    """The CRS that a person named; raises OptionsError when there is none of that name."""
    try:
        return CRS.from_user_input(text)
    except (CRSError, ValueError) as error:
        raise OptionsError(f"CRS {text!r} is unknown; pass one such as EPSG:32633, or its WKT") from error


@lru_cache(maxsize=64)  # pyproj takes milliseconds, and threads may share what it gives
def transformer_between(source: CRS | str, target: CRS | str) -> pyproj.Transformer:
    """From (x, y) in one CRS to (x, y) in another; raises OptionsError where there is no way between them."""
    try:
        return pyproj.Transformer.from_crs(_pyproj(source), _pyproj(target), always_xy=True)
    except ProjError as error:
        raise OptionsError(
            f"there is no way from one CRS to the other ({error}): a local CRS has no place on the Earth; "
            "keep to the scene's own CRS (.gpkg, .fgb or .parquet, a bbox without --bbox-crs), or pass --assume-crs"
        ) from error


class _Measure:
    """Measures a raster's pixels on the ground."""

    def __init__(self, grid: Georeference) -> None:
        if grid.crs is None:
            raise MissingCRSError(
                "raster names no CRS, so its pixels have no known size; pass --assume-crs, such as EPSG:32633"
            )
        self.grid = grid
        self.position = _ground_position(grid.crs)
        centre = np.array([grid.height / 2]), np.array([grid.width / 2])
        steps = self._step(*centre, down=1.0), self._step(*centre, along=1.0)
        metres = [float(np.linalg.norm(step)) for step in steps]
        self.spans = [_SPAN_M / m if math.isfinite(m) and m > 0 else 1.0 for m in metres]

    def at(self, rows: Points, cols: Points) -> Points:
        """(4, …): area, col_step, row_step and cross at pixel coordinates; NaN where the CRS is undefined."""
        down = self._step(rows, cols, down=self.spans[0]) / self.spans[0]
        along = self._step(rows, cols, along=self.spans[1]) / self.spans[1]
        cross = (down * along).sum(axis=0)
        row_step, col_step = (np.sqrt((step**2).sum(axis=0)) for step in (down, along))
        area = np.sqrt((np.cross(down, along, axis=0) ** 2).sum(axis=0))
        return np.stack([area, col_step, row_step, cross])

    def lattice(self, rows: int, cols: int) -> Points:
        """(4, rows, cols): the measures at the nodes of an even lattice over the raster."""
        nodes = np.meshgrid(
            np.linspace(0, self.grid.height, rows), np.linspace(0, self.grid.width, cols), indexing="ij"
        )
        return self.at(*nodes)

    def _step(self, rows: Points, cols: Points, *, down: float = 0.0, along: float = 0.0) -> Points:
        """(3, …): the way in space from half a step before to half a step behind."""
        transform = self.grid.transform
        before = self.position(*_apply(transform, cols - along / 2, rows - down / 2))
        return self.position(*_apply(transform, cols + along / 2, rows + down / 2)) - before


@lru_cache(maxsize=64)
def _ground_position(crs: CRS) -> Callable[[Points, Points], Points]:
    """A function from (x, y) in `crs` to (3, …) metres in space; NaN where the CRS is undefined."""
    projected = _pyproj(crs)
    geodetic, ellipsoid = projected.geodetic_crs, projected.get_geod()
    if geodetic is None or ellipsoid is None:
        metres = projected.axis_info[0].unit_conversion_factor if projected.axis_info else 1.0
        return lambda x, y: np.stack([x * metres, y * metres, np.zeros_like(x)])
    transformer = pyproj.Transformer.from_crs(projected, geodetic, always_xy=True)
    radians = geodetic.axis_info[0].unit_conversion_factor

    def position(x: Points, y: Points) -> Points:
        lon, lat = (np.asarray(angle) * radians for angle in transformer.transform(x, y))
        lon, lat = (np.where(np.isfinite(angle), angle, np.nan) for angle in (lon, lat))
        normal = ellipsoid.a / np.sqrt(1 - ellipsoid.es * np.sin(lat) ** 2)
        across, up = normal * np.cos(lat), normal * (1 - ellipsoid.es) * np.sin(lat)
        return np.stack([across * np.cos(lon), across * np.sin(lon), up])

    return position


@lru_cache(maxsize=64)
def _pyproj(crs: CRS | str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input(crs)


def _apply(transform: Affine, cols: Points, rows: Points) -> tuple[Points, Points]:
    a, b, c, d, e, f = transform[:6]
    return a * cols + b * rows + c, d * cols + e * rows + f


def _place(at: ArrayLike, nodes: Points) -> tuple[NDArray[np.int64], Points]:
    """The node before each coordinate, and how far (0 … 1) towards the next it lies."""
    last = len(nodes) - 1
    position = np.clip(np.asarray(at, np.float64) * (last / nodes[-1]), 0, last)
    node = np.minimum(position.astype(np.int64), last - 1)
    return node, position - node


def _error(nodes: Points, halfway: Points, *, axis: int) -> float:
    """The largest error, relative to the pixel's size, of the mean of two nodes halfway between them."""
    before, after = (np.take(nodes, range(k, nodes.shape[axis] - 1 + k), axis) for k in (0, 1))
    # What is compared with 0 (cross) is measured by the area.
    size = np.concatenate([halfway[:3], halfway[:1]])
    error = np.abs((before + after) / 2 - halfway) / np.maximum(size, np.finfo(np.float64).tiny)
    return float(np.max(error, where=np.isfinite(error), initial=0.0))


def _filled(measures: Points) -> Points:
    """Measures whose nodes outside the CRS's domain are those of the nearest node inside, row by row."""
    inside = np.isfinite(measures).all(axis=0)
    if inside.all():
        return measures
    rows, cols = np.nonzero(inside)
    if not len(rows):
        raise SceneError("raster lies outside the domain of its CRS; correct its transform or its CRS")
    for row, col in np.argwhere(~inside):
        nearest = np.argmin((rows - row) ** 2 + (cols - col) ** 2)
        measures[:, row, col] = measures[:, rows[nearest], cols[nearest]]
    return measures


def _outline(bbox: BBox) -> tuple[Points, Points]:
    """Points on the sides of a rectangle, close enough that its image's bounds are theirs."""
    side = np.linspace(0, 1, 33)
    x = np.concatenate([side, np.ones(33), side, np.zeros(33)])
    y = np.concatenate([np.zeros(33), side, np.ones(33), side])
    return bbox.xmin + x * (bbox.xmax - bbox.xmin), bbox.ymin + y * (bbox.ymax - bbox.ymin)


def _whole(at: Points, size: int) -> tuple[int, int]:
    """First and last-but-one whole pixel that coordinates along an axis touch, within the raster."""
    at = at[np.isfinite(at)]
    # A millionth of a pixel is rounding, no overlap.
    first, stop = np.floor(at.min() + 1e-6), np.ceil(at.max() - 1e-6)
    return int(np.clip(first, 0, size)), int(np.clip(stop, 0, size))


def _text(bbox: BBox) -> str:
    return f"{bbox.xmin:g},{bbox.ymin:g},{bbox.xmax:g},{bbox.ymax:g}"
