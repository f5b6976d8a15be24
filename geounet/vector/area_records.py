"""Batches of features → the records of a layer of areas."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from geounet.georeference import GroundScale
from geounet.vector.features import FeatureBatch
from geounet.vector.measure import perimeters
from geounet.vector.placement import Placement
from geounet.vector.records import (
    GEOMETRY,
    METRE_DECIMALS,
    Counts,
    LayerSpec,
    layer_schema,
    record_batch,
    rounded,
)

_SIZE = (("area_m2", pa.float64()), ("perimeter_m", pa.float64()))

AREAS = layer_schema(*_SIZE)
"""The fields of a layer of areas; confidence is null without scores."""

REGULARIZED_AREAS = layer_schema(*_SIZE, after=[("regularized", pa.bool_())])
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
            columns = self.counts.columns(self.spec, batch) | {
                "area_m2": rounded(batch.area, METRE_DECIMALS),
                "perimeter_m": rounded(perimeters(batch, self.ground), METRE_DECIMALS),
                "regularized": pa.array(batch.regularized),
                GEOMETRY: pa.array(self.placement.wkb(batch), pa.binary()),
            }
            yield record_batch(columns, self.schema)
