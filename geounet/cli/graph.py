"""`geounet models graph`: the graph by which a bundle runs without torch, written into its folder."""

import argparse
from pathlib import Path
from typing import Any

from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter
from geounet.errors import ModelError


def add_verb(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb."""
    action = actions.add_parser(
        "graph", help="the graph by which a bundle runs without torch", allow_abbrev=False
    )
    action.add_argument("folder", metavar="FOLDER", type=Path, help="a bundle's folder")
    action.set_defaults(act=write_graph)
    add_common(action)


def write_graph(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Write a bundle's graph beside its weights; raises ModelError on a shipped name, which has its graph."""
    from geounet.models.catalogue import shipped

    if str(args.folder) in shipped() and not args.folder.is_dir():
        raise ModelError(
            f"model {args.folder} is shipped and has its graph; expected the folder of a bundle of your own"
        )
    from geounet.models.graph.writing import write_graph

    path = write_graph(args.folder)
    report.output(path, "graph")
    report.log(f"wrote {path}")
    return {"out": str(path)}
