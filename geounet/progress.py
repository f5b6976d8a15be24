"""What long work asks of a progress bar: tqdm's shape, and no more."""

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
