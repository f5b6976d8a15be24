"""From arguments to an exit code: 0 done, 1 failed, 2 not understood, 130 cancelled.

Nothing heavy is imported here or at the top of a verb: `geounet --help` answers at once.
"""

import argparse
import io
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

import geounet
from geounet.cli import (
    batch,
    batch_worker,
    compare,
    demo,
    doctor,
    evaluate,
    extract,
    models,
    predict,
    train,
    vectorize,
)
from geounet.cli.arguments import joined_negatives
from geounet.cli.events import EventReporter
from geounet.cli.lifetime import CANCELLED, cancellable
from geounet.cli.report import Reporter, TextReporter
from geounet.dependencies import lacking
from geounet.errors import CancelledError, GeounetError, GeounetWarning, OptionsError

VERBS = {
    "extract": extract,
    "predict": predict,
    "vectorize": vectorize,
    "evaluate": evaluate,
    "compare": compare,
    "models": models,
    "batch": batch,
    "batch-worker": batch_worker,
    "train": train,
    "doctor": doctor,
    "demo": demo,
}
"""Each verb's module: HELP (None: not for people), USAGE, add_arguments(parser), run(args, reporter) -> the result."""


class _UsageError(Exception):
    """The command line was not understood."""

    def __init__(self, parser: argparse.ArgumentParser, message: str) -> None:
        super().__init__(message)
        self.parser = parser


class _Parser(argparse.ArgumentParser):
    """argparse's own, which leaves to its caller how an error is told."""

    def error(self, message: str) -> NoReturn:
        """Raise in place of printing and leaving."""
        raise _UsageError(self, message)


class _Formatter(argparse.HelpFormatter):
    """argparse's own, with room for the longer options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (the process's own by default) and return its exit code."""
    _make_streams_safe()
    try:
        code = _understand(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        return 1
    return code


def build_parser() -> argparse.ArgumentParser:
    """The parser of every verb."""
    parser = _Parser(
        prog="geounet",
        description="Map features from satellite and aerial imagery.",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"geounet {geounet.__version__}")
    verbs = parser.add_subparsers(title="verbs", dest="command", metavar="VERB", required=True)
    for name, verb in VERBS.items():
        about = f"{verb.HELP[0].upper()}{verb.HELP[1:]}." if verb.HELP else None
        listed = {"help": verb.HELP} if verb.HELP else {}
        verb_parser = verbs.add_parser(
            name,
            **listed,
            usage=f"geounet {name} {verb.USAGE}",
            description=about,
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        verb_parser.set_defaults(run=verb.run)
        verb.add_arguments(verb_parser)
    return parser


def _understand(argv: Sequence[str]) -> int:
    try:
        args = build_parser().parse_args(joined_negatives(argv))
    except SystemExit as stop:  # --help and --version
        return stop.code if isinstance(stop.code, int) else 2
    except _UsageError as error:
        _tell_usage(error, argv)
        return 2
    reporter: Reporter = EventReporter() if args.json_events else TextReporter(quiet=args.quiet)
    _hush_libraries(reporter, debug=args.debug)
    with reporter:
        return _carry_out(args, reporter)


def _tell_usage(error: _UsageError, argv: Sequence[str]) -> None:
    """Say what was not understood: to a person as argparse does, to a program as an event."""
    if "--json-events" in argv:
        with EventReporter() as reporter:
            reporter.started(argv[0])
            reporter.failed(OptionsError(str(error)), str(error), debug=False)
    else:
        error.parser.print_usage(sys.stderr)
        sys.stderr.write(f"{error.parser.prog}: error: {error}\n")


def _carry_out(args: argparse.Namespace, reporter: Reporter) -> int:
    reporter.started(args.command)
    with cancellable(lease=args.lease == "stdin") as cancellation:
        try:
            result = args.run(args, reporter)
        except BrokenPipeError:
            raise
        except BaseException as error:  # noqa: BLE001 (whatever ended the run becomes one line and an exit code)
            # A library may answer the interrupt with an exception of its own, or with SystemExit.
            cancelled = cancellation.requested.is_set() or isinstance(
                error, KeyboardInterrupt | CancelledError
            )
            cancellation.requested.set()  # from here on a signal is late
            if isinstance(error, ModuleNotFoundError):
                error = lacking(error, what=f"geounet {args.command}") or error
            if cancelled:
                error = CancelledError("cancelled; nothing half-written is left")
            reporter.failed(error, _in_one_line(error), debug=args.debug and not cancelled)
            return CANCELLED if cancelled else 1
    reporter.done(result)
    return 0


def _in_one_line(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "not enough memory; choose a smaller --tile or --batch-size"
    text = " ".join(str(error).split())
    if isinstance(error, GeounetError):
        return text
    return f"{type(error).__name__}: {text or 'no message'}; run with --debug for the traceback"


def _make_streams_safe() -> None:
    """Print any file's name without failing: UTF-8 on Windows, and escapes for what a terminal cannot show."""
    encoding = "utf-8" if sys.platform == "win32" else None
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _hush_libraries(reporter: Reporter, *, debug: bool) -> None:
    """Keep other libraries' warnings and logs from between a person and the one line that matters; tell our own."""
    if debug:
        logging.basicConfig(level=logging.INFO)
    else:
        logging.getLogger().addHandler(logging.NullHandler())
        if not sys.warnoptions:
            warnings.simplefilter("ignore")
        warnings.simplefilter("always", GeounetWarning)

        def tell(message: Warning | str, *_: object, **__: object) -> None:
            reporter.log(str(message), level="warning")

        warnings.showwarning = tell


def _forget_stdout() -> None:
    """Whoever read stdout has gone: let the interpreter's last flush go nowhere, not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
