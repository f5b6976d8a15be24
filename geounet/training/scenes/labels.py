"""Labels drawn into a scene's grid: footprints of a vector layer become class indices."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import MergeAlg
from rasterio.features import rasterize

from geounet.errors import LabelsError, MissingCRSError
from geounet.georeference import Georeference

IGNORED = 255
"""The label of a pixel that is not trained on."""


@dataclass(frozen=True, slots=True)
class Footprints:
    """Labelled objects in pixel coordinates (x = column, y = row, from the outer corner of the first pixel)."""

    shapes: NDArray[np.object_]
    """Polygons, n."""
    classes: NDArray[np.uint8]
    """Index of each one's class, n."""

    @property
    def centres(self) -> NDArray[np.float64]:
        """A point inside each object, as (row, col), n × 2."""
        points = shapely.point_on_surface(self.shapes)
        return np.stack([shapely.get_y(points), shapely.get_x(points)], axis=1)


def read_footprints(path: Path, grid: Georeference, *, classes: Sequence[str]) -> Footprints:
    """The areas of a vector layer of any CRS, on `grid`; features without geometry or area are left out.

    With two classes every feature is of class 1; with more, its attribute `class` names it. Raises LabelsError
    when the layer cannot be read, has no CRS, or a feature's class is unknown.
    """
    try:
        layer = geopandas.read_file(path)
    except (OSError, RuntimeError) as error:
        raise LabelsError(
            f"labels {path.name} cannot be read ({error}); expected a vector layer of footprints"
        ) from error
    if layer.crs is None:
        raise LabelsError(f"labels {path.name} have no CRS; assign one, such as EPSG:4326")
    if grid.crs is None:
        raise MissingCRSError(f"the scene of labels {path.name} has no CRS; assign it one")
    layer = layer.to_crs(grid.crs.to_wkt())
    shapes = shapely.make_valid(layer.geometry.to_numpy())
    kept = ~shapely.is_missing(shapes) & (shapely.area(shapes) > 0)
    a, b, c, d, e, f = tuple(~grid.transform)[:6]
    pixels = shapely.transform(shapes[kept], lambda xy: xy @ [[a, d], [b, e]] + (c, f))
    return Footprints(pixels, _class_indices(layer, path, classes)[kept])


def _class_indices(layer: geopandas.GeoDataFrame, path: Path, classes: Sequence[str]) -> NDArray[np.uint8]:
    if len(classes) == 2:
        return np.ones(len(layer), np.uint8)
    if "class" not in layer:
        raise LabelsError(
            f"labels {path.name} have no attribute 'class'; it names one of {', '.join(classes)}"
        )
    unknown = sorted(set(layer["class"].astype(str)) - set(classes))
    if unknown:
        raise LabelsError(
            f"labels {path.name} have class {unknown[0]!r}; expected one of {', '.join(classes)}"
        )
    return np.array([classes.index(str(c)) for c in layer["class"]], np.uint8)


def draw(footprints: Footprints, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Class indices (rows, cols), 0 where there is no object: a pixel is an object's where its centre is."""
    pairs = list(zip(footprints.shapes, footprints.classes.tolist(), strict=True))
    if not pairs:
        return np.zeros(shape, np.uint8)
    drawn: NDArray[np.uint8] = rasterize(pairs, shape, transform=Affine.identity(), dtype="uint8")
    return drawn


def gaps(footprints: Footprints, shape: tuple[int, int], *, width: float) -> NDArray[np.bool_]:
    """Pixels (rows, cols) within half of `width` pixels of two objects at once: where they touch or nearly do.

    U-Net weights these pixels so that touching cells come apart (Ronneberger et al. 2015, equation 2).
    """
    return _count(shapely.buffer(footprints.shapes, width / 2), shape) > 1


def edges(footprints: Footprints, shape: tuple[int, int], *, width: float) -> NDArray[np.bool_]:
    """Pixels (rows, cols) within `width` pixels of an object's boundary."""
    return _count(shapely.buffer(shapely.boundary(footprints.shapes), width), shape) > 0


def _count(shapes: NDArray[np.object_], shape: tuple[int, int]) -> NDArray[np.int32]:
    """How many of the shapes cover each pixel's centre."""
    drawn = [s for s in shapes if not s.is_empty]
    if not drawn:
        return np.zeros(shape, np.int32)
    counts: NDArray[np.int32] = rasterize(
        drawn, shape, transform=Affine.identity(), merge_alg=MergeAlg.add, dtype="int32"
    )
    return counts
