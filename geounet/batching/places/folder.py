"""A batch's outputs in a folder, on this machine's disk or on one that others share."""

import errno
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from geounet.batching.ledgers.accounts import Accounts
from geounet.batching.ledgers.claims import Claims
from geounet.batching.ledgers.manifest import Manifest
from geounet.batching.places.leftovers import remove_leftovers, working_folder
from geounet.batching.places.mounts import file_system, is_shared
from geounet.batching.places.parts import digest_of, parts_of, renamed
from geounet.batching.storage.stores import FolderStore
from geounet.errors import OptionsError, OutputError
from geounet.outputs import HIDDEN, atomic_target, side_files

MANIFEST = "manifest.sqlite"
ACCOUNTS = "manifest"
"""The folder of accounts that are kept as claims."""


class Folder:
    """A `Place` on a file system. Outputs are finished beside their place, or in `scratch`, and appear there by a rename."""

    def __init__(self, root: Path, *, scratch: Path | None = None) -> None:
        self.root = root
        self._scratch = scratch

    def open_ledger(
        self, kind: Literal["auto", "sqlite", "claims"] = "auto", *, read_only: bool = False
    ) -> Accounts:
        """As `Place.open_ledger`: claims where other machines may write too, else SQLite."""
        found = self._kind()
        if read_only and found is None:
            raise OutputError(
                f"{self.root} has no accounts; expected the output folder of a batch: check the path"
            )
        if found is not None and kind not in {"auto", found}:
            raise OptionsError(
                f"{self.root} keeps its accounts as {found}, not {kind}; leave the option out, or choose another folder"
            )
        shared = kind == "auto" and is_shared(self.root)
        if kind == "claims" or found == "claims" or (found is None and shared):
            return Claims(FolderStore(self.root / ACCOUNTS), read_only=read_only)
        if shared and not read_only:
            raise OutputError(
                f"{self.root / MANIFEST} lies on {file_system(self.root)}, where other machines may write too; run on the "
                "machine that made it, or pass --ledger sqlite if this one works on it alone"
            )
        if not read_only:
            self.root.mkdir(parents=True, exist_ok=True)
        return Manifest(self.root / MANIFEST, read_only=read_only)

    @contextmanager
    def working(self, name: str) -> Iterator[Path]:
        """As `Place.working`."""
        with working_folder(self._scratch or self._file(name).parent) as folder:
            yield folder

    def publish(self, path: Path, name: str) -> str:
        """As `Place.publish`; the file is moved, or copied from another disk."""
        final = self._file(name)
        parts = parts_of(path)
        digest = digest_of(parts)
        final.parent.mkdir(parents=True, exist_ok=True)
        alone = len(parts) == 1 and not any(old.exists() for old in (final, *side_files(final)))
        if alone and _renamed(path, final):
            return digest
        with atomic_target(final, overwrite=True) as target:
            for part in parts:
                _move(part, target.with_name(renamed(part, path, target.name)))
        return digest

    def exists(self, name: str) -> bool:
        """As `Place.exists`."""
        return self._file(name).is_file()

    def remove(self, names: Sequence[str]) -> None:
        """As `Place.remove`."""
        for name in names:
            path = self._file(name)
            path.unlink(missing_ok=True)
            for folder in list(path.parents)[: name.count("/")]:
                with suppress(OSError):  # it holds something, or is gone
                    folder.rmdir()

    def sizes(self) -> Mapping[str, int]:
        """As `Place.sizes`."""
        hidden = HIDDEN.split("{", 1)[0]
        return {
            entry.key: entry.size
            for entry in FolderStore(self.root).list("")
            if hidden not in entry.key and not entry.key.startswith((f"{ACCOUNTS}/", MANIFEST))
        }

    def fetch(self, name: str) -> Path:
        """As `Place.fetch`: the output itself."""
        return self._file(name)

    def address(self, name: str) -> str:
        """As `Place.address`."""
        return str(self._file(name) if name else self.root)

    def tidy(self) -> list[Path]:
        """As `Place.tidy`."""
        scratch = [] if self._scratch is None else remove_leftovers(self._scratch, levels=1)
        return scratch + remove_leftovers(self.root)

    def close(self) -> None:
        """As `Place.close`: there are no copies."""

    def _kind(self) -> Literal["sqlite", "claims"] | None:
        if (self.root / MANIFEST).exists():
            return "sqlite"
        return "claims" if (self.root / ACCOUNTS).is_dir() else None

    def _file(self, name: str) -> Path:
        return self.root / checked(name)


def checked(name: str) -> str:
    """A name of an output; OutputError where it leads out of the output folder."""
    parts = name.split("/")
    if "" in parts or ".." in parts or "\\" in name or ":" in parts[0]:
        raise OutputError(f"{name!r} is no name of an output; expected a path below the output folder")
    return name


def _renamed(path: Path, final: Path) -> bool:
    """Whether the file could be moved to its name at once: on the same disk it can."""
    try:
        path.replace(final)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    return True


def _move(part: Path, target: Path) -> None:
    try:
        part.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(part, target)
