"""Where scenes are kept as they were read: folders by the digest of all that they follow from, whole or not there."""

import hashlib
import json
import os
import shutil
import tempfile
import uuid
import weakref
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import geounet
from geounet.errors import OutputError
from geounet.outputs import HIDDEN, disk_full, hidden_folder, is_disk_full
from geounet.training.config.data import DataConfig
from geounet.training.scenes.leftovers import hold, remove_leftovers

FORMAT = 1
"""Goes up when the same inputs give other arrays, or other files."""

_SCENES = "scenes-"
"""In the names of temporary folders, by which the next run knows those that killed ones left."""


class SceneCache:
    """A folder of folders, each made once; a temporary one is removed when it is closed, or no longer held.

    Several runs may share it: each folder is made under a hidden name and moved to its own when it is whole, and who
    comes second takes the first one's. What a killed run leaves there, `.geounet-PID-…`, nothing reads again; the temporary
    folder that it leaves goes with the next run.
    """

    def __init__(self, path: Path, *, temporary: bool) -> None:
        self.path, self.temporary, self._owner = path, temporary, os.getpid()
        self._lock = hold(path) if temporary else None
        if temporary:
            weakref.finalize(self, _remove, path, self._owner, lock=self._lock)

    @classmethod
    def of(cls, data: DataConfig) -> Self:
        """The folder that the config names, else a temporary one; raises OutputError where it cannot be made."""
        try:
            if data.cache is None:
                remove_leftovers(Path(tempfile.gettempdir()), HIDDEN.format("*") + _SCENES + "*")
                own = tempfile.mkdtemp(prefix=HIDDEN.format(os.getpid()) + _SCENES)
                return cls(Path(own), temporary=True)
            data.cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            place = data.cache or tempfile.gettempdir()
            raise OutputError(
                f"no folder for scenes at {place} ({os.strerror(error.errno or 0).lower()}); set data.cache to another"
            ) from error
        return cls(data.cache.resolve(), temporary=False)

    def folder(self, key: Mapping[str, Any], make: Callable[[Path], None]) -> Path:
        """The folder that `make` fills and that follows from `key` alone (JSON); made unless it is there.

        Raises DiskFullError without room for it.
        """
        text = json.dumps(
            {"format": FORMAT, "geounet": geounet.__version__, **key}, sort_keys=True, default=str
        )
        place = self.path / hashlib.sha256(text.encode()).hexdigest()[:32]
        if place.is_dir():
            return place
        with hidden_folder(self.path, shown=place) as hidden:
            whole = hidden / place.name
            whole.mkdir()
            try:
                make(whole)
                (whole / "key.json").write_text(text, encoding="utf-8")
            except OSError as error:
                if is_disk_full(error):
                    raise disk_full(place) from error
                raise
            try:
                whole.rename(place)
            except OSError:
                if not place.is_dir():  # else another run was faster
                    raise
        return place

    def close(self) -> None:
        """Remove a temporary folder; maps of its files that are still held stay readable where the system allows it."""
        if self.temporary:
            _remove(self.path, self._owner, lock=self._lock)

    def __getstate__(self) -> dict[str, Any]:
        """Another process reads what is here, and removes nothing."""
        return {"path": self.path, "temporary": False, "_owner": self._owner, "_lock": None}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _remove(path: Path, owner: int, *, lock: IO[bytes] | None) -> None:
    """Remove a folder, in the process that made it: not in its children, which hold copies of everything."""
    if lock is not None:
        lock.close()
    if os.getpid() == owner:
        shutil.rmtree(path, ignore_errors=True)


def files_identity(paths: Iterable[str | Path]) -> list[list[Any]]:
    """Path, size and time of change of each file, and of those beside it that have its name and another ending.

    Of a folder (a file geodatabase), of all that is in it. What is no file has no identity to know it by again: it gets
    one that nothing else has.
    """
    found: set[Path] = set()
    for path in map(Path, paths):
        beside = path.rglob("*") if path.is_dir() else path.parent.glob(f"{_literal(path.stem)}.*")
        found.update(p.resolve() for p in beside if p.is_file())
    stats = [(p, p.stat()) for p in sorted(found)]
    return [[str(p), s.st_size, s.st_mtime_ns] for p, s in stats] or [[uuid.uuid4().hex]]


def _literal(name: str) -> str:
    """A pattern that only this name matches."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
