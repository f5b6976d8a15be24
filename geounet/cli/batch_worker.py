"""`geounet batch-worker`: a worker process of `geounet batch`, which starts it; not for people."""

import argparse
import json
import os
from collections import Counter
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter
from geounet.ticking import ticking

if TYPE_CHECKING:
    from geounet.batching.watching import Watch

HELP = None
"""It is not listed."""

USAGE = "-"

_PAUSE_SECONDS = 0.25
"""Least time between two words about pixels."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "errand", metavar="-", type=_errand, help="the first line of standard input says what to do"
    )
    add_common(parser)


def run(args: argparse.Namespace, report: Reporter) -> dict[str, Any]:
    """Work jobs off, and tell of each."""
    from geounet.batching.executing import work_errand
    from geounet.batching.watching import Watch

    watch = Watch(
        heard=lambda _, outcome: report.tell("outcome", outcome=outcome.to_dict()),
        begun=lambda job: report.tell("begun", key=job.key),
        ready=lambda: report.tell("ready"),
    )
    with _telling(watch, report):
        work_errand(args.errand, watch)
    return {}


def _errand(_name: str) -> Any:  # noqa: ANN401 (JSON)
    """What to do, read before the rest of standard input becomes the lease."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 1 << 16)
        if not piece:
            raise argparse.ArgumentTypeError("standard input ended before it said what to do")
        line += piece
    return json.loads(line)


def _telling(watch: "Watch", report: Reporter) -> AbstractContextManager[None]:
    """Tell now and then of pixels that stages are done with."""
    told: Counter[str] = Counter()

    def tell() -> None:
        for stage, pixels in dict(watch.moved).items():
            if stage != "write" and pixels > told[stage]:
                report.tell("moved", stage=stage, pixels=pixels - told[stage])
                told[stage] = pixels

    return ticking(tell, seconds=_PAUSE_SECONDS)
