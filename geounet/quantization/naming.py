"""What scenes are called where they are told of: file names without folders, no two alike."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from geounet.raster.source import file_name


def names_of(scenes: Sequence[str | Path]) -> tuple[str, ...]:
    """A name for each scene: its file's without extension, with a number from the second of that name on."""
    names: dict[str, None] = {}
    for scene in scenes:
        stem = Path(file_name(str(scene))).stem
        numbered = (f"{stem} ({number})" for number in count(2))
        names[stem if stem not in names else next(name for name in numbered if name not in names)] = None
    return tuple(names)
