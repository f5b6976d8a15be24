"""A network of roads → the records of a layer of lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from geounet.vector.centrelines.network import RoadNetwork
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

LINES = layer_schema(("length_m", pa.float64()), ("width_m", pa.float64()))
"""The fields of a layer of lines; confidence is null without scores."""

BATCH = 4096
"""Lines that are written at once."""


@dataclass(slots=True, kw_only=True)
class LineRecords:
    """The records of the lines of a network."""

    network: RoadNetwork
    spec: LayerSpec
    placement: Placement
    schema: pa.Schema = LINES
    geometry_type: str = "LineString"
    counts: Counts = field(default_factory=Counts)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Record batches of 4096 lines, in the network's order."""
        for first in range(0, len(self.network), BATCH):
            lines = self.network.select(np.arange(first, min(first + BATCH, len(self.network))))
            columns = self.counts.columns(self.spec, lines) | {
                "length_m": rounded(lines.length_m, METRE_DECIMALS),
                "width_m": rounded(lines.width_m, METRE_DECIMALS),
                GEOMETRY: pa.array(self.placement.line_wkb(lines.vertices, lines.stops), pa.binary()),
            }
            yield record_batch(columns, self.schema)
