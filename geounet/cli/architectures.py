"""`geounet models architectures` and `geounet models check`: what networks there are, and whether they work."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter
from geounet.errors import MissingDependencyError, ModelError, OptionsError
from geounet.progress import counting

if TYPE_CHECKING:
    from geounet.models.networks.check import Checked
    from geounet.models.networks.figures import Figures

_ROW = "{:<15} {:>10} {:>9} {:>10} {:>8} {:>6}  {}"


def add_verbs(actions: Any) -> None:  # noqa: ANN401 (argparse's subparsers, whose type it keeps to itself)
    """Add both to the verbs of `geounet models`, each with its `act`."""
    listing = actions.add_parser(
        "architectures", help="the networks that a card can name", allow_abbrev=False
    )
    listing.add_argument("--markdown", action="store_true", help="print the page docs/architectures.md")
    listing.set_defaults(act=list_architectures)
    checking = actions.add_parser(
        "check", help="build a network and run a tile through it", allow_abbrev=False
    )
    checking.add_argument("name", metavar="NAME", nargs="?", help="an architecture's name")
    checking.add_argument("--all", action="store_true", help="each of them")
    checking.set_defaults(act=check_architectures)
    for action in (listing, checking):
        add_common(action)


def list_architectures(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Measure each architecture on its default card, and say so a line each, or as a page."""
    from geounet.models.networks.figures import figures
    from geounet.models.networks.page import page
    from geounet.models.networks.registry import MODULES

    family: list[Figures] = []
    with counting(report.progress, total=len(MODULES), desc="architectures", unit="") as move_on:
        for name in MODULES:
            try:
                family.append(figures(name))
            except MissingDependencyError as error:
                report.log(f"{name} is left out: {error}", level="warning")
            move_on(1)
    report.answer(page(family).rstrip() if args.markdown else _table(family))
    return {"architectures": [asdict(one) for one in family]}


def check_architectures(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Build what was named, run a tile forward and back, and say what came of it; raises ModelError where one fails."""
    from geounet.models.networks.check import check
    from geounet.models.networks.registry import MODULES

    if (args.name is None) != args.all:
        raise OptionsError("models check takes one architecture's NAME, or --all; pass one of them")
    checked: list[Checked] = []
    failed: list[str] = []
    for name in MODULES if args.all else (args.name,):
        try:
            checked.append(check(name))
        except MissingDependencyError as error:
            if not args.all:
                raise
            report.check(name, "warn", str(error))
        except ModelError as error:
            if not args.all:
                raise
            report.check(name, "bad", str(error))
            failed.append(name)
        else:
            report.check(name, "ok", _in_words(checked[-1]))
    if failed:
        raise ModelError(f"{len(failed)} of {len(MODULES)} architectures do not work: {', '.join(failed)}")
    return {"architectures": [asdict(one) for one in checked]}


def _in_words(checked: "Checked") -> str:
    from geounet.models.networks.page import field_in_words

    f = checked.figures
    parts = [
        f"{f.parameters / 1e6:.2f} M parameters",
        f"{f.gflop_per_mpx:,.0f} GFLOP/Mpx",
        f"receptive field {field_in_words(f)}",
        f"smallest tile {f.smallest_tile} px",
        f"stride {f.stride}",
        f"a tile of {f.tile} px forward in {checked.forward_s:.2f} s and back in {checked.backward_s:.2f} s",
    ]
    return ", ".join(parts)


def _table(family: "list[Figures]") -> str:
    """The figures, a line each."""
    from geounet.models.networks.page import field_in_words

    head = _ROW.format("name", "parameters", "GFLOP/Mpx", "sees", "smallest", "stride", "from")
    lines = [
        _ROW.format(
            f.name,
            f"{f.parameters / 1e6:.2f} M",
            f"{f.gflop_per_mpx:,.0f}",
            field_in_words(f),
            f"{f.smallest_tile} px",
            f.stride,
            f.paper,
        )
        for f in family
    ]
    return "\n".join([head, *lines])
