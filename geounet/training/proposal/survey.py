"""What the labels are: kinds of geometry, values of attributes, sizes of objects, or the values of a raster."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.georeference import Georeference
from geounet.grid import Window
from geounet.raster.labels import open_labels
from geounet.training.scenes.attributes import texts_of
from geounet.training.scenes.layers import find_layer, read_part
from geounet.training.scenes.pixel_size import PixelSize

if TYPE_CHECKING:
    import geopandas

REVIEW = "review"
SEVERAL = (".gpkg", ".gdb", ".kml", ".gml")
"""Files that may have several layers."""
MOST_VALUES = 60
"""Different values of an attribute that are counted; one with more names no classes."""
NEAR_M = 1.0
"""Objects with less between them nearly touch; at least two pixels of the scene."""
_ROWS = 1024


@dataclass(slots=True)
class Survey:
    """What labels hold where the scenes are."""

    layer: str | None = None
    """The layer that was read, of a file that may have several."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Number of areas, lines and points."""
    values: dict[str, Counter[str]] = field(default_factory=dict)
    """How many features have which value (as text) of each attribute that has few."""
    worded: set[str] = field(default_factory=set)
    """Attributes whose values are text."""
    sizes_m: list[NDArray[np.float64]] = field(default_factory=list)
    """Square roots of the areas, in metres."""
    near: int = 0
    """Areas that touch another one, or nearly."""
    pixels: Counter[int] = field(default_factory=Counter)
    """How many pixels of a raster have which value; what is not valid is left out."""
    names: tuple[str, ...] = ()
    """What the raster's values are called, from 0 on."""

    @property
    def is_raster(self) -> bool:
        """Whether labels are rasters."""
        return bool(self.pixels)

    @property
    def features(self) -> int:
        """Number of features."""
        return self.kinds.total()

    def add(self, other: Self) -> None:
        """Count in what another scene's labels hold."""
        self.layer = other.layer
        self.kinds += other.kinds
        for name, counts in other.values.items():
            self.values[name] = self.values.get(name, Counter()) + counts
        self.worded |= other.worded
        self.sizes_m += other.sizes_m
        self.near += other.near
        self.pixels += other.pixels
        self.names = max(self.names, other.names, key=len)


def survey(labels: Path, grid: Georeference, *, raster: bool) -> Survey:
    """What the labels of a scene hold; raises LabelsError, MissingCRSError where they cannot be read, or placed."""
    return _survey_raster(labels) if raster else _survey_layer(labels, grid)


def _survey_layer(path: Path, grid: Georeference) -> Survey:
    layer = find_layer(path, None)
    frame = read_part(layer, grid, reach_m=0.0)
    pixel = PixelSize.of(grid, gsd_m=1)
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy * (pixel.col_m, pixel.row_m))
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    dimensions = shapely.get_dimensions(shapes)
    areas = shapes[dimensions == 2]
    return Survey(
        layer=layer.name if path.suffix.lower() in SEVERAL else None,
        kinds=Counter(
            {kind: int((dimensions == k).sum()) for k, kind in enumerate(("points", "lines", "areas"))}
        ),
        values=_values(frame),
        worded={str(name) for name in _attributes(frame) if any(isinstance(v, str) for v in frame[name])},
        sizes_m=[np.sqrt(shapely.area(areas))],
        near=_near(areas, max(NEAR_M, 4 * pixel.half_m)),
    )


def _attributes(frame: "geopandas.GeoDataFrame") -> Iterable[str]:
    return [name for name in frame.columns if name != frame.geometry.name]


def _values(frame: "geopandas.GeoDataFrame") -> dict[str, Counter[str]]:
    """How often each value of an attribute is there, of attributes with few."""
    counted = {str(name): Counter(texts_of(frame[name])) for name in _attributes(frame)}
    return {name: counts for name, counts in counted.items() if len(counts) <= MOST_VALUES}


def _near(areas: NDArray[np.object_], distance: float) -> int:
    """How many areas have another within a distance."""
    if len(areas) < 2:
        return 0
    first, second = shapely.STRtree(areas).query(areas, predicate="dwithin", distance=distance)
    return len(np.unique(first[first != second]))


def _survey_raster(path: Path) -> Survey:
    """Counts of a raster's values; raises LabelsError where they are no whole numbers, or in several bands."""
    pixels: Counter[int] = Counter()
    with open_labels(path) as raster:
        if not raster.exclusive:
            raise LabelsError(
                f"labels {path.name} have {len(raster.bands)} bands; expected one band of class indices: is it a scene?"
            )
        for row in range(0, raster.grid.height, _ROWS):
            height = min(_ROWS, raster.grid.height - row)
            read = raster.bands[0].read(Window(row, 0, height, raster.grid.width))
            values, counts = np.unique(read.values[0][read.valid], return_counts=True)
            if len(pixels) > MOST_VALUES * 5 or (values != np.round(values)).any():
                raise LabelsError(
                    f"labels {path.name} hold {len(values)} values such as {values[0]:g}; expected whole numbers, one a "
                    "class: is it a scene?"
                )
            pixels.update(dict(zip(values.astype(int).tolist(), counts.tolist(), strict=True)))
        return Survey(pixels=pixels, names=raster.class_names)
