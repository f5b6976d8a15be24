"""Arguments that verbs share, made from the option values so that the command line and Python stay in step.

An argument's destination is the option's name, and what was not given is absent: defaults live in the option
values alone. `add_options` and `options_from` are each other's inverse.
"""

import argparse
import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from geounet.errors import OptionsError
from geounet.options import (
    CONNECTIVITIES,
    DTYPES,
    ENGINES,
    KINDS,
    OUTPUTS,
    PRECISIONS,
    REFINEMENTS,
    WINDOWS,
    BBox,
    ExtractOptions,
    PredictOptions,
    VectorizeOptions,
)

Options = TypeVar("Options", PredictOptions, VectorizeOptions, ExtractOptions)


@dataclass(frozen=True, slots=True)
class Argument:
    """How one option looks on the command line."""

    flag: str
    help: str
    keywords: Mapping[str, Any] = field(default_factory=dict)


def add_options(parser: argparse.ArgumentParser, options: type, *, leave_out: Collection[str] = ()) -> None:
    """Add an argument for each field of an option value, in a group for each class that declares some."""
    for owner in reversed(options.__mro__):
        names = [n for n in inspect.get_annotations(owner) if n in _ARGUMENTS and n not in leave_out]
        if not names:
            continue
        group = parser.add_argument_group(_GROUPS.get(owner.__name__, "output"))
        for name in names:
            argument = _ARGUMENTS[name]
            keywords = {"default": argparse.SUPPRESS, "dest": name} | dict(argument.keywords)
            group.add_argument(argument.flag, help=argument.help, **keywords)
            if name == "bbox":
                group.add_argument("--bbox-crs", metavar="CRS", help="CRS of --bbox; the scene's by default")


def options_from(args: argparse.Namespace, options: type[Options]) -> Options:
    """The option value that the arguments come to; raises OptionsError on a value out of range."""
    given = {f.name: getattr(args, f.name) for f in fields(options) if hasattr(args, f.name)}
    crs = getattr(args, "bbox_crs", None)
    if "bbox" in given:
        given["bbox"] = BBox(
            **dict(zip(("xmin", "ymin", "xmax", "ymax"), given["bbox"], strict=True)), crs=crs
        )
    elif crs is not None:
        raise OptionsError("--bbox-crs without --bbox; pass --bbox xmin,ymin,xmax,ymax too")
    if "creation" in given:
        given["creation"] = tuple(given["creation"])
    return options(**given)


def bbox_of(text: str, *, crs: str | None = None) -> BBox:
    """The rectangle that `xmin,ymin,xmax,ymax` names; raises OptionsError where it is none."""
    try:
        return BBox(**dict(zip(("xmin", "ymin", "xmax", "ymax"), _bbox(text), strict=True)), crs=crs)
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise OptionsError(f"{text!r} is no rectangle; expected four numbers: xmin,ymin,xmax,ymax") from error


def add_model(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """Add `--model`, which may be repeated: several become the name of their ensemble."""
    parser.add_argument(
        "--model",
        required=default is None,
        default=default,
        action=_Joined,
        metavar="MODEL",
        help="a shipped name, a bundle's folder or a URL; given again, the mean of all is taken"
        + (f" ({default})" if default else ""),
    )


class _Joined(argparse.Action):
    """Joins the values of an argument that is repeated; the first takes the place of the default."""

    def __call__(  # type: ignore[override]  # argparse's own type has None too
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 (argparse's protocol)
        namespace: argparse.Namespace,
        values: str,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        from geounet.models.ensembles.names import joined

        given = [*getattr(namespace, "models", ()), values]
        namespace.models = given
        setattr(namespace, self.dest, joined(given))


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every verb takes."""
    group = parser.add_argument_group("running")
    group.add_argument(
        "--json-events", action="store_true", help="one JSON object a line on stdout, for programs"
    )
    group.add_argument("--quiet", action="store_true", help="no progress bar and no summary")
    group.add_argument(
        "--lease",
        choices=["stdin"],
        help="end the run at the end of standard input: for callers that may die",
    )
    group.add_argument("--debug", action="store_true", help="show tracebacks and what libraries log")


def add_gdal_config(parser: argparse.ArgumentParser) -> None:
    """Add GDAL's own `--config`."""
    parser.add_argument(
        "--config",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="a configuration option of GDAL, such as AWS_REGION=eu-west-1; may be repeated",
    )


def joined_negatives(argv: Sequence[str]) -> list[str]:
    """Arguments in which `--bbox -71,42,…` is one word: argparse would take `-71,42,…` for an option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] in ("--bbox", "--where") and re.match(r"-[\d.]", word):
            joined[-1] = f"{joined[-1]}={word}"
        else:
            joined.append(word)
    return joined


def _bands(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _batch_size(text: str) -> int | None:
    return None if text == "auto" else int(text)


def _gsd(text: str) -> float | str | None:
    if text == "native":
        return text
    return None if text == "model" else float(text)


def _bbox(text: str) -> tuple[float, ...]:
    values = tuple(float(part) for part in text.split(","))
    if len(values) != 4:
        raise argparse.ArgumentTypeError(f"{text!r} has {len(values)} values; expected xmin,ymin,xmax,ymax")
    return values


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _named(convert: Callable[[str], Any], name: str) -> Callable[[str], Any]:
    """A converter that argparse calls by `name` where a value does not fit."""

    def converter(text: str) -> Any:  # noqa: ANN401 (whatever `convert` gives)
        return convert(text)

    converter.__name__ = name
    return converter


_INT = {"type": _named(int, "whole number"), "metavar": "N"}
_METRES = {"type": _named(float, "number of metres"), "metavar": "METRES"}
_SQUARE_METRES = {"type": _named(float, "number of square metres"), "metavar": "M2"}
_SHARE = {"type": _named(float, "number"), "metavar": "SHARE"}
_YES = {"action": "store_true"}
_YES_OR_NO = {"action": argparse.BooleanOptionalAction}

_GROUPS = {"_SceneOptions": "scene", "_ModelOptions": "model", "_VectorOptions": "features"}
"""The title of the group of arguments that each option class makes; what a verb's own class declares is output."""

_ARGUMENTS = {
    "bands": Argument(
        "--bands",
        "band numbers to use, from 1, in the model's order; by name otherwise",
        {"type": _named(_bands, "list of band numbers"), "metavar": "3,2,1"},
    ),
    "gsd": Argument(
        "--gsd",
        "metres per pixel to work at: the model's own (default), the scene's (native), or a number",
        {"type": _named(_gsd, "GSD (model, native or metres)"), "metavar": "model|native|METRES"},
    ),
    "aoi": Argument("--aoi", "a vector file whose areas limit what is written", {"metavar": "FILE"}),
    "bbox": Argument(
        "--bbox",
        "a rectangle that limits what is written",
        {"type": _named(_bbox, "bbox (xmin,ymin,xmax,ymax)"), "metavar": "XMIN,YMIN,XMAX,YMAX"},
    ),
    "assume_crs": Argument(
        "--assume-crs", "the CRS of a raster that names none, such as EPSG:32637", {"metavar": "CRS"}
    ),
    "stats": Argument(
        "--stats",
        "scene statistics to normalise by, from elsewhere (JSON: low and high, a value a band)",
        {"type": Path, "metavar": "FILE"},
    ),
    "creation": Argument(
        "--co",
        "a GDAL creation option for raster outputs; may be repeated",
        {"action": "append", "type": _pair, "metavar": "NAME=VALUE"},
    ),
    "overwrite": Argument("--overwrite", "replace outputs that exist", _YES),
    "tile": Argument("--tile", "side of the square that the network sees, in pixels", _INT),
    "overlap": Argument("--overlap", "pixels that neighbouring tiles share: even, less than the tile", _INT),
    "batch_size": Argument(
        "--batch-size",
        "tiles that the model runs at once; auto (default) finds one that fits",
        {"type": _named(_batch_size, "batch size (a whole number or auto)"), "metavar": "N|auto"},
    ),
    "window": Argument(
        "--window",
        "how overlapping tiles are joined: blended (taper, default) or cut (core)",
        {"choices": WINDOWS},
    ),
    "engine": Argument(
        "--engine",
        "what runs the network; auto (default) is torch on a GPU, and on a CPU what is fastest on this machine",
        {"choices": ENGINES},
    ),
    "device": Argument("--device", "auto (default), cpu, cuda, cuda:1, mps …", {"metavar": "DEVICE"}),
    "precision": Argument(
        "--precision",
        "arithmetic of the network; auto (default) takes half where the device has it; int8 is the fastest on a CPU",
        {"choices": PRECISIONS},
    ),
    "threads": Argument("--threads", "threads of the network on a CPU", _INT),
    "tta": Argument(
        "--tta", "test-time augmentation: the mean over eight flips and turns, at eight times the work", _YES
    ),
    "refine": Argument(
        "--refine",
        "have scores follow the edges of the picture: a dense conditional random field (crf) or a guided filter",
        {"choices": REFINEMENTS},
    ),
    "threshold": Argument("--threshold", "score from which a pixel is in a class", _SHARE),
    "kind": Argument(
        "--kind",
        "what the labels are, which picks the finishing; the model's task by default, else areas",
        {"choices": KINDS},
    ),
    "strip_rows": Argument(
        "--strip-rows", "rows that are traced at once; changes nothing in the result", _INT
    ),
    "connectivity": Argument(
        "--connectivity",
        "whether pixels that meet at a corner only are one object (8) or not (4, default)",
        {"type": int, "choices": CONNECTIVITIES},
    ),
    "min_area": Argument("--min-area", "smallest object, in square metres", _SQUARE_METRES),
    "fill_holes": Argument("--fill-holes", "largest hole that is filled, in square metres", _SQUARE_METRES),
    "simplify": Argument(
        "--simplify", "tolerance of simplification, or of a smoothed line, in metres", _METRES
    ),
    "min_confidence": Argument(
        "--min-confidence", "smallest mean probability of an object that is kept", _SHARE
    ),
    "separate": Argument("--separate", "split buildings that touch, at their necks", _YES_OR_NO),
    "regularize": Argument(
        "--regularize", "give buildings right angles and parallel walls; shared walls stay shared", _YES_OR_NO
    ),
    "regularize_iou": Argument(
        "--regularize-iou", "least overlap with the exact outline of a regularised one (0.9)", _SHARE
    ),
    "centerlines": Argument(
        "--centerlines", "lines along the middle in place of areas; the default for roads", _YES_OR_NO
    ),
    "max_gap": Argument("--max-gap", "longest gap that a centreline bridges, in metres", _METRES),
    "min_length": Argument("--min-length", "shortest line of its own that is kept, in metres", _METRES),
    "graph": Argument(
        "--graph",
        "write the roads as a graph for routing too, as GraphML",
        {"type": Path, "metavar": "FILE.graphml"},
    ),
    "review": Argument(
        "--review", "give the layer an empty field `review`, for a person to fill: accepted or rejected", _YES
    ),
    "output": Argument(
        "--output",
        "what is written; with both, the class raster lies beside as STEM_class.tif",
        {"choices": OUTPUTS},
    ),
    "dtype": Argument(
        "--dtype", "how probabilities are stored: uint8 (default, at 1/250) or float32", {"choices": DTYPES}
    ),
    "class_raster": Argument(
        "--class-raster",
        "keep the labels too, as a Cloud-Optimised GeoTIFF",
        {"type": Path, "metavar": "FILE.tif"},
    ),
    "probability": Argument(
        "--probability",
        "keep the probabilities too, as a Cloud-Optimised GeoTIFF",
        {"type": Path, "metavar": "FILE.tif"},
    ),
}
"""The argument of each option, by the option's name."""
