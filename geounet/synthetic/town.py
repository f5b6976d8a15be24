"""A town as a value, and its files: the picture, the buildings, the roads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from shapely import LineString, Polygon, transform

from geounet.georeference import Georeference
from geounet.outputs import atomic_target

BACKGROUND, BUILDING, ROAD, NODATA = 0, 1, 2, 255
"""What labels mean."""

_TILE = 256


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """A picture of a town, and what it shows: truth is of what is there, also under a tree's crown."""

    image: NDArray[np.uint8]
    """(3, rows, cols): red, green, blue; 0 where not valid."""
    valid: NDArray[np.bool_]
    """(rows, cols): False in the corner that was not flown."""
    labels: NDArray[np.uint8]
    """(rows, cols): 0 background, 1 building, 2 road, 255 not valid; a pixel is what its centre lies on."""
    buildings: tuple[Polygon, ...]
    """Footprints in pixel coordinates (col, row), cut off where the scene ends; some share walls, some have holes."""
    roads: tuple[tuple[LineString, float], ...]
    """(centreline in pixel coordinates (col, row), width in metres), cut off where the scene ends; one network."""
    carriageways: tuple[Polygon, ...]
    """What the streets cover, in pixel coordinates (col, row), cut off where the scene ends; they overlap at junctions."""
    grid: Georeference
    """Where the picture lies."""

    def write(self, path: str | Path, *, overwrite: bool = True) -> Path:
        """Write the picture as a tiled GeoTIFF with its valid mask inside; raises OutputError where it cannot."""
        target = Path(path)
        count, rows, cols = self.image.shape
        tiles = {"tiled": True, "blockxsize": _TILE, "blockysize": _TILE} if min(rows, cols) >= _TILE else {}
        with (
            atomic_target(target, overwrite=overwrite) as partial,
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(
                partial, "w", driver="GTiff", count=count, height=rows, width=cols, dtype="uint8", crs=self.grid.crs,
                transform=self.grid.transform, compress="deflate", predictor=2, photometric="rgb", **tiles,
            ) as dataset,
        ):  # fmt: skip
            dataset.write(self.image)
            dataset.colorinterp = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
            if not self.valid.all():
                dataset.write_mask(self.valid)
        return target

    def write_truth(
        self, path: str | Path, *, layer: Literal["buildings", "roads"] = "buildings", overwrite: bool = True
    ) -> Path:
        """Write footprints, or centrelines with `width_m`, in the scene's CRS, in the format that the name ends in.

        GeoJSON is in longitude and latitude, as its standard asks. Raises OutputError where it cannot write.
        """
        if layer == "buildings":
            return self._write_layer(self.buildings, Path(path), overwrite=overwrite)
        lines = [line for line, _ in self.roads]
        widths = {"width_m": np.array([width for _, width in self.roads], np.float64)}
        return self._write_layer(lines, Path(path), columns=widths, overwrite=overwrite)

    def write_streets(self, path: str | Path, *, overwrite: bool = True) -> Path:
        """Write what the streets cover as polygons, one a street, as `write_truth` writes footprints."""
        return self._write_layer(self.carriageways, Path(path), overwrite=overwrite)

    def _write_layer(
        self,
        shapes: Sequence[Polygon] | Sequence[LineString],
        target: Path,
        *,
        columns: Mapping[str, NDArray[np.float64]] | None = None,
        overwrite: bool,
    ) -> Path:
        import geopandas

        geometry = [transform(shape, self._to_ground) for shape in shapes]
        numbered = {"id": np.arange(1, len(shapes) + 1), **(columns or {})}
        frame = geopandas.GeoDataFrame(numbered, geometry=geometry, crs=self.grid.crs)
        plain = target.suffix.lower() in (".geojson", ".json")
        kind = "LineString" if columns else "Polygon"
        with atomic_target(target, overwrite=overwrite) as partial:
            (frame.to_crs(4326) if plain else frame).to_file(partial, engine="pyogrio", geometry_type=kind)
        return target

    def _to_ground(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        place = self.grid.transform
        x = place.a * points[:, 0] + place.b * points[:, 1] + place.c
        y = place.d * points[:, 0] + place.e * points[:, 1] + place.f
        return np.column_stack((x, y))
