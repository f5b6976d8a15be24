"""Arrays on disk: written strip by strip, read as memory maps, sent to other processes by their paths."""

import mmap
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray

OPEN_FILES = 65_536
"""Files that a process asks to have open, at most."""

Put = Callable[[int, NDArray[Any]], None]
"""Writes a strip (…, h, cols) whose first row is the one given."""


@contextmanager
def array_file(path: Path, *, shape: tuple[int, ...], dtype: DTypeLike) -> Iterator[Put]:
    """A new .npy file (…, rows, cols) that is written strip by strip.

    It is written to, not mapped: a full disk is then an OSError, and no signal that ends the process.
    """
    kind = np.dtype(dtype)
    rows, cols = shape[-2:]
    with path.open("wb") as file:
        header = {"descr": npy.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(file, header)
        begin = file.tell()

        def put(row: int, values: NDArray[Any]) -> None:
            for plane, part in enumerate(values.reshape(-1, *values.shape[-2:])):
                file.seek(begin + (plane * rows + row) * cols * kind.itemsize)
                file.write(np.ascontiguousarray(part, kind).data)

        yield put


def mapped(path: Path) -> NDArray[Any]:
    """The array of a .npy file, read where it is looked at. A map holds its file open: as many as allowed may be."""
    _allow_open_files()
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


@cache
def _allow_open_files() -> None:
    """Let this process have as many files open as the system ever would: benchmarks have thousands of images."""
    if sys.platform != "win32":
        import resource

        low, high = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = OPEN_FILES if high == resource.RLIM_INFINITY else min(OPEN_FILES, high)
        if low != resource.RLIM_INFINITY and low < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, high))


@dataclass(frozen=True, slots=True)
class _Packed:
    """An array by the path of its file."""

    path: Path


def packed(array: NDArray[Any]) -> Any:  # noqa: ANN401 (the array itself, or where it lies)
    """What stands for an array on its way to another process: the path of a whole file's map, else the array."""
    if isinstance(array, np.memmap) and isinstance(array.base, mmap.mmap) and array.filename is not None:
        return _Packed(Path(array.filename))
    return array


def unpacked(value: Any) -> NDArray[Any]:  # noqa: ANN401
    """The array that `packed` stands for."""
    array: NDArray[Any] = mapped(value.path) if isinstance(value, _Packed) else value
    return array
