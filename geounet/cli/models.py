"""`geounet models`: what models there are, what one expects, and how they come and go."""

import argparse
import json
from pathlib import Path
from typing import Any

from geounet.cli import architectures, graph, quantize
from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter

HELP = "list, show, import and export models"
USAGE = (
    "list | show NAME | import SOURCE -o FOLDER | export NAME --to FORM -o FILE | graph FOLDER "
    "| quantize NAME | architectures | check NAME"
)

FORMS = ("onnx", "openvino", "torchscript", "mlm")
"""What a model can leave as."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's own verbs."""
    actions = parser.add_subparsers(
        prog="geounet models", title="verbs", dest="action", metavar="VERB", required=True
    )
    listing = actions.add_parser("list", help="the models that came with geounet", allow_abbrev=False)
    listing.set_defaults(act=list_models)
    showing = actions.add_parser("show", help="a model's card", allow_abbrev=False)
    showing.add_argument("name", metavar="NAME", help="a shipped name, a bundle's folder or a URL")
    showing.set_defaults(act=show_model)
    importing = actions.add_parser("import", help="a bundle from another program's model", allow_abbrev=False)
    _add_import(importing)
    exporting = actions.add_parser("export", help="a model for another program", allow_abbrev=False)
    _add_export(exporting)
    for action in (listing, showing, importing, exporting):
        add_common(action)
    architectures.add_verbs(actions)
    graph.add_verb(actions)
    quantize.add_verb(actions)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a .pth, .pt, .ckpt, .safetensors or .onnx file, torchgeo:ID, smp:ID, or a folder of smp's",
    )
    parser.add_argument(
        "--card", type=Path, metavar="card.json", help="the model's card; weights alone need one"
    )
    parser.add_argument(
        "--activation", choices=["softmax", "sigmoid"], help="of an ONNX network that gives logits"
    )
    parser.add_argument("-o", "--out", required=True, type=Path, metavar="FOLDER", help="the bundle's folder")
    parser.add_argument("--overwrite", action="store_true", help="replace a bundle that exists")
    parser.set_defaults(act=import_model)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a shipped name, a bundle's folder or a URL")
    parser.add_argument(
        "--to",
        choices=FORMS,
        default="onnx",
        help="onnx (also for Deepness in QGIS), openvino, torchscript, or mlm: a STAC item alone",
    )
    parser.add_argument(
        "-o",
        "--out",
        required=True,
        type=Path,
        metavar="FILE",
        help="NAME.onnx, .xml, .pt or .json; a STAC item, NAME.json, is written beside it (geounet[exchange])",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.set_defaults(act=export_model)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Hand over to the verb's own verb."""
    result: dict[str, Any] = args.act(args, report)
    return result


def list_models(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:  # noqa: ARG001 (it has no arguments)
    """Say what models came with geounet, a line each."""
    from geounet.models.bundle import read
    from geounet.models.catalogue import shipped

    cards = [read(folder).card for folder in shipped().values()]
    for card in cards:
        gsd = "any GSD" if card.gsd_m is None else f"{card.gsd_m:g} m"
        bands = ", ".join(card.bands)
        report.answer(
            f"{card.name:<16} {card.version:<8} {card.task:<10} {gsd:<8} {bands}: {card.description}"
        )
    return {"models": [card.to_dict() for card in cards]}


def show_model(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Say what a model's card says."""
    from geounet.models.catalogue import find

    bundle = find(args.name)
    result = {"card": bundle.card.to_dict(), "folder": str(bundle.folder), "digest": bundle.digest}
    report.answer(json.dumps(result, indent=2, ensure_ascii=False))
    return result


def import_model(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Make a bundle of a model from elsewhere."""
    from geounet.models.exchange import import_model

    bundle = import_model(
        args.source, card=args.card, out=args.out, activation=args.activation, overwrite=args.overwrite
    )
    report.output(bundle.folder, "bundle")
    report.log(f"{bundle.folder}: {bundle.card.name} {bundle.card.version}, digest {bundle.digest[:12]}")
    return {"out": str(bundle.folder), "digest": bundle.digest}


def export_model(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Write a model for another program, and a STAC item about it."""
    from geounet.models.exchange import export_model

    exported = export_model(args.name, args.out, to=args.to, overwrite=args.overwrite)
    for path in exported.files:
        report.output(path, "stac-item" if path.suffix == ".json" else args.to)
    for note in exported.notes:
        report.log(note)
    names = [str(path) for path in exported.files]
    report.log(f"wrote {', '.join(names)}")
    return {"files": names, "notes": list(exported.notes)}
