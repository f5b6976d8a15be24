"""`geounet compare`: a layer against an existing one, such as OpenStreetMap's: what is new, changed, matched, missing."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geounet.cli.arguments import add_common, add_gdal_config
from geounet.cli.environment import set_gdal_config
from geounet.cli.report import Reporter
from geounet.cli.results import as_json, tell_outputs

if TYPE_CHECKING:
    from geounet.evaluation.conflation import Comparison

HELP = "what is new, changed or missing against an existing layer"
USAGE = "LAYER EXISTING -o LAYER [options]"

_OPTIONS = (
    "kind", "iou", "changed_iou", "buffer_m", "covered", "changed_covered", "aoi", "existing_id", "osm", "assume_crs",
    "overwrite",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("layer", metavar="LAYER", help="areas or lines, such as an extracted layer")
    parser.add_argument("existing", metavar="EXISTING", help="what there is already, in any CRS")
    parser.add_argument(
        "-o", "--out", required=True, metavar="FILE", help="the layer: .gpkg .geojson .fgb .shp or .parquet"
    )
    _add_comparison(parser)
    _add_output(parser)
    add_gdal_config(parser)
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Compare, and say how many features there are of each kind."""
    set_gdal_config(args.config)
    from geounet.evaluation.conflation import CompareOptions, compare

    options = CompareOptions(**{name: getattr(args, name) for name in _OPTIONS if hasattr(args, name)})
    comparison = compare(args.layer, args.existing, args.out, options=options)
    tell_outputs(report, layer=comparison.out)
    report.log(_in_words(comparison))
    return as_json(comparison)


def _add_comparison(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("comparison", argument_default=argparse.SUPPRESS)
    group.add_argument(
        "--kind", choices=("auto", "areas", "lines"), help="what the layers hold; auto (default) looks"
    )
    group.add_argument(
        "--iou", type=float, metavar="SHARE", help="overlap from which two areas are the same (0.5)"
    )
    group.add_argument(
        "--changed-iou",
        type=float,
        metavar="SHARE",
        help="overlap from which one is the other, changed (0.1)",
    )
    group.add_argument(
        "--buffer",
        dest="buffer_m",
        type=float,
        metavar="METRES",
        help="how far a line may lie beside its counterpart (4)",
    )
    group.add_argument(
        "--covered",
        type=float,
        metavar="SHARE",
        help="share of a line beside existing ones from which it is the same (0.75)",
    )
    group.add_argument(
        "--changed-covered", type=float, metavar="SHARE", help="share from which it is changed (0.25)"
    )
    group.add_argument(
        "--aoi",
        type=Path,
        metavar="FILE",
        help="a vector file of areas, outside which nothing is compared; the box round LAYER by default",
    )
    group.add_argument("--assume-crs", metavar="CRS", help="the CRS of a layer that names none")


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output", argument_default=argparse.SUPPRESS)
    group.add_argument(
        "--existing-id",
        metavar="FIELD",
        help="the field that names EXISTING's features; osm_id, @id, id or a number by default",
    )
    group.add_argument(
        "--osm", action="store_true", help="tag what is new or changed: building=yes or highway=road"
    )
    group.add_argument("--overwrite", action="store_true", help="replace an output that exists")


def _in_words(comparison: "Comparison") -> str:
    """One line about what was found."""
    counts = ", ".join(f"{count:,} {status}" for status, count in comparison.by_status.items())
    left = f"; {comparison.outside:,} existing outside the area compared" if comparison.outside else ""
    return f"{comparison.out}: {comparison.kind}, {counts}{left}, {comparison.seconds:.1f} s"
