"""Record batches → a layer in the format that its name asks for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyogrio
import pyproj

from geounet.errors import MissingCRSError, OutputError
from geounet.outputs import atomic_target, disk_full
from geounet.palette import colour_of
from geounet.strip import NODATA
from geounet.vector.gdal import explained, gdal_config
from geounet.vector.geopackage import NO_CLOCK, add_style
from geounet.vector.geoparquet import write_geoparquet
from geounet.vector.placement import LONGITUDE_LATITUDE
from geounet.vector.records import GEOMETRY, SHORT_NAMES, LayerSpec, Records
from geounet.vector.sidecar import fgdc_abstract
from geounet.vector.style import categorised
from geounet.vector.whole import is_whole

PARQUET = ".parquet"


@dataclass(frozen=True, slots=True)
class Format:
    """A vector format that GDAL writes."""

    driver: str
    options: Mapping[str, str] = field(default_factory=dict)
    """GDAL's layer creation options."""
    file_options: Mapping[str, str] = field(default_factory=dict)
    """GDAL's options for the file that holds the layer."""
    describes: str = ""
    """The layer creation option that holds a text about the layer."""
    crs: str | None = None
    """The only CRS that the format allows."""
    short_names: bool = False


FORMATS: Mapping[str, Format] = {
    ".gpkg": Format("GPKG", file_options={"VERSION": "1.3"}),  # readers before GDAL 3.7.1 warn of a newer one
    ".geojson": Format(
        "GeoJSON",
        {"RFC7946": "YES", "COORDINATE_PRECISION": "8"},
        describes="DESCRIPTION",
        crs=LONGITUDE_LATITUDE,
    ),
    ".fgb": Format("FlatGeobuf", {"SPATIAL_INDEX": "YES"}, describes="DESCRIPTION"),
    ".shp": Format(
        "ESRI Shapefile", {"DBF_DATE_LAST_UPDATE": NO_CLOCK[:10], "ENCODING": "UTF-8"}, short_names=True
    ),
}
"""Formats by extension; GeoParquet is written by pyarrow. FlatGeobuf keeps each feature's bounds in memory until its end."""

_LISTED = 32
"""Class names beyond which a style lists those alone that a layer has."""


@dataclass(frozen=True, slots=True)
class LayerResult:
    """What was written."""

    features: int
    by_class: Mapping[str, int]
    """Features of each class that has any."""


def check_format(out: Path) -> None:
    """Raise OutputError unless the extension names a format that a layer can be written in."""
    if out.suffix.lower() not in (*FORMATS, PARQUET):
        raise OutputError(
            f"{out.name!r} names no vector format; expected an extension of {', '.join((*FORMATS, PARQUET))}"
        )


def required_crs(out: Path) -> str | None:
    """The only CRS that the format of a layer allows; None where it takes any."""
    known = FORMATS.get(out.suffix.lower())
    return known.crs if known else None


def write_layer(out: Path, records: Records, spec: LayerSpec, *, overwrite: bool) -> LayerResult:
    """Write records, batch by batch, as a layer that is named as its file is.

    Their coordinates are those of `required_crs`, else of the grid's CRS. The layer stands whole under its name or not
    at all. What raises in the batches comes out as it is.

    Raises:
        OutputError: the extension names no format, the file exists, or it cannot be written.
        MissingCRSError: the grid has no CRS.
    """
    check_format(out)
    if spec.grid.crs is None:
        raise MissingCRSError(
            f"{spec.source} names no coordinate reference system, and a layer needs one; pass --assume-crs"
        )
    known = FORMATS.get(out.suffix.lower())
    with atomic_target(out, overwrite=overwrite) as target, explained(out):
        if known is None:
            write_geoparquet(target, records, crs=spec.grid.crs, metadata=spec.metadata)
        else:
            _write_gdal(target, records, spec, known)
            if not is_whole(target):
                raise disk_full(out)
            if known.driver == "GPKG":
                add_style(target, target.stem, _style(records, spec))
            elif known.short_names and spec.metadata:
                target.with_name(f"{target.name}.xml").write_bytes(fgdc_abstract(_description(spec)))
    return LayerResult(records.counts.features, records.counts.by_class)


def _write_gdal(target: Path, records: Records, spec: LayerSpec, known: Format) -> None:
    """Hand record batches to GDAL as it asks for them."""
    failures: list[BaseException] = []

    def relayed() -> Iterator[pa.RecordBatch]:
        # Through GDAL an error comes out as a mere message; it is kept, to be raised as itself.
        try:
            yield from (batch.rename_columns(schema.names) for batch in records.batches())
        except BaseException as error:
            failures.append(error)
            raise

    fields = records.schema
    names = [SHORT_NAMES.get(name, name) if known.short_names else name for name in fields.names]
    schema = pa.schema([column.with_name(name) for column, name in zip(fields, names, strict=True)])
    options = dict(known.options)
    if known.describes and spec.metadata:
        options[known.describes] = _description(spec)
    try:
        with gdal_config(OGR_CURRENT_DATE=NO_CLOCK, OGR_SQLITE_SYNCHRONOUS="OFF"):
            pyogrio.write_arrow(
                pa.RecordBatchReader.from_batches(schema, relayed()),
                target,
                layer=target.stem,
                driver=known.driver,
                geometry_name=GEOMETRY,
                geometry_type=records.geometry_type,
                crs=known.crs or pyproj.CRS.from_user_input(spec.grid.crs).to_wkt(),
                layer_metadata=dict(spec.metadata) if known.driver == "GPKG" else None,
                layer_options=options,
                dataset_options=dict(known.file_options),
            )
    finally:
        if failures:
            raise failures[0]


def _description(spec: LayerSpec) -> str:
    """The metadata as one text, for formats that have room for no more."""
    return json.dumps(dict(spec.metadata), sort_keys=True, ensure_ascii=False)


def _style(records: Records, spec: LayerSpec) -> str:
    """Colours for the classes that the layer has, or might have had."""
    listed = len(spec.class_names) if len(spec.class_names) <= _LISTED else 0
    names = {number: spec.class_name(number) for number in range(1, NODATA)}
    colours = {
        name: colour_of(number)
        for number, name in names.items()
        if number < listed or name in records.counts.by_class
    }
    return categorised(colours, lines=records.geometry_type == "LineString")
