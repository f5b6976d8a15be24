"""Batches of features → the records of a layer of areas."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from geounet.georeference import GroundScale
from geounet.vector.features import FeatureBatch
from geounet.vector.measure import perimeters
from geounet.vector.placement import Placement
from geounet.vector.records import (
    CONFIDENCE_DECIMALS,
    GEOMETRY_FIELD,
    METRE_DECIMALS,
    Counts,
    LayerSpec,
    rounded,
)

_MEASURED = [
    ("id", pa.int64()),
    ("class", pa.string()),
    ("confidence", pa.float64()),
    ("confidence_p10", pa.float64()),
    ("area_m2", pa.float64()),
    ("perimeter_m", pa.float64()),
    ("touches_edge", pa.bool_()),
]
_ORIGIN = [("source", pa.string()), ("model", pa.string()), GEOMETRY_FIELD]

AREAS = pa.schema([*_MEASURED, *_ORIGIN])
"""The fields of a layer of areas; confidence is null without scores."""

REGULARIZED_AREAS = pa.schema([*_MEASURED, ("regularized", pa.bool_()), *_ORIGIN])
"""The fields where outlines were regularised, and which of them."""


@dataclass(slots=True, kw_only=True)
class AreaRecords:
    """The records of areas, as they are finished."""

    features: Iterable[FeatureBatch]
    spec: LayerSpec
    ground: GroundScale
    placement: Placement
    schema: pa.Schema
    """AREAS or REGULARIZED_AREAS."""
    geometry_type: str = "MultiPolygon"
    counts: Counts = field(default_factory=Counts)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """A record batch for each batch of features."""
        for batch in self.features:
            ids, names = self.counts.add(self.spec, batch.label, batch.band)
            columns = {
                "id": ids,
                "class": names,
                "confidence": rounded(batch.confidence, CONFIDENCE_DECIMALS),
                "confidence_p10": rounded(batch.confidence_p10, CONFIDENCE_DECIMALS),
                "area_m2": rounded(batch.area, METRE_DECIMALS),
                "perimeter_m": rounded(perimeters(batch, self.ground), METRE_DECIMALS),
                "touches_edge": pa.array(batch.touches_edge),
                "regularized": pa.array(batch.regularized),
                "source": pa.repeat(self.spec.source, len(batch)),
                "model": pa.repeat(self.spec.model, len(batch)),
                "geometry": pa.array(self.placement.wkb(batch), pa.binary()),
            }
            yield pa.RecordBatch.from_arrays(
                [columns[name] for name in self.schema.names], schema=self.schema
            )
