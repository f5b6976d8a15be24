"""Which data a run was made from: the size and sha256 of every file of it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path, PurePath
from typing import Any

from geounet.digests import both_sha256
from geounet.errors import SceneError
from geounet.training.config.data import SPLITS, DataConfig, SceneConfig

_BLOCK = 1 << 20

GEOPACKAGE = ".gpkg"
SHAPEFILE = ".shp"
_SHAPEFILE_PARTS = (".shx", ".dbf", ".prj", ".cpg")


def data_record(data: DataConfig) -> dict[str, Any]:
    """Every scene and label file as JSON: what it is for, its path as the config has it, bytes and sha256.

    A file that serves several scenes, or several uses, is listed once.
    Of towns and torchgeo's datasets it says what the config does: towns follow from their seed, and datasets are
    published. Files are read block by block. Raises SceneError where one is missing or cannot be read.
    """
    files = [{"use": use, "what": what, **described(path)} for use, what, path in _files(data)]
    synthetic, datasets = data.synthetic, data.datasets
    towns = {"towns": synthetic.towns, "seed": synthetic.seed, "task": synthetic.task}
    return {
        "files": files,
        "synthetic": towns if synthetic.towns else None,
        "datasets": [{"name": one.name, "split": one.split, "use": one.use} for one in datasets],
    }


def described(path: Path) -> dict[str, Any]:
    """A file's path, bytes and sha256; those of all files below it, in the order of their names, of a folder.

    Of a GeoPackage the sha256 of its `content` too: the file's own changes when a map opens it.
    """
    digest, size = hashlib.sha256(), 0
    try:
        if path.suffix.lower() == GEOPACKAGE:
            whole, content = both_sha256(path)
            size = path.stat().st_size
            return {"path": path.as_posix(), "bytes": size, "sha256": whole, "content": content}
        for part in _parts(path):
            with part.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
                    size += len(block)
    except OSError as error:
        raise _unreadable(path, error) from error
    return {"path": path.as_posix(), "bytes": size, "sha256": digest.hexdigest()}


def first_change(data: DataConfig, files: Sequence[Mapping[str, Any]]) -> str | None:
    """The first file that is not as a record's `files` say, as `labels NAME`; None where all are.

    Folders may be others than they were: names count, and digests; a digest is made where the sizes agree. Raises
    SceneError where a file cannot be read.
    """
    current = _files(data)
    listed = {_names(*one) for one in current}
    for now, then in zip_longest(current, files):
        was = _names(then["use"], then["what"], then["path"]) if then is not None else None
        if was is not None and (now is None or was not in listed):
            return " ".join(was[1:])
        if now is not None and (then is None or _names(*now) != was or not _is_as_recorded(now[-1], then)):
            return " ".join(_names(*now)[1:])
    return None


def _names(use: str, what: str, path: str | Path) -> tuple[str, str, str]:
    return use, what, PurePath(path).name


def _is_as_recorded(path: Path, then: Mapping[str, Any]) -> bool:
    """Whether a file has the size and a digest of a record; no digest is made where the size differs."""
    if _size(path) != then["bytes"]:
        return False
    now = described(path)
    return bool(
        now["sha256"] == then["sha256"] or ("content" in now and now["content"] == then.get("content"))
    )


def _size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    try:
        return sum(part.stat().st_size for part in _parts(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> SceneError:
    return SceneError(f"{path.name} cannot be read ({error.strerror}); check the config's path to it")


def _files(data: DataConfig) -> list[tuple[str, str, Path]]:
    """Every file once, in the order of the config: what it is for, what it is, and its path."""
    found: dict[Path, tuple[dict[str, None], dict[str, None]]] = {}
    for use in SPLITS:
        for scene in getattr(data, use):
            for what, path in _files_of(scene):
                uses, kinds = found.setdefault(path, ({}, {}))
                uses[use] = kinds[what] = None
    return [(" and ".join(uses), " and ".join(kinds), path) for path, (uses, kinds) in found.items()]


def _files_of(scene: SceneConfig) -> Iterator[tuple[str, Path]]:
    yield from (("scene", path) for path in scene.files)
    yield "labels", scene.labels
    if scene.labels.suffix.lower() == SHAPEFILE:
        parts = (scene.labels.with_suffix(ending) for ending in _SHAPEFILE_PARTS)
        yield from (("labels", part) for part in parts if part.exists())
    if scene.aoi is not None:
        yield "area", scene.aoi


def _parts(path: Path) -> list[Path]:
    return sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]
