"""`geounet vectorize`: a label raster becomes a layer of features."""

import argparse
from typing import Any

from geounet.cli.arguments import add_common, add_gdal_config, add_options, options_from
from geounet.cli.environment import set_gdal_config
from geounet.cli.report import Reporter
from geounet.cli.results import as_json, extraction_in_words, tell_outputs
from geounet.options import VectorizeOptions

HELP = "objects of a label raster, as a layer"
USAGE = "LABELS -o LAYER [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "labels", metavar="LABELS", help="a raster of whole numbers: 0 background, 255 nodata"
    )
    parser.add_argument(
        "-o", "--out", required=True, metavar="FILE", help="the layer: .gpkg .geojson .fgb .shp or .parquet"
    )
    add_options(parser, VectorizeOptions)
    add_gdal_config(parser)
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Vectorise, and say what was found."""
    options = options_from(args, VectorizeOptions)
    set_gdal_config(args.config)
    from geounet.pipeline import vectorize

    extraction = vectorize(args.labels, args.out, options=options, progress=report.progress)
    tell_outputs(report, layer=extraction.out, graph=extraction.graph)
    report.log(extraction_in_words(extraction))
    return as_json(extraction)
