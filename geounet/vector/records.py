"""Batches of features → the records of a layer, as Arrow."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geounet.georeference import Georeference, GroundScale
from geounet.vector.features import FeatureBatch
from geounet.vector.measure import perimeters
from geounet.vector.placement import Placement

GEOMETRY = "geometry"

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("class", pa.string()),
        ("confidence", pa.float64()),
        ("confidence_p10", pa.float64()),
        ("area_m2", pa.float64()),
        ("perimeter_m", pa.float64()),
        ("touches_edge", pa.bool_()),
        ("source", pa.string()),
        ("model", pa.string()),
        pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}),
    ]
)
"""The fields of a layer; confidence is null without scores."""

SHORT_NAMES = {
    "confidence": "conf", "confidence_p10": "conf_p10", "perimeter_m": "perim_m", "touches_edge": "edge",
}  # fmt: skip
"""Names that fit a Shapefile's ten characters."""

CONFIDENCE_DECIMALS, METRE_DECIMALS = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec:
    """What a layer says of its features, beyond their shape."""

    grid: Georeference
    """Where the labels' pixels lie."""
    class_names: tuple[str, ...]
    """The name of each label, the background first; of each band after the first where classes overlap."""
    exclusive: bool
    """One band of class indices; otherwise one 0/1 band a class."""
    source: str
    """The scene's name."""
    model: str
    """The model's name and version."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What made the layer; no clock and no folder in it."""

    def class_name(self, number: int) -> str:
        """The name of a label, or of a band from 1 on where classes overlap."""
        return self.class_names[number] if number < len(self.class_names) else f"class_{number}"


@dataclass(slots=True)
class Records:
    """The record batches of a layer, made as they are asked for, and what was counted on the way."""

    spec: LayerSpec
    ground: GroundScale
    placement: Placement
    features: int = 0
    by_class: dict[str, int] = field(default_factory=dict)

    def of(self, batches: Iterable[FeatureBatch]) -> Iterator[pa.RecordBatch]:
        """A record batch (SCHEMA) for each batch of features."""
        for batch in batches:
            numbers = batch.label if self.spec.exclusive else batch.band + 1
            found, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
            names = np.array([self.spec.class_name(int(number)) for number in found], object)
            for name, count in zip(names, counts, strict=True):
                self.by_class[name] = self.by_class.get(name, 0) + int(count)
            ids = np.arange(self.features, self.features + len(batch)) + 1
            self.features += len(batch)
            yield pa.RecordBatch.from_arrays(self._columns(batch, ids, names[inverse]), schema=SCHEMA)

    def _columns(
        self, batch: FeatureBatch, ids: NDArray[np.int64], names: NDArray[np.object_]
    ) -> list[pa.Array]:
        return [
            pa.array(ids),
            pa.array(names, pa.string()),
            _rounded(batch.confidence, CONFIDENCE_DECIMALS),
            _rounded(batch.confidence_p10, CONFIDENCE_DECIMALS),
            _rounded(batch.area, METRE_DECIMALS),
            _rounded(perimeters(batch, self.ground), METRE_DECIMALS),
            pa.array(batch.touches_edge),
            pa.repeat(self.spec.source, len(batch)),
            pa.repeat(self.spec.model, len(batch)),
            pa.array(self.placement.wkb(batch), pa.binary()),
        ]


def _rounded(values: NDArray[np.float64], decimals: int) -> pa.Array:
    """Values as a person reads them; NaN is null."""
    return pa.array(np.round(values, decimals), pa.float64(), from_pandas=True)
