"""Which data a run was made from: the size and sha256 of every file of it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geounet.errors import SceneError
from geounet.training.config.data import DataConfig, SceneConfig

_BLOCK = 1 << 20

SHAPEFILE = ".shp"
_SHAPEFILE_PARTS = (".shx", ".dbf", ".prj", ".cpg")


def data_record(data: DataConfig) -> dict[str, Any]:
    """Every scene and label file as JSON: what it is for, its path as the config has it, bytes and sha256.

    Of towns and torchgeo's datasets it says what the config does: towns follow from their seed, and datasets are
    published. Files are read block by block. Raises SceneError where one is missing or cannot be read.
    """
    files = [
        {"use": use, "what": what, **described(path)}
        for use in ("train", "validation")
        for scene in getattr(data, use)
        for what, path in _files(scene)
    ]
    synthetic, datasets = data.synthetic, data.datasets
    towns = {"towns": synthetic.towns, "seed": synthetic.seed, "task": synthetic.task}
    return {
        "files": files,
        "synthetic": towns if synthetic.towns else None,
        "datasets": [{"name": one.name, "split": one.split, "use": one.use} for one in datasets],
    }


def described(path: Path) -> dict[str, Any]:
    """A file's path, bytes and sha256; those of all files below it, in the order of their names, of a folder."""
    digest, size = hashlib.sha256(), 0
    try:
        for part in _parts(path):
            with part.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
                    size += len(block)
    except OSError as error:
        raise SceneError(
            f"{path.name} cannot be read ({error.strerror}); check the config's path to it"
        ) from error
    return {"path": path.as_posix(), "bytes": size, "sha256": digest.hexdigest()}


def _files(scene: SceneConfig) -> Iterator[tuple[str, Path]]:
    yield "scene", scene.scene
    yield "labels", scene.labels
    if scene.labels.suffix.lower() == SHAPEFILE:
        parts = (scene.labels.with_suffix(ending) for ending in _SHAPEFILE_PARTS)
        yield from (("labels", part) for part in parts if part.exists())


def _parts(path: Path) -> list[Path]:
    return sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]
