"""The fields of layers that come together: their full names, their types, their order."""

from collections.abc import Iterable, Mapping
from typing import Literal

import pyarrow as pa

from geounet.vector.area_records import AREAS
from geounet.vector.line_records import LINES
from geounet.vector.records import GEOMETRY, SHORT_NAMES, layer_schema
from geounet.vector.review import FIELD as REVIEW

Kind = Literal["areas", "lines"]

GEOMETRY_TYPES: Mapping[Kind, str] = {"areas": "MultiPolygon", "lines": "LineString"}
"""What kind of geometry a layer's features have, in the words of OGC."""

_REQUIRED: Mapping[Kind, pa.Schema] = {"areas": AREAS, "lines": LINES}
_SIZES = [(name, pa.float64()) for name in ("area_m2", "perimeter_m", "length_m", "width_m")]
_EVERY = [*layer_schema(*_SIZES, after=[("regularized", pa.bool_())]), REVIEW]
_KNOWN = {column.name: column for column in _EVERY}
_FULL_NAMES = {short: name for name, short in SHORT_NAMES.items()}


def full_name(name: str) -> str:
    """A field's own name, by that which it may have in a Shapefile."""
    return _FULL_NAMES.get(name, name)


def typed(schema: pa.Schema) -> pa.Schema:
    """Fields (by their own names) as geounet types them: a field of nulls alone has no type in GeoJSON."""
    return pa.schema([_KNOWN.get(column.name, column.remove_metadata()) for column in schema])


def joint_schema(kind: Kind, schemas: Iterable[pa.Schema]) -> pa.Schema:
    """The fields of a layer of a kind, and whatever more the layers have, in the order of a layer; geometry last.

    Raises pa.ArrowException where a field is of types that do not go together.
    """
    joint = pa.unify_schemas(
        [_REQUIRED[kind], *dict.fromkeys(map(typed, schemas))], promote_options="permissive"
    )
    known = [name for name in _KNOWN if name in joint.names and name != GEOMETRY]
    other = [name for name in joint.names if name not in _KNOWN]
    return pa.schema([joint.field(name) for name in (*known, *other, GEOMETRY)])


def conform(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with the fields of a schema, null where it has none of that name."""
    columns = [
        batch[column.name].cast(column.type)
        if column.name in batch.schema.names
        else pa.nulls(batch.num_rows, column.type)
        for column in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
