"""What STAC says of a raster that geounet wrote: its projection, bands and classes, as JSON values."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rasterio.io import DatasetReader

from geounet.errors import MissingDependencyError
from geounet.palette import colour_of
from geounet.raster.address import RasterAddress, opened
from geounet.raster.labels import CLASSES_TAG
from geounet.strip import NODATA

EXTENSIONS = (
    "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
    "https://stac-extensions.github.io/raster/v2.0.0/schema.json",
    "https://stac-extensions.github.io/classification/v2.0.0/schema.json",
)
"""Of STAC, that the fields below belong to."""


def asset_fields(address: str, *, config: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """Fields of a raster's asset: `proj:…`, `bands`, and `classification:classes` where its values are classes.

    No pixel is read; `config` is GDAL's configuration for the address. Raises SceneError where it cannot be opened, and
    MissingDependencyError without rio-stac.
    """
    with opened(RasterAddress(address=address, siblings=False, config=config)) as dataset:
        fields = _projection(dataset) | {"bands": _bands(dataset)}
        if names := json.loads(dataset.tags().get(CLASSES_TAG, "[]")):
            fields["classification:classes"] = class_objects(names, nodata=NODATA)
    return fields


def class_objects(names: Sequence[str], *, nodata: int | None = None) -> list[dict[str, Any]]:
    """Classes by their value, as the classification extension has them."""
    classes: list[dict[str, Any]] = [
        {
            "value": value, "name": _short_name(name, value), "title": name, "description": name,
            "color_hint": "{:02X}{:02X}{:02X}".format(*colour_of(value)),
        }
        for value, name in enumerate(names)
    ]  # fmt: skip
    if nodata is not None:
        classes.append({"value": nodata, "name": "nodata", "description": "not seen", "nodata": True})
    return classes


def _projection(dataset: DatasetReader) -> dict[str, Any]:
    """Fields of the projection extension 2.0, which names a CRS by its code."""
    try:
        from rio_stac.stac import get_projection_info
    except ImportError as error:
        raise MissingDependencyError(
            "rio-stac is not installed; a STAC collection needs it: pip install 'geounet[cloud]'"
        ) from error
    known: Mapping[str, Any] = get_projection_info(dataset)
    code = None if known["epsg"] is None else f"EPSG:{known['epsg']}"
    named = {"code": code} | {name: known[name] for name in ("wkt2", "bbox", "shape") if name in known}
    named["transform"] = [float(value) for value in known["transform"][:6]]
    return {f"proj:{name}": value for name, value in named.items()}


def _bands(dataset: DatasetReader) -> list[dict[str, Any]]:
    return [_band(dataset, index) for index in range(dataset.count)]


def _band(dataset: DatasetReader, index: int) -> dict[str, Any]:
    band: dict[str, Any] = {
        "name": dataset.descriptions[index] or f"band_{index + 1}",
        "data_type": dataset.dtypes[index],
    }
    nodata = dataset.nodatavals[index]
    if nodata is not None:
        band["nodata"] = "nan" if math.isnan(nodata) else nodata
    if (dataset.scales[index], dataset.offsets[index]) != (1.0, 0.0):
        band |= {"raster:scale": dataset.scales[index], "raster:offset": dataset.offsets[index]}
    return band


def _short_name(name: str, value: int) -> str:
    """A name of letters, digits, - and _ alone."""
    return re.sub(r"[^0-9A-Za-z_-]+", "_", name).strip("_") or f"class_{value}"
