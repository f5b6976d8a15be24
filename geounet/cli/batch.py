"""`geounet batch`: many scenes become layers, in a run that may be interrupted and goes on; `batch status` looks at one."""

import argparse
import os
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geounet.cli.arguments import add_common, add_gdal_config, add_model, add_options, bbox_of, options_from
from geounet.cli.environment import set_gdal_config
from geounet.cli.report import Reporter
from geounet.cli.results import as_json, rate_in_words
from geounet.errors import BatchIncompleteError, OptionsError
from geounet.options import BBox, ExtractOptions

if TYPE_CHECKING:
    from geounet.batching.options import BatchOptions
    from geounet.results import BatchReport

HELP = "layers from many scenes, in a run that may be interrupted"
USAGE = "INPUT… --out DIR [--model MODEL] [options]\n       geounet batch status DIR [--watch] [--json]"

STATUS = "status"
"""As the first input: look at a run in place of going on with it."""

_LEFT_OUT = frozenset({"class_raster", "probability", "graph"})
"""Options of `extract` that name one file."""

_WATCH_SECONDS = 2.0

_NAMED_FAILURES = 10
"""Failures that are told one by one at the end; the report has all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT",
        help="files, folders, patterns, lists (@FILE), .zip and .tar archives, VRTs, addresses (https, s3, gs, az), STAC "
        "items, catalogues and searches, MBTiles, PMTiles, {z}/{x}/{y} templates",
    )  # fmt: skip
    parser.add_argument(
        "--out", "-o", metavar="DIR", help="folder, or address on shared storage, of all outputs"
    )
    add_model(parser, default="buildings")
    _add_sources(parser)
    _add_outputs(parser)
    _add_running(parser)
    add_options(parser, ExtractOptions, leave_out=_LEFT_OUT)
    add_gdal_config(parser)
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Begin a run or go on with it, or look at one."""
    set_gdal_config(args.config)
    if args.inputs[0] == STATUS and args.out is None:
        return _status(args, report)
    if args.out is None:
        raise OptionsError("no folder for the outputs; pass --out DIR")
    options = _options(args)
    from geounet.batching.run import run_batch
    from geounet.batching.watching import Watch
    from geounet.cli.batch_progress import batch_bars
    from geounet.cli.batch_watch import watched

    with watched(options, report) as heard:
        watch = heard.watch = Watch(heard=heard.ended)
        with batch_bars(watch, report) as bars:
            found = run_batch(args.inputs, args.model, args.out, options=options, watch=watch, progress=bars)
    result = as_json(found)
    report.tell("result", result=result)
    _tell(found, report, pixels=watch.pixels)
    if found.failed or found.failures:
        raise BatchIncompleteError(
            f"{len(found.failures)} of the scenes could not be done; {found.report} says why: mend them and run the same "
            "again with --retry failed"
        )
    if found.pending and not found.running and options.shard is None:
        raise BatchIncompleteError(
            f"{found.pending} scenes are left, and nobody works on them; run the same again"
        )
    return result


def _add_sources(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("inputs")
    group.add_argument(
        "--where", metavar="W,S,E,N", help="part of a pyramid, tile service or STAC search, in degrees"
    )
    group.add_argument("--zoom", type=int, metavar="Z", help="level of a pyramid or tile service")
    group.add_argument("--when", metavar="FROM/TO", help="dates of a STAC search")
    group.add_argument(
        "--collection",
        action="append",
        default=[],
        metavar="NAME",
        help="collection of a STAC search; may be repeated",
    )
    group.add_argument(
        "--asset", action="append", default=[], metavar="NAME",
        help="asset of STAC items, the first that an item has; B04+B03+B02 stacks bands; may be repeated",
    )  # fmt: skip
    group.add_argument("--limit", type=int, metavar="N", help="at most so many items of a STAC search")
    group.add_argument(
        "--sign", choices=["auto", "none", "planetary-computer"], default="auto",
        help="who signs addresses when they are read (auto: by the host)",
    )  # fmt: skip
    group.add_argument(
        "--beside", action="append", default=[], metavar="OLD=NEW",
        help="a file that is read with each scene as one: what to replace in a scene's path (_rgb=_height), or a file under "
        "all scenes; may be repeated; a table (.csv) of each scene's files does the same",
    )  # fmt: skip
    group.add_argument(
        "--digest", choices=["stat", "content"], default="stat",
        help="know inputs by path, size and time of change (stat), or by their content",
    )  # fmt: skip
    group.add_argument(
        "--mosaic", choices=["auto", "none"], default="auto",
        help="read adjacent tiles of one grid and date as one scene (auto, default), or each alone",
    )  # fmt: skip


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("outputs")
    group.add_argument(
        "--format",
        choices=["gpkg", "fgb", "parquet", "geojson", "shp"],
        default="gpkg",
        help="of each layer (gpkg)",
    )
    group.add_argument(
        "--class-raster", dest="keep_class", action="store_true", help="keep each scene's labels too"
    )
    group.add_argument(
        "--probability",
        dest="keep_probability",
        action="store_true",
        help="keep each scene's probabilities too",
    )
    group.add_argument(
        "--per-tile", action="store_true", help="of a mosaic, a layer for each of its tiles, clipped"
    )
    group.add_argument(
        "--merge",
        metavar="FILE",
        help="one layer of all scenes too: .parquet (sorted) .gpkg .fgb .geojson or .shp",
    )
    group.add_argument("--pmtiles", metavar="FILE", help="vector tiles of all scenes too")
    group.add_argument("--stac", action="store_true", help="describe all outputs as a STAC collection")


def _add_running(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("this run")
    group.add_argument(
        "--workers", type=int, metavar="N", help="processes (as many as cores, memory and GPUs allow)"
    )
    group.add_argument("--retry", choices=["failed"], help="try again what failed before")
    group.add_argument(
        "--attempts",
        type=int,
        default=3,
        metavar="N",
        help="tries of a scene on a server before it has failed (3)",
    )
    group.add_argument(
        "--shard", metavar="I/N", help="only the i-th of n parts, from 0 (a SLURM array's own by default)"
    )
    group.add_argument("--dask", metavar="ADDRESS", help="run on a dask cluster; local:N starts one here")
    group.add_argument(
        "--split",
        type=int,
        metavar="ROWS",
        help="cut scenes of more rows into bands that are worked on apart",
    )
    group.add_argument(
        "--scratch", metavar="DIR", help="finish outputs there before they go to shared storage"
    )
    group.add_argument(
        "--ledger", choices=["auto", "sqlite", "claims"], default="auto",
        help="how jobs are claimed: SQLite on a local disk, claims on shared storage (auto)",
    )  # fmt: skip
    group.add_argument(
        "--metrics-port", type=int, metavar="PORT", help="serve Prometheus metrics on 127.0.0.1"
    )
    group.add_argument("--metrics-host", default="127.0.0.1", metavar="HOST", help="… on another address")
    group.add_argument("--log", metavar="FILE", help="a structured log, a JSON object a line")
    group.add_argument("--watch", action="store_true", help="status: follow the run until it ends")
    group.add_argument("--json", action="store_true", help="status: as JSON")


def _options(args: argparse.Namespace) -> "BatchOptions":
    from geounet.batching.machines.shards import parse_shard, shard_from_environment
    from geounet.batching.options import RASTERS, BatchOptions, SourceOptions

    return BatchOptions(
        extract=options_from(args, ExtractOptions),
        sources=SourceOptions(
            assets=tuple(args.asset),
            bbox=_where(args.where),
            datetime=args.when,
            collections=tuple(args.collection),
            limit=args.limit,
            zoom=args.zoom,
            sign=args.sign,
            beside=tuple(args.beside),
            digest=args.digest,
        ),
        format=args.format,
        rasters=tuple(raster for raster in RASTERS if getattr(args, f"keep_{raster}")),
        mosaic=args.mosaic,
        per_tile=args.per_tile,
        merge=args.merge,
        pmtiles=args.pmtiles,
        stac=args.stac,
        workers=args.workers,
        retry=args.retry is not None,
        attempts=args.attempts,
        shard=parse_shard(args.shard) if args.shard else shard_from_environment(os.environ),
        dask=args.dask,
        split=args.split,
        scratch=None if args.scratch is None else Path(args.scratch),
        ledger=args.ledger,
        metrics_port=args.metrics_port,
        metrics_host=args.metrics_host,
        log=None if args.log is None else Path(args.log),
    )


def _where(text: str | None) -> BBox | None:
    return None if text is None else bbox_of(text, crs="OGC:CRS84")


def _tell(found: "BatchReport", report: Reporter, *, pixels: int) -> None:
    """Say what it came to; `pixels` are those of this run alone."""
    report.output(Path(found.report), "report")
    if found.merged is not None:
        report.output(Path(found.merged), "layer")
    counts = {
        "done": found.done, "failed": found.failed, "skipped": found.skipped, "worked on elsewhere": found.running,
        "left": found.pending,
    }  # fmt: skip
    states = [f"{count:,} {state}" for state, count in counts.items() if count or state == "done"]
    rate = f"{rate_in_words(pixels, found.seconds)}; " if pixels else ""
    report.log(f"{found.out}: {', '.join(states)}, {found.features:,} features; {rate}see {found.report}")
    if found.merged is not None:
        report.log(f"{found.merged}: all scenes in one layer")


def _status(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Print how a run stands; follow it where that is asked for."""
    import json

    from geounet.batching.ledgers.status import status_of, table
    from geounet.batching.places.place import open_place

    if len(args.inputs) != 2:
        raise OptionsError("which run? pass geounet batch status DIR")
    with closing(open_place(args.inputs[1])) as place:
        while True:
            ledger = place.open_ledger(args.ledger, read_only=True)
            try:
                status = status_of(ledger)
            finally:
                ledger.close()
            report.answer(json.dumps(status.to_dict(), indent=2) if args.json else table(status))
            if not args.watch or status.over:
                return status.to_dict()
            time.sleep(_WATCH_SECONDS)
