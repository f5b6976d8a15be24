"""Which labels belong to which scene: one layer or raster for all, or files of the scenes' names."""

import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geounet.errors import TrainingError
from geounet.raster.beside import BesideRule
from geounet.training.scenes.label_rasters import is_raster

VECTORS = (".gpkg", ".geojson", ".json", ".fgb", ".shp", ".parquet", ".geoparquet", ".gml", ".kml")
"""Extensions of vector layers that are looked for in a folder."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A scene and its labels."""

    scene: Path
    labels: Path
    beside: tuple[Path, ...] = ()
    """Further files that are read with it as one scene."""

    @property
    def files(self) -> tuple[Path, ...]:
        """All rasters of the scene."""
        return self.scene, *self.beside


@dataclass(frozen=True, slots=True)
class Pairing:
    """All scenes that have labels, and those that have none."""

    pairs: tuple[Pair, ...]
    bare: tuple[Path, ...]


def pair(scenes: Sequence[Path], labels: Path, *, beside: Sequence[BesideRule] = ()) -> Pairing:
    """Each scene with its labels; scenes may be files, folders of rasters, or patterns (`tiles/*.tif`).

    With rules of what lies `beside` a scene it has those files too, and they are no scenes by themselves. A file of labels
    is for all scenes. In a folder, or among the files of a pattern (`tiles/*_roads.tif`), those of a scene have its name,
    or its name with something before or behind an underscore (`a.tif`: `a.geojson`, `a_roads.tif`); what is one scene's
    labels is no scene. Raises TrainingError where a scene, its other files or the labels are missing, where several files
    could be a scene's, or where no scene has any.
    """
    found = _without_beside(_expanded(scenes), beside)
    named = _paired(found, labels)
    return replace(named, pairs=tuple(_with_beside(one, beside) for one in named.pairs))


def _paired(found: Sequence[Path], labels: Path) -> Pairing:
    """Scenes with their labels."""
    files = _label_files(labels)
    if len(files) == 1 and not labels.is_dir():
        return Pairing(_with_one(found, files[0]), ())
    if not labels.is_dir():
        among = {path.resolve() for path in files}
        found = [scene for scene in found if scene.resolve() not in among] or found
    named = _sorted_out({scene: _of_name(scene, files, found) for scene in found})
    used = {path.resolve() for paths in named.values() for path in paths}
    pairs = tuple(
        Pair(scene, _only(scene, paths))
        for scene, paths in named.items()
        if paths and scene.resolve() not in used
    )
    if not pairs:
        where = f"file in {labels}" if labels.is_dir() else f"file of {labels}"
        raise TrainingError(
            f"no {where} has the name of a scene ({_some(found)}); expected labels such as "
            f"{found[0].stem}.geojson or {found[0].stem}_labels.tif"
        )
    bare = tuple(scene for scene, paths in named.items() if not paths and scene.resolve() not in used)
    return Pairing(pairs, bare)


def _without_beside(found: list[Path], rules: Sequence[BesideRule]) -> list[Path]:
    """The files that lie beside no other one of them."""
    others = {rule.other(os.path.abspath(path)) for rule in rules for path in found}  # noqa: PTH100 (`..` taken out)
    return [path for path in found if os.path.abspath(path) not in others]  # noqa: PTH100 (as above)


def _with_beside(one: Pair, rules: Sequence[BesideRule]) -> Pair:
    """A pair with the files that lie beside its scene; raises TrainingError where one does not."""
    files = []
    for rule in rules:
        other = rule.other(os.path.abspath(one.scene))  # noqa: PTH100 (as above)
        if other is None:
            raise TrainingError(rule.unmet(one.scene.name))
        if not Path(other).is_file():
            raise TrainingError(
                f"{one.scene.name} has no file beside it at {other}; expected one there: check --beside {rule.text}, or "
                "leave the scene out"
            )
        files.append(Path(other))
    return replace(one, beside=tuple(files))


def _label_files(labels: Path) -> list[Path]:
    """The files that labels may be: one, those of a folder, or those of a pattern; raises TrainingError without any."""
    if labels.is_file() or labels.suffix.lower() == ".gdb":
        return [labels]
    if labels.is_dir():
        return sorted(p for p in labels.iterdir() if is_raster(p) or p.suffix.lower() in VECTORS)
    found = sorted(Path(p) for p in glob.glob(str(labels), recursive=True))  # noqa: PTH207 (may be absolute)
    found = [p for p in found if is_raster(p) or p.suffix.lower() in (*VECTORS, ".gdb")]
    if not found:
        raise TrainingError(
            f"no labels at {labels}; expected a vector layer, a raster, a folder of them with the scenes' names, or a "
            "pattern such as tiles/*_roads.tif"
        )
    return found


def _with_one(found: Sequence[Path], labels: Path) -> tuple[Pair, ...]:
    """All scenes with one file of labels; raises TrainingError where it is the labels of one, and others have theirs."""
    pairs = tuple(Pair(scene, labels) for scene in found if scene.resolve() != labels.resolve())
    if not pairs:
        raise TrainingError(
            f"{labels.name} is given as scene and as labels; expected a scene, and other labels"
        )
    stems = {scene.stem for scene in found}
    tags = {labels.stem.removeprefix(stem) for stem in stems if labels.stem.startswith(f"{stem}_")}
    others = [
        scene for scene in found
        for tag in tags
        if scene.resolve() != labels.resolve() and scene.stem.endswith(tag) and scene.stem.removesuffix(tag) in stems
    ]  # fmt: skip
    if others:
        raise TrainingError(
            f"{labels.name} is to be the labels of all scenes, and {_some(others)} among these look like labels too; "
            f"expected labels last: pass their folder, or a pattern in quotes, such as '*{min(tags)}{labels.suffix}'"
        )
    return pairs


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


def _of_name(scene: Path, files: Sequence[Path], found: Sequence[Path]) -> list[Path]:
    """Files that are a scene's labels by their names: the same name, before ones that only hold it.

    A name that holds those of two scenes is the longer one's.
    """
    others = [p for p in files if p.resolve() != scene.resolve()]
    same = [p for p in others if p.stem == scene.stem]
    rivals = [other.stem for other in found if len(other.stem) > len(scene.stem)]
    longer = [p for p in others if _holds(p.stem, scene.stem) and not any(_holds(p.stem, r) for r in rivals)]
    return [p.resolve() if not p.is_absolute() else p for p in same or longer]


def _holds(name: str, stem: str) -> bool:
    return name.startswith(f"{stem}_") or name.endswith(f"_{stem}")


def _sorted_out(named: Mapping[Path, list[Path]]) -> dict[Path, list[Path]]:
    """Scenes with their labels, of which those are none that have labels of their own, where there are others."""
    labelled = {scene.resolve() for scene, paths in named.items() if paths}
    return {
        scene: [path for path in paths if path.resolve() not in labelled] or paths
        for scene, paths in named.items()
    }


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
