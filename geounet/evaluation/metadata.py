"""What a report says of how it came about: inputs, CRS, grid, version and options; no folders and no clock."""

from collections.abc import Mapping
from typing import Any

import pyproj

import geounet
from geounet.evaluation.report import Kind
from geounet.georeference import Georeference
from geounet.options import EvaluateOptions
from geounet.raster.source import file_name


def metadata(
    kind: Kind,
    inputs: Mapping[str, Mapping[str, object]],
    *,
    options: EvaluateOptions,
    chosen: Mapping[str, object],
    where: Georeference | pyproj.CRS | None,
) -> dict[str, Any]:
    """The metadata of a report.

    `inputs` describes prediction and truth, `chosen` holds the options that matter, `where` is the grid of what is
    compared by pixels, else a CRS.
    """
    limits = {name: getattr(options, name) for name in ("aoi", "valid")}
    given = {name: None if path is None else {"file": file_name(str(path))} for name, path in limits.items()}
    return {
        "version": geounet.__version__,
        "kind": kind,
        "inputs": {**inputs, **given},
        "crs": crs_in_words(where.crs if isinstance(where, Georeference) else where),
        "grid": _grid(where) if isinstance(where, Georeference) else None,
        "options": dict(chosen),
    }


def crs_in_words(crs: object) -> str | None:
    """A CRS's code, such as EPSG:32737, its name where it has none; rasterio's or pyproj's."""
    if crs is None:
        return None
    known = pyproj.CRS.from_user_input(crs)
    code = known.to_authority(min_confidence=90)
    return known.name if code is None else ":".join(code)


def _grid(grid: Georeference) -> dict[str, object]:
    """Its size, and ground metres of a pixel at its centre: (down a column, along a row)."""
    return {
        "rows": grid.height,
        "cols": grid.width,
        "gsd_m": None if grid.crs is None else [round(side, 6) for side in grid.gsd()],
    }
