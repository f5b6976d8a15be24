"""Record batches → a layer in the format that its name asks for."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyogrio
import pyproj

from geounet.errors import MissingCRSError, OutputError
from geounet.outputs import atomic_target, disk_full
from geounet.palette import Colour, colour_of
from geounet.strip import NODATA
from geounet.vector.flatgeobuf import has_its_features
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerHead:
    """What a layer holds beside its records."""

    crs: pyproj.CRS
    """That of the records' coordinates, where the format takes any."""
    metadata: Mapping[str, str]
    """What made the layer; no clock and no folder in it."""
    colours: Callable[[Collection[str]], Mapping[str, Colour]]
    """The classes that a style lists and their colours, given the names of those that have features."""


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
    head = LayerHead(
        crs=pyproj.CRS.from_user_input(spec.grid.crs),
        metadata=spec.metadata,
        colours=lambda found: _colours(spec, found),
    )
    with atomic_target(out, overwrite=overwrite) as target, explained(out):
        if out.suffix.lower() == PARQUET:
            write_geoparquet(target, records, crs=head.crs, metadata=head.metadata)
        else:
            write_gdal(target, records, head, shown=out)
    return LayerResult(records.counts.features, records.counts.by_class)


def write_gdal(target: Path, records: Records, head: LayerHead, *, shown: Path) -> None:
    """Write records as a layer of a format in FORMATS, with its metadata and its style where it has room for them.

    Raises OutputError where the disk was too full for all of it; `shown` is what the layer is to be called. What GDAL
    raises comes out as it is: see `explained`.
    """
    known = FORMATS[target.suffix.lower()]
    _hand_over(target, records, head, known)
    if not is_whole(target) or (known.driver == "FlatGeobuf" and not has_its_features(target)):
        raise disk_full(shown)
    if known.driver == "GPKG":
        colours = head.colours(records.counts.by_class)
        add_style(target, target.stem, categorised(colours, lines=records.geometry_type == "LineString"))
    elif known.short_names and head.metadata:
        target.with_name(f"{target.name}.xml").write_bytes(fgdc_abstract(_description(head)))


def write_batches(target: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch], **how: object) -> None:
    """Hand record batches to GDAL as it asks for them; `how` is what pyogrio.write_arrow takes beside them.

    What the batches' iterator raises comes out as it is.
    """
    failures: list[BaseException] = []

    def relayed() -> Iterator[pa.RecordBatch | None]:
        # Through GDAL an error comes out as a mere message; it is kept, to be raised as itself.
        try:
            yield None
            yield from (batch.rename_columns(schema.names) for batch in batches)
        except BaseException as error:
            failures.append(error)
            raise

    relay = relayed()
    next(relay)  # into its `try`: Ctrl-C while GDAL begins the layer arises as it asks for the first batch
    try:
        with gdal_config(OGR_CURRENT_DATE=NO_CLOCK, OGR_SQLITE_SYNCHRONOUS="OFF"):
            pyogrio.write_arrow(
                pa.RecordBatchReader.from_batches(schema, relay),
                target,
                geometry_name=GEOMETRY,
                **how,
            )
    finally:
        if failures:
            raise failures[0]


def _hand_over(target: Path, records: Records, head: LayerHead, known: Format) -> None:
    """Write records in a format that GDAL writes."""
    fields = records.schema
    names = [SHORT_NAMES.get(name, name) if known.short_names else name for name in fields.names]
    options = dict(known.options)
    if known.describes and head.metadata:
        options[known.describes] = _description(head)
    write_batches(
        target,
        pa.schema([column.with_name(name) for column, name in zip(fields, names, strict=True)]),
        records.batches(),
        layer=target.stem,
        driver=known.driver,
        geometry_type=records.geometry_type,
        crs=known.crs or head.crs.to_wkt(),
        layer_metadata=dict(head.metadata) if known.driver == "GPKG" else None,
        layer_options=options,
        dataset_options=dict(known.file_options),
    )


def _description(head: LayerHead) -> str:
    """The metadata as one text, for formats that have room for no more."""
    return json.dumps(dict(head.metadata), sort_keys=True, ensure_ascii=False)


def _colours(spec: LayerSpec, found: Collection[str]) -> Mapping[str, Colour]:
    """Colours for the classes that the layer has, or might have had."""
    listed = len(spec.class_names) if len(spec.class_names) <= _LISTED else 0
    names = {number: spec.class_name(number) for number in range(1, NODATA)}
    return {name: colour_of(number) for number, name in names.items() if number < listed or name in found}
