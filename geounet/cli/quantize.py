"""`geounet models quantize`: a model in 8-bit integers, where its labels stay as good."""

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from geounet.cli.arguments import add_common, add_gdal_config
from geounet.cli.environment import set_gdal_config
from geounet.cli.report import Reporter

METHODS = ("percentile", "entropy", "minmax")
"""How ranges are found."""


def add_verb(actions: Any) -> None:  # noqa: ANN401 (argparse's subparsers, whose type it keeps to itself)
    """Add it to the verbs of `geounet models`, with its `act`."""
    parser = actions.add_parser(
        "quantize", help="a model in 8-bit integers, faster on a CPU", allow_abbrev=False
    )
    absent: dict[str, Any] = {"default": argparse.SUPPRESS}
    parser.add_argument("name", metavar="MODEL", help="a shipped name, a bundle's folder or a URL")
    parser.add_argument(
        "--scenes", nargs="+", required=True, metavar="SCENE", help="scenes to calibrate on, of the kind to come"
    )  # fmt: skip
    parser.add_argument(
        "--labels", nargs="+", metavar="FILE", **absent,
        help="the truth of each scene: a label raster or a layer; without, the float model's own labels are the truth",
    )  # fmt: skip
    parser.add_argument(
        "--validation", nargs="+", metavar="SCENE", **absent,
        help="scenes to judge on, whose --labels are meant; tiles of --scenes are held back otherwise",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--out", required=True, type=Path, metavar="FOLDER",
        help="the bundle's folder; or FILE.json, the calibration alone, for calibration.json of the model's bundle",
    )  # fmt: skip
    parser.add_argument("--method", choices=METHODS, help="how ranges are found (percentile)", **absent)
    parser.add_argument(
        "--tiles", type=int, metavar="COUNT", help="tiles to calibrate on, at most (32)", **absent
    )
    parser.add_argument(
        "--max-drop", type=float, metavar="IOU", **absent,
        help="by how much IoU may fall; more, and nothing is written (0.005)",
    )  # fmt: skip
    parser.add_argument("--bands", type=_numbers, metavar="3,2,1", help="band numbers to use", **absent)
    parser.add_argument("--overwrite", action="store_true", help="replace an output that exists", **absent)
    add_gdal_config(parser)
    add_common(parser)
    parser.set_defaults(act=quantize_model)


def quantize_model(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Quantise, and say what it loses."""
    set_gdal_config(args.config)
    from geounet.quantization import QuantizeOptions, quantize

    given = {f.name: getattr(args, f.name) for f in fields(QuantizeOptions) if hasattr(args, f.name)}
    lists = {key: tuple(value) for key, value in given.items() if key in ("labels", "validation")}
    found = quantize(
        args.name, args.scenes, args.out, options=QuantizeOptions(**given | lists), progress=report.progress
    )
    report.output(found.out, "calibration" if found.out.suffix.lower() == ".json" else "bundle")
    report.log(f"{found.out}: {found.verdict.in_words()}; calibrated on {found.tiles} tiles")
    return {
        "out": str(found.out),
        "digest": found.digest,
        "tiles": found.tiles,
        "verdict": found.verdict.to_dict(),
    }


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))
