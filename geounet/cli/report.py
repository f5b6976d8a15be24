"""What a verb says while it runs, and the reporter that says it to a person."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol, Self

from geounet.cli.progress import silent_bar, terminal_bar
from geounet.progress import ProgressBar

Verdict = Literal["ok", "warn", "bad"]
"""What a check came to: `warn` is worth knowing, `bad` means that something will fail."""

_COLOURS: dict[Verdict, str] = {"ok": "32", "warn": "33", "bad": "31"}


class Reporter(Protocol):
    """Who hears of a run: a person, or a program that reads JSON lines."""

    draws: bool
    """Whether a person sees it, and bars may be drawn."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

    def started(self, command: str) -> None:
        """The command line was understood."""

    @property
    def progress(self) -> Callable[..., ProgressBar]:
        """Makes a progress bar (tqdm's shape), to hand to the library."""

    def log(self, message: str, *, level: str = "info") -> None:
        """Something worth knowing, in one line; `level` is info or warning."""

    def output(self, path: Path, kind: str) -> None:
        """A file or folder was written."""

    def answer(self, text: str) -> None:
        """What was asked for, as text; a program finds the same in the result."""

    def check(self, name: str, verdict: Verdict, message: str) -> None:
        """One thing was looked at, and found to be so."""

    def tell(self, event: str, **values: object) -> None:
        """Something for a program alone; a person reads the same in other words."""

    def failed(self, error: BaseException, message: str, *, debug: bool) -> None:
        """The run ended early."""

    def done(self, result: Mapping[str, Any]) -> None:
        """The run is over, and this is what it gave."""


class TextReporter:
    """Says it to a person: answers on stdout, progress and errors on stderr, one line each."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.draws = not quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Hold nothing."""

    def started(self, command: str) -> None:
        """Say nothing: a person knows what they typed."""

    @property
    def progress(self) -> Callable[..., ProgressBar]:
        """A bar on stderr, or none where quiet was asked for."""
        return silent_bar if self.quiet else terminal_bar

    def log(self, message: str, *, level: str = "info") -> None:
        """Print a line: warnings on stderr always, the rest on stdout unless quiet was asked for."""
        if level == "warning":
            print(f"geounet: warning: {message}", file=sys.stderr)
        elif not self.quiet:
            print(message, flush=True)

    def output(self, path: Path, kind: str) -> None:
        """Say nothing: the summary names what was written."""

    def answer(self, text: str) -> None:
        """Print it, quiet or not."""
        print(text)

    def check(self, name: str, verdict: Verdict, message: str) -> None:
        """Print a line, the verdict in colour on a terminal."""
        coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        shown = f"\033[{_COLOURS[verdict]}m{verdict:<4}\033[0m" if coloured else f"{verdict:<4}"
        print(f"{shown} {name}: {message}")

    def tell(self, event: str, **values: object) -> None:
        """Say nothing."""

    def failed(self, error: BaseException, message: str, *, debug: bool) -> None:
        """Print one line on stderr, after the traceback where that was asked for."""
        if debug:
            traceback.print_exception(error)
        print(f"geounet: {message}", file=sys.stderr)

    def done(self, result: Mapping[str, Any]) -> None:
        """Say nothing more."""
