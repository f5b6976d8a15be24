"""Where a batch's outputs go: a folder, on this machine's disk or shared, or a bucket."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from geounet.batching.ledgers.accounts import Accounts
from geounet.batching.places.bucket import Bucket
from geounet.batching.places.folder import Folder

__all__ = ["Bucket", "Folder", "Place", "open_place"]


class Place(Protocol):
    """Outputs by name: paths with `/` below the output folder. Each process opens its own."""

    def open_ledger(
        self, kind: Literal["auto", "sqlite", "claims"] = "auto", *, read_only: bool = False
    ) -> Accounts:
        """The run's accounts. A place that has accounts keeps their kind; else auto is claims on shared storage.

        Raises OptionsError where another kind is asked for than the place has, and OutputError where accounts cannot be
        opened; with `read_only`, also where there are none.
        """
        ...

    def working(self, name: str) -> AbstractContextManager[Path]:
        """A folder to finish a job's outputs in before they are published; it is gone with the context."""
        ...

    def publish(self, path: Path, name: str) -> str:
        """Bring a finished file and its parts to its name, in place of what was there; the sha256.

        It is there whole or not at all; of several parts the main one comes last. `path` may be gone then.
        """
        ...

    def exists(self, name: str) -> bool:
        """Whether there is an output of this name."""
        ...

    def remove(self, names: Sequence[str]) -> None:
        """Remove files of these names, and the folders that are empty then; those that are not there are passed over."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """Bytes of all outputs, by name: one look at the whole place."""
        ...

    def fetch(self, name: str) -> Path:
        """An output, with its parts, as a file of this machine; a copy is gone when the place is closed."""
        ...

    def address(self, name: str) -> str:
        """What GDAL opens; of an empty name, the place itself."""
        ...

    def tidy(self) -> list[Path]:
        """Remove what processes of this machine that are gone left unfinished; which folders that were."""
        ...

    def close(self) -> None:
        """Remove copies."""
        ...


def open_place(output: str | Path, *, scratch: Path | None = None) -> Place:
    """The place of an output folder's path, or a bucket's address; `scratch` is where outputs are finished.

    Raises OptionsError for an address that is none, and MissingDependencyError where a bucket's library is not installed.
    """
    if "://" in str(output) and isinstance(output, str):
        return Bucket(output, scratch=scratch)
    return Folder(Path(output), scratch=scratch)
