"""Labelled strips in a file, for a scene whose bands of rows are worked on apart and joined afterwards.

A zip of arrays: nothing is pickled, labels become a hundredth of their size, and strips are read one by one.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geounet.errors import LabelsError
from geounet.pipeline.labelling import Labelled
from geounet.strip import LabelStrip

_FIELDS = ("labels", "confidence", "boundary", "stored")
_NO_CLOCK = (1980, 1, 1, 0, 0, 0)


def write_strips(path: Path, strips: Iterable[Labelled], *, first_row: int) -> None:
    """Write strips whose rows count from `first_row` of the scene."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for strip in strips:
            row = first_row + strip.labels.first_row
            for field, array in _arrays(strip).items():
                _write(file, f"{row:010d}/{field}.npy", array)


def read_strips(paths: Iterable[Path], *, first_row: int) -> Iterator[Labelled]:
    """The strips of several files, one after the other, as rows of an area that begins at `first_row` of the scene.

    Raises LabelsError where rows are missing between them.
    """
    following = 0
    for path in paths:
        with zipfile.ZipFile(path) as file:
            for row, names in _strips(file):
                strip = _strip(file, names, row=row - first_row)
                if strip.labels.first_row != following:
                    raise LabelsError(
                        f"{path.name} goes on at row {strip.labels.first_row}; expected {following}: "
                        "run the scene's parts again"
                    )
                following += strip.labels.rows
                yield strip


def _arrays(strip: Labelled) -> dict[str, NDArray[Any]]:
    labels = strip.labels
    arrays = {
        "labels": labels.labels, "confidence": labels.confidence, "boundary": labels.boundary, "stored": strip.stored,
    }  # fmt: skip
    return {name: array for name, array in arrays.items() if array is not None}


def _write(file: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    memory = io.BytesIO()
    np.save(memory, np.ascontiguousarray(array), allow_pickle=False)
    info = zipfile.ZipInfo(name, _NO_CLOCK)
    info.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(info, memory.getvalue(), compresslevel=1)


def _strips(file: zipfile.ZipFile) -> Iterator[tuple[int, dict[str, str]]]:
    """Each strip's first row, and the names of its arrays by field."""
    rows: dict[int, dict[str, str]] = {}
    for name in file.namelist():
        row, _, field = name.partition("/")
        rows.setdefault(int(row), {})[field.removesuffix(".npy")] = name
    yield from sorted(rows.items())


def _strip(file: zipfile.ZipFile, names: dict[str, str], *, row: int) -> Labelled:
    arrays = {
        field: np.load(io.BytesIO(file.read(names[field])), allow_pickle=False) if field in names else None
        for field in _FIELDS
    }
    labels = arrays["labels"]
    if labels is None:
        raise LabelsError(f"a strip at row {row} has no labels; run the scene's parts again")
    return Labelled(LabelStrip(row, labels, arrays["confidence"], arrays["boundary"]), arrays["stored"])
