"""Progress bars in tqdm's shape: on a terminal, or none at all."""

import sys
from typing import cast

from geounet.progress import ProgressBar


class _SilentBar:
    def update(self, n: int, /) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Show nothing."""


def silent_bar(*, total: int, desc: str, unit: str) -> ProgressBar:  # noqa: ARG001 (tqdm's shape)
    """A bar that shows nothing."""
    return _SilentBar()


def terminal_bar(*, total: int, desc: str, unit: str) -> ProgressBar:
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
    return cast("ProgressBar", bar)
