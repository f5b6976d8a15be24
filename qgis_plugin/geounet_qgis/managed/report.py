"""What a person sees of an installation: its steps and its lines; and the log that keeps them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from geounet_qgis.child.redact import redacted
from geounet_qgis.managed.errors import InstallCancelledError
from geounet_qgis.translation import tr

HIDDEN = "***"


class InstallListener(Protocol):
    """Who follows an installation; called from the thread that does it."""

    def step(self, title: str, number: int, of: int) -> None:
        """Hear that step `number` (from 1) of `of` begins."""

    def line(self, text: str) -> None:
        """Hear a line, free of credentials."""

    def is_cancelled(self) -> bool:
        """Say whether a person wants it to end; asked several times a second."""


class Report:
    """Tells a listener, and writes the same into a log; no secret passes."""

    def __init__(self, listener: InstallListener, log: Path, *, secrets: Sequence[str] = ()) -> None:
        self._listener, self._secrets = listener, secrets
        self._log: IO[str] = log.open("w", encoding="utf-8", errors="replace", newline="\n")
        self._number = 0

    def __enter__(self) -> Report:  # noqa: PYI034 (Python 3.9 has no Self)
        self._write(time.strftime("%Y-%m-%d %H:%M:%S %z"))
        return self

    def __exit__(self, *exception: object) -> None:
        self._log.close()

    def step(self, title: str, *, of: int) -> None:
        """Begin the next step, unless a person has cancelled."""
        self.stop_if_cancelled()
        self._number += 1
        self._write(f"[{self._number}/{of}] {title}")
        self._listener.step(title, self._number, of)

    def line(self, text: str) -> None:
        """Pass a line on."""
        text = self.clean(text)
        self._write(text)
        self._listener.line(text)

    def note(self, text: str) -> None:
        """Write a line into the log alone."""
        self._write(self.clean(text))

    def is_cancelled(self) -> bool:
        """Ask the listener."""
        return self._listener.is_cancelled()

    def stop_if_cancelled(self) -> None:
        """Raise InstallCancelledError where a person has cancelled."""
        if self.is_cancelled():
            raise InstallCancelledError(tr("The installation was cancelled."))

    def clean(self, text: str) -> str:
        """Take the credentials out of a line."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return redacted(text)

    def _write(self, text: str) -> None:
        self._log.write(text + "\n")
        self._log.flush()
