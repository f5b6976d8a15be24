"""Features cut at the edges of tiles, and measured anew on the ground.

All is done in pixels of the scene's grid, where the edges of tiles are rows and columns, whatever the CRS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from affine import Affine
from numpy.typing import NDArray

from geounet.georeference import Georeference, GroundScale, transformer_between
from geounet.vector.centrelines.measure import line_lengths
from geounet.vector.features import FeatureBatch
from geounet.vector.measure import perimeters
from geounet.vector.merging.fields import Kind
from geounet.vector.merging.geometry import settled
from geounet.vector.placement import Placement
from geounet.vector.records import GEOMETRY, METRE_DECIMALS
from geounet.vector.shapes import with_shapes

_ROUNDING = 1e-4
"""Pixels by which a coordinate may miss a whole one that is meant, in the scene's own CRS."""

_STORED_M = 2e-3
"""Metres of the same in another CRS, whose degrees are stored with eight decimals."""

_SLIVER = 1e-4
"""Square pixels, or pixels along a line, below which a piece is nothing but rounding."""

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutter:
    """Cuts the features of a layer at the edges of tiles."""

    kind: Kind
    transform: Affine
    """Of the scene's grid."""
    back: pyproj.Transformer | None
    """From the layer's CRS to the scene's; None where they are the same."""
    rounding: float
    """Pixels by which a coordinate may miss a whole one that is meant."""
    placement: Placement
    ground: GroundScale
    boxes: Float64
    """(tiles, 4): first column and row, last column and row of each tile, in pixels of the scene's grid."""

    @classmethod
    def of(
        cls, kind: Kind, tiles: Sequence[Georeference], grid: Georeference, *, crs: str | None
    ) -> "Cutter":
        """What cuts a layer with the coordinates of `crs`, or of the grid's own, at the edges of tiles."""
        other = None if crs is None or grid.crs is None else transformer_between(crs, grid.crs)
        rounding = _ROUNDING if other is None else max(_ROUNDING, _STORED_M / min(grid.gsd()))
        corners = [(tile.transform * (0, 0), tile.transform * (tile.width, tile.height)) for tile in tiles]
        corners_xy = np.array(corners, np.float64).reshape(-1, 2)
        pixels = _in_pixels(grid.transform, corners_xy, rounding=rounding).reshape(-1, 2, 2)
        return cls(
            kind=kind,
            transform=grid.transform,
            back=other,
            rounding=rounding,
            placement=Placement.of(grid, crs=crs),
            ground=grid.ground(),
            boxes=np.concatenate([pixels.min(axis=1), pixels.max(axis=1)], axis=1),
        )

    def cut(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Int64]:
        """The pieces of a batch's features, in the order of their tiles, and the number of each one's tile."""
        place = batch.schema.get_field_index(GEOMETRY)
        batch = batch.set_column(
            place, batch.schema.field(place), settled(batch[GEOMETRY], self.kind, way=None)
        )
        shapes = shapely.from_wkb(batch[GEOMETRY].to_numpy(zero_copy_only=False))
        shapes = shapely.transform(shapes, self._in_pixels)
        boxes = np.asarray(shapely.box(*self.boxes.T))
        feature, tile = shapely.STRtree(boxes).query(shapes)
        bounds = shapely.bounds(shapes)[feature]
        inside = (bounds[:, :2] >= self.boxes[tile, :2]) & (bounds[:, 2:] <= self.boxes[tile, 2:])
        whole, across = np.flatnonzero(inside.all(axis=1)), np.flatnonzero(~inside.all(axis=1))
        origin, pieces = _pieces(shapes[feature[across]], boxes[tile[across]], self.kind)
        chosen = np.concatenate([whole, across[origin]])
        order = np.lexsort((feature[chosen], tile[chosen]))
        records = self._renewed(batch.take(pa.array(feature[chosen])), pieces)
        return records.take(pa.array(order)), tile[chosen][order]

    def _in_pixels(self, xy: Float64) -> Float64:
        if self.back is not None:
            xy = np.column_stack(self.back.transform(*xy.T))
        return _in_pixels(self.transform, xy, rounding=self.rounding)

    def _renewed(self, records: pa.RecordBatch, pieces: Shapes) -> pa.RecordBatch:
        """Records whose last ones are pieces, with what is the pieces' own."""
        if not len(pieces):
            return records
        measured = self._areas(pieces) if self.kind == "areas" else self._lines(pieces)
        measured["touches_edge"] = np.ones(len(pieces), np.bool_)
        first = records.num_rows - len(pieces)
        for name in measured.keys() & set(records.schema.names):
            place = records.schema.get_field_index(name)
            new = pa.array(measured[name], records.schema.field(place).type)
            column = pa.concat_arrays([records[name].slice(0, first), new])
            records = records.set_column(place, records.schema.field(place), column)
        return records

    def _areas(self, pieces: Shapes) -> dict[str, NDArray[Any]]:
        outlines = with_shapes(_nothing(len(pieces)), pieces, scale=np.ones(2))
        middle = shapely.centroid(pieces)
        area = shapely.area(pieces) * self.ground.at(shapely.get_y(middle), shapely.get_x(middle))[0]
        return {
            "area_m2": np.round(area, METRE_DECIMALS),
            "perimeter_m": np.round(perimeters(outlines, self.ground), METRE_DECIMALS),
            GEOMETRY: self.placement.wkb(outlines),
        }

    def _lines(self, pieces: Shapes) -> dict[str, NDArray[Any]]:
        _, vertices, (offsets,) = shapely.to_ragged_array(pieces)
        stops = np.asarray(offsets[1:], np.int64)
        return {
            "length_m": np.round(line_lengths(vertices, stops, self.ground), METRE_DECIMALS),
            GEOMETRY: self.placement.line_wkb(vertices, stops),
        }


def _pieces(shapes: Shapes, boxes: Shapes, kind: Kind) -> tuple[Int64, Shapes]:
    """What of each shape lies in its box: which shape a piece is of, and pieces of the type that layers have."""
    wrong = ~shapely.is_valid(shapes)
    shapes[wrong] = shapely.make_valid(shapes[wrong])
    parts, origin = shapely.get_parts(shapely.intersection(shapes, boxes), return_index=True)
    parts, nested = shapely.get_parts(parts, return_index=True)
    size, wanted = (
        (shapely.area, shapely.GeometryType.POLYGON)
        if kind == "areas"
        else (shapely.length, shapely.GeometryType.LINESTRING)
    )
    kept = (shapely.get_type_id(parts) == wanted) & (size(parts) > _SLIVER)
    parts, origin = parts[kept], origin[nested[kept]]
    if kind == "lines":
        return origin, parts
    names, together = np.unique(origin, return_inverse=True)
    return names, np.asarray(shapely.multipolygons(parts, indices=together), object).reshape(-1)


def _nothing(count: int) -> FeatureBatch:
    """So many features without outlines."""
    none, zeros = np.zeros(0, np.int64), np.zeros(count)
    whole, flags = zeros.astype(np.int64), zeros.astype(np.bool_)
    return FeatureBatch(
        vertices=np.zeros((0, 2)), rings=none, polygons=none, features=none,
        label=zeros.astype(np.uint8), band=zeros.astype(np.uint8), pixels=whole, area=zeros, confidence=zeros,
        confidence_p10=zeros, touches_edge=flags, last_row=zeros.astype(np.int32), last_col=zeros.astype(np.int32),
        cluster=whole, regularized=flags,
    )  # fmt: skip


def _in_pixels(transform: Affine, xy: Float64, *, rounding: float) -> Float64:
    """Columns and rows of points (n, 2); whole where they all but are."""
    inverse = ~Affine(transform.a, transform.b, 0, transform.d, transform.e, 0)
    x, y = (
        xy - (transform.c, transform.f)
    ).T  # from the origin first: what is left is small, and loses no digits
    pixels = np.column_stack([inverse.a * x + inverse.b * y, inverse.d * x + inverse.e * y])
    whole = np.rint(pixels)
    return np.where(np.abs(pixels - whole) < rounding, whole, pixels)
