"""What features are called, so that they are found again in the file that they came from."""

from collections.abc import Callable
from typing import Any

import geopandas
import numpy as np
from numpy.typing import NDArray

from geounet.errors import OptionsError

OSM_FIELDS = ("osm_id", "@id", "osm_way_id", "full_id", "id")
"""Where exports of OpenStreetMap (GDAL, Overpass, QuickOSM, HOT) keep a feature's id."""


def own_names(frame: geopandas.GeoDataFrame) -> NDArray[np.object_]:
    """The field `id` of each feature, else its number in the file: whole numbers if all are, else text; None of null."""
    values = values_of(frame, "id") if "id" in frame else frame.index.to_numpy().astype(object)
    whole = all(value is None or isinstance(value, int) for value in values)
    return values if whole else _texts(values)


def existing_names(frame: geopandas.GeoDataFrame, *, field: str | None) -> NDArray[np.object_]:
    """The field of each feature, else the first of OSM_FIELDS that has values, else its number in the file; as text.

    Raises OptionsError when there is no such field.
    """
    if field is not None and field not in frame:
        there = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        raise OptionsError(f"the existing layer has no field {field!r}; it has {there or 'none'}")
    tried = OSM_FIELDS if field is None else (field,)
    known = [name for name in tried if name in frame and frame[name].notna().any()]
    return _texts(values_of(frame, known[0]) if known else frame.index.to_numpy().astype(object))


def values_of(frame: geopandas.GeoDataFrame, field: str) -> NDArray[np.object_]:
    """A field's values, None where it is null, and whole where null made floats of whole numbers; None without it."""
    values = np.full(len(frame), None)
    if field in frame:
        some = frame[field].notna().to_numpy()
        values[some] = _each(_whole, frame[field].to_numpy(object)[some])
    return values


def _whole(value: Any) -> Any:  # noqa: ANN401 (whatever a field holds)
    if isinstance(value, np.generic):
        value = value.item()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _texts(values: NDArray[np.object_]) -> NDArray[np.object_]:
    return _each(lambda value: None if value is None else str(value), values)


def _each(function: Callable[[Any], Any], values: NDArray[np.object_]) -> NDArray[np.object_]:
    results = np.empty(len(values), object)
    results[:] = [function(value) for value in values]
    return results
