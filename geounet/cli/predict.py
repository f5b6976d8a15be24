"""`geounet predict`: a scene becomes a raster of probabilities or classes."""

import argparse
from typing import Any

from geounet.cli.arguments import add_common, add_gdal_config, add_model, add_options, options_from
from geounet.cli.environment import set_gdal_config
from geounet.cli.report import Reporter
from geounet.cli.results import as_json, rate_in_words, tell_outputs
from geounet.options import PredictOptions

HELP = "probabilities or classes of a scene, as a raster"
USAGE = "SCENE [SCENE …] -o RASTER [--model MODEL] [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("scene", metavar="SCENE", help="a raster: a path or a URL")
    parser.add_argument(
        "others", metavar="SCENE", nargs="*",
        help="further rasters of the same ground, read as one scene with the first, on its grid",
    )  # fmt: skip
    add_model(parser, default="buildings")
    parser.add_argument(
        "-o", "--out", required=True, metavar="FILE.tif", help="the raster, a Cloud-Optimised GeoTIFF"
    )
    add_options(parser, PredictOptions)
    add_gdal_config(parser)
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Predict, and say what was written."""
    options = options_from(args, PredictOptions)
    set_gdal_config(args.config)
    from geounet.pipeline import predict

    scene = [args.scene, *args.others] if args.others else args.scene
    prediction = predict(scene, args.model, args.out, options=options, progress=report.progress)
    if options.output == "class":
        tell_outputs(report, class_raster=prediction.out)
    else:
        tell_outputs(report, probability=prediction.out, class_raster=prediction.class_raster)
    report.log(f"{prediction.out}: {rate_in_words(prediction.pixels, prediction.seconds)}")
    return as_json(prediction)
