"""What a layer says of its features, and the records, as Arrow, that carry it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geounet.georeference import Georeference

GEOMETRY = "geometry"

SHORT_NAMES = {
    "confidence": "conf", "confidence_p10": "conf_p10", "perimeter_m": "perim_m", "touches_edge": "edge",
    "regularized": "regular",
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
class Counts:
    """Features that have gone into a layer."""

    features: int = 0
    by_class: dict[str, int] = field(default_factory=dict)

    def columns(self, spec: LayerSpec, features: "Described") -> dict[str, pa.Array]:
        """Count some features, and say what a layer says of each, whatever its shape; ids count from 1."""
        numbers = features.label if spec.exclusive else features.band + 1
        found, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        names = np.array([spec.class_name(int(number)) for number in found], object)
        for name, count in zip(names, counts, strict=True):
            self.by_class[name] = self.by_class.get(name, 0) + int(count)
        ids = np.arange(self.features, self.features + len(numbers)) + 1
        self.features += len(numbers)
        return {
            "id": pa.array(ids),
            "class": pa.array(names[inverse], pa.string()),
            "confidence": rounded(features.confidence, CONFIDENCE_DECIMALS),
            "confidence_p10": rounded(features.confidence_p10, CONFIDENCE_DECIMALS),
            "touches_edge": pa.array(features.touches_edge),
            "source": pa.repeat(spec.source, len(numbers)),
            "model": pa.repeat(spec.model, len(numbers)),
        }


class Described(Protocol):
    """What is known of features, whether they are areas or lines; an array each."""

    @property
    def label(self) -> NDArray[np.uint8]:
        """What its pixels are labelled with."""
        ...

    @property
    def band(self) -> NDArray[np.uint8]:
        """The band of the labels that it lies in, from 0."""
        ...

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Mean probability, 0 to 1; NaN without scores."""
        ...

    @property
    def confidence_p10(self) -> NDArray[np.float64]:
        """Tenth percentile of the probability; NaN without scores."""
        ...

    @property
    def touches_edge(self) -> NDArray[np.bool_]:
        """Whether nodata, or the outside of the raster, lies beside it."""
        ...


class Records(Protocol):
    """The records of a layer, made as they are asked for."""

    schema: pa.Schema
    """The layer's fields; GEOMETRY is well-known binary."""
    geometry_type: str
    """What kind of geometry all features have, in the words of OGC."""
    counts: Counts
    """What was counted on the way; whole once all batches were taken."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Record batches of the schema."""
        ...


def rounded(values: NDArray[np.float64], decimals: int) -> pa.Array:
    """Values as a person reads them; NaN is null."""
    return pa.array(np.round(values, decimals), pa.float64(), from_pandas=True)


def layer_schema(*size: tuple[str, pa.DataType], after: Sequence[tuple[str, pa.DataType]] = ()) -> pa.Schema:
    """The fields of a layer: those that tell the size of its features, and more `after` all that is measured."""
    geometry = pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    return pa.schema(
        [
            ("id", pa.int64()),
            ("class", pa.string()),
            ("confidence", pa.float64()),
            ("confidence_p10", pa.float64()),
            *size,
            ("touches_edge", pa.bool_()),
            *after,
            ("source", pa.string()),
            ("model", pa.string()),
            geometry,
        ]
    )


def record_batch(columns: Mapping[str, pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """The columns that a schema asks for, in its order."""
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
