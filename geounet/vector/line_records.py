"""A network of roads → the records of a layer of lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from geounet.vector.centrelines.network import RoadNetwork
from geounet.vector.placement import Placement
from geounet.vector.records import (
    CONFIDENCE_DECIMALS,
    GEOMETRY_FIELD,
    METRE_DECIMALS,
    Counts,
    LayerSpec,
    rounded,
)

LINES = pa.schema(
    [
        ("id", pa.int64()),
        ("class", pa.string()),
        ("confidence", pa.float64()),
        ("confidence_p10", pa.float64()),
        ("length_m", pa.float64()),
        ("width_m", pa.float64()),
        ("touches_edge", pa.bool_()),
        ("source", pa.string()),
        ("model", pa.string()),
        GEOMETRY_FIELD,
    ]
)
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
        network = self.network
        begins = np.concatenate([[0], network.stops])
        for first in range(0, len(network), BATCH):
            lines = slice(first, min(first + BATCH, len(network)))
            ids, names = self.counts.add(self.spec, network.label[lines], network.band[lines])
            vertices = network.vertices[begins[lines.start] : begins[lines.stop]]
            count = lines.stop - lines.start
            columns = [
                ids,
                names,
                rounded(network.confidence[lines], CONFIDENCE_DECIMALS),
                rounded(network.confidence_p10[lines], CONFIDENCE_DECIMALS),
                rounded(network.length_m[lines], METRE_DECIMALS),
                rounded(network.width_m[lines], METRE_DECIMALS),
                pa.array(network.touches_edge[lines]),
                pa.repeat(self.spec.source, count),
                pa.repeat(self.spec.model, count),
                pa.array(
                    self.placement.line_wkb(vertices, network.stops[lines] - begins[lines.start]), pa.binary()
                ),
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=LINES)
