"""Layers → the records of one, in their order: one schema, one CRS, ids from 1."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj

from geounet.errors import LabelsError, OutputError
from geounet.georeference import named_crs
from geounet.vector.merging.fields import GEOMETRY_TYPES, Kind, conform, joint_schema
from geounet.vector.merging.geometry import Way, settled, way_between
from geounet.vector.merging.read import Layer, record_batches
from geounet.vector.placement import LONGITUDE_LATITUDE
from geounet.vector.records import GEOMETRY, Counts

WORLD = "EPSG:4326"
"""The CRS of layers that have several between them."""

Bounds = tuple[float, float, float, float]


@dataclass(slots=True, kw_only=True)
class Joined:
    """The records of several layers, one after the other."""

    layers: Sequence[Layer]
    crs: pyproj.CRS
    """That of the records."""
    kind: Kind
    schema: pa.Schema
    geometry_type: str
    counts: Counts = field(default_factory=Counts)

    @classmethod
    def of(cls, layers: Sequence[Layer], *, crs: str | None) -> "Joined":
        """The records of layers in a CRS: theirs, where `crs` is None, and WORLD where they have several.

        Layers without features count for neither CRS nor kind, unless none has any.

        Raises:
            OutputError: there is no layer, or some hold areas and others lines, or a field is of types apart.
            OptionsError: a layer's CRS cannot be carried into the other.
        """
        if not layers:
            raise OutputError("there is no layer to merge; expected at least one: run what makes them first")
        telling = [layer for layer in layers if layer.features] or layers
        kind = _kind(telling)
        return cls(
            layers=layers,
            crs=_common_crs(telling) if crs is None else pyproj.CRS(named_crs(crs).to_wkt()),
            kind=kind,
            geometry_type=GEOMETRY_TYPES[kind],
            schema=_schema([layer for layer in layers if layer.kind in (kind, None)], kind),
        )

    def bounds(self) -> Bounds | None:
        """What the layers say of where their features are, more or less; None where there is none."""
        boxes = [
            layer.bounds if (way := way_between(layer.crs, self.crs)) is None else way.bounds(layer.bounds)
            for layer in self.layers
            if layer.bounds is not None
        ]
        finite = np.array([box for box in boxes if np.isfinite(box).all()]).reshape(-1, 4)
        if not len(finite):
            return None
        (xmin, ymin), (xmax, ymax) = finite[:, :2].min(axis=0), finite[:, 2:].max(axis=0)
        return float(xmin), float(ymin), float(xmax), float(ymax)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The records of each layer in turn; at most one file is open."""
        for layer in self.layers:
            if not layer.features:
                continue
            way = way_between(layer.crs, self.crs)
            for batch in record_batches(layer):
                yield self._record(batch, layer.path, way=way)

    def _record(self, batch: pa.RecordBatch, path: Path, *, way: Way | None) -> pa.RecordBatch:
        try:
            geometry = settled(batch[GEOMETRY].cast(pa.binary()), self.kind, way=way)
            record = conform(batch, self.schema)
        except (LabelsError, pa.ArrowException) as error:
            raise LabelsError(f"{path}: {error}") from error
        first = self.counts.features + 1
        self.counts.features += record.num_rows
        for found in pc.value_counts(record["class"]).to_pylist():
            name = found["values"] or ""
            self.counts.by_class[name] = self.counts.by_class.get(name, 0) + found["counts"]
        ids = pa.array(np.arange(first, first + record.num_rows))
        return record.set_column(0, self.schema.field(0), ids).set_column(
            record.num_columns - 1, self.schema.field(GEOMETRY), geometry
        )


def _kind(layers: Sequence[Layer]) -> Kind:
    """What the layers hold; areas, where none of them says."""
    firsts: dict[Kind, Path] = {}
    for layer in layers:
        if layer.kind is not None:
            firsts.setdefault(layer.kind, layer.path)
    if len(firsts) > 1:
        raise OutputError(
            f"{firsts['areas']} holds areas and {firsts['lines']} lines; expected layers of one kind: merge each apart"
        )
    return next(iter(firsts), "areas")


def _common_crs(layers: Sequence[Layer]) -> pyproj.CRS:
    first = layers[0].crs
    others = {id(layer.crs): layer.crs for layer in layers}.values()
    if all(first.equals(crs, ignore_axis_order=True) for crs in others):
        return pyproj.CRS(WORLD) if first.equals(LONGITUDE_LATITUDE, ignore_axis_order=True) else first
    return pyproj.CRS(WORLD)


def _schema(layers: Sequence[Layer], kind: Kind) -> pa.Schema:
    try:
        return joint_schema(kind, (layer.schema for layer in layers))
    except pa.ArrowException as error:
        raise OutputError(
            f"layers cannot be merged ({' '.join(str(error).split())}); expected fields of one type: merge them apart"
        ) from error
