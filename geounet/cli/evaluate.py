"""`geounet evaluate`: how good a prediction is, as figures, JSON and a page."""

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from geounet.cli.arguments import add_common, add_gdal_config
from geounet.cli.environment import set_gdal_config
from geounet.cli.report import Reporter
from geounet.options import COMPARISONS, EvaluateOptions

HELP = "how good a prediction is, against the truth"
USAGE = "PREDICTION TRUTH [--report FILE.html] [--json FILE.json] [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments; what is not given keeps the default of `EvaluateOptions`."""
    parser.add_argument("prediction", metavar="PREDICTION", help="a class or probability raster, or a layer")
    parser.add_argument("truth", metavar="TRUTH", help="a label raster, or a layer of areas or lines")
    _add_what(parser.add_argument_group("what is compared"))
    _add_tolerances(parser.add_argument_group("tolerances"))
    output = parser.add_argument_group("output")
    absent: dict[str, Any] = {"default": argparse.SUPPRESS}
    output.add_argument("--report", type=Path, metavar="FILE.html", help="write a page to look at", **absent)
    output.add_argument("--json", type=Path, metavar="FILE.json", help="write the figures as JSON", **absent)
    output.add_argument("--overwrite", action="store_true", help="replace outputs that exist", **absent)
    add_gdal_config(parser)
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Evaluate, and say the figures."""
    options = EvaluateOptions(
        **{f.name: getattr(args, f.name) for f in fields(EvaluateOptions) if hasattr(args, f.name)}
    )
    set_gdal_config(args.config)
    from geounet.evaluation.run import evaluate
    from geounet.evaluation.words import in_words

    found = evaluate(args.prediction, args.truth, options=options, progress=report.progress)
    written = [(path, kind) for path, kind in ((options.report, "report"), (options.json, "json")) if path]
    for path, kind in written:
        report.output(Path(path), kind)
    if written:
        report.log(in_words(found))
    else:
        report.answer(in_words(found))
    return found.to_dict()


def _add_what(group: argparse._ArgumentGroup) -> None:
    absent: dict[str, Any] = {"default": argparse.SUPPRESS}
    group.add_argument(
        "--kind", choices=COMPARISONS, **absent,
        help="pixels (labels), areas one to one (objects) or lines; by what the files hold otherwise",
    )  # fmt: skip
    group.add_argument("--aoi", metavar="FILE", help="a vector file whose areas limit what counts", **absent)
    group.add_argument(
        "--valid", metavar="SCENE", **absent,
        help="a scene: what is not valid in it does not count, and the report's map lies over it",
    )  # fmt: skip
    group.add_argument(
        "--classes",
        type=_names,
        metavar="NAME,NAME",
        help="the classes of a layer that count; all otherwise",
        **absent,
    )
    group.add_argument("--assume-crs", metavar="CRS", help="the CRS of a file that names none", **absent)


def _add_tolerances(group: argparse._ArgumentGroup) -> None:
    arguments: dict[str, tuple[str, type, str, str]] = {
        "threshold": ("--threshold", float, "SHARE", "probability from which a pixel is in the class (0.5)"),
        "iou": ("--iou", float, "SHARE", "overlap (IoU) from which two areas are one object (0.5)"),
        "buffer_m": ("--buffer", float, "METRES", "by which a line may lie beside its counterpart (4)"),
        "snap_m": (
            "--snap",
            float,
            "METRES",
            "within which a network's nodes are found on the other, for APLS (4)",
        ),
        "boundary_px": ("--boundary", int, "PIXELS", "along outlines that boundary IoU looks at (2)"),
        "relax_px": ("--relax", int, "PIXELS", "by which relaxed precision and recall forgive (3)"),
    }
    for name, (flag, convert, unit, text) in arguments.items():
        group.add_argument(flag, dest=name, type=convert, metavar=unit, help=text, default=argparse.SUPPRESS)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))
