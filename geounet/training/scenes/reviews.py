"""A person's verdict on each feature: the field `review`, as `geounet extract --review` gives a layer."""

import warnings

import geopandas
import numpy as np
from numpy.typing import NDArray

from geounet.errors import GeounetWarning
from geounet.training.scenes.attributes import texts_of
from geounet.training.scenes.layers import Layer, values_anywhere

ACCEPTED, REJECTED = "accepted", "rejected"
UNDERSTOOD = (ACCEPTED, REJECTED)

_NAMED = 5
"""Other words that one warning names."""


def with_review(
    frame: geopandas.GeoDataFrame, layer: Layer
) -> tuple[geopandas.GeoDataFrame, NDArray[np.bool_]]:
    """The features that are drawn, and which of them (n,) are known to be right; the others are to be ignored.

    Where any feature of the layer, here or elsewhere, is accepted or rejected (in any case of letters), the accepted are
    labels, and the rejected are left out, for they are background. Those not reviewed are neither: a model's guess that
    nobody has looked at would teach its own errors as an object, and teach them as background where it was right. In a
    layer without the field, or where none is reviewed, all are labels.
    """
    verdicts = verdicts_of(frame)
    if verdicts is None:
        return frame, np.ones(len(frame), np.bool_)
    field = str(_fields(frame)[0])
    reviewed = bool(np.isin(verdicts, UNDERSTOOD).any()) or _reviewed_elsewhere(layer, field)
    _warn_of_words(verdicts, layer, reviewed=reviewed)
    if not reviewed:
        return frame, np.ones(len(frame), np.bool_)
    drawn = verdicts != REJECTED
    return frame[drawn].reset_index(drop=True), (verdicts == ACCEPTED)[drawn]


def verdicts_of(frame: geopandas.GeoDataFrame) -> NDArray[np.object_] | None:
    """What the field says of each feature (n,), in small letters; None in a layer without the field."""
    fields = _fields(frame)
    return np.array([_verdict(text) for text in texts_of(frame[fields[0]])], dtype=object) if fields else None


def _fields(frame: geopandas.GeoDataFrame) -> list[str]:
    return [name for name in frame.columns if str(name).lower() == "review"]


def _warn_of_words(verdicts: NDArray[np.object_], layer: Layer, *, reviewed: bool) -> None:
    """Warn of what the field says that is neither, and say what becomes of it."""
    words = [word for word in dict.fromkeys(verdicts.tolist()) if word and word not in UNDERSTOOD]
    if not words:
        return
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    outcome = "such features count as not looked at" if reviewed else "so all features count as labels"
    warnings.warn(
        f"the field review of {layer.source} says {', '.join(words[:_NAMED])}{more}; understood are {ACCEPTED} and "
        f"{REJECTED} alone, {outcome}",
        GeounetWarning,
        stacklevel=3,
    )


def _reviewed_elsewhere(layer: Layer, field: str) -> bool:
    there = layer.path.exists()  # or inside an archive
    values = values_anywhere(layer, field, layer.path.stat().st_mtime_ns if there else 0)
    return any(_verdict(value) in UNDERSTOOD for value in values)


def _verdict(text: str) -> str:
    return text.strip().lower()
