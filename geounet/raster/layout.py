"""What a raster that geounet writes looks like: its grid, bands, type, nodata, names, colours and tags."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from geounet.georeference import Georeference
from geounet.palette import Colour, colour_of
from geounet.raster.labels import CLASSES_TAG
from geounet.strip import CONFIDENCE_SCALE, NODATA


@dataclass(frozen=True, slots=True)
class RasterLayout:
    """A raster to be written."""

    grid: Georeference
    dtype: Literal["uint8", "float32"]
    nodata: float
    band_names: tuple[str, ...]
    """One name a band."""
    overviews: Literal["majority", "mean"]
    """What a pixel of an overview is of the four under it."""
    scale: float | None = None
    """What a stored value is multiplied by to give the true one."""
    colours: Mapping[int, Colour] | None = None
    """The colour table of a raster of one band."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """What the file says of itself."""

    def __post_init__(self) -> None:
        if not self.band_names:
            raise ValueError("a raster has at least one band")
        if self.colours is not None and len(self.band_names) > 1:
            raise ValueError(f"a raster of {len(self.band_names)} bands has no colour table")


def probability_layout(
    grid: Georeference, names: Sequence[str], *, dtype: Literal["uint8", "float32"], tags: Mapping[str, str]
) -> RasterLayout:
    """A raster of probabilities, a named band a class: uint8 in 1/250 with 255 for nodata, or float32 with NaN."""
    return RasterLayout(
        grid=grid,
        dtype=dtype,
        nodata=NODATA if dtype == "uint8" else float("nan"),
        band_names=tuple(names),
        overviews="mean",
        scale=1 / CONFIDENCE_SCALE if dtype == "uint8" else None,
        tags=dict(tags),
    )


def class_layout(
    grid: Georeference, classes: Sequence[str], *, exclusive: bool, tags: Mapping[str, str]
) -> RasterLayout:
    """A raster of labels, 255 for nodata: one band of indices, or where classes overlap one 0/1 band a class.

    `classes` begin with the background; the file names them in the tag GEOUNET_CLASSES.
    """
    names = ("class",) if exclusive else tuple(classes[1:])
    return RasterLayout(
        grid=grid,
        dtype="uint8",
        nodata=NODATA,
        band_names=names,
        overviews="majority",
        colours={k: colour_of(k) for k in range(len(classes))} if len(names) == 1 else None,
        tags={**tags, CLASSES_TAG: json.dumps(list(classes), ensure_ascii=False)},
    )
