"""A layer whose features say what is new, changed, matched or missing, in the format that its name asks for."""

import json
from collections.abc import Mapping
from pathlib import Path

import geopandas
import pyogrio
import shapely

from geounet.evaluation.counterparts import CHANGED, MATCHED, MISSING, NEW
from geounet.outputs import atomic_target, disk_full
from geounet.palette import PALETTE, Colour
from geounet.vector.gdal import explained, gdal_config
from geounet.vector.geopackage import NO_CLOCK, add_style
from geounet.vector.layers import FORMATS, Format, check_format
from geounet.vector.records import SHORT_NAMES
from geounet.vector.sidecar import fgdc_abstract
from geounet.vector.style import categorised
from geounet.vector.whole import is_whole

COLOURS: Mapping[str, Colour] = {
    NEW: PALETTE[2],
    CHANGED: PALETTE[3],
    MATCHED: PALETTE[1],
    MISSING: PALETTE[0],
}
"""Green, orange, blue, red."""

_SHORT = {**SHORT_NAMES, "existing_id": "exist_id"}


def write_statuses(
    out: Path, frame: geopandas.GeoDataFrame, *, lines: bool, metadata: Mapping[str, str], overwrite: bool
) -> None:
    """Write features with a field `status`, areas or lines, in their own CRS (GeoJSON: longitude and latitude).

    Features have several parts, in GeoJSON those alone that need to: an editor such as JOSM reads these as ways. The
    layer stands whole under its name or not at all. Raises OutputError where it cannot be written.
    """
    check_format(out)
    known = FORMATS.get(out.suffix.lower())
    with atomic_target(out, overwrite=overwrite) as target, explained(out):
        if known is None:
            _multiple(frame).to_parquet(target, compression="zstd", index=False)
            return
        if known.crs is not None:
            frame = frame.to_crs(known.crs)
        geometry_type = (
            "Unknown" if known.driver == "GeoJSON" else "MultiLineString" if lines else "MultiPolygon"
        )
        _write_gdal(target, frame, known, geometry_type=geometry_type, metadata=metadata)
        if not is_whole(target):
            raise disk_full(out)
        if known.driver == "GPKG":
            add_style(target, target.stem, categorised(COLOURS, field="status", lines=lines))


def _write_gdal(
    target: Path,
    frame: geopandas.GeoDataFrame,
    known: Format,
    *,
    geometry_type: str,
    metadata: Mapping[str, str],
) -> None:
    text = json.dumps(dict(metadata), sort_keys=True, ensure_ascii=False)
    if known.short_names:
        frame = frame.rename(columns=_SHORT)
        target.with_name(f"{target.name}.xml").write_bytes(fgdc_abstract(text))
    with gdal_config(OGR_CURRENT_DATE=NO_CLOCK):
        pyogrio.write_dataframe(
            _single(frame) if geometry_type == "Unknown" else frame,
            target,
            layer=target.stem,
            driver=known.driver,
            geometry_type=geometry_type,
            promote_to_multi=geometry_type != "Unknown",
            layer_metadata=dict(metadata) if known.driver == "GPKG" else None,
            layer_options=dict(known.options) | ({known.describes: text} if known.describes else {}),
        )


def _multiple(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """The features, each of several parts, if only of one."""
    geometries = frame.geometry.to_numpy()
    parts, owner = shapely.get_parts(geometries, return_index=True)
    of_areas = shapely.get_dimensions(geometries).max(initial=0) == 2
    gather = shapely.multipolygons if of_areas else shapely.multilinestrings
    return frame.set_geometry(gather(parts, indices=owner), crs=frame.crs)


def _single(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """The features, those of one part as that part."""
    geometries = frame.geometry.to_numpy().copy()
    alone = shapely.get_num_geometries(geometries) == 1
    geometries[alone] = shapely.get_geometry(geometries[alone], 0)
    return frame.set_geometry(geometries, crs=frame.crs)
