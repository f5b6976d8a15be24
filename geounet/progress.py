"""What long work asks of a progress bar: tqdm's shape, and no more; and how it counts pixels on one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class ProgressBar(Protocol):
    """What a progress bar must do: tqdm's shape."""

    def update(self, n: int, /) -> object:
        """Move on by `n`."""
        ...

    def close(self) -> object:
        """Be done."""
        ...


class Progress(Protocol):
    """What makes a progress bar: tqdm itself, for one."""

    def __call__(self, *, total: int, desc: str, unit: str) -> ProgressBar:
        """A bar that counts to `total`."""
        ...


@contextmanager
def counting_pixels(progress: Progress | None, *, total: int, desc: str) -> Iterator[Callable[[int], object]]:
    """A function that moves a bar on by some pixels, or does nothing without one; the bar is closed at the end."""
    if progress is None:
        yield lambda _: None
        return
    bar = progress(total=total, desc=desc, unit="px")
    try:
        yield bar.update
    finally:
        bar.close()
