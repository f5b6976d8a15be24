"""What a layer holds, in figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.compute as pc

from geounet.vector.merging.read import find_layer, record_batches
from geounet.vector.records import METRE_DECIMALS

_SUMMED = ("area_m2", "length_m")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTotals:
    """The sums of a layer."""

    features: int
    by_class: Mapping[str, int] = field(default_factory=dict)
    """Features of each class that has any, by name."""
    area_m2: float | None = None
    """Of all areas; None of a layer of lines."""
    length_m: float | None = None
    """Of all lines; None of a layer of areas."""


def layer_totals(layer: Path) -> LayerTotals:
    """Count the features of a layer and add up their sizes; geometries are not read.

    Raises LabelsError where the layer cannot be read.
    """
    found = find_layer(Path(layer))
    sums = {name: 0.0 for name in _SUMMED if name in found.schema.names}
    by_class: dict[str, int] = {}
    features = 0
    for batch in record_batches(found, columns={"class", *sums}, geometry=False):
        features += batch.num_rows
        for name in sums:
            sums[name] += pc.sum(batch[name]).as_py() or 0.0
        for one in pc.value_counts(batch["class"]).to_pylist():
            name = one["values"] or ""
            by_class[name] = by_class.get(name, 0) + one["counts"]
    rounded = {name: round(total, METRE_DECIMALS) for name, total in sums.items()}
    return LayerTotals(features=features, by_class=dict(sorted(by_class.items())), **rounded)
