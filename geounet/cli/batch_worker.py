"""`geounet batch-worker`: a worker process of `geounet batch`, which starts it; not for people."""

import argparse
import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from geounet.cli.arguments import add_common
from geounet.cli.report import Reporter

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

    watch = Watch(heard=lambda _, outcome: report.tell("outcome", outcome=outcome.to_dict()))
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


@contextmanager
def _telling(watch: "Watch", report: Reporter) -> Iterator[None]:
    """Tell now and then, from a thread of its own, of pixels that stages are done with."""
    over = threading.Event()

    def tell() -> None:
        told: Counter[str] = Counter()
        while not over.wait(_PAUSE_SECONDS):
            for stage, pixels in dict(watch.moved).items():
                if stage != "write" and pixels > told[stage]:
                    report.tell("moved", stage=stage, pixels=pixels - told[stage])
                    told[stage] = pixels

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
