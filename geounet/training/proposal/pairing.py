"""Which labels belong to which scene: one layer or raster for all, or files of the scenes' names."""

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geounet.errors import TrainingError
from geounet.training.scenes.label_rasters import is_raster

VECTORS = (".gpkg", ".geojson", ".json", ".fgb", ".shp", ".parquet", ".geoparquet", ".gml", ".kml")
"""Extensions of vector layers that are looked for in a folder."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A scene and its labels."""

    scene: Path
    labels: Path


@dataclass(frozen=True, slots=True)
class Pairing:
    """All scenes that have labels, and those that have none."""

    pairs: tuple[Pair, ...]
    bare: tuple[Path, ...]


def pair(scenes: Sequence[Path], labels: Path) -> Pairing:
    """Each scene with its labels; scenes may be files, folders of rasters, or patterns (`tiles/*.tif`).

    A file of labels is for all scenes. In a folder those of a scene have its name, or its name with something before or
    behind an underscore (`a.tif`: `a.geojson`, `a_roads.tif`). Raises TrainingError where a scene or the labels are
    missing, where several files could be a scene's, or where no scene has any.
    """
    found = _expanded(scenes)
    if labels.is_file() or labels.suffix.lower() == ".gdb":
        pairs = tuple(Pair(scene, labels) for scene in found if scene.resolve() != labels.resolve())
        if not pairs:
            raise TrainingError(
                f"{labels.name} is given as scene and as labels; expected a scene, and other labels"
            )
        return Pairing(pairs, ())
    if not labels.is_dir():
        raise TrainingError(
            f"no labels at {labels}; expected a vector layer, a raster, or a folder of them with the scenes' names"
        )
    files = sorted(p for p in labels.iterdir() if is_raster(p) or p.suffix.lower() in VECTORS)
    named = {scene: _of_name(scene, files) for scene in found}
    used = {path for paths in named.values() for path in paths}
    pairs = tuple(Pair(scene, _only(scene, paths)) for scene, paths in named.items() if paths)
    if not pairs:
        raise TrainingError(
            f"no file in {labels} has the name of a scene ({_some(found)}); expected labels such as "
            f"{found[0].stem}.geojson or {found[0].stem}_labels.tif"
        )
    bare = tuple(scene for scene, paths in named.items() if not paths and scene.resolve() not in used)
    return Pairing(pairs, bare)


def _expanded(scenes: Iterable[Path]) -> list[Path]:
    """The rasters that files, folders and patterns stand for, each once."""
    found: list[Path] = []
    for scene in scenes:
        if scene.is_dir():
            some = sorted(p for p in scene.iterdir() if is_raster(p))
        elif scene.exists():
            some = [scene]
        else:
            some = sorted(Path(p) for p in glob.glob(str(scene), recursive=True))  # noqa: PTH207 (may be absolute)
        if not some:
            raise TrainingError(
                f"no raster at {scene}; expected a file, a folder of rasters, or a pattern such as tiles/*.tif"
            )
        found += [p for p in some if p not in found]
    if not found:
        raise TrainingError("no scene is given; expected one at least, such as scene.tif")
    return found


def _of_name(scene: Path, files: Sequence[Path]) -> list[Path]:
    """Files that are a scene's labels by their names: the same name, before ones that only hold it."""
    others = [p for p in files if p.resolve() != scene.resolve()]
    same = [p for p in others if p.stem == scene.stem]
    longer = [p for p in others if p.stem.startswith(f"{scene.stem}_") or p.stem.endswith(f"_{scene.stem}")]
    return [p.resolve() if not p.is_absolute() else p for p in same or longer]


def _only(scene: Path, paths: Sequence[Path]) -> Path:
    if len(paths) > 1:
        raise TrainingError(
            f"{scene.name} may have its labels in {_some(paths)}; expected one file: pass a folder that holds only labels"
        )
    return paths[0]


def _some(paths: Sequence[Path]) -> str:
    """A few names, and how many more there are."""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(p.name for p in paths[:3]) + more
