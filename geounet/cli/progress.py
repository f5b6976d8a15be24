"""Progress bars in tqdm's shape: on a terminal, or none at all."""

import sys
from typing import Protocol, cast


class Bar(Protocol):
    """What the library moves on as it works."""

    def update(self, n: int, /) -> object:
        """Move on by `n`."""

    def close(self) -> object:
        """Be done."""


class _SilentBar:
    def update(self, n: int, /) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Show nothing."""


def silent_bar(*, total: int, desc: str, unit: str) -> Bar:  # noqa: ARG001 (tqdm's shape)
    """A bar that shows nothing."""
    return _SilentBar()


def terminal_bar(*, total: int, desc: str, unit: str) -> Bar:
    """A bar on stderr; where that is a file, it is drawn every few seconds."""
    from tqdm import tqdm

    pause = 0.1 if sys.stderr.isatty() else 5.0
    bar = tqdm(
        total=total,
        desc=desc,
        unit=unit,
        unit_scale=True,
        mininterval=pause,
        maxinterval=pause,
        file=sys.stderr,
    )
    return cast("Bar", bar)
