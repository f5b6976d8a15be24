"""The fields of a comparison: what each feature is, how sure, and which existing one it answers to."""

from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from geounet.evaluation.counterparts import CHANGED, MISSING, NEW, Counterparts
from geounet.evaluation.layers import Kind, MetricLayer
from geounet.evaluation.names import existing_names, own_names, values_of

_DECIMALS = {"confidence": 4, "iou": 4, "covered": 4, "area_m2": 3, "length_m": 3}

_BUILDINGS = ("building", "buildings", None)
"""Classes of areas that are buildings to OpenStreetMap: also those of a layer that names none."""

Fields = dict[str, NDArray[Any]]


def status_table(
    ours: MetricLayer, theirs: MetricLayer, *, found: Counterparts, kind: Kind, existing_id: str | None
) -> geopandas.GeoDataFrame:
    """Every feature of `ours`, then the missing ones of `theirs`, in the order of their files, on their plane.

    The fields:

    - `status`: new, changed or matched; missing of an existing feature.
    - `class`, `confidence`: the feature's own; null where it has none.
    - `id`: by `own_names`; null of what is missing.
    - `existing_id`, as text: by `existing_names`, of the existing feature that it is or was; null of what is new.
    - `iou` (areas): intersection over union with that feature; null of what is new or missing.
    - `covered`: share of the feature's area or length where the other layer has something, whatever the status.
    - `area_m2` or `length_m`: on the ground.

    Raises OptionsError when `theirs` has no field `existing_id`.
    """
    names = existing_names(theirs.frame, field=existing_id)
    mine = _own_fields(ours, kind) | {
        "status": found.status,
        "id": own_names(ours.frame),
        "existing_id": np.concatenate([names, np.full(1, None)])[found.existing],  # of −1 the last
        "iou": found.iou,
        "covered": found.covered,
    }
    other = _own_fields(theirs, kind) | {
        "status": np.full(len(theirs), MISSING),
        "id": np.full(len(theirs), None),
        "existing_id": names,
        "iou": np.full(len(theirs), np.nan),
        "covered": found.existing_covered,
    }
    order = {
        "areas": ("status", "class", "confidence", "id", "existing_id", "iou", "covered", "area_m2"),
        "lines": ("status", "class", "confidence", "id", "existing_id", "covered", "length_m"),
    }[kind]
    columns = {name: np.concatenate([mine[name], other[name][found.missing]]) for name in order}
    shapes = [layer.frame.geometry.to_numpy() for layer in (ours, theirs)]
    joined = np.concatenate([shapes[0], shapes[1][found.missing]])
    return _typed(geopandas.GeoDataFrame(columns, geometry=joined, crs=ours.crs))


def with_osm_tags(table: geopandas.GeoDataFrame, kind: Kind) -> geopandas.GeoDataFrame:
    """The table with OpenStreetMap's tags on new and changed features: it has the others already.

    Lines get `highway=road`, which says that the kind of road is not known yet; areas of the class building, or of
    none, get `building=yes`.
    """
    wanted = np.isin(table["status"].to_numpy(object), (NEW, CHANGED))
    if kind == "areas":
        wanted &= np.array([name in _BUILDINGS for name in values_of(table, "class")], np.bool_)
    key, value = ("building", "yes") if kind == "areas" else ("highway", "road")
    tags = np.full(len(table), None)
    tags[wanted] = value
    tagged = table.copy()
    tagged.insert(len(table.columns) - 1, key, tags)  # before the geometry
    return tagged.astype({key: "string"})


def _own_fields(layer: MetricLayer, kind: Kind) -> Fields:
    confidence = layer.confidence
    shapes = layer.frame.geometry.to_numpy()
    return {
        "class": values_of(layer.frame, "class"),
        "confidence": np.full(len(layer), np.nan) if confidence is None else confidence,
        "area_m2" if kind == "areas" else "length_m": (
            shapely.area(shapes) if kind == "areas" else shapely.length(shapes)
        ),
    }


def _typed(table: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """The table with columns of the same type whatever is in them; an `id` of whole numbers is one."""
    whole = all(value is None or isinstance(value, int) for value in table["id"])
    types = dict.fromkeys(("status", "class", "existing_id"), "string") | {
        "id": "Int64" if whole else "string"
    }
    return table.astype(types).round(_DECIMALS)
