"""`python -m benchmarks [--quick] [--only PART,PART] [--folder DIR]`: ratios measured in one run, as a page and a plot."""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from benchmarks import results
from benchmarks.lacking import lacking
from benchmarks.machine import machine
from benchmarks.parts import PARTS, Part, Setting
from benchmarks.table import render
from geounet.models.cache import cache_folder


def main() -> None:
    """Measure what was asked for; show it, and write it where that is wanted."""
    args = _arguments()
    args.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        setting = Setting(
            folder=folder.resolve(), cache=args.cache.resolve(), quick=args.quick, tiles=args.tiles
        )
        failed = [part.name for part in _chosen(args.only) if not _whole(part, setting, out=args.out)]
    if failed:
        raise SystemExit(f"not measured, see above: {', '.join(failed)}")


def _arguments() -> argparse.Namespace:
    names = [part.name for part in PARTS]
    usual = ",".join(part.name for part in PARTS if not part.asked)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small scenes, few rounds; writes only with --out"
    )
    parser.add_argument(
        "--only", default=usual, metavar="PARTS", help=f"of {', '.join(names)} (all but archives)"
    )
    parser.add_argument(
        "--tiles", type=int, metavar="N", help="archives: tiles of the archive (2000; quick: 100)"
    )
    parser.add_argument("--folder", type=Path, help="where scenes are made and kept (a temporary folder)")
    parser.add_argument(
        "--peers", dest="cache", type=Path, default=cache_folder() / "benchmarks",
        help="where other tools' environments are made and kept: 6 GB (the user's cache)",
    )  # fmt: skip
    parser.add_argument(
        "--out",
        type=Path,
        help="where results.md, .json and .png are written: parts that ran replace their rows",
    )
    args = parser.parse_args()
    unknown = [name for name in args.only.split(",") if name not in names]
    if unknown:
        parser.error(f"no part is called {unknown[0]!r}; choose of {', '.join(names)}")
    if args.out is None and not args.quick:
        args.out = Path(__file__).resolve().parent
    return args


def _chosen(only: str) -> Sequence[Part]:
    return [part for part in PARTS if part.name in only.split(",")]


def _whole(part: Part, setting: Setting, *, out: Path | None) -> bool:
    """Whether a part ran to its end; one that does not leaves the others to go on, and its old rows as they are."""
    try:
        _run(part, setting, out=out)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (an hour's run is not lost to one part; the reason is shown)
        told = lacking(error)
        if told is None:
            traceback.print_exc()
        else:
            print(f"{part.name}: {told}", file=sys.stderr)
        return False
    return True


def _run(part: Part, setting: Setting, *, out: Path | None) -> None:
    """One part: measured, shown, and put in place of what was measured of it before."""
    if out is not None:
        from benchmarks.plot import draw  # before anything is measured: it may lack what it draws with
    print(f"\n## {part.title}\n", flush=True)
    before = machine()
    rows = []
    for row in part.rows(setting):
        print(render([row]).splitlines()[-1], file=sys.stderr, flush=True)
        rows.append(row)
    measured = results.Measured(name=part.name, title=part.title, machine=before, rows=rows)
    print(render(rows), flush=True)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        known = results.read(out / "results.json") | {part.name: measured}
        ordered = [known[one.name] for one in PARTS if one.name in known]
        results.write(out / "results.json", ordered)
        (out / "results.md").write_text(results.page(ordered), encoding="utf-8")
        draw(ordered, out / "results.png")


if __name__ == "__main__":
    main()
