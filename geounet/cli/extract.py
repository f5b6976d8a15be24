"""`geounet extract`: a scene becomes a layer of features."""

import argparse
from typing import Any

from geounet.cli.arguments import add_common, add_gdal_config, add_model, add_options, options_from
from geounet.cli.environment import set_gdal_config
from geounet.cli.report import Reporter
from geounet.cli.results import as_json, extraction_in_words, tell_outputs
from geounet.options import ExtractOptions

HELP = "features from a scene, as a layer"
USAGE = "SCENE [SCENE …] [-o LAYER] [--model MODEL] [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("scene", metavar="SCENE", help="a raster: a path or a URL")
    parser.add_argument(
        "others", metavar="SCENE", nargs="*",
        help="further rasters of the same ground, read as one scene with the first, on its grid",
    )  # fmt: skip
    add_model(parser, default="buildings")
    parser.add_argument(
        "-o", "--out", default="buildings.gpkg", metavar="FILE",
        help="the layer: .gpkg .geojson .fgb .shp or .parquet (buildings.gpkg)",
    )  # fmt: skip
    add_options(parser, ExtractOptions)
    add_gdal_config(parser)
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Extract, and say what was found."""
    options = options_from(args, ExtractOptions)
    set_gdal_config(args.config)
    from geounet.pipeline import extract

    scene = [args.scene, *args.others] if args.others else args.scene
    extraction = extract(scene, args.model, args.out, options=options, progress=report.progress)
    tell_outputs(
        report,
        layer=extraction.out,
        class_raster=extraction.class_raster,
        probability=extraction.probability,
        graph=extraction.graph,
    )
    report.log(extraction_in_words(extraction))
    return as_json(extraction)
