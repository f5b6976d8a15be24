"""What long work asks of a progress bar: tqdm's shape, and no more; and how things are counted on one."""

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
    with counting(progress, total=total, desc=desc, unit="px") as move_on:
        yield move_on


@contextmanager
def counting(
    progress: Progress | None, *, total: int, desc: str, unit: str
) -> Iterator[Callable[[int], object]]:
    """A function that moves a bar on, or does nothing without one; the bar is closed at the end."""
    if progress is None:
        yield lambda _: None
        return
    bar = progress(total=total, desc=desc, unit=unit)
    try:
        yield bar.update
    finally:
        bar.close()
