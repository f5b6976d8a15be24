"""Where a safetensors file holds each tensor: its header says so, and no tensor is read.

The file is the header's length (8 bytes, little-endian), the header (JSON: a name's dtype, shape, and first and last
offset in what follows), and the tensors, row by row, little-endian (https://huggingface.co/docs/safetensors).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geounet.errors import WeightsError

_LENGTH = 8
_LONGEST = 100 << 20
"""Bytes of a header: safetensors itself takes no longer one."""


@dataclass(frozen=True, slots=True)
class Held:
    """A tensor in a file."""

    dtype: str
    """As safetensors writes it: `F16`, `F32`, `I64` …"""
    shape: tuple[int, ...]
    first: int
    """Its first byte, counted from the file's beginning."""
    length: int
    """How many bytes it has."""


def held_tensors(path: Path) -> Mapping[str, Held]:
    """The tensors of a safetensors file by name; raises WeightsError where it is none."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(_LENGTH), "little")
            header: Any = json.loads(file.read(size)) if size <= _LONGEST else None
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
        return {name: _held(entry, start=_LENGTH + size) for name, entry in entries.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(
            f"{path.name} is not readable as safetensors ({error}); fetch or export the weights again"
        ) from error


def _held(entry: Any, *, start: int) -> Held:  # noqa: ANN401 (JSON of any kind; the caller hears of a wrong one)
    first, last = map(int, entry["data_offsets"])
    shape = tuple(map(int, entry["shape"]))
    return Held(str(entry["dtype"]), shape, first=start + first, length=last - first)
