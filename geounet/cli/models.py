"""`geounet models`: what models there are, what one expects, and bringing in another's weights."""

import argparse
import json
from pathlib import Path
from typing import Any

from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter

HELP = "list, show and import models"
USAGE = "list | show NAME | import WEIGHTS --card card.json -o FOLDER"


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
    importing = actions.add_parser("import", help="a bundle from weights and a card", allow_abbrev=False)
    importing.add_argument(
        "weights", metavar="WEIGHTS", type=Path, help="a .pth, .pt, .ckpt or .safetensors file"
    )
    importing.add_argument("--card", required=True, type=Path, metavar="card.json", help="the model's card")
    importing.add_argument(
        "-o", "--out", required=True, type=Path, metavar="FOLDER", help="the bundle's folder"
    )
    importing.add_argument("--overwrite", action="store_true", help="replace a bundle that exists")
    importing.set_defaults(act=import_model)
    for action in (listing, showing, importing):
        add_common(action)


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
    """Make a bundle of weights from elsewhere."""
    from geounet.models.exchange import import_weights

    bundle = import_weights(args.weights, card=args.card, out=args.out, overwrite=args.overwrite)
    report.output(bundle.folder, "bundle")
    report.log(f"{bundle.folder}: {bundle.card.name} {bundle.card.version}, digest {bundle.digest[:12]}")
    return {"out": str(bundle.folder), "digest": bundle.digest}
