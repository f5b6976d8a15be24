"""Pixel coordinates → coordinates of a layer, as well-known binary."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyproj
import shapely
from affine import Affine
from numpy.typing import NDArray

from geounet.errors import MissingCRSError
from geounet.georeference import Georeference, transformer_between
from geounet.vector.densify import longest_edge, with_short_edges
from geounet.vector.features import FeatureBatch
from geounet.vector.ragged import reversed_items
from geounet.vector.shapes import to_shapes

LONGITUDE_LATITUDE = "OGC:CRS84"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the pixels of a raster lie in the coordinates of a layer."""

    transform: Affine
    """From (col, row) to (x, y) in the raster's CRS."""
    transformer: pyproj.Transformer | None = None
    """From the raster's CRS to the layer's; None where they are the same."""
    longest: float = np.inf
    """Pixels of an edge beyond which it would be curved in the layer's CRS."""

    @classmethod
    def of(cls, grid: Georeference, *, crs: str | None = None) -> Self:
        """The placement of a grid in its own CRS, or in `crs`."""
        if crs is None:
            return cls(grid.transform)
        if grid.crs is None:
            raise MissingCRSError(f"a raster without a CRS has no place in {crs}; pass --assume-crs")
        return cls(grid.transform, transformer_between(grid.crs, crs), longest_edge(max(grid.gsd())))

    def wkb(self, batch: FeatureBatch) -> NDArray[np.object_]:
        """A MultiPolygon a feature as WKB, shells anticlockwise where y runs up (RFC 7946's right-hand rule)."""
        if not len(batch):
            return np.zeros(0, object)
        if self.transform.determinant > 0:
            # South-up: what is anticlockwise on a screen is clockwise on the map.
            batch = replace(batch, vertices=batch.vertices[reversed_items(batch.rings)])
        pixels = batch.vertices.astype(np.float64)
        if self.transformer is not None:
            pixels, rings = with_short_edges(pixels, batch.rings, self.longest)
            batch = replace(batch, rings=rings)
        return np.asarray(shapely.to_wkb(to_shapes(batch, self.placed(pixels)), byte_order=1), object)

    def line_wkb(self, vertices: NDArray[np.float64], stops: NDArray[np.int64]) -> NDArray[np.object_]:
        """A LineString a line as WKB, from its vertices in pixel coordinates (vertices, 2)."""
        if self.transformer is not None:
            vertices, stops = with_short_edges(vertices, stops, self.longest)
        offsets = (np.concatenate([[0], stops]),)
        lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, self.placed(vertices), offsets)
        return np.asarray(shapely.to_wkb(lines, byte_order=1), object)

    def placed(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates (n, 2) of points (n, 2) that are given by column and row."""
        a, b, c, d, e, f = self.transform[:6]
        col, row = pixels.T
        x, y = a * col + b * row + c, d * col + e * row + f
        if self.transformer is not None:
            x, y = self.transformer.transform(x, y)
        return np.column_stack([x, y])
