"""A person's verdict on each feature: the field `review`, as `geounet extract --review` gives a layer."""

import geopandas
import numpy as np
from numpy.typing import NDArray

from geounet.training.scenes.attributes import texts_of
from geounet.training.scenes.layers import Layer, values_anywhere

ACCEPTED, REJECTED = "accepted", "rejected"


def with_review(
    frame: geopandas.GeoDataFrame, layer: Layer
) -> tuple[geopandas.GeoDataFrame, NDArray[np.bool_]]:
    """The features that are drawn, and which of them (n,) are known to be right; the others are to be ignored.

    Where any feature of the layer, here or elsewhere, is accepted or rejected (in any case of letters), the accepted are
    labels, and the rejected are left out, for they are background. Those not reviewed are neither: a model's guess that
    nobody has looked at would teach its own errors as an object, and teach them as background where it was right. In a
    layer without the field, or where none is reviewed, all are labels.
    """
    fields = [name for name in frame.columns if str(name).lower() == "review"]
    if not fields:
        return frame, np.ones(len(frame), np.bool_)
    verdicts = np.array([_verdict(text) for text in texts_of(frame[fields[0]])], dtype=object)
    reviewed = np.isin(verdicts, (ACCEPTED, REJECTED)).any() or _reviewed_elsewhere(layer, str(fields[0]))
    if not reviewed:
        return frame, np.ones(len(frame), np.bool_)
    drawn = verdicts != REJECTED
    return frame[drawn].reset_index(drop=True), (verdicts == ACCEPTED)[drawn]


def _reviewed_elsewhere(layer: Layer, field: str) -> bool:
    there = layer.path.exists()  # or inside an archive
    values = values_anywhere(layer, field, layer.path.stat().st_mtime_ns if there else 0)
    return any(_verdict(value) in (ACCEPTED, REJECTED) for value in values)


def _verdict(text: str) -> str:
    return text.strip().lower()
