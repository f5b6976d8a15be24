"""A layer against an existing one, for who brings a map up to date: what is new, changed, matched and missing."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geounet import __version__
from geounet.errors import MissingCRSError, OptionsError
from geounet.evaluation.counterparts import (
    CHANGED,
    MATCHED,
    MISSING,
    NEW,
    Counterparts,
    area_counterparts,
    line_counterparts,
)
from geounet.evaluation.features import read_features
from geounet.evaluation.layers import Kind, MetricLayer, area_of_interest, read_layer
from geounet.evaluation.status_layer import write_statuses
from geounet.evaluation.status_table import status_table, with_osm_tags
from geounet.outputs import check_apart, check_target
from geounet.vector.layers import check_format

STATUSES = (NEW, CHANGED, MATCHED, MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """What `compare` takes: from when on two features are one, where, and what is written."""

    kind: Literal["auto", "areas", "lines"] = "auto"
    """What the layers hold; `auto` looks."""
    iou: float = 0.5
    """Intersection over union from which two areas are the same."""
    changed_iou: float = 0.1
    """Intersection over union from which, below `iou`, one area is a changed form of the other."""
    buffer_m: float = 4.0
    """Metres by which a line may lie beside its counterpart."""
    covered: float = 0.75
    """Share of a line's length beside existing lines from which it is the same."""
    changed_covered: float = 0.25
    """Share from which, below `covered`, it is a changed form of them."""
    aoi: str | Path | None = None
    """A vector file of areas, outside which nothing is compared; None is the layer's bounding box."""
    existing_id: str | None = None
    """The field of the existing layer that names its features; None finds `osm_id`, `@id`, `id`, else counts."""
    osm: bool = False
    """Give new and changed features OpenStreetMap's tags: `building=yes`, `highway=road`."""
    assume_crs: str | None = None
    """The CRS of a layer that names none."""
    overwrite: bool = False
    """Replace an existing output."""

    def __post_init__(self) -> None:
        if self.kind not in ("auto", "areas", "lines"):
            raise OptionsError(f"kind is {self.kind!r}; choose one of auto, areas, lines")
        for low, high in (("changed_iou", "iou"), ("changed_covered", "covered")):
            smaller, larger = getattr(self, low), getattr(self, high)
            if not 0 < smaller <= larger <= 1:
                raise OptionsError(
                    f"{low} is {smaller} and {high} is {larger}; expected 0 < {low} ≤ {high} ≤ 1"
                )
        if not self.buffer_m > 0:
            raise OptionsError(f"buffer_m is {self.buffer_m}; it must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `compare` wrote."""

    out: Path
    """The layer."""
    kind: Kind
    """What was compared."""
    by_status: Mapping[str, int]
    """Features of each status: new, changed, matched, missing."""
    outside: int
    """Existing features without a counterpart outside the area that was compared: not missing, and not written."""
    seconds: float
    """Wall time."""


def compare(
    layer: str | Path, existing: str | Path, out: str | Path, *, options: CompareOptions | None = None
) -> Comparison:
    """Write every feature of `layer` as new, changed or matched, and what is missing of an `existing` layer.

    Areas are compared by `area_counterparts`, lines by `line_counterparts`. Geometries stay as they are, in the CRS
    of `layer`; see `status_table` for the fields.

    Raises:
        LabelsError: a layer cannot be read, or one holds areas and the other lines.
        MissingCRSError: a layer names no CRS.
        OutputError: `out` exists, is one of the inputs, or cannot be written.
    """
    started = time.perf_counter()
    options, target = options or CompareOptions(), Path(out)
    _check_output(target, (layer, existing, options.aoi), overwrite=options.overwrite)
    ours = _placed(read_layer(layer, assume_crs=options.assume_crs))
    theirs = _placed(read_layer(existing, crs=ours.crs, assume_crs=options.assume_crs))
    kind = _kind(ours, theirs, options)
    area = _compared_area(ours, theirs, options)
    if options.aoi is not None:
        ours = ours.select(_inside(ours, area, least_m=options.buffer_m))
    found = _counterparts(ours, theirs, kind=kind, area=area, options=options)
    inside = _inside(theirs, area, least_m=options.buffer_m)
    outside = int((found.missing & ~inside).sum())
    found = replace(found, missing=found.missing & inside)
    table = status_table(ours, theirs, found=found, kind=kind, existing_id=options.existing_id)
    table = _as_in_files(table, ours, theirs.select(found.missing), options=options)
    if options.osm:
        table = with_osm_tags(table, kind)
    metadata = _metadata(layer, existing, options)
    write_statuses(target, table, lines=kind == "lines", metadata=metadata, overwrite=options.overwrite)
    return Comparison(
        out=target,
        kind=kind,
        by_status={status: int((table["status"] == status).sum()) for status in STATUSES},
        outside=outside,
        seconds=time.perf_counter() - started,
    )


def _check_output(out: Path, inputs: tuple[str | Path | None, ...], *, overwrite: bool) -> None:
    check_format(out)
    check_target(out, overwrite=overwrite)
    check_apart((out,), inputs)


def _placed(layer: MetricLayer) -> MetricLayer:
    if layer.source_crs is None:
        raise MissingCRSError(
            f"{layer.path} names no coordinate reference system, so its place is unknown; pass --assume-crs"
        )
    return layer


def _kind(ours: MetricLayer, theirs: MetricLayer, options: CompareOptions) -> Kind:
    """What is compared; raises LabelsError where a layer holds something else."""
    kind = (ours.kind or theirs.kind or "areas") if options.kind == "auto" else options.kind
    for layer in (ours, theirs):
        _ = layer.polygons if kind == "areas" else layer.lines
    return kind


def _compared_area(ours: MetricLayer, theirs: MetricLayer, options: CompareOptions) -> BaseGeometry:
    """The area of interest, else the rectangle on the plane that holds the layer; of an empty one, all that exists."""
    if options.aoi is not None:
        return area_of_interest(options.aoi, ours.crs, assume_crs=options.assume_crs)
    holding = ours if len(ours) else theirs
    if not len(holding):
        return shapely.Polygon()
    west, south, east, north = holding.frame.total_bounds
    reach = options.buffer_m  # so that what lies beside a layer's outermost line is looked at
    box: BaseGeometry = shapely.box(west - reach, south - reach, east + reach, north + reach)
    return box


def _inside(layer: MetricLayer, area: BaseGeometry, *, least_m: float) -> NDArray[np.bool_]:
    """(n,) whether an area has its representative point in `area`; whether more than `least_m` of a line lie there."""
    shapely.prepare(area)
    if layer.kind == "lines":
        return np.asarray(shapely.length(shapely.intersection(layer.lines, area)) > least_m)
    return np.asarray(shapely.intersects(area, shapely.point_on_surface(layer.polygons)))


def _counterparts(
    ours: MetricLayer, theirs: MetricLayer, *, kind: Kind, area: BaseGeometry, options: CompareOptions
) -> Counterparts:
    """Compare the layers; of existing lines, what lies in `area` counts."""
    if kind == "areas":
        return area_counterparts(
            ours.polygons, theirs.polygons, iou=options.iou, changed_iou=options.changed_iou
        )
    return line_counterparts(
        ours.lines,
        theirs.lines,
        looked_at=shapely.intersection(theirs.lines, area),
        buffer_m=options.buffer_m,
        shares=(options.changed_covered, options.covered),
    )


def _as_in_files(
    table: geopandas.GeoDataFrame, ours: MetricLayer, missing: MetricLayer, *, options: CompareOptions
) -> geopandas.GeoDataFrame:
    """The table with geometries as they are in the files, to the last digit, those of `missing` in our CRS."""
    mine, others = (
        read_features(layer.path, assume_crs=options.assume_crs).geometry.loc[layer.frame.index]
        for layer in (ours, missing)
    )
    shapes = np.concatenate([mine.to_numpy(), others.to_crs(mine.crs).to_numpy()])
    return table.set_geometry(shapes, crs=mine.crs)


def _metadata(layer: str | Path, existing: str | Path, options: CompareOptions) -> dict[str, str]:
    """What made the output: no folder and no clock in it."""
    chosen = {
        field.name: getattr(options, field.name)
        for field in fields(options)
        if getattr(options, field.name) != field.default and field.name != "overwrite"
    }
    if options.aoi is not None:
        chosen["aoi"] = Path(options.aoi).name
    return {
        "GEOUNET_VERSION": __version__,
        "GEOUNET_COMPARED": f"{Path(layer).name} with {Path(existing).name}",
        "GEOUNET_OPTIONS": json.dumps(chosen, sort_keys=True),
    }
