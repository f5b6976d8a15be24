"""A batch's outputs in a bucket: finished on this machine's disk, then uploaded."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from geounet.batching.ledgers.accounts import Accounts
from geounet.batching.ledgers.claims import Claims
from geounet.batching.places.folder import ACCOUNTS, checked
from geounet.batching.places.leftovers import remove_leftovers, working_folder
from geounet.batching.places.parts import digest_of, part_names, parts_of, renamed
from geounet.batching.storage.buckets import BucketStore, gdal_path
from geounet.errors import OptionsError, OutputError


class Bucket:
    """A `Place` at `scheme://bucket/prefix`; `scratch` is the system's folder for temporary files where it is not given.

    A killed upload in parts leaves what the server does not show and may charge for: have a rule of the bucket remove it.
    """

    def __init__(self, address: str, *, scratch: Path | None = None) -> None:
        """Raises OptionsError for another kind of address, and MissingDependencyError without obstore."""
        self._store = BucketStore(address)
        self._address = self._store.address
        self._scratch = Path(tempfile.gettempdir()) if scratch is None else scratch
        self._copies = ExitStack()
        self._folder: Path | None = None

    def open_ledger(
        self, kind: Literal["auto", "sqlite", "claims"] = "auto", *, read_only: bool = False
    ) -> Accounts:
        """As `Place.open_ledger`: always claims."""
        if kind == "sqlite":
            raise OptionsError(f"{self._address} is a bucket, which holds no SQLite; leave the option out")
        ledger = Claims(BucketStore(f"{self._address}/{ACCOUNTS}"), read_only=read_only)
        if read_only and ledger.run() is None:
            ledger.close()
            raise OutputError(
                f"{self._address} has no accounts; expected the output of a batch: check the address"
            )
        return ledger

    @contextmanager
    def working(self, name: str) -> Iterator[Path]:
        """As `Place.working`."""
        checked(name)
        with working_folder(self._scratch) as folder:
            yield folder

    def publish(self, path: Path, name: str) -> str:
        """As `Place.publish`; the file stays where it is."""
        parts = parts_of(path)
        digest = digest_of(parts)
        for part in parts:
            self._store.upload(part, renamed(part, path, checked(name)))
        return digest

    def exists(self, name: str) -> bool:
        """As `Place.exists`."""
        return self._store.head(checked(name)) is not None

    def remove(self, names: Sequence[str]) -> None:
        """As `Place.remove`."""
        self._store.delete([checked(name) for name in names])

    def sizes(self) -> Mapping[str, int]:
        """As `Place.sizes`: a request a thousand objects."""
        return {
            entry.key: entry.size
            for entry in self._store.list("")
            if not entry.key.startswith(f"{ACCOUNTS}/")
        }

    def fetch(self, name: str) -> Path:
        """As `Place.fetch`: a copy, in `scratch`; asked for again, the same."""
        if self._folder is None:
            self._folder = self._copies.enter_context(working_folder(self._scratch))
        *beside, main = part_names(checked(name))
        copy = self._folder / main
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            for part in beside if main.lower().endswith(".shp") else ():
                if self._store.head(part) is not None:
                    self._store.download(part, self._folder / part)
            unfinished = copy.with_name(f"{copy.name}.part")
            self._store.download(main, unfinished)
            unfinished.replace(copy)
        return copy

    def address(self, name: str) -> str:
        """As `Place.address`."""
        return f"{gdal_path(self._address)}/{checked(name)}" if name else gdal_path(self._address)

    def tidy(self) -> list[Path]:
        """As `Place.tidy`."""
        return remove_leftovers(self._scratch, levels=1)

    def close(self) -> None:
        """As `Place.close`."""
        self._copies.close()
        self._folder = None
